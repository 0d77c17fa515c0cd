import { RECORD_KIND_WORDS } from '../../commands/record-kind-words.ts'
import {
  CUSTOMER_INDEXES,
  createModels,
  type RecordsSetting,
  readRecordsSetting,
} from '../../models/index.ts'
import { loadConfig, type SlackConfig } from '../config.ts'
import type { OpenDatabase } from '../database/open-database.ts'
import { AppError, toAppError } from '../errors.ts'
import { classifySlackFailure, createWebClient } from '../slack/slack-call.ts'

/** One line of the doctor. */
export interface Finding {
  readonly state: 'ok' | 'warn' | 'bad'
  /** What was looked at, in a word or two. */
  readonly what: string
  readonly says: string
  /** What to do about it. */
  readonly fix?: string
}

type Environment = Readonly<Record<string, string | undefined>>

const SLACK_API = 'https://slack.com/api/'
/** Slack refuses nothing for its clock, but Bolt refuses requests that seem five minutes old. */
const CLOCK_OFF_S = 60
const CLOCK_BROKEN_S = 240
const ASK_WITHIN_MS = 10_000
const MOST_CHANNELS_NAMED = 5

const ok = (what: string, says: string): Finding => ({ state: 'ok', what, says })
const warn = (what: string, says: string, fix: string): Finding => ({ state: 'warn', what, says, fix })
const bad = (what: string, says: string, fix: string): Finding => ({ state: 'bad', what, says, fix })

/** The settings, each problem on a line of its own; and what the region and the time zone mean. */
export function checkSettings(env: Environment): Finding[] {
  try {
    const { defaultRegion, timeZone, slack } = loadConfig(env)
    const country = new Intl.DisplayNames('en', { type: 'region' }).of(defaultRegion) ?? defaultRegion
    const now = new Date().toLocaleString('en-GB', { timeZone, dateStyle: 'medium', timeStyle: 'short' })
    return [
      ok(
        'settings',
        slack.appToken ? 'complete, for Socket Mode' : `complete, for HTTP on port ${slack.port}`,
      ),
      ok('region', `a phone without a country is one of ${country} (${defaultRegion})`),
      ok('time zone', `${timeZone}, where it is ${now}`),
    ]
  } catch (error) {
    const problems = error instanceof AppError ? error.details.problems : undefined
    const lines = typeof problems === 'object' ? problems : [toAppError(error).message]
    return lines.map((line) => bad('settings', line, 'set it in .env, which .env.example describes'))
  }
}

/** The clock, both tokens, the scopes, and where the bot was invited. */
export async function* checkSlack(
  { botToken, appToken, apiUrl }: Pick<SlackConfig, 'botToken' | 'appToken' | 'apiUrl'>,
  wantedScopes: readonly string[],
  digestChannels: readonly string[] = [],
): AsyncGenerator<Finding> {
  const clock = await checkClock(apiUrl ?? SLACK_API)
  yield clock
  if (clock.what === 'Slack') return
  const client = createWebClient(botToken, apiUrl, undefined)
  try {
    const { user, team, response_metadata } = await client.auth.test()
    yield ok('bot token', `${user} in ${team}`)
    yield checkScopes(response_metadata?.scopes, wantedScopes)
  } catch (error) {
    yield bad('bot token', whyRefused(error), 'copy "Bot User OAuth Token" under "OAuth & Permissions" again')
    return
  }
  if (appToken !== undefined) yield await checkAppToken(appToken, apiUrl)
  try {
    const types = 'public_channel,private_channel'
    const { channels = [] } = await client.users.conversations({ types, exclude_archived: true, limit: 200 })
    const names = channels.slice(0, MOST_CHANNELS_NAMED).map(({ name }) => `#${name}`)
    const more = channels.length > names.length ? ', …' : ''
    yield channels.length > 0
      ? ok('channels', `in ${names.join(', ')}${more}`)
      : warn('channels', 'in none yet', 'type /invite in a channel and choose the bot')
    const missing = digestChannels.filter((wanted) => !channels.some(({ id }) => id === wanted))
    if (missing.length > 0)
      yield warn(
        'summaries',
        `not in ${missing.join(', ')}`,
        'type /invite there, or correct DIGEST_CHANNELS',
      )
  } catch (error) {
    yield bad('channels', whyRefused(error), 'see the line on scopes')
  }
}

