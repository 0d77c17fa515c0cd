import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createEmulator } from 'emulate'
import { parse } from 'yaml'
import {
  argumentsOf,
  createGivenFiles,
  createLateFiles,
  createRateLimits,
  createRepeatedPosts,
  createSpareTokens,
  createStrictCalls,
  createUnfurledFiles,
  type FileLateness,
  type LateFiles,
  listTokens,
  methodOf,
} from '../strict/index.ts'
import { createForwardedFiles } from './forwarded-files.ts'
import { createScheduledMessages } from './scheduled-messages.ts'
import {
  createServerCall,
  type Forward,
  type FrontCall,
  type FrontLayer,
  findServer,
  KEEP_ALIVE_MS,
  refuseBrowsers,
  type SlackFront,
  startSlackFront,
  withBody,
} from './slack-front.ts'

export interface EmulatedSlack {
  readonly front: SlackFront
  readonly botToken: string
  readonly botUserId: string
  readonly appId: string
  readonly teamId: string
  /** The team in payloads: in Slack Connect and Grid it can differ from the bot's. */
  readonly payloadTeamId: string
  /** A person who is in every channel. */
  readonly host: string
  /** Slack id by name. */
  readonly people: ReadonlyMap<string, string>
  readonly channels: ReadonlyMap<string, string>
  /** Calls a Web API method as a person, without the front's layers. */
  callAs<T>(person: string, method: string, args: Record<string, unknown>): Promise<T>
  /**
   * Calls a Web API method as the bot, without the front's layers: what Slack itself does in the bot's name.
   */
  callAsBot<T>(method: string, args: Record<string, unknown>): Promise<T>
  /** Sends the bytes of a file to the address that `files.getUploadURLExternal` gave. */
  upload(url: string, bytes: Uint8Array): Promise<void>
  /** Number of finished calls that can have changed a message. */
  countWrites(): number
  readonly strict: ReturnType<typeof createStrictCalls>
  readonly rates: ReturnType<typeof createRateLimits>
  readonly files: LateFiles
  /** Number of scheduled messages. */
  countScheduled(): number
  /** Posts all scheduled messages, as if their time had come. */
  postScheduled(): Promise<void>
  /** A person submitted a file in the app's modal: the app can read it from now on. */
  giveFile(person: string, fileId: string): void
  /** A person shares an existing file. @returns `ts` of the message */
  forwardFile(person: string, channel: string, fileId: string): Promise<string>
  stop(): Promise<void>
}

interface EmulatedSlackOptions {
  readonly people: readonly { readonly name: string; readonly realName: string }[]
  /** Channels the bot is invited to. */
  readonly channels: readonly string[]
  /** Channels without the bot. */
  readonly otherChannels?: readonly string[]
  /** Port of the public address; a free one by default. */
  readonly port?: number
  readonly payloadTeamId?: string
  /** Delays of Slack's file handling; short by default. */
  readonly lateness?: Partial<FileLateness>
}

const LATENESS: FileLateness = { unknownMs: 40, unsharedMs: 120, completeMs: 60 }
const BOT_USER_ID = 'UBOT00001'
const BOT_ID = 'BBOT00001'
const APP_ID = 'ACUSTUPLD'
/** Methods that change nothing. */
const READS = /^\/api\/\w+\.(?:info|list|history|replies|members|test)\b/
/** Beside the sources, and beside the built files in `dist`. */
const MANIFESTS = ['../../manifest.yml', '../../../manifest.yml']

/**
 * A Slack workspace in memory: people, channels, and the bot with exactly the scopes of manifest.yml. A call
 * that the manifest does not allow fails here as in Slack.
 */
