import { randomBytes } from 'node:crypto'
import type { BlockAction, GlobalShortcut, ViewSubmitAction } from '@slack/bolt'
import { describeElsewhere } from '../../../commands/access/index.ts'
import type { ActionDefinition } from '../../../commands/actions/index.ts'
import { runCustomer } from '../../../commands/customer/index.ts'
import { PREVIEW_UPLOAD, REFRESH_HOME, SEARCH_CUSTOMER } from '../../../commands/home/index.ts'
import { describeError, type Reply, type ReplyPart } from '../../../commands/reply/index.ts'
import type { WindowQuestion } from '../../../models/index.ts'
import { toAppError } from '../../errors.ts'
import { logAboutUpload } from '../../uploads/lease/index.ts'
import { findChannelsOf } from '../../uploads/queries/index.ts'
import { authorize, describeInChannel } from '../access/index.ts'
import { SEARCH_BLOCK } from '../render/index.ts'
import {
  LOOKUP_WINDOW,
  ONE_MOMENT,
  type OpenWindow,
  readChoice,
  readQuestionToken,
  SHOW_WINDOW,
  showOrAsk,
} from '../windows/index.ts'
import { actionName, chosenValue } from './action-handler.ts'
import { openPreviewWindow } from './preview-window.ts'
import {
  authorizeInChannels,
  describeQuestionOver,
  openWindow,
  type Person,
  type ViewHandlerDeps,
} from './view-door.ts'

/** What was pressed in the App Home or in a window is answered in a window, for that person alone. */
export async function answerViewAction(body: BlockAction, deps: ViewHandlerDeps): Promise<void> {
  const { view } = body
  const [pressed] = body.actions
  const name = actionName(pressed?.action_id ?? '')
  if (view === undefined) return
  const person = { user: body.user.id, team: deps.teamId() }
  if (name === REFRESH_HOME) return await deps.home.opened(person)
  if (name === PREVIEW_UPLOAD && view.type === 'home')
    return await openPreviewWindow(body.trigger_id, 'view', person, deps)
  const isSearch = name === SEARCH_CUSTOMER
  const kind = isSearch || view.callback_id === LOOKUP_WINDOW ? LOOKUP_WINDOW : SHOW_WINDOW
  const isWindow = view.type === 'modal'
  const window = isWindow
    ? { id: view.id }
    : await openWindow(body.trigger_id, kind, ONE_MOMENT, person, deps)
  if (window === undefined) return
  // What is said on the way stands there before the answer.
  const filled = { id: window.id }
  const reply = isSearch
    ? await lookUp(typedText(view.state), person, deps)
    : await runAction(name, chosenValue(pressed), person, deps, (word) =>
        deps.windows.update(filled, kind, word),
      )
  const answer = fitWindow(reply, deps.actions)
  await (isSearch ? deps.windows.update(filled, kind, answer) : showOrAsk(filled, answer, person, deps, kind))
  deps.log.info({ action: name }, 'view action answered')
  await deps.home.touched(person.user)
}

/** A global shortcut: a window to type into, or to put a file into, at once. */
export async function answerGlobalShortcut(body: GlobalShortcut, deps: ViewHandlerDeps): Promise<void> {
  const person = { user: body.user.id, team: deps.teamId() }
  if (body.callback_id === PREVIEW_UPLOAD)
    return await openPreviewWindow(body.trigger_id, 'shortcut', person, deps)
  if (body.callback_id !== LOOKUP_WINDOW) return
  const window = await openWindow(body.trigger_id, LOOKUP_WINDOW, HOW_TO_LOOK_UP, person, deps)
  if (window === undefined) return
  // Who it is takes a call to find out, and the window could not wait for that.
  const reply = await authorizeInChannels(
    { entry: 'shortcut', name: LOOKUP_WINDOW, ...person },
    deps,
    async () => HOW_TO_LOOK_UP,
  )
  if (reply !== HOW_TO_LOOK_UP) await deps.windows.update(window, SHOW_WINDOW, reply)
}

/** What was typed into the window: the answer stands under it. */
export async function answerLookup(body: ViewSubmitAction, deps: ViewHandlerDeps): Promise<void> {
  const person = { user: body.user.id, team: deps.teamId() }
  const reply = await lookUp(typedText(body.view.state), person, deps)
  await deps.windows.update({ id: body.view.id }, LOOKUP_WINDOW, fitWindow(reply, deps.actions))
  deps.log.info({ shortcut: LOOKUP_WINDOW }, 'shortcut answered')
}

/**
 * A question in a window was answered. What is done was remembered when it was asked: the window carries a random word
 * alone, and rights are asked about anew.
 */
