import { randomBytes } from 'node:crypto'
import { describeTooMany } from '../../../commands/access/index.ts'
import { describeNotChosen } from '../../../commands/home/index.ts'
import type { CommandDeps } from '../../../commands/index.ts'
import { describeError, type Reply, toAsker } from '../../../commands/reply/index.ts'
import { toAppError } from '../../errors.ts'
import type { AuditFinding, AuditTrail } from '../../stores/index.ts'
import { type Log, logAboutUpload } from '../../uploads/lease/index.ts'
import type { ReplySender } from '../messages/index.ts'
import type { ChannelEntry, ChannelRefusal, ChannelRule } from './channel-rule.ts'
import type { Members } from './members.ts'
import { describeNoSharedChannel } from './view-refusals.ts'

export interface AuthorizeDeps {
  readonly commandDeps: CommandDeps
  readonly channelRule: ChannelRule
  readonly members: Members
  readonly audit: AuditTrail
  readonly botUserId: () => string | undefined
  /** The bot's own team. Payloads of Slack Connect and Grid can name other teams. */
  readonly teamId: () => string
  /** Sends replies with the blocks that Slack accepts. */
  readonly sender: ReplySender
  readonly log: Log
}

/** A person who sends a request: a command, a button, a menu choice. */
export interface Requester {
  readonly entry: 'command' | 'action' | 'shortcut' | 'view' | 'home' | 'mention' | 'direct'
  /** The registered name of the command or action, never typed text. */
  readonly name: string
  readonly team: string
  readonly user: string
  /**
   * The channel that both the bot and the person must be members of. `null`: a place only this person and the
   * bot see, such as the App Home. Undefined: unknown, so the request is refused.
   */
  readonly channel: string | null | undefined
}

/**
 * The common steps of every request. Guests and people of other organisations are refused, and so is
 * everybody in a channel that they or the bot are not in. In direct messages, the person must share a channel
 * with the bot. The request is audited before it runs, and its result before it is shown. Errors are caught
 * here: the person always gets a reply, and the log gets the code and the reference.
 */
export async function authorize(
  visitor: Requester,
  { commandDeps, members: memberStore, channelRule, audit, botUserId, log }: AuthorizeDeps,
  run: (channels: ReadonlySet<string>) => Promise<Reply>,
): Promise<Reply> {
  const { channel, user, entry: way, name } = visitor
  const visit = { ...visitor, channel: channel ?? undefined }
  let open: Awaited<ReturnType<AuditTrail['begin']>> | undefined

  async function completeAuditQuietly(finding: AuditFinding): Promise<void> {
    try {
      open ??= await audit.begin(visit)
      await audit.finish(open, finding)
    } catch (error) {
      log.warn({ [way]: name, code: toAppError(error).code, err: error }, 'audit entry not stored')
    }
  }

  try {
    if (!(await memberStore.isMember(user))) {
      await completeAuditQuietly({ outcome: 'refused', why: 'guest' })
      return describeNotForGuests()
    }
    const entry: ChannelEntry =
      channel === undefined ? { refusal: 'not_in_channel' } : await channelRule.enter(user, channel)
    if ('refusal' in entry) {
      await completeAuditQuietly({ outcome: 'refused', why: 'not_in_channel' })
      return describeChannelRefusal(entry.refusal, botUserId())
    }
    const tooMany = await refuseMany(visitor, commandDeps)
    if (tooMany) {
      await completeAuditQuietly(describeFinding(tooMany))
      return tooMany
    }
    open = await audit.begin(visit)
    const reply = await run(entry.channels)
    logAboutUpload(reply.trace?.uploads?.[0])
    await audit.finish(open, describeFinding(reply))
    return reply
  } catch (thrown) {
    const error = toAppError(thrown)
    const reference = randomBytes(3).toString('hex')
    log.error({ [way]: name, code: error.code, reference, err: error }, `${way} failed`)
    if (open) await completeAuditQuietly({ outcome: 'failed' })
    return describeError(error, reference)
  }
}

/** Applies the rate limit per person. Opening the App Home is exempt: Slack stores the page. */
async function refuseMany({ user, entry }: Requester, { rates }: CommandDeps): Promise<Reply | undefined> {
  const seconds = entry === 'home' ? undefined : await rates?.take(user, 'question')
  if (rates === undefined || seconds === undefined) return undefined
  return describeTooMany(rates.limits.question, 'question', seconds)
}

function describeFinding({ trace }: Reply): AuditFinding {
  const { isRefused, why = 'not_allowed', ...about } = trace ?? { did: 'asked' }
  return isRefused ? { outcome: 'refused', why, ...about } : { outcome: 'answered', ...about }
}

function describeChannelRefusal(refusal: ChannelRefusal, botUserId: string | undefined): Reply {
  switch (refusal) {
    case 'not_in_channel':
      return describeNotInvited(botUserId)
    case 'person_not_in_channel':
      return toAsker(
        { kind: 'headline', text: 'I only answer members of this channel.' },
        { kind: 'text', text: 'Join it, or ask me in a channel that you and I are in.' },
      )
    case 'no_room':
      return describeNoSharedChannel()
    case 'not_chosen':
      return toAsker(...describeNotChosen())
  }
}

function describeNotInvited(botUserId: string | undefined): Reply {
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
