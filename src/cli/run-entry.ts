import { userInfo } from 'node:os'
import { defaultCacheDir } from '../database/index.ts'
import { toAppError } from '../errors.ts'
import { speakLocale } from '../locale.ts'
import { type CoreConfig, loadCoreConfig, loadEnvFile, SETTING_NAMES } from '../settings/index.ts'
import { formatForConsole, print, readVersion } from '../terminal/index.ts'

/** What every terminal program gets. */
interface Terminal {
  readonly config: CoreConfig
  readonly cacheDir: string
  readonly user: string
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  /** Aborted when a person interrupts the program. */
  readonly signal: AbortSignal
}

interface Entry<Arguments> {
  readonly usage: string
  /** May throw, as `parseArgs` does, or return undefined for wrong arguments. */
  parse(args: string[]): Arguments | 'help' | undefined
  /** @returns the exit status */
  run(args: Arguments, terminal: Terminal): Promise<number>
}

/**
 * Runs a terminal program from its arguments to its exit status: 0 success, 1 rejected or failed, 2 wrong
 * usage. Catches its errors.
 */
export async function runEntry<Arguments>({ usage, parse, run }: Entry<Arguments>): Promise<void> {
  process.exitCode = await main()

  async function main(): Promise<number> {
    if (process.argv.slice(2).includes('--version')) {
      print(process.stdout, readVersion())
      return 0
    }
    const args = understand()
    if (args === 'help') print(process.stdout, usage.trimEnd())
    if (args === undefined) print(process.stderr, usage.trimEnd())
    if (args === 'help' || args === undefined) return args === 'help' ? 0 : 2
    const stopping = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
    try {
      for (const sentence of loadEnvFile(process.env, SETTING_NAMES)) print(process.stderr, sentence)
      const config = loadCoreConfig(process.env)
      speakLocale(config.locale)
      const { stdin, stdout, stderr } = process
      return await run(args, {
        config,
        cacheDir: defaultCacheDir(process.env),
        user: userInfo().username,
        stdin,
        stdout,
        stderr,
        signal: stopping.signal,
      })
    } catch (thrown) {
      print(process.stderr, formatForConsole(toAppError(thrown)))
      return 1
    }
  }

  function understand(): Arguments | 'help' | undefined {
    try {
      return parse(process.argv.slice(2))
    } catch {
      return undefined
    }
  }
}
