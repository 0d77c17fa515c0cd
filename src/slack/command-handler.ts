import { randomBytes } from 'node:crypto'
import type { RespondFn, SlashCommand } from '@slack/bolt'
import { describeError } from '../../commands/error-reply.ts'
import type { CommandDefinition, CommandDeps } from '../../commands/index.ts'
import type { Reply } from '../../commands/reply.ts'
import { toAppError } from '../errors.ts'
import type { Log } from '../uploads/ports.ts'
import type { ChannelMembership } from './channel-membership.ts'
import type { Colleagues } from './colleagues.ts'
import { renderBlocks } from './render-blocks.ts'
import { pause } from './slack-call.ts'

export interface CommandHandlerDeps {
  readonly commandDeps: CommandDeps
  readonly membership: ChannelMembership
  readonly colleagues: Colleagues
  readonly botUserId: () => string | undefined
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
  const reply = await runCommand(definition, command, tellThrough(respond, log), deps)
  try {
    await respondWith(respond, reply)
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

/** A word on the way to the answer: one try, and no harm where it fails. */
export function tellThrough(respond: RespondFn, log: Log): (reply: Reply) => Promise<void> {
  return async (reply) => {
    const { text, blocks } = renderBlocks(reply)
    try {
      await respond({ response_type: 'ephemeral', replace_original: false, text, blocks })
    } catch (error) {
      log.warn({ err: error }, 'word on the way not said')
    }
  }
}

/** Answers, and once more when nothing can have been shown: a lost answer is asked for again by the person anyway. */
export async function respondWith(
  respond: RespondFn,
  reply: Reply,
  { replacesOriginal = false }: { readonly replacesOriginal?: boolean } = {},
): Promise<void> {
  const response_type = reply.visibility === 'channel' ? 'in_channel' : 'ephemeral'
  const replace_original = replacesOriginal
  const { text, blocks } = renderBlocks(reply)
  let body: Parameters<RespondFn>[0] = { response_type, replace_original, text, blocks }
  for (let tries = 1; ; tries += 1) {
    try {
      await respond(body)
      return
    } catch (error) {
      const status: unknown = error instanceof Error ? Reflect.get(error, 'statusCode') : undefined
      const isRefused = typeof status === 'number' && status >= 400 && status < 500 && status !== 429
      // Refused with blocks: perhaps the blocks. Refused without: the address is used up.
      if (tries >= MOST_TRIES || (isRefused && !hasBlocks(body))) throw error
      if (isRefused) body = { response_type, replace_original, text }
      // For all to see, and perhaps seen: twice would be worse than a lost answer.
      else if (reply.visibility === 'channel' && status === undefined) throw error
      else await pause(FIRST_PAUSE_MS * 2 ** (tries - 1))
    }
  }
}

const hasBlocks = (body: Parameters<RespondFn>[0]): boolean => typeof body === 'object' && 'blocks' in body
