import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SHORTCUTS } from '../../commands/home/index.ts'
import { classifyFile } from '../../src/slack/files/index.ts'
import { type ShowOptions, showMessage } from '../slack/index.ts'
import {
  type ActionInput,
  type CommandAnswers,
  isQuestion,
  type Message,
  type Share,
  type ShownView,
  type Workspace,
} from '../workspace/index.ts'
import { beginningOf, readComing, readComingOf } from './demo-answers.ts'
import { findControl, findPicks, listControls, type Picks, type Pressable } from './demo-controls.ts'
import { HELP } from './demo-help.ts'
import { createDemoViews } from './demo-views.ts'

export interface DemoChat {
  /** Plays one line. */
  play(line: string, options?: PlayOptions): Promise<PlayOutcome>
  /** The person of the next line. */
  readonly person: string
}

interface PlayOptions {
  readonly sharedAt?: Date
}

/** `unanswered`: an expected reply did not come. `misunderstood`: there is no such line. */
export type PlayOutcome = 'done' | 'quit' | 'unanswered' | 'misunderstood'

interface DemoChatDeps {
  readonly workspace: Workspace
  readonly channel: string
  readonly print: (text: string) => void
}

const ANSWER_WITHIN_MS = 60_000
const WAIT = { timeoutMs: ANSWER_WITHIN_MS } as const
/** For files that the bot ignores, silence is expected for this long. */
const SILENCE_MS = 3_000
const LOOK_MS = 50
/** Replies that announce the rest of a slow reply. */
const MORE_COMES = /post here when|a note here when|posted here in a moment|^(?:Counting|Looking for) .* …$/
/** Final states. */
const FINAL: readonly string[] = ['done', 'failed']
const APPROVE = /^approve_upload:/
/** The reply when a held file goes on. */
const IMPORTS = /is being imported/
/** Replies when a held file is previewed again, and when a file is read again after its undo. */
const SHOWN_AGAIN = /is read again\. The preview/
const READ_AFTER_UNDO = /After it the file is read again/
/** Buttons below a question that do not answer it. */
const ONLY_SHOWS = /^(?:preview_examples|open_view):/
const EARLIER = /^(yesterday|(\d{1,3}) days? ago) (share .+)$/i
/** How the bot is called: as a person types it, or picks it in Slack. */
const MENTION = /^@(?:bot|customer[ -]?uploads)\b/i
const DAY_MS = 24 * 60 * 60 * 1000
/** Maximum of existing controls named in an error. */
const MAX_NAMED = 8

const isAnnounced = (text = ''): boolean => MORE_COMES.test(text)

/** The file's kind by name; for an error the bot replies. */
function kindOf(name: string): ReturnType<typeof classifyFile> {
  try {
    return classifyFile({ name, mode: 'hosted' })
  } catch {
    return 'table'
  }
}

