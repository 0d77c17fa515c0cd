import type { App, BlockAction, Context, MessageShortcut } from '@slack/bolt'
import type { ShortcutDefinition } from '../../../commands/home/index.ts'
import type { CommandDefinition } from '../../../commands/index.ts'
import type { Members } from '../access/index.ts'
import type { SentAnswers } from '../answers/index.ts'
import type { Greeter } from '../messages/index.ts'
import { FORM_WINDOW } from '../windows/index.ts'
import { answerAction } from './action-handler.ts'
import type { BackgroundWork } from './background-work.ts'
import { answerCommand } from './command-handler.ts'
import { answerFormAction } from './form-handler.ts'
import type { ShareIntake } from './share-intake.ts'
import { answerShortcut } from './shortcut-handler.ts'
import { createTextHandler, type WrittenText } from './text-handler.ts'
import type { ViewHandlerDeps } from './view-door.ts'
import { answerViewAction } from './view-handler.ts'

export interface ChannelDeps extends ViewHandlerDeps, SentAnswers {
  readonly members: Members
  readonly commands: readonly CommandDefinition[]
  readonly shortcuts: readonly ShortcutDefinition[]
  readonly intake: Pick<ShareIntake, 'take'>
  readonly greeter: Pick<Greeter, 'greet'>
  /**
   * Called when the bot was invited to a channel. Rejects if that could not be stored, so that Slack delivers
   * the event again.
   */
  readonly onInvited: ((channel: string, at: Date) => Promise<void>) | undefined
}

/** Registers everything that happens in a channel: files, commands, buttons, message shortcuts. */
export function registerChannel(app: App, deps: ChannelDeps, inBackground: BackgroundWork['run']): void {
  const { members: memberStore, greeter, home, intake } = deps
  const texts = createTextHandler(deps)

  app.event('file_shared', async ({ event, context }) => {
    // Bolt's check for own events does not cover this one: without it the bot would import its own files.
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

  // Both events carry people's text: it is parsed for the reply, and neither stored nor logged.
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
    // A person who cannot sign in has no page to clear.
    if (looksShutOut && !user.deleted) inBackground('App Home not emptied', () => home.shutOut(user.id))
  })

  for (const definition of deps.commands) {
    app.command(definition.name, async ({ ack, command, respond }) => {
      await ack()
      // Not awaited: Slack gets the acknowledgement when this function ends.
      inBackground('command not answered', () => answerCommand(definition, command, respond, deps))
    })
  }

  // One handler for all buttons and menus, so that an unknown one gets a reply too.
  app.action<BlockAction>({ type: 'block_actions' }, async ({ ack, body, respond }) => {
    await ack()
    // The App Home and modals have no channel, and no response_url.
    inBackground('action not answered', () =>
      body.view ? pressedInView(body, deps) : answerAction(deps.actions, body, respond, deps),
    )
  })

  app.shortcut<MessageShortcut>({ type: 'message_action' }, async ({ ack, shortcut, respond }) => {
    await ack()
    inBackground('shortcut not answered', () => answerShortcut(deps.shortcuts, shortcut, respond, deps))
  })
}

/** Chooses a form's handler by what the form is about, not by the pressed element. */
async function pressedInView(body: BlockAction, deps: ChannelDeps): Promise<void> {
  const isForm = FORM_WINDOW.test(body.view?.callback_id ?? '')
  await (isForm ? answerFormAction(body, deps) : answerViewAction(body, deps))
}

/** A text in direct messages: no edit, no file (files are imported), nothing from a bot. */
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

/** Slack's `ts`: seconds with six decimals. */
function timeOf(ts: string): Date {
  return new Date(Math.round(Number(ts) * 1000))
}

function botIdOf(context: Context): string | undefined {
  return context.botUserId
}
