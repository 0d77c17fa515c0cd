import type { BlockAction, RespondFn } from '@slack/bolt'
import type { ActionDefinition } from '../../../commands/actions/index.ts'
import type { Reply } from '../../../commands/reply/index.ts'
import { logAboutUpload } from '../../uploads/lease/index.ts'
import { type AuthorizeDeps, authorize } from '../access/index.ts'
import { replyThrough, respondWith } from './command-handler.ts'

/** The name under which an element was registered: what stands before the colon of its id. */
export function actionName(actionId: string): string {
  return actionId.replace(/:\d+$/, '')
}

/** Does what a button or a menu asks for and answers through its response_url. */
export async function answerAction(
  actions: readonly ActionDefinition[],
  body: BlockAction,
  respond: RespondFn,
  deps: AuthorizeDeps,
): Promise<void> {
  const { log } = deps
  const [pressed] = body.actions
  const name = actionName(pressed?.action_id ?? '')
  const definition = actions.find((action) => action.name === name)
  const started = Date.now()
  const place = { team: body.team?.id ?? '', user: body.user.id }
  const channel = body.channel?.id
  // A name nobody registered came over the network: it is not written down.
  const visitor = { entry: 'action', name: definition?.name ?? 'unknown', ...place, channel } as const
  logAboutUpload(definition?.scopeOf(chosenValue(pressed)).uploads[0])
  const reply = await authorize(visitor, deps, async (channels) => {
    if (!definition || channel === undefined) return describeUnknown()
    const input = { value: chosenValue(pressed), ...place, channel, channels, now: new Date() }
    return await definition.run({ ...input, tell: replyThrough(respond, deps) }, deps.commandDeps)
  })
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

/** A button has its value itself, a menu in what was picked. */
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
