import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import { createDummyPhones } from '../customers/phones/index.ts'
import { defaultCacheDir, openDatabase } from '../database/index.ts'
import { toAppError } from '../errors.ts'
import { loadConfig, loadEnvFile, SETTING_NAMES } from '../settings/index.ts'
import { createWebClient, useProxy } from '../slack/transport/index.ts'
import { formatForConsole, print, readVersion } from '../terminal/index.ts'
import { checkDisk, checkFields, checkSettings, checkSlack } from './doctor-checks.ts'
import { checkDatabase } from './doctor-database.ts'
import { tryLive } from './doctor-live.ts'
import { type Finding, ok, warn } from './finding.ts'

/**
 * `npm run doctor`: checks everything the bot needs and prints what to fix, one line each. Changes nothing in
 * Slack without `--live`. Changes in the database only what a start of the bot changes.
 *
 * Exit status: 0 ready (also with warnings), 1 something must be fixed, 2 wrong usage.
 */
const SIGNS = { ok: '✓', warn: '!', bad: '✗' } as const
const MANIFEST = 'manifest.yml'
/** `data_visualization (ephemeral)` */
const LIVE_WIDTH = 30
const USAGE = `Usage: npm run doctor [-- --live CHANNEL [--yes]]

Looks at everything the bot needs and prints what to fix, one line each: ✓ well, ! look at it, ✗ fix it.

  --live CHANNEL  try what this workspace does: post, edit, reply, upload and schedule in a channel (its id), with
                  made-up text, and delete it all at the end, also after Ctrl-C. So far tried on an emulated Slack only
  --yes           do not ask before the first message of --live
  --help          print this help
  --version       print the version

Exit status: 0 nothing has to be fixed, 1 something has, 2 wrong usage.
`

function report({ state, what, text: statement, fix }: Finding, width: number): void {
  print(
    process.stdout,
    `${SIGNS[state]} ${what.padEnd(width)} ${statement}${fix === undefined ? '' : ` → ${fix}`}`,
  )
}

/** The bot's scopes, from the manifest that creates the app. */
function readWantedScopes(): string[] {
  const manifest: { oauth_config: { scopes: { bot: string[] } } } = parse(readFileSync(MANIFEST, 'utf8'))
  return manifest.oauth_config.scopes.bot
}

async function* examine(): AsyncGenerator<Finding> {
  yield ok('version', `${readVersion()}, on Node ${process.versions.node}`)
  for (const sentence of loadEnvFile(process.env, SETTING_NAMES))
    yield warn('settings', sentence, 'correct the name or remove the line; .env.example has every setting')
  const settings = checkSettings(process.env)
  yield* settings
  // Without valid tokens and addresses the later checks cannot run.
  if (settings.some(({ state }) => state === 'bad')) return
  const config = loadConfig(process.env)
  if (config.slack.proxy) useProxy(config.slack.proxy)
  yield* checkFields(config.fieldsFile)
  yield* checkSlack(
    config.slack,
    readWantedScopes(),
    config.digest.channels,
    [...(config.channels ?? [])],
    config.admins,
  )
  if (config.mongodbUri === undefined) yield await checkDisk(config.dataDir)
  yield* checkDatabase(
    () =>
      openDatabase({ ...config, cacheDir: defaultCacheDir(process.env), join: true }, (line) =>
        print(process.stderr, line),
      ),
    createDummyPhones(config.dummyPhones, config.defaultRegion),
  )
}

interface Request {
  /** Slack id of the channel for the live test. */
  readonly live?: string | undefined
  readonly yes: boolean
}

/** @returns undefined if the usage is wrong */
function readRequest(words: readonly string[]): Request | undefined {
  try {
    const options = { live: { type: 'string' }, yes: { type: 'boolean', default: false } } as const
    const { values } = parseArgs({ args: [...words], options })
    if (values.live === undefined) return values.yes ? undefined : values
    return /^[CG][A-Z0-9]{5,}$/.test(values.live) ? values : undefined
  } catch {
    return undefined
  }
}

/** The lines of a live test, which a person confirms before the first message. */
async function* examineLive(channel: string, yes: boolean): AsyncGenerator<Finding> {
  for (const sentence of loadEnvFile(process.env, SETTING_NAMES))
    yield warn('settings', sentence, 'correct it')
  const { slack, admins } = loadConfig(process.env)
  if (slack.proxy) useProxy(slack.proxy)
  const stopping = new AbortController()
  process.once('SIGINT', () => {
    print(process.stderr, 'Stopping. The test messages are being deleted …')
    stopping.abort()
  })
  if (!yes && !(await ask(channel, stopping.signal)))
    return yield warn('live', 'nothing was posted', 'answer y, or add --yes')
  yield* tryLive({
    client: createWebClient(slack.botToken, slack.apiUrl, undefined),
    apiUrl: slack.apiUrl,
    channel,
    person: [...admins][0],
    signal: stopping.signal,
  })
}

async function ask(channel: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY) return false
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  terminal.on('SIGINT', () => process.emit('SIGINT'))
  try {
    const question = `Post test messages and a test file in ${channel}, and delete them at the end? Members are notified. (y/N) `
    return /^y(es)?$/i.test((await terminal.question(question, { signal })).trim())
  } catch {
    return false
  } finally {
    terminal.close()
  }
}

async function main(): Promise<number> {
  const words = process.argv.slice(2)
  if (words.includes('--help') || words.includes('--version')) {
    print(process.stdout, words.includes('--help') ? USAGE.trimEnd() : readVersion())
    return 0
  }
  const request = readRequest(words)
  if (!request) {
    print(process.stderr, USAGE.trimEnd())
    return 2
  }
  const { live, yes } = request
  let isWell = true
  let hasWarning = false
  for await (const finding of live === undefined ? examine() : examineLive(live, yes)) {
    report(finding, live === undefined ? 10 : LIVE_WIDTH)
    if (finding.state === 'bad') isWell = false
    if (finding.state === 'warn') hasWarning = true
  }
  const well = hasWarning ? 'The bot can run. Check the lines marked with !.' : 'All is well.'
  print(process.stdout, isWell ? well : 'Fix the lines marked with ✗, then run this again.')
  return isWell ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (thrown) {
  print(process.stderr, formatForConsole(toAppError(thrown)))
  process.exitCode = 1
}
