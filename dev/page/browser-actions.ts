import { setTimeout as sleep } from 'node:timers/promises'
import type { CommandAnswers, ShownView, SubmissionAnswer, ViewState, Workspace } from '../workspace/index.ts'
import { findPressed, readState } from './blocks/index.ts'
import type { PagePlace } from './page-place.ts'
import type { PageReader } from './read-page.ts'
import type { AppFeatures } from './slack-manifest.ts'

/** An action from a browser. */
export type ActionBody = Readonly<Record<string, unknown>>

interface ActionOutcome {
  /** The opened modal. */
  readonly window?: string
  /** The modal closes. */
  readonly isClosed?: boolean
  /** The error of a field. */
  readonly error?: string
  /** Slack's own immediate message to the person. */
  readonly notice?: string
}

interface BrowserActionsDeps {
  readonly workspace: Workspace
  readonly reader: PageReader
  readonly features: AppFeatures
}

const WAIT_MS = 10_000
const LOOK_MS = 25
/** The app's name, as a person types it. */
const MENTION = /@customer[ -]?uploads\b/i
const GONE = 'This is not there any more.'

const textOf = (body: ActionBody, name: string): string => String(body[name] ?? '')

/** Actions on the page, by name. Everything is looked up again: a browser cannot press what is not shown. */
export function createBrowserActions({ workspace, reader, features }: BrowserActionsDeps) {
  /** Waits for a reply, or for a modal that opens before it. */
  async function untilShown(at: PagePlace, work: Promise<unknown>): Promise<ActionOutcome> {
    const known = new Set(workspace.windows(at.person).map(({ id }) => id))
    let isDone = false
    const done = work.finally(() => {
      isDone = true
    })
    done.catch(() => undefined)
    for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(LOOK_MS)) {
      const wasDone = isDone
      const opened = workspace.windows(at.person).findLast(({ id }) => !known.has(id))
      if (opened) return { window: opened.id }
      if (wasDone) break
    }
    const answered = isDone ? await done : undefined
    return isAnswers(answered) && !isConfirmed(answered)
      ? { notice: 'Customer Uploads did not respond.' }
      : {}
  }

  async function typeCommand(at: PagePlace, text: string, thread: string): Promise<ActionOutcome> {
    const [command = ''] = text.split(/\s/)
    if (thread !== '') return { notice: `${command} is not supported in threads. Sorry!` }
    const channel = await reader.channelOf(at)
    if (command === '/invite') return await invite(at, channel)
    if (!features.commands.includes(command))
      return { notice: `${command} is not a valid command. There are ${features.commands.join(' and ')}.` }
    return await untilShown(at, workspace.command(at.person, channel, text, { timeoutMs: WAIT_MS }))
  }

  /** A mention, and a text in direct messages, reach the bot; it answers later. */
  async function typeText(at: PagePlace, text: string, thread: string): Promise<ActionOutcome> {
    const channel = await reader.channelOf(at)
    const options = thread === '' ? {} : { thread }
    const isDirect = channel.startsWith('D')
    const isMention = MENTION.test(text)
    if (!isDirect && !(isMention && (await workspace.hasBot(channel)))) {
      await workspace.print(at.person, channel, text, options)
      return isMention ? { notice: 'Customer Uploads is not in this channel. Type /invite to add it.' } : {}
    }
    await new Promise<void>((resolve, reject) => {
      const written = text.replace(MENTION, '@bot')
      const more = { ...options, timeoutMs: WAIT_MS, onPosted: resolve }
      workspace.write(at.person, channel, written, more).then(() => resolve(), reject)
    })
    return {}
  }

  async function invite(at: PagePlace, channel: string): Promise<ActionOutcome> {
    try {
      await workspace.inviteBot(at.person, channel)
      return {}
    } catch {
      return { notice: 'Customer Uploads is already in this channel.' }
    }
  }

  /** The modal stays open if the bot updates it or reports an error. */
  async function submit(at: PagePlace, view: ShownView, state: ViewState): Promise<ActionOutcome> {
    let outcome: ActionOutcome = { error: 'Customer Uploads did not respond.' }
    await new Promise<void>((resolve) => {
      const onAcknowledged = ({ status, action, errors }: SubmissionAnswer) => {
        const isKept = action === 'update' || action === 'push'
        if (errors) outcome = { error: Object.values(errors).join(' ') }
        else if (status === 200) outcome = isKept ? {} : { isClosed: true }
        resolve()
      }
      workspace.submit(at.person, view, state, { timeoutMs: WAIT_MS, onAcknowledged }).then(
        () => resolve(),
        () => resolve(),
      )
    })
    return outcome
  }

  const actions: Readonly<Record<string, (at: PagePlace, body: ActionBody) => Promise<ActionOutcome>>> = {
    async type(at, body) {
      const text = textOf(body, 'text').trim()
      const thread = textOf(body, 'thread')
      if (text === '') return {}
      if (text.startsWith('/')) return await typeCommand(at, text, thread)
      return await typeText(at, text, thread)
    },

    async press(at, body) {
      const container = textOf(body, 'in')
      const blocks = await reader.findBlocks(at, container)
      const control = blocks && findPressed(blocks, textOf(body, 'action'), textOf(body, 'value'))
      if (!control) return { notice: GONE }
      const [kind, id = ''] = container.split(':')
      const options = { timeoutMs: WAIT_MS }
      if (kind === 'view') {
        const view = reader.findPage(at, id)
        if (!view) return { notice: GONE }
        return await untilShown(
          at,
          workspace.actInView(at.person, view, control, {
            ...options,
            typed: readState(view.blocks, body.fields),
          }),
        )
      }
      const channel = await reader.channelOf(at)
      const place = kind === 'message' ? { message: id } : {}
      return await untilShown(at, workspace.act(at.person, channel, { ...control, ...place }, options))
    },

    async menu(at, body) {
      const message = await reader.findMessage(at, textOf(body, 'message'))
      const callbackId = textOf(body, 'callback')
      if (!message || !features.messageShortcuts.some((one) => one.callbackId === callbackId))
        return { notice: GONE }
      const { ts, user, files = [] } = message
      const picked = { ts, user, files: files.map(({ id, name }) => ({ id, name, mode: 'hosted' })) }
      const channel = await reader.channelOf(at)
      return await untilShown(
        at,
        workspace.pickFromMenu(at.person, channel, callbackId, picked, { timeoutMs: WAIT_MS }),
      )
    },

    async delete(at, body) {
      const message = await reader.findMessage(at, textOf(body, 'message'))
      const [file] = message?.files ?? []
      if (!message || !file) return { notice: GONE }
      if (message.user !== workspace.userId(at.person))
        return { notice: 'Only its owner can delete this file.' }
      const { ts, user } = message
      const channel = await reader.channelOf(at)
      await workspace.deleteFile({
        fileId: file.id,
        channel,
        user,
        ts,
        sharedAt: new Date(Number(ts) * 1000),
      })
      return {}
    },

    async shortcut(at, body) {
      const callbackId = textOf(body, 'callback')
      if (!features.globalShortcuts.some((one) => one.callbackId === callbackId)) return { notice: GONE }
      return await untilShown(at, workspace.openShortcut(at.person, callbackId, { timeoutMs: WAIT_MS }))
    },

    async submit(at, body) {
      const view = reader.findPage(at, textOf(body, 'view'))
      return view ? await submit(at, view, readState(view.blocks, body.fields)) : { notice: GONE }
    },
  }
  return actions
}

const isAnswers = (value: unknown): value is CommandAnswers =>
  typeof value === 'object' && value !== null && 'answers' in value && 'status' in value

const isConfirmed = ({ status }: CommandAnswers): boolean => status !== null && status >= 200 && status < 300
