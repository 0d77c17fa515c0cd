import { randomBytes } from 'node:crypto'
import type { RespondFn, SlashCommand } from '@slack/bolt'
import { describeError } from '../../commands/error-reply.ts'
import type { CommandDefinition, CommandDeps } from '../../commands/index.ts'
import type { Reply } from '../../commands/reply.ts'
import { toAppError } from '../errors.ts'
import type { Log } from '../uploads/ports.ts'
import type { ChannelMembership } from './channel-membership.ts'
import type { Colleagues } from './colleagues.ts'
import type { RenderedReply } from './render-blocks.ts'
import type { ReplySender } from './reply-sender.ts'
import { pause } from './slack-call.ts'

export interface CommandHandlerDeps {
  readonly commandDeps: CommandDeps
  readonly membership: ChannelMembership
  readonly colleagues: Colleagues
  readonly botUserId: () => string | undefined
  /** Knows which blocks Slack takes. */
  readonly sender: ReplySender
  readonly log: Log
}

const MOST_TRIES = 3
const FIRST_PAUSE_MS = 300

/**
 * Runs a command and answers through its response_url. Errors are caught here, once: whoever asked always gets an
 * answer, and the log the code and the reference, never what was asked.
 */
export async function answerCommand(
  definition: CommandDefinition,
  command: SlashCommand,
  respond: RespondFn,
  deps: CommandHandlerDeps,
): Promise<void> {
  const { log } = deps
  const started = Date.now()
  const reply = await runCommand(definition, command, tellThrough(respond, deps), deps)
  try {
    await respondWith(respond, reply, deps.sender)
    log.info({ command: definition.name, ms: Date.now() - started }, 'command answered')
  } catch (error) {
    log.error({ command: definition.name, err: error }, 'command not answered')
  }
}

async function runCommand(
  definition: CommandDefinition,
  command: SlashCommand,
  tell: (reply: Reply) => Promise<void>,
  { commandDeps, membership, colleagues, botUserId, log }: CommandHandlerDeps,
): Promise<Reply> {
  try {
    if (!(await colleagues.isColleague(command.user_id))) return describeNotForGuests()
    if (!(await membership.isMember(command.channel_id))) return describeNotInvited(botUserId())
    return await definition.run(
      {
        text: unescapeText(command.text ?? ''),
        team: command.team_id,
        channel: command.channel_id,
        user: command.user_id,
        now: new Date(),
        tell,
      },
      commandDeps,
    )
  } catch (thrown) {
    const error = toAppError(thrown)
    const reference = randomBytes(3).toString('hex')
    log.error({ command: definition.name, code: error.code, reference, err: error }, 'command failed')
    return describeError(error, reference)
  }
}

export function describeNotInvited(botUserId: string | undefined): Reply {
  const bot = botUserId === undefined ? 'the bot' : { user: botUserId }
  return {
    visibility: 'asker',
    parts: [
      { kind: 'headline', text: 'I only answer in channels I was invited to.' },
      {
        kind: 'text',
        text: ['Type ', { code: '/invite' }, ' and choose ', bot, ', or ask me in one of my channels.'],
      },
    ],
  }
}

export function describeNotForGuests(): Reply {
  return {
    visibility: 'asker',
    parts: [
      {
        kind: 'headline',
        text: 'I only answer members of this workspace, not guests or other organisations.',
      },
      { kind: 'text', text: 'Ask a colleague who is a member.' },
    ],
  }
}

/** Where Slack writes mentions as `<@U123|name>` it escapes these three. */
function unescapeText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

/** A word on the way to the answer: no second try, and no harm where it fails. */
export function tellThrough(
  respond: RespondFn,
  { sender, log }: Pick<CommandHandlerDeps, 'sender' | 'log'>,
): (reply: Reply) => Promise<void> {
  return async (reply) => {
    const tell = ({ text, blocks }: RenderedReply) =>
      respond({ response_type: 'ephemeral', replace_original: false, text, blocks })
    try {
      await sender.send(reply, tell, { isRefused: isRefusedAnswer })
    } catch (error) {
      log.warn({ err: error }, 'word on the way not said')
    }
  }
}

/** Answers, and once more when nothing can have been shown: a lost answer is asked for again by the person anyway. */
export async function respondWith(
  respond: RespondFn,
  reply: Reply,
  sender: ReplySender,
  { replacesOriginal = false }: { readonly replacesOriginal?: boolean } = {},
): Promise<void> {
  const isForAll = reply.visibility === 'channel'
  async function answer({ text, blocks }: RenderedReply): Promise<void> {
    const body = {
      response_type: isForAll ? 'in_channel' : 'ephemeral',
      replace_original: replacesOriginal,
      text,
      // Without any, the address may be used up; with some, it may be the blocks Slack does not like.
      ...(blocks.length > 0 && { blocks }),
    } as const
    for (let tries = 1; ; tries += 1) {
      try {
        await respond(body)
        return
      } catch (error) {
        if (tries >= MOST_TRIES || isRefusedAnswer(error)) throw error
        // For all to see, and perhaps seen: twice would be worse than a lost answer.
        if (isForAll && statusOf(error) === undefined) throw error
        await pause(FIRST_PAUSE_MS * 2 ** (tries - 1))
      }
    }
  }
  await sender.send(reply, answer, { isRefused: isRefusedAnswer })
}

/** A response_url has no words for what it does not like: perhaps the blocks. */
function isRefusedAnswer(error: unknown): boolean {
  const status = statusOf(error)
  return status !== undefined && status >= 400 && status < 500 && status !== 429
}

function statusOf(error: unknown): number | undefined {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'statusCode') : undefined
  return typeof status === 'number' ? status : undefined
}
