import { statfs } from 'node:fs/promises'
import { loadFields } from '../customers/fields/index.ts'
import { AppError, toAppError } from '../errors.ts'
import { loadConfig, type SlackConfig } from '../settings/index.ts'
import { eachConversation } from '../slack/access/index.ts'
import { classifySlackFailure, createWebClient } from '../slack/transport/index.ts'
import { bad, type Finding, ok, warn } from './finding.ts'

type Environment = Readonly<Record<string, string | undefined>>

const SLACK_API = 'https://slack.com/api/'
/** Slack's API does not check the clock, but Bolt rejects requests that seem five minutes old. */
const CLOCK_OFF_S = 60
const CLOCK_BROKEN_S = 240
const QUERY_TIMEOUT_MS = 10_000
const MAX_CHANNELS_NAMED = 5
/** The write-ahead log of a large import takes 1 GB beside the data. */
const WANTED_FREE_GB = 2

/** Checks the settings, each problem on its own line; shows the region and the time zone. */
export function checkSettings(env: Environment): Finding[] {
  try {
    const { defaultRegion, timeZone, slack, admins, retentionDays } = loadConfig(env)
    const country = new Intl.DisplayNames('en', { type: 'region' }).of(defaultRegion) ?? defaultRegion
    const now = new Date().toLocaleString('en-GB', { timeZone, dateStyle: 'medium', timeStyle: 'short' })
    return [
      ok(
        'settings',
        slack.appToken ? 'complete, for Socket Mode' : `complete, for HTTP on port ${slack.port}`,
      ),
      ok('region', `phone numbers without a country code are read as ${country} (${defaultRegion})`),
      ok('time zone', `${timeZone}, local time ${now}`),
      admins.size > 0
        ? ok('admins', `${admins.size} in ADMINS`)
        : warn(
            'admins',
            'ADMINS is empty: nobody may export the customers, forget a person or undo another’s upload',
            'put Slack ids into ADMINS (profile → ⋮ → "Copy member ID")',
          ),
      ok(
        'retention',
        retentionDays === undefined
          ? 'values in the history are kept for good (RETENTION_DAYS is empty)'
          : `values in the history are removed after ${retentionDays} days`,
      ),
    ]
  } catch (error) {
    const problems = error instanceof AppError ? error.details.problems : undefined
    const lines = typeof problems === 'object' ? problems : [toAppError(error).message]
    return lines.map((line) => bad('settings', line, 'set it in .env; .env.example describes it'))
  }
}

/** Checks the team's field catalogue, if there is one. */
export async function* checkFields(path: string | undefined): AsyncGenerator<Finding> {
  if (path === undefined) return
  try {
    const { fields } = await loadFields(path)
    yield ok('fields', `${fields.length} fields, including those of ${path}`)
  } catch (thrown) {
    const { message, next } = toAppError(thrown)
    yield bad('fields', message, next)
  }
}

/** Checks the clock, both tokens, the scopes, and the bot's channels. */
export async function* checkSlack(
  { botToken, appToken, apiUrl }: Pick<SlackConfig, 'botToken' | 'appToken' | 'apiUrl'>,
  wantedScopes: readonly string[],
  digestChannels: readonly string[] = [],
  chosenChannels: readonly string[] = [],
  admins: ReadonlySet<string> = new Set(),
): AsyncGenerator<Finding> {
  const clock = await checkClock(apiUrl ?? SLACK_API)
  yield clock
  if (clock.what === 'Slack') return
  const client = createWebClient(botToken, apiUrl, undefined)
  let botId: string | undefined
  try {
    const { user, team, bot_id, response_metadata } = await client.auth.test()
    botId = bot_id
    yield ok('bot token', `${user} in ${team}`)
    yield checkScopes(response_metadata?.scopes, wantedScopes)
  } catch (error) {
    yield bad('bot token', whyRefused(error), 'copy "Bot User OAuth Token" under "OAuth & Permissions" again')
    return
  }
  if (appToken !== undefined) yield await checkAppToken(appToken, apiUrl, await findApp(client, botId))
  yield* checkAdmins(client, admins)
  try {
    const types = 'public_channel,private_channel'
    const channels: { readonly id: string; readonly name: string | undefined }[] = []
    const asked = { types, withinMs: QUERY_TIMEOUT_MS }
    for await (const channel of eachConversation(client, asked)) channels.push(channel)
    const names = channels.slice(0, MAX_CHANNELS_NAMED).map(({ name }) => `#${name}`)
    const more = channels.length > names.length ? `, … (${channels.length})` : ''
    yield channels.length > 0
      ? ok('channels', `in ${names.join(', ')}${more}`)
      : warn('channels', 'in no channel yet', 'type /invite in a channel and choose the bot')
    const missingOf = (wanted: readonly string[]) =>
      wanted.filter((one) => !channels.some(({ id }) => id === one))
    const missing = missingOf(digestChannels)
    if (missing.length > 0)
      yield warn(
        'summaries',
        `not in ${missing.join(', ')}`,
        'type /invite there, or correct DIGEST_CHANNELS',
      )
    const away = missingOf(chosenChannels)
    if (away.length > 0)
      yield warn('chosen channels', `not in ${away.join(', ')}`, 'type /invite there, or correct CHANNELS')
  } catch (error) {
    yield bad('channels', whyRefused(error), 'check the line about scopes')
  }
}

