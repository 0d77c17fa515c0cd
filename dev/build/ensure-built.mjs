// Runs before the bot, under any Node version and without a compiler, so it uses only old syntax.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCES = ['src', 'commands', 'models']
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json']
const MAIN = 'dist/src/main.js'
const STAMP = 'dist/sources.sha256'

/**
 * A hash of the sources of `dist`; undefined without sources, as in an image.
 * @param {string} root
 * @param {readonly string[]} [folders]
 * @returns {string | undefined}
 */
export function stampSources(root, folders = SOURCES) {
  if (!existsSync(join(root, 'src'))) return undefined
  const files = [
    ...folders.flatMap((folder) => listFiles(join(root, folder))),
    ...SETTINGS.map((name) => join(root, name)),
  ]
  const hash = createHash('sha256')
  for (const path of files) {
    if (!existsSync(path)) continue
    hash.update(`${relative(root, path).split(sep).join('/')}\0`)
    hash.update(createHash('sha256').update(readFileSync(path)).digest())
  }
  return hash.digest('hex')
}

/**
 * Builds `dist` if it does not match these sources.
 * @param {string} root
 * @param {{ force?: boolean, log?: (line: string) => void }} [options]
 * @returns {string | undefined} why the bot cannot be started
 */
export function ensureBuilt(root, { force = false, log = console.error } = {}) {
  const stamp = stampSources(root)
  const isBuilt = existsSync(join(root, MAIN))
  if (stamp === undefined)
    return isBuilt ? undefined : `There are no sources and no ${MAIN}: install the release anew.`
  if (!force && isBuilt && readStamp(root) === stamp) return undefined
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  if (!existsSync(compiler))
    return `${isBuilt ? 'dist is of other sources than these' : 'dist is missing'}, and there is no compiler: run "npm ci", then start again.`
  if (isBuilt && !force) log('The sources have changed: building.')
  // First, so that an interrupted build never counts as complete.
  rmSync(join(root, STAMP), { force: true })
  for (const folder of SOURCES) rmSync(join(root, 'dist', folder), { recursive: true, force: true })
  const { status } = spawnSync(process.execPath, [compiler, '--project', 'tsconfig.build.json'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) return 'The sources cannot be built: the lines above say why.'
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(join(root, STAMP), `${stamp}\n`)
  return undefined
}

/**
 * @param {string} version such as `v20.19.0`
 * @param {string} needed such as `>=20.19.0`
 * @returns {string | undefined} what to do about an old Node
 */
export function refuseOldNode(version, needed) {
  const [have, want] = [version, needed].map((text) =>
    (/\d+\.\d+\.\d+/.exec(text) || ['0.0.0'])[0].split('.').map(Number),
  )
  for (let at = 0; at < 3; at += 1) {
    if (have[at] > want[at]) return undefined
    if (have[at] < want[at])
      return `Node ${want.join('.')} or newer is needed, and this is ${version}. Install Node 24 (https://nodejs.org), or run the bot with Docker.`
  }
  return undefined
}

/** @param {string} root */
function readStamp(root) {
  try {
    return readFileSync(join(root, STAMP), 'utf8').trim()
  } catch {
    return undefined
  }
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function listFiles(folder) {
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? listFiles(path) : [path]
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const problem =
    refuseOldNode(process.version, engines.node) ||
    ensureBuilt(root, { force: process.argv.includes('--force') })
  if (problem) {
    console.error(problem)
    process.exitCode = 1
  }
}
