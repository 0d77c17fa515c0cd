import type { Stats } from 'node:fs'
import { lstat, mkdir, mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Windows has no user ids and mode bits: its temporary folder already belongs to one user. */
const USER = process.getuid?.()
const PARENT = `customer-uploads-${USER ?? 'user'}`
/** The parent folder, or its replacement if another account took the name first. */
const PARENTS = new RegExp(String.raw`^${PARENT}(-\w{6})?$`)

/**
 * Creates a folder that only this user can enter. All these folders are in one parent that only this user can
 * enter, so other accounts cannot place links or folders where the clean-up looks.
 * @param kind one word; the name is the kind, the id of this process and random characters
 */
export async function makePrivateFolder(kind: string): Promise<string> {
  return await mkdtemp(join(await findParent(), `${kind}-${process.pid}-`))
}

interface PrivateFolder {
  readonly kind: string
  /** The process that created it; null in folders of earlier versions. */
  readonly pid: number | null
  readonly path: string
  readonly modifiedMs: number
}

/** Lists this user's earlier folders. Links, files and folders of other accounts are left out. */
export async function listPrivateFolders(): Promise<PrivateFolder[]> {
  const folders: PrivateFolder[] = []
  for (const parent of await listParents())
    for (const name of await readdir(parent)) {
      const path = join(parent, name)
      const facts = await readFacts(path)
      if (!facts || !isOwnFolder(facts)) continue
      const [kind = name, pid] = /^([a-z-]+?)-(?:(\d+)-)?\w+$/.exec(name)?.slice(1) ?? []
      folders.push({ kind, pid: pid === undefined ? null : Number(pid), path, modifiedMs: facts.mtimeMs })
    }
  return folders
}

/** The parent in use, by temporary folder: others may keep thousands of files there, which each search reads. */
const parents = new Map<string, string>()

async function findParent(): Promise<string> {
  const used = parents.get(tmpdir())
  if (used !== undefined && (await isPrivate(used))) return used
  const parent = await searchParent()
  parents.set(tmpdir(), parent)
  return parent
}

async function searchParent(): Promise<string> {
  const [known] = await listParents()
  if (known !== undefined) return known
  const path = join(tmpdir(), PARENT)
  try {
    await mkdir(path, { mode: 0o700 })
    return path
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    // Another process of this user created it just now, or another account has the name.
    return (await isPrivate(path)) ? path : await mkdtemp(`${path}-`)
  }
}

async function listParents(): Promise<string[]> {
  const paths: string[] = []
  const folder = tmpdir()
  // Others may keep thousands of files there.
  for (const name of (await readdir(folder)).filter((one) => PARENTS.test(one)).sort()) {
    const path = join(folder, name)
    if (await isPrivate(path)) paths.push(path)
  }
  return paths
}

async function isPrivate(path: string): Promise<boolean> {
  const facts = await readFacts(path)
  return facts !== null && isOwnFolder(facts) && (USER === undefined || (facts.mode & 0o077) === 0)
}

/** `lstat` does not follow links, so a link is never a folder here. */
async function readFacts(path: string): Promise<Stats | null> {
  return await lstat(path).catch(() => null)
}

function isOwnFolder(facts: Stats): boolean {
  return facts.isDirectory() && (USER === undefined || facts.uid === USER)
}