/** Plays the people in the channel and prints what happens as text. */
export function createDemoChat({ workspace, channel, print: write }: DemoChatDeps): DemoChat {
  const show: ShowOptions = { nameOf: workspace.personName, timeZone: 'Asia/Kolkata' }
  let person = 'asha'
  /** The messages so far, for their buttons. */
  let pressable: readonly Pressable[] = []
  /** What this person sees: others' ephemeral messages cannot be pressed. */
  const listVisible = () => pressable.filter((one) => one.only === undefined || one.only === person)
  /** The file of the last question. */
  let asked: Share | undefined
  let latest: (Share & { readonly name: string }) | undefined
  /** The choices in the open modal. */
  let picks: Picks = {}
  /** The last question shown. */
  let shownQuestion = ''
  /** Number of ephemeral messages already shown. */
  let seen = 0

  const views = createDemoViews(workspace, ANSWER_WITHIN_MS)

  /** Without those that answer a press in a thread, which are shown as answers. */
  const listUnasked = () => workspace.ephemerals.slice(seen).filter(({ asked }) => asked === undefined)

  const quote = (text: string) =>
    write(
      text
        .split('\n')
        .map((line) => `    ${line}`)
        .join('\n'),
    )

  async function share(path: string, { sharedAt }: PlayOptions): Promise<PlayOutcome> {
    if (path === '') {
      write('Which file? Try: share examples/day-1.csv')
      return 'misunderstood'
    }
    let bytes: Uint8Array
    try {
      bytes = await readFile(path)
    } catch {
      write(`There is no file ${path} to share. Try: share examples/day-1.csv`)
      return 'misunderstood'
    }
    if (bytes.byteLength === 0) {
      write(`${path} is empty: Slack itself does not take it.`)
      return 'misunderstood'
    }
    const name = basename(path)
    write(`${person} shares ${name} in #${channel}`)
    const shared = await workspace.share(person, channel, { name, bytes }, sharedAt && { sharedAt })
    latest = { ...shared, name }
    const kind = kindOf(name)
    if (kind === 'not_for_us') return printIgnored()
    try {
      await showReply(shared, kind === 'perhaps' ? SILENCE_MS : ANSWER_WITHIN_MS)
      return 'done'
    } catch {
      if (kind === 'perhaps') return printIgnored()
      write(`  No reply came within ${ANSWER_WITHIN_MS / 1000} s.`)
      return 'unanswered'
    }
  }

  function printIgnored(): PlayOutcome {
    write('  (Customer Uploads ignores files that are not lists, and says nothing.)')
    return 'done'
  }

  /** Shows the bot's reply in a file's thread: the receipt, or a question with buttons. */
  async function showReply(shared: Share, withinMs: number): Promise<void> {
    const reply = await workspace.waitForReply(shared, { timeoutMs: withinMs })
    write('  Customer Uploads replies in the thread:')
    shownQuestion = showMessage(reply, show)
    quote(shownQuestion)
    pressable = [...pressable, reply]
    asked = isQuestion(reply) ? shared : undefined
    if (asked || !/\bInvalid [1-9]/.test(reply.text)) return
    const file = await workspace.waitForFile(shared, { timeoutMs: withinMs })
    write(`  and adds the file ${file.name}:`)
    const isText = file.name.endsWith('.csv')
    quote(
      isText
        ? beginningOf(file.text.replace(/^\uFEFF/, '').trimEnd())
        : `(a workbook of ${file.bytes.length} bytes)`,
    )
  }

  function printButtons(): PlayOutcome {
    const labels = [
      ...new Set(
        listVisible()
          .toReversed()
          .flatMap(listControls)
          .map((one) => one.label),
      ),
    ]
    const some = labels.slice(0, MAX_NAMED).join(', ')
    write(
      labels.length === 0
        ? 'Press what? Nothing has a button yet. Share a file first.'
        : `Press what? Try: press ${labels[0]}. There is: ${some}.`,
    )
    return 'misunderstood'
  }

  function printUnknownName(label: string): PlayOutcome {
    const owner = pressable.findLast((one) => findControl([one], label))?.only
    if (owner !== undefined) {
      write(`Only ${owner} sees "${label}". Type: as ${owner}`)
      return 'misunderstood'
    }
    const controls = listVisible().toReversed().flatMap(listControls)
    const labels = [...new Set(controls.map((one) => one.label))]
    const some = labels.slice(0, MAX_NAMED).join(', ')
    write(
      labels.length === 0
        ? 'Nothing that was said so far has a button.'
        : `There is nothing called "${label}" to press. There is: ${some}${labels.length > MAX_NAMED ? ', …' : ''}.`,
    )
    return 'misunderstood'
  }

  async function press(label: string): Promise<PlayOutcome> {
    if (label === '') return printButtons()
    const place = listVisible().findLast((one) => findControl([one], label))
    const control = place && findControl([place], label)
    if (!control) return printUnknownName(label)
    write(`${person} presses ${label}`)
    if (place.view) return await pressInView(place.view, control)
    const waiting = asked
    const answered = await workspace.act(person, channel, control, WAIT)
    const outcome = await showAnswers(answered)
    const coming = readComingOf(answered)
    if (coming !== undefined) return await showNumbered(coming)
    // A question in a modal is answered by submitting it.
    if (answered.answers.some(({ window }) => window)) return outcome
    if (APPROVE.test(control.action)) return await showNumbered(Number(control.value), FINAL)
    if (outcome !== 'done' || waiting === undefined || ONLY_SHOWS.test(control.action)) return outcome
    return await showReceiptOf(waiting)
  }

  async function showReceiptOf(waiting: Share): Promise<PlayOutcome> {
    try {
      await workspace.waitForReceipt(waiting, WAIT)
      await showReply(waiting, ANSWER_WITHIN_MS)
      return 'done'
    } catch {
      write(`  No receipt came within ${ANSWER_WITHIN_MS / 1000} s.`)
      return 'unanswered'
    }
  }

  async function pressInView(view: ShownView, control: ActionInput): Promise<PlayOutcome> {
    const shown = await views.press(person, view, control, picks)
    picks = {}
    const outcome = showView(shown, 'a window')
    const output = shown ? showMessage({ text: '', blocks: shown.blocks }, show) : ''
    const coming = readComing(output)
    if (coming !== undefined) {
      const undone = await showNumbered(coming)
      return READ_AFTER_UNDO.test(output) && undone === 'done' ? await showNumbered(coming + 1) : undone
    }
    if (asked && SHOWN_AGAIN.test(output)) return await showAgain(asked)
    return asked && IMPORTS.test(output) ? await showReceiptOf(asked) : outcome
  }

  /** A question asked again has changed; until then the old one is visible. */
  async function showAgain(waiting: Share): Promise<PlayOutcome> {
    for (const end = Date.now() + ANSWER_WITHIN_MS; Date.now() < end; await sleep(LOOK_MS)) {
      const reply = await workspace.waitForReply(waiting, WAIT)
      if (showMessage(reply, show) === shownQuestion) continue
      await showReply(waiting, ANSWER_WITHIN_MS)
      return 'done'
    }
    write(`  No reply came within ${ANSWER_WITHIN_MS / 1000} s.`)
    return 'unanswered'
  }

  /** Chooses from the menus of one row: `Town: City, Fill blanks only`. */
  function pick(text: string): PlayOutcome {
    const [heading = '', ...labels] = text.split(/[:,]/).map((one) => one.trim())
    const view = pressable.findLast((one) => one.view)?.view
    const picked = view && findPicks(view, heading, labels)
    if (!picked) {
      write(`The window has no row "${heading}" with these options.`)
      return 'misunderstood'
    }
    write(`${person} picks ${labels.join(' and ')} for ${heading}`)
    picks = { ...picks, ...picked }
    return 'done'
  }

  function showView(view: ShownView | undefined, what: string): PlayOutcome {
    if (!view) {
      write(`  Nothing was shown within ${ANSWER_WITHIN_MS / 1000} s.`)
      return 'unanswered'
    }
    write(`  Customer Uploads shows ${what}, to ${person} alone:`)
    quote(showMessage({ text: '', blocks: view.blocks }, show))
    pressable = [...pressable, { blocks: view.blocks, view, only: person }]
    return 'done'
  }

  async function openHome(): Promise<PlayOutcome> {
    write(`${person} opens the Home tab`)
    return showView(await views.openHome(person), 'the Home tab')
  }

  async function lookUp(text: string): Promise<PlayOutcome> {
    if (text === '') {
      write('Whom? Try: lookup sharma')
      return 'misunderstood'
    }
    write(`${person} picks "Look a customer up" and types ${text}`)
    return showView(await views.lookUp(person, text), 'in the window')
  }

  async function invite(name: string): Promise<PlayOutcome> {
    const place = name.replace(/^#/, '')
    try {
      workspace.channelId(place)
    } catch {
      write(`There is no channel ${place}. Try: invite gossip`)
      return 'misunderstood'
    }
    write(`${person} invites the bot to #${place}`)
    let message: Message | undefined
    try {
      message = await views.invite(person, place)
    } catch {
      write('  Slack: it is there already.')
      return 'misunderstood'
    }
    if (!message) {
      write('  The bot says nothing: it was there before.')
      return 'done'
    }
    write(`  Customer Uploads says in #${place}:`)
    quote(showMessage(message, show))
    for (const { name: file } of message.files ?? []) write(`  and adds the file ${file}.`)
    return 'done'
  }

  /** Uses a message shortcut on the last shared file. */
  async function pickFromMenu(label: string): Promise<PlayOutcome> {
    const item = SHORTCUTS.find(({ name }) => name.toLowerCase() === label.toLowerCase())
    if (!item || !latest) {
      const names = SHORTCUTS.map(({ name }) => name).join(', ')
      write(latest ? `The menu of a message has: ${names}.` : 'Share a file first: its menu is meant.')
      return 'misunderstood'
    }
    const { ts, user, fileId: id, name } = latest
    write(`${person} picks "${item.name}" from the menu of ${name}`)
    const message = { ts, user, files: [{ id, name, mode: 'hosted' }] }
    const picked = await workspace.pickFromMenu(person, channel, item.callbackId, message, WAIT)
    const outcome = await showAnswers(picked)
    const coming = readComingOf(picked)
    return coming === undefined ? outcome : await showNumbered(coming)
  }

  /** Uploads without a share, or later states, are found by their number. */
  async function showNumbered(
    number: number,
    states: readonly string[] = [...FINAL, 'held'],
  ): Promise<PlayOutcome> {
    for (const end = Date.now() + ANSWER_WITHIN_MS; Date.now() < end; await sleep(LOOK_MS)) {
      const messages = await workspace.messages(channel)
      const receipt = messages.find(({ metadata }) => {
        const { upload, state } = metadata?.event_payload ?? {}
        return upload === number && states.includes(String(state))
      })
      if (!receipt) continue
      write('  Customer Uploads replies in the thread:')
      quote(showMessage(receipt, show))
      pressable = [...pressable, receipt]
      return 'done'
    }
    write(`  No receipt came within ${ANSWER_WITHIN_MS / 1000} s.`)
    return 'unanswered'
  }

  async function command(text: string, word: string): Promise<PlayOutcome> {
    if (word !== '/customer' && word !== '/uploads') {
      write(`Slack has no command ${word} here. There are /customer and /uploads.`)
      return 'misunderstood'
    }
    write(`${person} types ${text}`)
    const answered = await workspace.command(person, channel, text, WAIT)
    const outcome = await showAnswers(answered)
    const coming = readComingOf(answered)
    return coming === undefined ? outcome : await showNumbered(coming)
  }

  /** A question to the bot in the channel, without a command. */
  async function mention(text: string): Promise<PlayOutcome> {
    write(`${person} writes @Customer Uploads ${text}`)
    const before = workspace.ephemerals.length
    const { status } = await workspace.write(person, channel, `@bot ${text}`, WAIT)
    const answers: CommandAnswers['answers'][number][] = []
    const collect = () => {
      for (const one of workspace.ephemerals.slice(before + answers.length))
        answers.push({ ...one, visibility: 'asker' })
      return answers
    }
    // A count is announced before it comes.
    for (const end = Date.now() + ANSWER_WITHIN_MS; Date.now() < end; await sleep(LOOK_MS))
      if (!isAnnounced(collect().at(-1)?.text)) break
    seen = workspace.ephemerals.length
    return await showAnswers({ status, answers })
  }

  /** @returns their number */
  function printAnswers(answers: CommandAnswers['answers']): number {
    for (const answer of answers) {
      write(
        `  Customer Uploads answers${answer.window ? ' in a window' : ''}${answer.visibility === 'asker' ? `, for ${person} alone` : ' for all to see'}:`,
      )
      quote(showMessage(answer, show))
    }
    return answers.length
  }

  async function showAnswers({ status, answers }: CommandAnswers): Promise<PlayOutcome> {
    if (status === 404) {
      write('  Slack: there is no such command.')
      return 'misunderstood'
    }
    if (answers.length === 0) {
      write(`  No answer came within ${ANSWER_WITHIN_MS / 1000} s.`)
      return 'unanswered'
    }
    const printed = printAnswers(answers)
    if (isAnnounced(answers.at(-1)?.text)) {
      const isMore = () => answers.length > printed || listUnasked().length > 0
      for (const end = Date.now() + ANSWER_WITHIN_MS; !isMore() && Date.now() < end; ) await sleep(LOOK_MS)
      if (!isMore()) {
        write(`  No more came within ${ANSWER_WITHIN_MS / 1000} s.`)
        return 'unanswered'
      }
      printAnswers(answers.slice(printed))
    }
    for (const { user, text } of listUnasked()) {
      write(`  Customer Uploads says, for ${workspace.personName(user)} alone:`)
      quote(showMessage({ text }, show))
    }
    seen = workspace.ephemerals.length
    pressable = [
      ...pressable,
      ...answers.map(({ window, visibility, ...answer }) => ({
        ...answer,
        ...(window && { view: window }),
        ...(visibility === 'asker' && { only: person }),
      })),
    ]
    return 'done'
  }

  function become(name: string): PlayOutcome {
    if (name === '') {
      write(`As whom? You are ${person}. There are asha, ravi and meera. Try: as ravi`)
      return 'misunderstood'
    }
    try {
      workspace.userId(name)
    } catch {
      write(`There is nobody called ${name} here. There are asha, ravi and meera.`)
      return 'misunderstood'
    }
    person = name
    write(`(You are ${name} now.)`)
    return 'done'
  }

  return {
    get person() {
      return person
    },
    async play(line, options = {}) {
      const text = line.trim()
      if (text === '') return 'done'
      if (text.startsWith('#')) {
        write(`── ${text.slice(1).trim()} ──`)
        return 'done'
      }
      const [, when, days, then] = EARLIER.exec(text) ?? []
      if (when !== undefined && then !== undefined) {
        write(`(This is ${when.toLowerCase()}.)`)
        return await this.play(then, { sharedAt: new Date(Date.now() - Number(days ?? 1) * DAY_MS) })
      }
      const [word = '', ...rest] = text.split(/\s+/)
      const argument = rest.join(' ').replace(/^(['"])(.*)\1$/, '$2')
      if (text.startsWith('/')) return await command(text, word)
      const [called] = MENTION.exec(text) ?? []
      if (called !== undefined) return await mention(text.slice(called.length).trim())
      switch (word.toLowerCase()) {
        case 'share':
          return await share(argument, options)
        case 'press':
          return await press(argument)
        case 'pick':
          return pick(argument)
        case 'home':
          return await openHome()
        case 'menu':
          return await pickFromMenu(argument)
        case 'lookup':
          return await lookUp(argument)
        case 'invite':
          return await invite(argument.toLowerCase())
        case 'as':
          return become(argument.toLowerCase().replace(/^@/, ''))
        case 'help':
          for (const help of HELP) write(`  ${help}`)
          return 'done'
        case 'quit':
        case 'exit':
          return 'quit'
        default:
          write(
            `The demo does not know "${word}". To ask the bot, begin with @bot: @bot ${text}. To see what works, type help.`,
          )
          return 'misunderstood'
      }
    },
  }
}
