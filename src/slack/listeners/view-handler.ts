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
import { withoutFailure } from '../answers/index.ts'
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

/** Replies to a press in the App Home or in a modal with a modal, for that person only. */
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
  // A progress text is in the modal before the reply.
  const filled = { id: window.id }
  const reply = isSearch
    ? await lookUp(typedText(view.state), person, deps)
    : await runAction(
        name,
        chosenValue(pressed),
        person,
        deps,
        withoutFailure((word) => deps.windows.update(filled, kind, word), deps),
      )
  const answer = fitWindow(reply, deps.actions)
  await (isSearch ? deps.windows.update(filled, kind, answer) : showOrAsk(filled, answer, person, deps, kind))
  deps.log.info({ action: name }, 'view action answered')
  await deps.home.touched(person.user)
}

/** A global shortcut: opens a modal to type into, or for a file, at once. */
export async function answerGlobalShortcut(body: GlobalShortcut, deps: ViewHandlerDeps): Promise<void> {
  const person = { user: body.user.id, team: deps.teamId() }
  if (body.callback_id === PREVIEW_UPLOAD)
    return await openPreviewWindow(body.trigger_id, 'shortcut', person, deps)
  if (body.callback_id !== LOOKUP_WINDOW) return
  const window = await openWindow(body.trigger_id, LOOKUP_WINDOW, HOW_TO_LOOK_UP, person, deps)
  if (window === undefined) return
  // Checking the person takes a call, which the trigger could not wait for.
  const reply = await authorizeInChannels(
    { entry: 'shortcut', name: LOOKUP_WINDOW, ...person },
    deps,
    async () => HOW_TO_LOOK_UP,
  )
  if (reply !== HOW_TO_LOOK_UP) await deps.windows.update(window, SHOW_WINDOW, reply)
}

/** Handles the search modal: the reply is shown below the field. */
export async function answerLookup(body: ViewSubmitAction, deps: ViewHandlerDeps): Promise<void> {
  const person = { user: body.user.id, team: deps.teamId() }
  const reply = await lookUp(typedText(body.view.state), person, deps)
  await deps.windows.update({ id: body.view.id }, LOOKUP_WINDOW, fitWindow(reply, deps.actions))
  deps.log.info({ shortcut: LOOKUP_WINDOW }, 'shortcut answered')
}

/**
 * Handles an answered question in a modal. The action was stored when the question was asked; the modal
 * carries a random id only, and rights are checked again.
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
  const report = withoutFailure((word) => deps.windows.update(window, SHOW_WINDOW, word), deps)
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
      // A modal is for lookups; permanent changes are requested in a channel, where others see them.
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
  // An unregistered name comes from the network: it is not stored.
  const visitor = { entry: 'view', name: definition?.name ?? 'unknown', ...person } as const
  return await authorizeInChannels(visitor, deps, async (botChannels) => {
    const scope = definition?.scopeOf(value)
    logAboutUpload(scope?.uploads[0])
    if (!definition || scope?.surfaces !== 'everywhere') return describeInChannel()
    const channels = await findChannelsOf(deps.commandDeps.models, scope.uploads)
    // The action itself replies for uploads that do not exist.
    if (channels.some((channel) => channel === undefined || !botChannels.has(channel)))
      return describeElsewhere(...scope.uploads)
    const channel = channels[0] ?? [...botChannels][0] ?? ''
    return await definition.run(
      { ...person, value, channel, channels: botChannels, now: new Date(), post: print },
      deps.commandDeps,
    )
  })
}

/** Removes the buttons and options that need a channel. */
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

/** The text of the search field, in whatever payload. */
function typedText(state: ViewSubmitAction['view']['state'] | undefined): string {
  const field = Object.values(state?.values[SEARCH_BLOCK] ?? {})[0]
  return field?.value ?? ''
}