export async function startEmulatedSlack(options: EmulatedSlackOptions): Promise<EmulatedSlack> {
  const host = options.people[0]?.name
  if (host === undefined) throw new Error('a workspace needs at least one person')
  // Not guessable by other users of this machine.
  const secret = randomBytes(12).toString('hex')
  const botToken = `xoxb-emulated-${secret}`
  const personToken = (name: string) => `xoxp-emulated-${name}-${secret}`
  const starting: Forward = async () => new Response('Starting', { status: 503 })
  let [callEmulator, callFromFront] = [starting, starting]
  const front = await startSlackFront((call) => callFromFront(call), options.port)
  const scopes = await knownBotScopes()
  const emulator = await createEmulator({
    service: 'slack',
    port: 0,
    seed: {
      slack: {
        team: { name: 'Sahara Loans', domain: 'sahara-loans' },
        users: options.people.map(({ name, realName }) => ({ name, real_name: realName })),
        channels: [...options.channels, ...(options.otherChannels ?? [])].map((name) => ({ name })),
        oauth_apps: [
          {
            app_id: APP_ID,
            client_id: '1.1',
            client_secret: 'unused',
            name: 'Customer Uploads',
            redirect_uris: [],
            bot_id: BOT_ID,
            bot_user_id: BOT_USER_ID,
            bot_name: 'customer-uploads',
            scopes,
          },
        ],
        tokens: [
          ...listTokens(botToken).map((token) => ({
            token,
            type: 'bot' as const,
            user_id: BOT_USER_ID,
            bot_id: BOT_ID,
            bot_user_id: BOT_USER_ID,
            app_id: APP_ID,
            scopes,
          })),
          ...options.people.flatMap(({ name }) =>
            listTokens(personToken(name)).map((token) => ({ token, user: name })),
          ),
        ],
        strict_scopes: true,
      },
    },
  })
  const { port } = new URL(emulator.url)
  const server = await findServer(`http://127.0.0.1:${port}`)
  server.keepAliveTimeout = KEEP_ALIVE_MS
  let writes = 0
  const withSpareToken = createSpareTokens()
  const known = createKnownFacts()
  const watch =
    (callServer: Forward): Forward =>
    (call) => {
      known.learn(call)
      return callServer(withSpareToken(call)).finally(() => {
        known.learn(call)
        if (!READS.test(call.path)) writes += 1
      })
    }
  const address = `127.0.0.1:${port}`
  callEmulator = watch(createServerCall(server, address))
  // Addresses in answers (of files, of uploads) point to the front, so that downloads pass it like calls.
  callFromFront = watch(createServerCall(server, address, replaceIn(emulator.url, front.url)))
  const allowBrowsers = refuseBrowsers(
    new Set([emulator.url, front.url].map((url) => Number(new URL(url).port))),
  )
  const forwards = createForwardedFiles()
  front.use(forwards.layer)
  front.use(showRepliesOfShares(callAs, host, known))
  const scheduled = createScheduledMessages(callMethod)
  front.use(scheduled.layer)
  front.use(createRepeatedPosts((channel, ts) => isMessageThere(callAs, host, { channel, ts })))
  front.use(listConversations(callAs, host))
  const isBot = ({ headers }: FrontCall) => headers.get('authorization') === `Bearer ${botToken}`
  front.use(createUnfurledFiles(forwards.add, BOT_USER_ID, isBot))
  const given = createGivenFiles(isBot, personToken)
  front.use(given.layer)
  const files = createLateFiles({ ...LATENESS, ...options.lateness }, isBot)
  front.use(files.layer)
  front.use(keepThreadRules(callAs, host))
  front.use(keepOut(callAsBot, known))
  const strict = createStrictCalls()
  front.use(strict.layer)
  const rates = createRateLimits()
  front.use(rates.layer)

  /** Calls by Slack itself, without the layers between the bot and Slack. */
  async function callMethod(
    method: string,
    headers: Record<string, string>,
    body: string,
  ): Promise<Response> {
    return await callEmulator({
      method: 'POST',
      path: `/api/${method}`,
      headers: new Headers(headers),
      body: Buffer.from(body),
    })
  }

  function callAsBot<T>(method: string, args: Record<string, unknown>): Promise<T> {
    return callWith(botToken, method, args)
  }

  function callAs<T>(person: string, method: string, args: Record<string, unknown>): Promise<T> {
    return callWith(personToken(person), method, args)
  }

  async function callWith<T>(token: string, method: string, args: Record<string, unknown>): Promise<T> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' }
    const response = await callMethod(method, headers, JSON.stringify(args))
    const answer: T & { ok: boolean; error?: string } = JSON.parse(await response.text())
    if (!answer.ok) throw new Error(`${method} was refused: ${answer.error}`)
    return answer
  }

  const people = await findPeople(callAs, host)
  const channels = await findChannels(callAs, host)
  for (const name of options.channels) {
    await callAs(host, 'conversations.invite', { channel: channels.get(name), users: BOT_USER_ID })
  }
  const { team_id: teamId } = await callAs<{ team_id: string }>(host, 'auth.test', {})

  return {
    front,
    botToken,
    botUserId: BOT_USER_ID,
    appId: APP_ID,
    teamId,
    payloadTeamId: options.payloadTeamId ?? teamId,
    host,
    people,
    channels,
    callAs,
    callAsBot,
    async upload(url, bytes) {
      const { pathname, search } = new URL(url)
      const headers = new Headers({ 'content-type': 'application/octet-stream' })
      await callEmulator({ method: 'POST', path: `${pathname}${search}`, headers, body: Buffer.from(bytes) })
    },
    countWrites: () => writes,
    strict,
    rates,
    files,
    countScheduled: scheduled.count,
    postScheduled: scheduled.postAll,
    giveFile(person, fileId) {
      given.add(fileId, person)
      files.begun(fileId)
    },
    async forwardFile(person, channel, fileId) {
      const { ts } = await callAs<{ ts: string }>(person, 'chat.postMessage', { channel, text: fileId })
      forwards.add({ fileId, channel, ts, share_user_id: people.get(person) ?? '' })
      files.shared(fileId, channel)
      return ts
    },
    async stop() {
      scheduled.stop()
      await files.stop()
      allowBrowsers()
      await front.stop()
      await emulator.close()
    },
  }
}