/** Checks that Slack knows each id in ADMINS. */
async function* checkAdmins(
  client: ReturnType<typeof createWebClient>,
  admins: ReadonlySet<string>,
): AsyncGenerator<Finding> {
  const unknown: string[] = []
  for (const user of admins) {
    try {
      const found = await client.users.info({ user })
      if (found.user?.deleted || found.user?.is_bot) unknown.push(user)
    } catch (error) {
      const failure = classifySlackFailure(error)
      const isUnknown = failure.kind === 'refused' && /^user_not_(found|visible)$/.test(failure.reason)
      if (isUnknown) unknown.push(user)
      else yield warn('admins', `${user} cannot be looked up: ${whyRefused(error)}`, 'see the line on scopes')
    }
  }
  if (unknown.length > 0)
    yield warn(
      'admins',
      `Slack knows no active person ${unknown.join(', ')}`,
      'correct ADMINS: profile → ⋮ → "Copy member ID"',
    )
}

/** Checks that the disk of the embedded database has space for a large import. */
export async function checkDisk(dataDir: string): Promise<Finding> {
  try {
    const { bavail, bsize } = await statfs(dataDir)
    const free = (bavail * bsize) / 1e9
    const text = `${free.toFixed(1)} GB free for DATA_DIR (${dataDir})`
    return free < WANTED_FREE_GB
      ? warn('disk', text, `free space until there are ${WANTED_FREE_GB} GB: below 0.1 GB the database stops`)
      : ok('disk', text)
  } catch {
    return ok('disk', `${dataDir} is made at the first start`)
  }
}

/** Compares this machine's clock with the time in Slack's answer. */
async function checkClock(apiUrl: string): Promise<Finding> {
  try {
    const before = Date.now()
    const response = await fetch(`${apiUrl}api.test`, { signal: AbortSignal.timeout(QUERY_TIMEOUT_MS) })
    await response.body?.cancel()
    const slackTime = Date.parse(response.headers.get('date') ?? '')
    if (Number.isNaN(slackTime))
      return warn('clock', 'Slack did not report its time', 'compare the clock by hand')
    const off = Math.round(((before + Date.now()) / 2 - slackTime) / 1000)
    const statement = `${Math.abs(off)} s ${off < 0 ? 'behind' : 'ahead of'} Slack's`
    if (Math.abs(off) >= CLOCK_BROKEN_S)
      return bad('clock', statement, 'switch time synchronisation (NTP) on')
    if (Math.abs(off) >= CLOCK_OFF_S) return warn('clock', statement, 'switch time synchronisation (NTP) on')
    return ok('clock', statement)
  } catch {
    return bad('Slack', `${new URL(apiUrl).host} cannot be reached`, 'check the network, proxy and firewall')
  }
}

function checkScopes(granted: readonly string[] | undefined, wanted: readonly string[]): Finding {
  if (granted === undefined)
    return warn('scopes', 'Slack did not report the scopes', 'compare them with manifest.yml')
  const missing = wanted.filter((scope) => !granted.includes(scope))
  if (missing.length === 0) return ok('scopes', 'complete')
  const lost = missing.map((scope) => OPTIONAL_SCOPES.get(scope))
  const next = 'paste manifest.yml under "App Manifest", then reinstall the app'
  if (lost.includes(undefined)) return bad('scopes', `${missing.join(', ')} missing`, next)
  return warn('scopes', `${missing.join(', ')} missing: ${lost.join('; ')}. Everything else works`, next)
}

/** Scopes added in later versions, with the features that need them. */
const OPTIONAL_SCOPES: ReadonlyMap<string, string> = new Map([
  ['reactions:write', 'files get no reactions'],
  ['app_mentions:read', 'mentions of the bot get no answer'],
  ['im:history', 'messages to the bot get no answer'],
])

/** Id of the bot's app, if Slack returns it. */
async function findApp(
  client: ReturnType<typeof createWebClient>,
  bot: string | undefined,
): Promise<string | undefined> {
  if (bot === undefined) return undefined
  const { bot: found } = await client.bots.info({ bot }).catch(() => ({ bot: undefined }))
  return found?.app_id
}

/** The second part of an app token is the app's id: xapp-1-A012AB3CD-… */
const APP_OF_TOKEN = /^xapp-\d+-(A[A-Z0-9]+)-/

async function checkAppToken(
  appToken: string,
  apiUrl: string | undefined,
  botApp: string | undefined,
): Promise<Finding> {
  const fix = 'Basic Information → App-Level Tokens: make one with connections:write; Socket Mode must be on'
  const app = APP_OF_TOKEN.exec(appToken)?.[1]
  if (app !== undefined && botApp !== undefined && app !== botApp)
    return bad(
      'app token',
      `belongs to another app (${app}) than the bot token (${botApp})`,
      'copy both tokens from one app',
    )
  try {
    // Only returns an address; no connection is opened.
    await createWebClient(appToken, apiUrl, undefined).apps.connections.open()
    return ok('app token', 'works for Socket Mode')
  } catch (error) {
    return bad('app token', whyRefused(error), fix)
  }
}

function whyRefused(error: unknown): string {
  if (error instanceof AppError && error.code === 'slack_refused') return `Slack says ${error.details.reason}`
  const failure = classifySlackFailure(error)
  return failure.kind === 'refused' ? `Slack says ${failure.reason}` : 'Slack does not answer'
}
