import { readFile, rename, rm, writeFile } from 'node:fs/promises'

/** The address of another process's server. */
export interface ServerAddress {
  /** The lock token of that process: an address with another token is outdated. */
  readonly token: string
  readonly uri: string
  readonly engine: 'mongodb' | 'documentdb'
  readonly version: string
  /** Absent for a mongod. */
  readonly socketDirectory?: string
}

/** The server has no passwords, so only its own account may read its address. */
export async function writeServerAddress(path: string, address: ServerAddress): Promise<void> {
  const draft = `${path}.${address.token}`
  try {
    await writeFile(draft, `${JSON.stringify(address)}\n`, { mode: 0o600 })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** The address that a lock's holder wrote; undefined if it has not, or this account may not read it. */
export async function readServerAddress(path: string, token: string): Promise<ServerAddress | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    return isAddress(value) && value.token === token ? value : undefined
  } catch {
    return undefined
  }
}

function isAddress(value: unknown): value is ServerAddress {
  if (typeof value !== 'object' || value === null) return false
  return (
    'token' in value &&
    'uri' in value &&
    typeof value.uri === 'string' &&
    'engine' in value &&
    (value.engine === 'mongodb' || value.engine === 'documentdb')
  )
}
