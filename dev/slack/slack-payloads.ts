import type { ActionInput, PickedMessage, Share } from '../workspace/index.ts'
import type { EmulatedSlack } from './emulated-slack.ts'

type Payload = Record<string, unknown>

/** https://docs.slack.dev/reference/events/file_shared */
export function describeFileShared(slack: EmulatedSlack, share: Share): Payload {
  return describeEvent(slack, `Ev${share.fileId}`, share.sharedAt, {
    type: 'file_shared',
    file_id: share.fileId,
    file: { id: share.fileId },
    user_id: share.user,
    channel_id: share.channel,
  })
}

/** The envelope of the Events API: https://docs.slack.dev/apis/events-api#events-JSON */
export function describeEvent(slack: EmulatedSlack, id: string, at: Date, event: Payload): Payload {
  const seconds = at.getTime() / 1000
  return {
    token: 'deprecated',
    team_id: slack.payloadTeamId,
    context_team_id: slack.teamId,
    api_app_id: slack.appId,
    event: { ...event, event_ts: seconds.toFixed(6) },
    type: 'event_callback',
    event_id: id,
    event_time: Math.floor(seconds),
    authorizations: [
      {
        enterprise_id: null,
        team_id: slack.teamId,
        user_id: slack.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  }
}

/**
 * https://docs.slack.dev/reference/events/app_mention and https://docs.slack.dev/reference/events/message.im:
 * only the latter has the conversation's type.
 */
export function describeText(
  slack: EmulatedSlack,
  {
    channel,
    user,
    text,
    ts,
    thread,
  }: Readonly<Record<'channel' | 'user' | 'text' | 'ts', string>> & {
    readonly thread?: string | undefined
  },
): Payload {
  const isDirect = channel.startsWith('D')
  const about = { user, text, ts, channel, ...(thread !== undefined && { thread_ts: thread }) }
  const event = isDirect
    ? { type: 'message', channel_type: 'im', ...about }
    : { type: 'app_mention', ...about }
  return describeEvent(slack, `Ev${ts}`, new Date(Number(ts) * 1000), event)
}

/** How the bot may reply to a command or press. */
interface AnswerWays {
  readonly responseUrl: string
  readonly trigger: string
}

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export function describeAction(
  slack: EmulatedSlack,
  channel: string,
  user: string,
  input: ActionInput & { readonly thread?: string | undefined },
  { responseUrl, trigger }: AnswerWays,
): Record<string, unknown> {
  const type = input.type ?? 'button'
  return {
    type: 'block_actions',
    team: { id: slack.payloadTeamId, domain: 'sahara-loans' },
    user: { id: user, team_id: slack.teamId },
    api_app_id: slack.appId,
    token: 'deprecated',
    trigger_id: trigger,
    channel: { id: channel },
    ...(input.message === undefined
      ? { container: { type: 'message', channel_id: channel, is_ephemeral: true } }
      : {
          container: {
            type: 'message',
            message_ts: input.message,
            channel_id: channel,
            is_ephemeral: false,
            ...(input.thread !== undefined && { thread_ts: input.thread }),
          },
          message: {
            ts: input.message,
            type: 'message',
            ...(input.thread !== undefined && { thread_ts: input.thread }),
          },
        }),
    response_url: responseUrl,
    actions: [
      {
        type,
        block_id: 'b',
        action_id: input.action,
        action_ts: (Date.now() / 1000).toFixed(6),
        ...(type === 'button' ? { value: input.value } : { selected_option: { value: input.value } }),
      },
    ],
  }
}

/** https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload */
export function describeMessageShortcut(
  slack: EmulatedSlack,
  channel: string,
  user: string,
  callbackId: string,
  { ts, ...message }: PickedMessage,
  { responseUrl, trigger }: AnswerWays,
): Record<string, unknown> {
  return {
    type: 'message_action',
    callback_id: callbackId,
    trigger_id: trigger,
    message_ts: ts,
    response_url: responseUrl,
    team: { id: slack.payloadTeamId, domain: 'sahara-loans' },
    user: { id: user, team_id: slack.teamId },
    channel: { id: channel },
    message: { type: 'message', ts, ...message },
  }
}

/** The body of every interactivity payload. */
export const formOf = (payload: Readonly<Record<string, unknown>>): string =>
  new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
