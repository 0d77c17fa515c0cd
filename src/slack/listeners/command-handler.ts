import type { SlashCommand } from '@slack/bolt'
import type { CommandDefinition } from '../../../commands/index.ts'
import type { Reply } from '../../../commands/reply/index.ts'
import { retry } from '../../retry.ts'
import { type AuthorizeDeps, authorize } from '../access/index.ts'
import type { ReplySender } from '../messages/index.ts'
import { AS_WRITTEN, type RenderedReply } from '../render/index.ts'
import { type AskDeps, askInWindow } from '../windows/index.ts'
import type { Respond } from './respond-in-thread.ts'

const MAX_ATTEMPTS = 3
const FIRST_PAUSE_MS = 300

/** Runs a command and replies through its response_url. */
export async function answerCommand(
  definition: CommandDefinition,
  command: SlashCommand,
  respond: Respond,
  deps: AuthorizeDeps & AskDeps,
): Promise<void> {
  const { log } = deps
  const started = Date.now()
  const { channel_id: channel, user_id: user } = command
  const team = deps.teamId()
  const visitor = { entry: 'command', name: definition.name, team, channel, user } as const
  const ask = askInWindow({ user, channel, trigger: command.trigger_id }, deps)
  const reply = await authorize(visitor, deps, (channels) =>
    definition.run(
      {
        text: unescapeText(command.text ?? ''),
        team,
        channel,
        user,
        channels,
        now: new Date(),
        post: replyThrough(respond, deps),
        openWindow: ask.openWindow,
      },
      deps.commandDeps,
    ),
  )
  try {
    if (!(await ask.show(reply))) await respondWith(respond, reply, deps.sender)
    log.info({ command: definition.name, ms: Date.now() - started }, 'command answered')
  } catch (error) {
    log.error({ command: definition.name, err: error }, 'command not answered')
  }
}

/** Slack escapes these three characters in texts with mentions like `<@U123|name>`. */
export function unescapeText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

/** Sends a progress reply: no retry, and no harm if it fails. */
export function replyThrough(
  respond: Respond,
  { sender, log }: Pick<AuthorizeDeps, 'sender' | 'log'>,
): (reply: Reply) => Promise<void> {
  return async (reply) => {
    const report = ({ text, blocks }: RenderedReply) =>
      respond({ response_type: 'ephemeral', replace_original: false, ...AS_WRITTEN, text, blocks })
    try {
      await sender.send(reply, report, { isRefused: isRefusedAnswer })
    } catch (error) {
      log.warn({ err: error }, 'progress not posted')
    }
  }
}

/**
 * Sends the reply, and retries once if nothing can have been shown. A person repeats the request if a reply
 * is lost.
 */
export async function respondWith(
  respond: Respond,
  reply: Reply,
  sender: ReplySender,
  { replacesOriginal = false }: { readonly replacesOriginal?: boolean } = {},
): Promise<void> {
  const isForAll = reply.visibility === 'channel'
  async function answer({ text, blocks }: RenderedReply): Promise<void> {
    const body = {
      response_type: isForAll ? 'in_channel' : 'ephemeral',
      replace_original: replacesOriginal,
      ...AS_WRITTEN,
      text,
      unfurl_links: false,
      unfurl_media: false,
      // Without blocks the address may be used up; with blocks, Slack may dislike them.
      ...(blocks.length > 0 && { blocks }),
    } as const
    await retry(() => respond(body), {
      attempts: MAX_ATTEMPTS,
      firstPauseMs: FIRST_PAUSE_MS,
      shouldRetry(error) {
        // Visible to all and perhaps shown: a duplicate would be worse than a lost reply.
        if (isForAll && statusOf(error) === undefined) return false
        return !isRefusedAnswer(error)
      },
    })
  }
  await sender.send(reply, answer, { isRefused: isRefusedAnswer })
}

/** A response_url gives no reason; the blocks may be the cause. */
function isRefusedAnswer(error: unknown): boolean {
  const status = statusOf(error)
  return status !== undefined && status >= 400 && status < 500 && status !== 429
}

function statusOf(error: unknown): number | undefined {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'statusCode') : undefined
  return typeof status === 'number' ? status : undefined
}