export async function answerQuestion(body: ViewSubmitAction, deps: ViewHandlerDeps): Promise<void> {
  const person = { user: body.user.id, team: deps.teamId() }
  const window = { id: body.view.id }
  const reply = await runQuestion(body.view, person, window, deps)
  await deps.windows.update(window, SHOW_WINDOW, fitWindow(reply, deps.actions))
  deps.log.info({}, 'question answered')
  await deps.home.touched(person.user)
}

async function runQuestion(
  view: ViewSubmitAction['view'],
  person: Person,
  window: OpenWindow,
  deps: ViewHandlerDeps,
): Promise<Reply> {
  let question: WindowQuestion | null
  try {
    question = await deps.questions.take(readQuestionToken(view.callback_id), person.user)
  } catch (thrown) {
    const { code } = toAppError(thrown)
    deps.log.error({ view: 'question', code, err: thrown }, 'question not answered')
    return describeError(toAppError(thrown), randomBytes(3).toString('hex'))
  }
  const answer = question?.answers[readChoice(view.state)]
  const definition = deps.actions.find(({ name, confirms }) => confirms && name === answer?.action)
  if (!question || !answer || !definition)
    return await authorizeInChannels({ entry: 'view', name: 'question', ...person }, deps, async () =>
      describeQuestionOver(),
    )
  const report = (word: Reply) => deps.windows.update(window, SHOW_WINDOW, word)
  const { channel } = question
  if (channel === undefined) return await runAction(definition.name, answer.value, person, deps, report)
  logAboutUpload(definition.scopeOf(answer.value).uploads[0])
  const visitor = { entry: 'view', name: definition.name, ...person, channel } as const
  return await authorize(visitor, deps, (channels) =>
    definition.run(
      { ...person, value: answer.value, channel, channels, now: new Date(), post: report },
      deps.commandDeps,
    ),
  )
}

const HOW_TO_LOOK_UP: Reply = {
  visibility: 'asker',
  parts: [
    {
      kind: 'note',
      text: 'Type a phone in any format, its last digits, a name, a city, an e-mail or a loan ID. Only you can see the answer.',
    },
  ],
}

async function lookUp(text: string, person: Person, deps: ViewHandlerDeps): Promise<Reply> {
  return await authorizeInChannels(
    { entry: 'view', name: SEARCH_CUSTOMER, ...person },
    deps,
    async (memberChannels) => {
      const [channel = ''] = memberChannels
      // A window is for looking; what changes something for good is asked for where it can be seen that it was.
      if (/^\s*forget\b/i.test(text)) return describeInChannel()
      return await runCustomer(
        { ...person, text, channel, channels: memberChannels, now: new Date() },
        deps.commandDeps,
      )
    },
  )
}

async function runAction(
  name: string,
  value: string,
  person: Person,
  deps: ViewHandlerDeps,
  print: (reply: Reply) => Promise<void>,
): Promise<Reply> {
  const definition = deps.actions.find((action) => action.name === name)
  // A name nobody registered came over the network: it is not written down.
  const visitor = { entry: 'view', name: definition?.name ?? 'unknown', ...person } as const
  return await authorizeInChannels(visitor, deps, async (botChannels) => {
    const scope = definition?.scopeOf(value)
    logAboutUpload(scope?.uploads[0])
    if (!definition || scope?.surfaces !== 'everywhere') return describeInChannel()
    const channels = await findChannelsOf(deps.commandDeps.models, scope.uploads)
    // What is not there at all is answered by the action itself.
    if (channels.some((channel) => channel === undefined || !botChannels.has(channel)))
      return describeElsewhere(...scope.uploads)
    const channel = channels[0] ?? [...botChannels][0] ?? ''
    return await definition.run(
      { ...person, value, channel, channels: botChannels, now: new Date(), post: print },
      deps.commandDeps,
    )
  })
}

/** Without the buttons and options that need a channel. */
function fitWindow(reply: Reply, actions: readonly ActionDefinition[]): Reply {
  const works = (name: string, value: string) =>
    actions.find((action) => action.name === name)?.scopeOf(value).surfaces === 'everywhere'
  const parts = reply.parts.flatMap((part): ReplyPart[] => {
    if (part.kind === 'menu') {
      const options = part.options.filter(({ value }) => works(part.action, value))
      return options.length > 0 ? [{ ...part, options }] : []
    }
    if (part.kind !== 'buttons') return [part]
    const buttons = part.buttons.filter(({ action, value }) => works(action, value))
    return buttons.length > 0 ? [{ ...part, buttons }] : []
  })
  return { ...reply, parts }
}

/** What stands in the search field, whatever else came. */
function typedText(state: ViewSubmitAction['view']['state'] | undefined): string {
  const field = Object.values(state?.values[SEARCH_BLOCK] ?? {})[0]
  return field?.value ?? ''
}
