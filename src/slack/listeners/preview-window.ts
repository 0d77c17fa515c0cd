import { randomBytes } from 'node:crypto'
import type { ViewSubmitAction } from '@slack/bolt'
import { describePrivatePreview, PREVIEW_UPLOAD, previewPrivately } from '../../../commands/home/index.ts'
import { describeError, type Reply } from '../../../commands/reply/index.ts'
import { AppError, toAppError } from '../../errors.ts'
import { AS_WRITTEN, escapeMrkdwn } from '../render/index.ts'
import { postIdentified, repeatCall } from '../transport/index.ts'
import { ONE_MOMENT, readFileToken, readGivenFile, SHOW_WINDOW } from '../windows/index.ts'
import {
  authorizeInChannels,
  describeQuestionOver,
  openWindow,
  type Person,
  type ViewHandlerDeps,
} from './view-door.ts'

const BEGIN_WITHIN_MS = 20_000

/** Opens the modal that takes a file. It carries a random id only, and works for one file. */
export async function openPreviewWindow(
  trigger: string,
  entry: 'view' | 'shortcut',
  person: Person,
  deps: ViewHandlerDeps,
): Promise<void> {
  const window = await openWindow(trigger, SHOW_WINDOW, ONE_MOMENT, person, deps)
  if (window === undefined) return
  let token: string | undefined
  const reply = await authorizeInChannels({ entry, name: PREVIEW_UPLOAD, ...person }, deps, async () => {
    const answers = [{ label: 'Preview', action: PREVIEW_UPLOAD, value: '-' }]
    token = await deps.questions.remember({ user: person.user, answers })
    return describePrivatePreview()
  })
  await (token === undefined
    ? deps.windows.update(window, SHOW_WINDOW, reply)
    : deps.windows.askFile(window, { reply, token }))
  deps.log.info({ [entry]: PREVIEW_UPLOAD }, 'window for a file opened')
}

/** Handles the submitted file: rights are checked again, and a second submit does nothing. */
export async function answerGivenFile(
  { user, view }: ViewSubmitAction,
  deps: ViewHandlerDeps,
): Promise<void> {
  const person = { user: user.id, team: deps.teamId() }
  const reply = await takeFile(view, person, deps)
  await deps.windows.update({ id: view.id }, SHOW_WINDOW, reply)
  deps.log.info({ view: PREVIEW_UPLOAD }, 'file taken')
}

async function takeFile(
  view: ViewSubmitAction['view'],
  person: Person,
  deps: ViewHandlerDeps,
): Promise<Reply> {
  let isRequested: boolean
  try {
    const question = await deps.questions.take(readFileToken(view.callback_id), person.user)
    isRequested = question?.answers[0]?.action === PREVIEW_UPLOAD
  } catch (thrown) {
    const error = toAppError(thrown)
    deps.log.error({ view: PREVIEW_UPLOAD, code: error.code, err: thrown }, 'file not taken')
    return describeError(error, randomBytes(3).toString('hex'))
  }
  const file = readGivenFile(view.state)
  const begin = (name: string) => beginConversation(person.user, { name, token: view.callback_id }, deps)
  return await authorizeInChannels({ entry: 'view', name: PREVIEW_UPLOAD, ...person }, deps, async () =>
    isRequested
      ? await previewPrivately(file, { ...person, now: new Date() }, begin, deps.commandDeps)
      : describeQuestionOver(),
  )
}

/** `chat.postMessage` to a person opens the direct messages: this message becomes the preview. */
async function beginConversation(
  user: string,
  { name, token }: Readonly<Record<'name' | 'token', string>>,
  { client }: ViewHandlerDeps,
) {
  const text = escapeMrkdwn(`The preview of ${name} is being made. Only you can see it.`)
  const post = (identity: object) =>
    client.chat.postMessage({ channel: user, ...AS_WRITTEN, text, ...identity })
  const { channel, ts } = await repeatCall(() => postIdentified([token], post), { withinMs: BEGIN_WITHIN_MS })
  if (channel === undefined || ts === undefined) throw new AppError('slack_unavailable')
  return { channel, message: ts }
}
