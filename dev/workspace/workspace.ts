import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Delivery,
  deliverEvent,
  deliverOnce,
  describeAction,
  describeFileShared,
  describeMessageShortcut,
  describeText,
  type EmulatedSlack,
  formOf,
  isAccepted,
  leaveOut,
  SLACK_RETRY_DELAYS_MS,
  startEmulatedSlack,
} from '../slack/index.ts'
import { type Aside, collectEphemerals } from './asides.ts'
import { type Answers, collectAnswers, type Question } from './response-urls.ts'
import type {
  CommandAnswers,
  Message,
  Share,
  SharedFile,
  ShareOptions,
  WaitOptions,
  Workspace,
  WorkspaceOptions,
} from './workspace-contract.ts'

import { createWorkspaceViews } from './workspace-views.ts'

export type * from './workspace-contract.ts'

const PEOPLE = [
  { name: 'asha', realName: 'Asha Menon' },
  { name: 'ravi', realName: 'Ravi Kulkarni' },
  { name: 'meera', realName: 'Meera Pillai' },
]
const SIGNING_SECRET = 'emulated-signing-secret'
const COMMAND_WITHIN_MS = 60_000
const RECEIPT_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 25

/** Starts a workspace of three people with the bot in #customers; #random is a channel without the bot. */
export async function startWorkspace(options: WorkspaceOptions = {}): Promise<Workspace> {
  const { people = PEOPLE, channels = ['customers'], otherChannels = ['gossip'] } = options
  const slack = await startEmulatedSlack({
    people,
    channels,
    otherChannels,
    ...(options.port !== undefined && { port: options.port }),
    ...(options.payloadTeamId !== undefined && { payloadTeamId: options.payloadTeamId }),
    ...(options.lateness && { lateness: options.lateness }),
  })
  if (options.rateLimits === false) slack.rates.switchOff()
  const asides: Aside[] = []
  const ephemerals: Aside[] = []
  const answers = collectAnswers(slack, postForBot, (aside) => asides.push(aside))
  const hasReplies = async (channel: string, thread: string) => (await readThread(channel, thread)).length > 1
  collectEphemerals(slack.front, hasReplies, (ephemeral) => {
    const aside = answers.receive(ephemeral)
    ephemerals.push(aside)
    asides.push(aside)
  })
  const onDaysOfTheirOwn = new Set<string>()
  slack.front.use(leaveOut(onDaysOfTheirOwn))
  const closing = new AbortController()
  // A reader of each conversation: a member of the channel, or the person in direct messages with the bot.
  const readers = new Map<string, string>()
  const readerOf = (channel: string): string => readers.get(channel) ?? slack.host
  let eventsUrl: string | undefined

  /** A public reply to a response_url becomes a separate message. */
  async function postForBot(channel: string, text: string, blocks: unknown): Promise<void> {
    await slack.callAsBot('chat.postMessage', { channel, text, ...(blocks === undefined ? {} : { blocks }) })
  }

  /** As Slack does for `should_escape` in the manifest: mentions with ids, and three characters escaped. */
  function writeOut(text: string): string {
    const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    return escaped.replace(/@([a-z]+)/g, (mention, name: string) => {
      const id = slack.people.get(name)
      return id === undefined ? mention : `<@${id}|${name}>`
    })
  }

  const toDelivery = (contentType: Delivery['contentType'], body: string, what: string): Delivery => ({
    url: botAddress(),
    signingSecret: SIGNING_SECRET,
    contentType,
    body,
    onLate: () => slack.strict.noteLateAck(what),
  })

  const { triggers, ...views } = createWorkspaceViews({
    slack,
    toDelivery,
    userId: (person) => workspace.userId(person),
    channelId: (channel) => workspace.channelId(channel),
  })

  const workspace: Workspace = {
    ...views,
    url: slack.front.url,
    apiUrl: `${slack.front.url}/api/`,
    token: slack.botToken,
    signingSecret: SIGNING_SECRET,
    teamId: slack.teamId,
    botUserId: slack.botUserId,
    userId: (person) => known(slack.people, person, 'person'),
    channelId: (channel) =>
      /^[CDG][A-Z0-9]{8,}$/.test(channel) ? channel : known(slack.channels, channel, 'channel'),
    personName: (userId) => [...slack.people].find(([, id]) => id === userId)?.[0] ?? userId,
    asides,
    ephemerals,
    mistakes: slack.strict.mistakes,
    callCounts: slack.rates.counts,
    forgetShares: slack.files.forgetShares,
    countScheduled: slack.countScheduled,
    postScheduled: slack.postScheduled,
    use: slack.front.use,

    connect(url) {
      eventsUrl = url
    },

    async share(person, channel, file, shareOptions = {}) {
      if (shareOptions.announce !== false) botAddress()
      const channelId = workspace.channelId(channel)
      const uploaded = await uploadFile(slack, person, channelId, file, shareOptions, (fileId) => {
        slack.files.begun(fileId)
        if (shareOptions.sharedAt && shareOptions.announce !== false) onDaysOfTheirOwn.add(fileId)
      })
      slack.files.shared(uploaded.fileId, channelId)
      const share: Share = {
        ...uploaded,
        channel: channelId,
        user: workspace.userId(person),
        sharedAt: shareOptions.sharedAt ?? new Date(),
      }
      if (shareOptions.announce !== false) void workspace.announce(share)
      return share
    },

    async upload(person, file) {
      const { upload_url, file_id } = await startUpload(slack, person, file)
      await fetch(upload_url, { method: 'POST', body: new Uint8Array(file.bytes) })
      await slack.callAs(person, 'files.completeUploadExternal', {
        files: [{ id: file_id, title: file.name }],
      })
      slack.giveFile(person, file_id)
      return file_id
    },

    async forward(person, channel, fileId, { announce = true } = {}) {
      const channelId = workspace.channelId(channel)
      const ts = await slack.forwardFile(person, channelId, fileId)
      const user = workspace.userId(person)
      const share: Share = { fileId, channel: channelId, user, ts, sharedAt: new Date(Number(ts) * 1000) }
      if (announce) void workspace.announce(share)
      return share
    },

    async announce(share, retryNumber) {
      const event = JSON.stringify(describeFileShared(slack, share))
      const delivery = toDelivery('application/json', event, 'file_shared')
      return retryNumber === undefined
        ? deliverEvent(delivery, options.eventRetryDelaysMs ?? SLACK_RETRY_DELAYS_MS, closing.signal)
        : deliverOnce(delivery, { number: retryNumber, reason: 'http_timeout' })
    },

    async deleteFile(share) {
      await slack.callAs(workspace.personName(share.user), 'files.delete', { file: share.fileId })
    },

    async print(person, channel, text, { thread } = {}) {
      const answer = { channel: workspace.channelId(channel), text: writeOut(text) }
      await slack.callAs(person, 'chat.postMessage', {
        ...answer,
        ...(thread !== undefined && { thread_ts: thread }),
      })
    },

    async command(person, channel, text, waitOptions) {
      const [command = '', ...words] = text.trim().split(' ')
      const channelId = workspace.channelId(channel)
      const user = workspace.userId(person)
      const question = { person, channel: channelId, user, asked: text }
      return sendAndWait(question, waitOptions, ({ responseUrl, trigger }) =>
        new URLSearchParams({
          token: 'deprecated',
          team_id: slack.payloadTeamId,
          team_domain: 'sahara-loans',
          channel_id: channelId,
          channel_name: channel,
          user_id: user,
          user_name: person,
          command,
          text: command === '/uploads' ? writeOut(words.join(' ')) : words.join(' '),
          api_app_id: slack.appId,
          is_enterprise_install: 'false',
          response_url: responseUrl,
          trigger_id: trigger,
        }).toString(),
      )
    },

    async hasBot(channel) {
      const { members } = await slack.callAs<{ members: string[] }>(slack.host, 'conversations.members', {
        channel: workspace.channelId(channel),
      })
      return members.includes(slack.botUserId)
    },

    async write(person, channel, output, options = {}) {
      const { timeoutMs = COMMAND_WITHIN_MS, thread, onPosted = () => undefined } = options
      const channelId = workspace.channelId(channel)
      const user = workspace.userId(person)
      const text = output.replaceAll('@bot', `<@${slack.botUserId}>`)
      const { ts } = await slack.callAs<{ ts: string }>(person, 'chat.postMessage', {
        channel: channelId,
        text,
        ...(thread !== undefined && { thread_ts: thread }),
      })
      const before = ephemerals.length
      onPosted()
      const event = JSON.stringify(describeText(slack, { channel: channelId, user, text, ts, thread }))
      const outcome = await deliverOnce(toDelivery('application/json', event, 'a text'))
      return { status: outcome.status, answers: await waitForAnswers(channelId, user, ts, before, timeoutMs) }
    },

    async act(person, channel, input, waitOptions) {
      const channelId = workspace.channelId(channel)
      const user = workspace.userId(person)
      const asked = `press ${input.label ?? input.value}`
      const thread = input.message === undefined ? undefined : await threadAbove(channelId, input.message)
      const question = { person, channel: channelId, user, asked, ...(thread !== undefined && { thread }) }
      return sendAndWait(question, waitOptions, (ways) =>
        formOf(describeAction(slack, channelId, user, { ...input, thread }, ways)),
      )
    },

    async pickFromMenu(person, channel, callbackId, message, waitOptions) {
      const channelId = workspace.channelId(channel)
      const user = workspace.userId(person)
      const asked = `choose ${callbackId} from the menu of a message`
      return sendAndWait({ person, channel: channelId, user, asked }, waitOptions, (ways) =>
        formOf(describeMessageShortcut(slack, channelId, user, callbackId, message, ways)),
      )
    },

    interact(payload) {
      return deliverOnce(toDelivery('application/x-www-form-urlencoded', formOf(payload), 'an interaction'))
    },

    deliver(event) {
      return deliverOnce(toDelivery('application/json', JSON.stringify(event), 'an event'))
    },

    async openDirectMessage(person) {
      const { channel } = await slack.callAs<{ channel: { id: string } }>(person, 'conversations.open', {
        users: slack.botUserId,
      })
      readers.set(channel.id, person)
      return channel.id
    },

    async messages(channel) {
      const channelId = workspace.channelId(channel)
      const { messages } = await slack.callAs<{ messages: Message[] }>(
        readerOf(channelId),
        'conversations.history',
        {
          channel: channelId,
          limit: 1000,
        },
      )
      const threads = await Promise.all(
        messages.map((root) => (root.reply_count ? readThread(channelId, root.ts) : [root])),
      )
      return threads.flat().sort((a, b) => (a.ts < b.ts ? -1 : 1))
    },

    async thread(share) {
      const messages = await readThread(share.channel, share.ts)
      return messages.filter(({ ts }) => ts !== share.ts)
    },

    async waitForReceipt(share, waitOptions) {
      return await waitFor(share, 'receipt', isReceipt, waitOptions)
    },

    async waitForReply(share, waitOptions) {
      return await waitFor(
        share,
        'reply',
        (message) => isReceipt(message) || isQuestion(message),
        waitOptions,
      )
    },

    async waitForFile(share, waitOptions) {
      const isFile = ({ user, files }: Message) =>
        user === slack.botUserId && files !== undefined && files.length > 0
      const { files = [] } = await waitFor(share, 'file', isFile, waitOptions)
      const [{ id, name } = { id: '', name: '' }] = files
      const bytes = await readBytes(id)
      if (bytes === undefined) throw new Error(`${name} was deleted`)
      return { id, name, bytes, text: decode(bytes) }
    },

    async readFile(id) {
      const bytes = await readBytes(id)
      return bytes && decode(bytes)
    },

    readBytes,

    async stop() {
      closing.abort()
      await slack.stop()
    },
  }

  const decode = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)

  async function readBytes(id: string): Promise<Buffer | undefined> {
    const found = await slack
      .callAs<{ file: { url_private_download: string } }>(slack.host, 'files.info', { file: id })
      .catch(() => undefined)
    if (!found) return undefined
    const download = await fetch(found.file.url_private_download, {
      headers: { authorization: `Bearer ${slack.botToken}`, connection: 'close' },
    })
    return Buffer.from(await download.arrayBuffer())
  }

  async function waitFor(
    share: Share,
    what: string,
    isIt: (message: Message) => boolean,
    { timeoutMs = RECEIPT_WITHIN_MS }: WaitOptions = {},
  ): Promise<Message> {
    let seen = -1
    for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(LOOK_EVERY_MS)) {
      const writes = slack.countWrites()
      if (writes === seen) continue
      seen = writes
      const found = (await workspace.thread(share)).find(isIt)
      if (found) return found
    }
    throw new Error(`no ${what} came for ${share.fileId} within ${timeoutMs / 1000} s`)
  }

  function botAddress(): string {
    if (eventsUrl === undefined) throw new Error('connect() the workspace to a bot first')
    return eventsUrl
  }

  async function readThread(channel: string, ts: string): Promise<Message[]> {
    const { messages } = await slack.callAs<{ messages: Message[] }>(
      readerOf(channel),
      'conversations.replies',
      {
        channel,
        ts,
      },
    )
    return messages
  }

  /** The thread of a reply. */
  async function threadAbove(channel: string, ts: string): Promise<string | undefined> {
    const [message] = await readThread(channel, ts)
    return message?.thread_ts === ts ? undefined : message?.thread_ts
  }

  /** Ephemeral messages to a person, or direct messages, since they wrote. */
  async function waitForAnswers(
    channel: string,
    user: string,
    since: string,
    before: number,
    timeoutMs: number,
  ): Promise<CommandAnswers['answers']> {
    const isDirect = channel.startsWith('D')
    for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(LOOK_EVERY_MS)) {
      const printed = isDirect
        ? (await workspace.messages(channel)).filter((one) => one.user === slack.botUserId && one.ts > since)
        : ephemerals.slice(before).filter((one) => one.user === user && one.channel === channel)
      if (printed.length > 0) return printed.map((one) => ({ ...one, visibility: 'asker' as const }))
    }
    return []
  }

  async function sendAndWait(
    { person, ...question }: Question & { readonly person: string },
    { timeoutMs = COMMAND_WITHIN_MS, isLate = false }: WaitOptions = {},
    describe: (ways: { readonly responseUrl: string; readonly trigger: string }) => string,
  ): Promise<CommandAnswers> {
    const slot: Answers = answers.open(question)
    const trigger = await triggers.newTrigger(person, { isExpired: isLate })
    const form = describe({ responseUrl: slot.url, trigger })
    const outcome = await deliverOnce(toDelivery('application/x-www-form-urlencoded', form, question.asked))
    if (!isAccepted(outcome)) return { status: outcome.status, answers: [] }
    return { status: outcome.status, answers: await slot.wait(timeoutMs, () => triggers.filledBy(trigger)) }
  }

  return workspace
}

