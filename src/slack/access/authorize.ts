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
  /** The bot's own team. Teams in payloads can be others: in Slack Connect and Grid. */
  readonly teamId: () => string
  /** Knows which blocks Slack takes. */
  readonly sender: ReplySender
  readonly log: Log
}

/** Somebody at one of the doors: a command typed, a button pressed, a menu picked from. */
export interface Requester {
  readonly entry: 'command' | 'action' | 'shortcut' | 'view' | 'home' | 'mention' | 'direct'
  /** Name under which it is registered, never what was typed. */
  readonly name: string
  readonly team: string
  readonly user: string
  /**
   * Where both the bot and the person have to be members. `null`: a place that only this person and the bot see, such as App Home. Undefined:
   * nobody knows, so nothing is done.
   */
  readonly channel: string | null | undefined
}

/**
 * What all doors have in common. Guests and people of other organisations get nothing, nor does anybody in a channel that
 * not both they and the bot are in or, in a conversation with the bot alone, anybody who shares no channel with it; who asked for what is written down before it is done, and what came of it before it is shown. Errors are
 * caught here, once: whoever asked always gets an answer, and the log the code and the reference.
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

/** Counts what a person asks. Opening the App Home is none: what it shows is kept by Slack. */
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
