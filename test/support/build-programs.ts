import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stampSources } from '../../dev/build/ensure-built.mjs'

const ROOT = join(import.meta.dirname, '../..')
const BUILD = '.test-build'
const STAMP = join(ROOT, BUILD, 'sources.sha256')
const FOLDERS = ['src', 'commands', 'models', 'dev', 'bench', 'test']
/** What the developers' programs read beside themselves. */
const READ = ['manifest.yml', 'examples', 'docs']
const ASSETS = 'dev/page/browser'

/**
 * Compiles the programs that tests start, without type checks; starting from sources would compile each time.
 */
export default function setup(): void {
  const stamp = stampSources(ROOT, FOLDERS) ?? ''
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) return
  rmSync(join(ROOT, BUILD), { recursive: true, force: true, maxRetries: 20 })
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const args = [compiler, '--project', 'tsconfig.json', '--noCheck', '--outDir', BUILD]
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' })
  if (status !== 0) throw new Error('The programs cannot be compiled: the lines above say why.')
  for (const name of READ) symlinkSync(join(ROOT, name), join(ROOT, BUILD, name))
  cpSync(join(ROOT, ASSETS), join(ROOT, BUILD, ASSETS), { recursive: true })
  writeFileSync(STAMP, stamp)
}

/** @param source such as `src/cli/mongo.ts` @returns absolute path of the compiled program */
export const builtProgram = (source: string): string => join(ROOT, BUILD, source.replace(/\.ts$/, '.js'))
