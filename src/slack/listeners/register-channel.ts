import type { App, BlockAction, Context, MessageShortcut } from '@slack/bolt'
import type { ShortcutDefinition } from '../../../commands/home/index.ts'
import type { CommandDefinition } from '../../../commands/index.ts'
import type { Members } from '../access/index.ts'
import type { Greeter } from '../messages/index.ts'
import { FORM_WINDOW } from '../windows/index.ts'
import { answerAction } from './action-handler.ts'
import type { BackgroundWork } from './background-work.ts'
import { answerCommand } from './command-handler.ts'
import { answerFormAction } from './form-handler.ts'
import type { ShareIntake } from './share-intake.ts'
import { answerShortcut } from './shortcut-handler.ts'
import { createTextHandler, type SentAnswers, type WrittenText } from './text-handler.ts'
import type { ViewHandlerDeps } from './view-door.ts'
import { answerViewAction } from './view-handler.ts'

export interface ChannelDeps extends ViewHandlerDeps, SentAnswers {
  readonly members: Members
  readonly commands: readonly CommandDefinition[]
  readonly shortcuts: readonly ShortcutDefinition[]
  readonly intake: Pick<ShareIntake, 'take'>
  readonly greeter: Pick<Greeter, 'greet'>
  /** The bot was invited to a channel. Fails where that could not be written down, so that Slack says it again. */
  readonly onInvited: ((channel: string, at: Date) => Promise<void>) | undefined
}

/** Everything that happens in a channel: files, commands, buttons, and what its messages' menus offer. */
export function registerChannel(app: App, deps: ChannelDeps, inBackground: BackgroundWork['run']): void {
  const { members: memberStore, greeter, home, intake } = deps
  const texts = createTextHandler(deps)

  app.event('file_shared', async ({ event, context }) => {
    // Bolt's own check does not know this event: without ours the bot would import what it uploads itself.
    if (event.user_id === botIdOf(context)) return
    const { file_id: fileId, channel_id: channel, user_id: user } = event
    if (!fileId || !channel || !user) return
    const sharedAt = timeOf(event.event_ts)
    await intake.take({ team: deps.teamId(), channel, user, fileId, sharedAt })
  })

  app.event('member_joined_channel', async ({ event, context }) => {
    if (event.user !== botIdOf(context)) return
    deps.channels.distrust()
    inBackground('channel not greeted', () => greeter.greet(event.channel))
    await deps.onInvited?.(event.channel, timeOf(event.event_ts))
  })

  app.event('member_left_channel', async ({ event, context }) => {
    if (event.user === botIdOf(context)) deps.channels.distrust()
    else if (event.user) await deps.channels.left(event.user)
  })

  // Both carry what people write: it is read to be answered, and neither stored nor logged.
  app.event('app_mention', async ({ event }) => {
    const { user, channel, text, ts, thread_ts: thread } = event
    if (user === undefined) return
    inBackground('mention not answered', () =>
      texts.answer({ kind: 'mention', user, channel, text, ts, thread }),
    )
  })

  app.event('message', async ({ event }) => {
    const written = readDirect(event)
    if (written) inBackground('message not answered', () => texts.answer(written))
  })

  app.event('user_change', async ({ event: { user } }) => {
    const looksShutOut = await memberStore.changed(user.id, user)
    // Who cannot sign in any more has no page to be emptied.
    if (looksShutOut && !user.deleted) inBackground('App Home not emptied', () => home.shutOut(user.id))
  })

  for (const definition of deps.commands) {
    app.command(definition.name, async ({ ack, command, respond }) => {
      await ack()
      // Not awaited: Slack hears the acknowledgement when this function ends.
      inBackground('command not answered', () => answerCommand(definition, command, respond, deps))
    })
  }

  // One door for every button and menu, so that also one nobody knows any more gets an answer.
  app.action<BlockAction>({ type: 'block_actions' }, async ({ ack, body, respond }) => {
    await ack()
    // From the App Home or a window there is no channel, and nothing to respond to.
    inBackground('action not answered', () =>
      body.view ? pressedInView(body, deps) : answerAction(deps.actions, body, respond, deps),
    )
  })

  app.shortcut<MessageShortcut>({ type: 'message_action' }, async ({ ack, shortcut, respond }) => {
    await ack()
    inBackground('shortcut not answered', () => answerShortcut(deps.shortcuts, shortcut, respond, deps))
  })
}

/** A form is answered by what it is about, not by what was pressed in it. */
async function pressedInView(body: BlockAction, deps: ChannelDeps): Promise<void> {
  const isForm = FORM_WINDOW.test(body.view?.callback_id ?? '')
  await (isForm ? answerFormAction(body, deps) : answerViewAction(body, deps))
}

/** What a person wrote in the conversation with the bot: no edit, no file (that is imported), nothing of a bot. */
function readDirect(event: object): WrittenText | undefined {
  const { channel_type, subtype, bot_id, files, user, channel, text, ts, thread_ts } = event as Readonly<
    Record<string, unknown>
  >
  if (channel_type !== 'im' || subtype !== undefined || bot_id !== undefined || files !== undefined)
    return undefined
  const isText = [user, channel, text, ts].every((one) => typeof one === 'string')
  if (!isText || text === '') return undefined
  const thread = typeof thread_ts === 'string' ? thread_ts : undefined
  return {
    kind: 'direct',
    user: String(user),
    channel: String(channel),
    text: String(text),
    ts: String(ts),
    thread,
  }
}

/** Slack's seconds with six decimals. */
function timeOf(ts: string): Date {
  return new Date(Math.round(Number(ts) * 1000))
}

function botIdOf(context: Context): string | undefined {
  return context.botUserId
}
