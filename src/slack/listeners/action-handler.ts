import type { BlockAction } from '@slack/bolt'
import type { ActionDefinition } from '../../../commands/actions/index.ts'
import type { Reply } from '../../../commands/reply/index.ts'
import { logAboutUpload } from '../../uploads/lease/index.ts'
import { authorize } from '../access/index.ts'
import { createResponder, type Respond, type ResponderDeps, respondInThread } from '../answers/index.ts'
import { namePeople } from '../messages/index.ts'
import { type AskDeps, askInWindow } from '../windows/index.ts'

/** The name under which an element is registered: its id up to the colon. */
export function actionName(actionId: string): string {
  return actionId.replace(/:\d+$/, '')
}

/** Runs the action of a button or menu and replies where it was pressed: in its thread, or in the channel. */
export async function answerAction(
  actions: readonly ActionDefinition[],
  body: BlockAction,
  respondInChannel: Respond,
  deps: ResponderDeps & AskDeps,
): Promise<void> {
  const { log } = deps
  const [pressed] = body.actions
  const name = actionName(pressed?.action_id ?? '')
  const definition = actions.find((action) => action.name === name)
  const started = Date.now()
  const place = { team: deps.teamId(), user: body.user.id }
  const channel = body.channel?.id
  const thread = threadOf(body)
  const respond =
    channel === undefined || thread === undefined
      ? respondInChannel
      : respondInThread(deps.client, { channel, thread, user: place.user }, respondInChannel)
  const responder = createResponder(respond, place.user, deps)
  // An unregistered name comes from the network: it is not stored.
  const visitor = { entry: 'action', name: definition?.name ?? 'unknown', ...place, channel } as const
  logAboutUpload(definition?.scopeOf(chosenValue(pressed)).uploads[0])
  const ask = askInWindow({ user: place.user, channel: channel ?? '', trigger: body.trigger_id }, deps)
  const reply = await authorize(visitor, deps, async (channels) => {
    if (!definition || channel === undefined) return describeUnknown()
    const input = { value: chosenValue(pressed), ...place, channel, channels, now: new Date() }
    const answer = await definition.run(
      { ...input, post: responder.post, openWindow: ask.openWindow },
      deps.commandDeps,
    )
    // A reply that a person shows to all must not notify the people named in it.
    return answer.visibility === 'channel' ? await namePeople(deps.client, answer) : answer
  })
  const isAlone = Reflect.get(body.container ?? {}, 'is_ephemeral') === true
  try {
    if (!(await ask.show(reply)))
      await responder.answer(reply, {
        replacesOriginal: isAlone && definition?.replacesQuestion === true,
      })
    log.info({ action: name, ms: Date.now() - started }, 'action answered')
  } catch (error) {
    log.error({ action: name, err: error }, 'action not answered')
  }
}

/** `ts` of the thread of the pressed message. */
function threadOf({ container, message }: BlockAction): string | undefined {
  const thread: unknown = Reflect.get(container ?? {}, 'thread_ts') ?? message?.thread_ts
  return typeof thread === 'string' && thread !== message?.ts ? thread : undefined
}

/** A button carries its value; a menu's value is in the chosen option. */
export function chosenValue(action: BlockAction['actions'][number] | undefined): string {
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
