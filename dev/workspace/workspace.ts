import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Delivery,
  deliverEvent,
  deliverOnce,
  describeAction,
  describeFileShared,
  describeMessageShortcut,
  describeText,
  formOf,
  isAccepted,
  leaveOut,
  SLACK_RETRY_DELAYS_MS,
  startEmulatedSlack,
} from '../slack/index.ts'
import { type Aside, collectEphemerals } from './asides.ts'
import { type Answers, collectAnswers, type Question } from './response-urls.ts'
import type { CommandAnswers, Share, WaitOptions, Workspace, WorkspaceOptions } from './workspace-contract.ts'

import { createWorkspaceFiles, uploadFile } from './workspace-files.ts'
import { createWorkspaceMessages } from './workspace-messages.ts'
import { createWorkspaceViews } from './workspace-views.ts'

export type * from './workspace-contract.ts'

const PEOPLE = [
  { name: 'asha', realName: 'Asha Menon' },
  { name: 'ravi', realName: 'Ravi Kulkarni' },
  { name: 'meera', realName: 'Meera Pillai' },
]
const SIGNING_SECRET = 'emulated-signing-secret'
const COMMAND_WITHIN_MS = 60_000
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
  const files = createWorkspaceFiles(slack)
  const { readThread, threadAbove, addReader, ...reading } = createWorkspaceMessages({
    slack,
    files,
    channelId: (channel) => workspace.channelId(channel),
  })
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
  // Each event that waits for its next delivery listens.
  setMaxListeners(0, closing.signal)
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
    ...files,
    ...reading,
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
      const announced = shareOptions.announce === false ? undefined : workspace.announce(share)
      if (shareOptions.announce === 'answered') await announced
      return share
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
      addReader(channel.id, person)
      return channel.id
    },

    async stop() {
      closing.abort()
      await slack.stop()
    },
  }

  function botAddress(): string {
    if (eventsUrl === undefined) throw new Error('connect() the workspace to a bot first')
    return eventsUrl
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

function known(names: ReadonlyMap<string, string>, name: string, kind: string): string {
  const id = names.get(name)
  if (id === undefined)
    throw new Error(`there is no ${kind} called ${name}; there are ${[...names.keys()].join(', ')}`)
  return id
}