/** How far our clock is from the one in Slack's answer. */
async function checkClock(apiUrl: string): Promise<Finding> {
  try {
    const before = Date.now()
    const response = await fetch(`${apiUrl}api.test`, { signal: AbortSignal.timeout(ASK_WITHIN_MS) })
    await response.body?.cancel()
    const slackTime = Date.parse(response.headers.get('date') ?? '')
    if (Number.isNaN(slackTime)) return warn('clock', 'Slack did not tell the time', 'compare it by hand')
    const off = Math.round(((before + Date.now()) / 2 - slackTime) / 1000)
    const says = `${Math.abs(off)} s ${off < 0 ? 'behind' : 'ahead of'} Slack's`
    if (Math.abs(off) >= CLOCK_BROKEN_S) return bad('clock', says, 'switch time synchronisation (NTP) on')
    if (Math.abs(off) >= CLOCK_OFF_S) return warn('clock', says, 'switch time synchronisation (NTP) on')
    return ok('clock', says)
  } catch {
    return bad(
      'Slack',
      `${new URL(apiUrl).host} cannot be reached`,
      'check the network, a proxy or a firewall',
    )
  }
}

function checkScopes(granted: readonly string[] | undefined, wanted: readonly string[]): Finding {
  if (granted === undefined)
    return warn('scopes', 'Slack did not tell them', 'compare them with manifest.yml')
  const missing = wanted.filter((scope) => !granted.includes(scope))
  return missing.length === 0
    ? ok('scopes', 'all there')
    : bad(
        'scopes',
        `${missing.join(', ')} missing`,
        'paste manifest.yml under "App Manifest", then reinstall the app',
      )
}

async function checkAppToken(appToken: string, apiUrl: string | undefined): Promise<Finding> {
  try {
    // Only hands out an address; nobody connects to it.
    await createWebClient(appToken, apiUrl, undefined).apps.connections.open()
    return ok('app token', 'Socket Mode is open to it')
  } catch (error) {
    const fix =
      'Basic Information → App-Level Tokens: make one with connections:write; Socket Mode must be on'
    return bad('app token', whyRefused(error), fix)
  }
}

function whyRefused(error: unknown): string {
  const failure = classifySlackFailure(error)
  return failure.kind === 'refused' ? `Slack says ${failure.reason}` : 'Slack does not answer'
}

/** Whoever asks the doctor is who runs the bot: there is nobody else to tell. */
const UNREACHABLE =
  'see that it runs, that MONGODB_URI in .env names it, and that this machine may connect to it'

/** Whether the database answers, and holds the rule "one phone, one customer". */
export async function* checkDatabase(open: () => Promise<OpenDatabase>): AsyncGenerator<Finding> {
  let database: OpenDatabase
  try {
    database = await open()
  } catch (thrown) {
    const { code, message, next } = toAppError(thrown)
    // The bot itself is running: that is no trouble.
    yield code === 'database_in_use'
      ? warn('database', message, 'to look into it, stop the bot, or ask the bot itself at /readyz')
      : bad('database', message, code === 'database_unavailable' ? UNREACHABLE : next)
    return
  }
  try {
    const { customers, fileUploads, settings } = createModels(database.connection)
    const count = await customers.collection.estimatedDocumentCount()
    const waiting = await fileUploads.collection.countDocuments({ status: { $in: ['queued', 'running'] } })
    yield ok('database', `${database.engine}, ${count} customers, ${waiting} uploads waiting or running`)
    yield await checkUniqueIndex(customers.collection, count, await readRecordsSetting(settings))
  } catch (error) {
    const { message, next } = toAppError(error)
    yield bad('database', message, next)
  } finally {
    await database.close()
  }
}

type Customers = ReturnType<typeof createModels>['customers']['collection']

async function checkUniqueIndex(
  customers: Customers,
  count: number,
  { kind, switching }: RecordsSetting,
): Promise<Finding> {
  const rule = RECORD_KIND_WORDS[kind].name
  if (switching)
    return warn(
      'index',
      `a switch to ${RECORD_KIND_WORDS[switching.to].name} is under way (#${switching.number})`,
      'start the bot, or give the same npm run records again: it goes on where it was',
    )
  // A collection that is not there yet has no indexes to list.
  const indexes = await customers.indexes().catch(() => [])
  const { name } = CUSTOMER_INDEXES[kind]
  if (indexes.some((index) => index.unique === true && index.name === name))
    return ok('index', `${rule}: held by a unique index`)
  return count === 0
    ? ok('index', 'made at the first start')
    : bad(
        'index',
        `nothing holds the rule: ${rule}`,
        'start the bot: it makes the index, or names what stands in the way',
      )
}
