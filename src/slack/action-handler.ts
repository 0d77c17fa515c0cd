import { randomBytes } from 'node:crypto'
import type { BlockAction, RespondFn } from '@slack/bolt'
import type { ActionDefinition } from '../../commands/actions.ts'
import { describeError } from '../../commands/error-reply.ts'
import type { Reply } from '../../commands/reply.ts'
import { toAppError } from '../errors.ts'
import {
  type CommandHandlerDeps,
  describeNotForGuests,
  describeNotInvited,
  respondWith,
  tellThrough,
} from './command-handler.ts'

/** The name under which an element was registered: what stands before the colon of its id. */
export function actionName(actionId: string): string {
  return actionId.replace(/:\d+$/, '')
}

/**
 * Does what a button or a menu asks for and answers through its response_url. Errors are caught here, once: whoever
 * pressed it always gets an answer.
 */
export async function answerAction(
  actions: readonly ActionDefinition[],
  body: BlockAction,
  respond: RespondFn,
  deps: CommandHandlerDeps,
): Promise<void> {
  const { log } = deps
  const [pressed] = body.actions
  const name = actionName(pressed?.action_id ?? '')
  const definition = actions.find((action) => action.name === name)
  const started = Date.now()
  const reply = definition
    ? await runAction(definition, body, tellThrough(respond, deps), deps)
    : describeUnknown()
  const isAlone = Reflect.get(body.container ?? {}, 'is_ephemeral') === true
  try {
    await respondWith(respond, reply, deps.sender, {
      replacesOriginal: isAlone && definition?.replacesQuestion === true,
    })
    log.info({ action: name, ms: Date.now() - started }, 'action answered')
  } catch (error) {
    log.error({ action: name, err: error }, 'action not answered')
  }
}

async function runAction(
  definition: ActionDefinition,
  body: BlockAction,
  tell: (reply: Reply) => Promise<void>,
  { commandDeps, membership, colleagues, botUserId, log }: CommandHandlerDeps,
): Promise<Reply> {
  try {
    const channel = body.channel?.id
    if (!(await colleagues.isColleague(body.user.id))) return describeNotForGuests()
    if (channel === undefined || !(await membership.isMember(channel))) return describeNotInvited(botUserId())
    return await definition.run(
      {
        value: chosenValue(body.actions[0]),
        team: body.team?.id ?? '',
        channel,
        user: body.user.id,
        now: new Date(),
        tell,
      },
      commandDeps,
    )
  } catch (thrown) {
    const error = toAppError(thrown)
    const reference = randomBytes(3).toString('hex')
    log.error({ action: definition.name, code: error.code, reference, err: error }, 'action failed')
    return describeError(error, reference)
  }
}

/** A button has its value itself, a menu in what was picked. */
function chosenValue(action: BlockAction['actions'][number] | undefined): string {
  if (action === undefined) return ''
  if ('selected_option' in action && action.selected_option && 'value' in action.selected_option)
    return action.selected_option.value ?? ''
  return 'value' in action ? (action.value ?? '') : ''
}

function describeUnknown(): Reply {
  return {
    visibility: 'asker',
    parts: [
      { kind: 'headline', text: 'This button is from another version of the bot.' },
      { kind: 'text', text: ['Type ', { code: '/uploads help' }, ' to see what I can do.'] },
    ],
  }
}
