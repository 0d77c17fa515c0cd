import type { WebClient } from '@slack/web-api'
import { type Reply, toAsker } from '../../../commands/reply/index.ts'
import { toAppError } from '../../errors.ts'
import {
  type AuthorizeDeps,
  authorize,
  type Channels,
  describeNoSharedChannel,
  type Requester,
} from '../access/index.ts'
import type { HomePublisher } from '../messages/index.ts'
import { AS_WRITTEN } from '../render/index.ts'
import type { AskDeps, OpenWindow, WindowKind } from '../windows/index.ts'

export interface ViewHandlerDeps extends AuthorizeDeps, AskDeps {
  readonly client: WebClient
  readonly channels: Channels
  readonly home: HomePublisher
}

/** A person who acts outside a channel. */
export interface Person {
  readonly user: string
  readonly team: string
}

export async function openWindow(
  trigger: string,
  kind: WindowKind,
  reply: Reply,
  { user }: Person,
  { windows, client, log }: ViewHandlerDeps,
): Promise<OpenWindow | undefined> {
  try {
    return await windows.open(trigger, kind, reply)
  } catch (thrown) {
    const { code, details } = toAppError(thrown)
    log.warn({ code, reason: details.reason }, 'window not opened')
    // There is no channel and no modal for the reply.
    await client.chat.postMessage({
      channel: user,
      ...AS_WRITTEN,
      text: 'The window did not open in time. Please try again.',
    })
    return undefined
  }
}

/** The check outside channels: being in one of the bot's channels is the permission. */
export async function authorizeInChannels(
  visitor: Omit<Requester, 'channel'>,
  deps: ViewHandlerDeps,
  run: (memberChannels: ReadonlySet<string>) => Promise<Reply>,
): Promise<Reply> {
  return await authorize({ ...visitor, channel: null }, deps, async (botChannels) =>
    botChannels.size > 0 ? await run(botChannels) : describeNoSharedChannel(),
  )
}

export function describeQuestionOver(): Reply {
  return toAsker({ kind: 'text', text: 'This question is closed. Nothing was changed. Ask again.' })
}
