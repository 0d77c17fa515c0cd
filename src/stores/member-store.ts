import { randomUUID } from 'node:crypto'
import { isDuplicateKey, type Member, type Models } from '../../models/index.ts'
import { fromNow, isAhead } from '../uploads/lease/index.ts'

/**
 * The stored answers about people, shared by all processes. All methods throw driver errors.
 */
export interface MemberStore {
  /** True or false while the stored answer is valid; undefined if Slack must be asked. */
  find(user: string): Promise<boolean | undefined>
  /**
   * Marks that this process asks Slack.
   * @returns stores the answer, unless a change arrived, or another process asked, since
   */
  beginAsking(user: string): Promise<(isMember: boolean) => Promise<void>>
  /** A person changed: stored answers and answers in progress become invalid. @returns the last answer */
  distrust(user: string): Promise<boolean | undefined>
  /** The person left a channel. */
  noteMove(user: string): Promise<void>
  /**
   * How often the person left a channel. Other processes' cached channels are valid while this is unchanged.
   */
  countMoves(user: string): Promise<number>
}

/** Milliseconds an answer is valid. Slack reports changes; this covers a lost report. */
const TRUST_MS = 5 * 60_000

export function createMemberStore({ models }: { models: Models }): MemberStore {
  const { collection } = models.members
  const key = (user: string) => ({ _id: user })

  return {
    async find(user) {
      const known = await collection.findOne<Member>({
        ...key(user),
        until: { $exists: true },
        ...isAhead('until'),
      })
      return known?.is_member
    },
    async beginAsking(user) {
      const asking = randomUUID()
      try {
        await collection.updateOne(key(user), { $set: { asking } }, { upsert: true })
      } catch (error) {
        // Two processes asked at a person's first visit: the other's answer is kept.
        if (!isDuplicateKey(error)) throw error
      }
      return async (isMember) => {
        await collection.updateOne({ ...key(user), asking }, [
          { $set: { is_member: isMember, until: fromNow(TRUST_MS) } },
        ])
      }
    },
    async distrust(user) {
      const before = await collection.findOneAndUpdate(key(user), { $unset: { until: '', asking: '' } })
      return before?.is_member
    },
    async noteMove(user) {
      // A person who never used the bot is not stored for leaving a channel.
      await collection.updateOne(key(user), { $inc: { moves: 1 } })
    },
    async countMoves(user) {
      const known = await collection.findOne<Member>(key(user), { projection: { moves: 1 } })
      return known?.moves ?? 0
    },
  }
}