type CallAs = EmulatedSlack['callAs']

let botScopes: Promise<string[]> | undefined
/** Read once: many workspaces of one process begin. */
function knownBotScopes(): Promise<string[]> {
  botScopes ??= readBotScopes()
  return botScopes
}

async function readBotScopes(): Promise<string[]> {
  const places = MANIFESTS.map((place) => new URL(place, import.meta.url))
  const found = places.find((place) => existsSync(place))
  if (!found) throw new Error('there is no manifest.yml')
  const manifest: { oauth_config: { scopes: { bot: string[] } } } = parse(await readFile(found, 'utf8'))
  return manifest.oauth_config.scopes.bot
}

async function findPeople(callAs: CallAs, as: string): Promise<Map<string, string>> {
  const { members } = await callAs<{ members: { id: string; name: string }[] }>(as, 'users.list', {})
  return new Map(members.map(({ id, name }) => [name, id]))
}

async function findChannels(callAs: CallAs, as: string): Promise<Map<string, string>> {
  const { channels } = await callAs<{ channels: { id: string; name: string }[] }>(
    as,
    'conversations.list',
    {},
  )
  return new Map(channels.map(({ id, name }) => [name, id]))
}

function replaceIn(from: string, to: string): (body: Buffer) => Buffer {
  return (body) => (body.includes(from) ? Buffer.from(body.toString().replaceAll(from, to)) : body)
}

/** Facts that are remembered, because asking the emulator for them costs more than most calls. */
interface KnownFacts {
  /** Called before and after every call to the emulator. */
  learn(call: FrontCall): void
  /** False if the message has no replies. */
  mayHaveReplies(ts: string): boolean
  /** Channels with the bot, as far as known; another set after each change of a channel. */
  readonly joined: () => Set<string>
}

function createKnownFacts(): KnownFacts {
  const threads = new Set<string>()
  let joined = new Set<string>()
  return {
    learn(call) {
      const method = methodOf(call)
      if (method?.startsWith('conversations.') && !READS.test(call.path)) joined = new Set()
      const { thread_ts: ts } = POSTS.has(method) ? argumentsOf(call) : {}
      if (ts !== undefined) threads.add(String(ts))
    },
    mayHaveReplies: (ts) => threads.has(ts),
    joined: () => joined,
  }
}

/** A direct conversation, which only its two members can read, contains each message posted to it. */
async function isMessageThere(
  callAs: CallAs,
  as: string,
  { channel, ts }: Readonly<Record<'channel' | 'ts', string>>,
): Promise<boolean> {
  if (channel.startsWith('D')) return true
  const { messages } = await callAs<{ messages: Reply[] }>(as, 'conversations.replies', {
    channel,
    ts,
  }).catch(() => ({ messages: [] }))
  return messages.some((one) => one.ts === ts)
}

const POSTS: ReadonlySet<string | undefined> = new Set([
  'chat.postMessage',
  'chat.scheduleMessage',
  'files.completeUploadExternal',
])

/**
 * A reply must name the root of a thread: https://docs.slack.dev/reference/methods/chat.postMessage#errors
 */
