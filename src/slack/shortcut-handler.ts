import { randomBytes } from 'node:crypto'
import type { MessageShortcut, RespondFn } from '@slack/bolt'
import { describeError } from '../../commands/error-reply.ts'
import type { Reply } from '../../commands/reply.ts'
import type { ShortcutDefinition, ShortcutInput } from '../../commands/shortcuts.ts'
import { toAppError } from '../errors.ts'
import {
  type CommandHandlerDeps,
  describeNotForGuests,
  describeNotInvited,
  respondWith,
} from './command-handler.ts'

/** Files of one message that are looked at: as many as Slack lets people send at once. */
const MOST_FILES = 10

/** Does what was picked from a message's menu, and answers whoever picked it, alone. */
export async function answerShortcut(
  shortcuts: readonly ShortcutDefinition[],
  body: MessageShortcut,
  respond: RespondFn,
  deps: CommandHandlerDeps,
): Promise<void> {
  const { log } = deps
  const definition = shortcuts.find(({ callbackId }) => callbackId === body.callback_id)
  if (!definition) return
  const reply = await runShortcut(definition, body, deps)
  try {
    await respondWith(respond, reply, deps.sender)
    log.info({ shortcut: definition.callbackId }, 'shortcut answered')
  } catch (error) {
    log.error({ shortcut: definition.callbackId, err: error }, 'shortcut not answered')
  }
}

async function runShortcut(
  definition: ShortcutDefinition,
  body: MessageShortcut,
  { commandDeps, membership, colleagues, botUserId, log }: CommandHandlerDeps,
): Promise<Reply> {
  try {
    if (!(await colleagues.isColleague(body.user.id))) return describeNotForGuests()
    if (!(await membership.isMember(body.channel.id))) return describeNotInvited(botUserId())
    const place = { team: body.team?.id ?? '', channel: body.channel.id, user: body.user.id }
    return await definition.run({ ...place, now: new Date(), message: readMessage(body) }, commandDeps)
  } catch (thrown) {
    const error = toAppError(thrown)
    const reference = randomBytes(3).toString('hex')
    log.error({ shortcut: definition.callbackId, code: error.code, reference, err: error }, 'shortcut failed')
    return describeError(error, reference)
  }
}

function readMessage({ message, message_ts }: MessageShortcut): ShortcutInput['message'] {
  const files: unknown = message.files
  return {
    ts: message_ts,
    thread: typeof message.thread_ts === 'string' ? message.thread_ts : message_ts,
    ...(message.user !== undefined && { user: message.user }),
    files: (Array.isArray(files) ? files : []).slice(0, MOST_FILES).flatMap((file: unknown) => {
      const { id, name } = (file ?? {}) as { id?: unknown; name?: unknown }
      return typeof id === 'string' ? [{ id, ...(typeof name === 'string' && { name }) }] : []
    }),
  }
}