/** True if a message of the bot is a receipt, by its metadata. */
export function isReceipt(message: Message): boolean {
  const state = message.metadata?.event_payload.state
  return message.metadata?.event_type === 'customer_upload' && (state === 'done' || state === 'failed')
}

/** True if a message of the bot is a question. */
export function isQuestion({ metadata }: Message): boolean {
  return metadata?.event_type === 'customer_upload' && metadata.event_payload.state === 'held'
}

function known(names: ReadonlyMap<string, string>, name: string, kind: string): string {
  const id = names.get(name)
  if (id === undefined)
    throw new Error(`there is no ${kind} called ${name}; there are ${[...names.keys()].join(', ')}`)
  return id
}

const startUpload = (slack: EmulatedSlack, person: string, { name, bytes }: SharedFile) =>
  slack.callAs<{ upload_url: string; file_id: string }>(person, 'files.getUploadURLExternal', {
    filename: name,
    length: bytes.byteLength,
  })

async function uploadFile(
  slack: EmulatedSlack,
  person: string,
  channel: string,
  file: SharedFile,
  options: ShareOptions,
  onNamed: (fileId: string) => void,
): Promise<{ fileId: string; ts: string }> {
  const { upload_url, file_id } = await startUpload(slack, person, file)
  onNamed(file_id)
  await fetch(upload_url, { method: 'POST', body: new Uint8Array(file.bytes) })
  await slack.callAs(person, 'files.completeUploadExternal', {
    files: [{ id: file_id, title: file.name }],
    channel_id: channel,
    ...(options.comment !== undefined && { initial_comment: options.comment }),
    ...(options.thread !== undefined && { thread_ts: options.thread }),
  })
  const { file: info } = await slack.callAs<{
    file: { shares: Record<string, Record<string, { ts: string }[]>> }
  }>(person, 'files.info', { file: file_id })
  const ts = Object.values(info.shares)
    .flatMap((byChannel) => byChannel[channel] ?? [])
    .at(-1)?.ts
  if (ts === undefined) throw new Error('the emulator did not share the file')
  return { fileId: file_id, ts }
}