function keepThreadRules(callAs: CallAs, as: string): FrontLayer {
  return async (call, next) => {
    if (!POSTS.has(methodOf(call))) return await next(call)
    const { thread_ts: ts, channel_id, channel = channel_id } = argumentsOf(call)
    if (ts === undefined || !/^[CG]/.test(String(channel))) return await next(call)
    const { messages } = await callAs<{ messages: Reply[] }>(as, 'conversations.replies', {
      channel,
      ts,
    }).catch(() => ({ messages: [] }))
    const parent = messages.find((one) => one.ts === ts)
    if (!parent) return Response.json({ ok: false, error: 'thread_not_found' })
    const isReply = parent.thread_ts !== undefined && parent.thread_ts !== ts
    return isReply ? Response.json({ ok: false, error: 'cannot_reply_to_message' }) : await next(call)
  }
}

const POSTING: ReadonlySet<string | undefined> = new Set(['chat.postEphemeral', 'chat.postMessage'])

/** Without `chat:write.public` the bot cannot post in a channel it is not in; the emulator allows it. */
function keepOut(callAsBot: EmulatedSlack['callAsBot'], { joined }: KnownFacts): FrontLayer {
  return async (call, next) => {
    const { channel } = POSTING.has(methodOf(call)) ? argumentsOf(call) : {}
    const id = String(channel ?? '')
    const joinedNow = joined()
    if (!/^[CG]/.test(id) || joinedNow.has(id)) return await next(call)
    const info = await callAsBot<{ channel: { is_member?: boolean } }>('conversations.info', {
      channel,
    }).catch(() => undefined)
    const isOut = info?.channel.is_member === false
    if (info?.channel.is_member) joinedNow.add(id)
    return isOut ? Response.json({ ok: false, error: 'not_in_channel' }) : await next(call)
  }
}

interface Reply {
  readonly ts: string
  readonly thread_ts?: string
}

interface Share {
  ts: string
  reply_users?: string[]
  reply_users_count?: number
  reply_count?: number
  latest_reply?: string
}

/**
 * Slack's `files.info` lists who replied to each share, and the last reply; the emulator leaves that empty.
 */
function showRepliesOfShares(callAs: CallAs, as: string, { mayHaveReplies }: KnownFacts): FrontLayer {
  async function listReplies(channel: string, ts: string): Promise<{ ts: string; user: string }[]> {
    if (!mayHaveReplies(ts)) return []
    const { messages } = await callAs<{ messages: { ts: string; user: string }[] }>(
      as,
      'conversations.replies',
      { channel, ts },
      // Only the bot and its person can read their direct messages.
    ).catch(() => ({ messages: [] }))
    return messages.filter((reply) => reply.ts !== ts)
  }

  async function addReplies(channel: string, share: Share): Promise<void> {
    const replies = await listReplies(channel, share.ts)
    share.reply_users = [...new Set(replies.map(({ user }) => user))]
    share.reply_users_count = share.reply_users.length
    share.reply_count = replies.length
    const latest = replies.at(-1)
    if (latest) share.latest_reply = latest.ts
  }

  return async (call, next) => {
    const answer = await next(call)
    if (!call.path.startsWith('/api/files.info')) return answer
    const info: { file?: { shares?: Record<string, Record<string, Share[]>> } } = JSON.parse(
      await answer.text(),
    )
    for (const byChannel of Object.values(info.file?.shares ?? {}))
      for (const [channel, shares] of Object.entries(byChannel))
        for (const share of shares) await addReplies(channel, share)
    return withBody(answer, JSON.stringify(info))
  }
}

interface Conversation {
  readonly id: string
  readonly is_member?: boolean
  readonly is_im?: boolean
}

/**
 * `users.conversations`, which the emulator lacks: its `conversations.list`, filtered by the membership of
 * the caller or the given person.
 */
function listConversations(callAs: CallAs, as: string): FrontLayer {
  async function isIn(user: string, channel: string): Promise<boolean> {
    const { members } = await callAs<{ members: string[] }>(as, 'conversations.members', { channel })
    return members.includes(user)
  }
  return async (call, next) => {
    if (!call.path.startsWith('/api/users.conversations')) return await next(call)
    const user = new URLSearchParams(call.body.toString()).get('user')
    const path = call.path.replace('users.conversations', 'conversations.list')
    const answer = await next({ ...call, path })
    const list: { channels?: Conversation[] } = JSON.parse(await answer.text())
    const all = list.channels ?? []
    const theirs = await Promise.all(
      all.map(({ id, is_member, is_im }) =>
        user === null ? is_member === true || is_im === true : isIn(user, id),
      ),
    )
    const channels = all.filter((_, at) => theirs[at])
    return withBody(answer, JSON.stringify({ ...list, ...(list.channels && { channels }) }))
  }
}
