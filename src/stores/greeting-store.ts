import { type Greeting, isDuplicateKey, type Models } from '../../models/index.ts'
import { createClaim, isFree } from '../uploads/lease/index.ts'

/** The greeting of one channel, for the process that has claimed it. */
interface ClaimedGreeting {
  find(): Promise<{ readonly file_id?: string; readonly sent_at?: Date; readonly refused?: string }>
  take(fileId: string, before: string | undefined): Promise<boolean>
  isOurs(fileId: string): Promise<boolean>
  markSent(fileId: string, message: string): Promise<void>
  markRefused(reason: string): Promise<void>
  /** The bot left the channel: its return counts as the first time. */
  forget(): Promise<void>
}

export interface GreetingStore {
  /** Claims the greeting of a channel. Undefined if it is done, or another process has it. */
  claim(channel: string): Promise<ClaimedGreeting | undefined>
  /** Channels whose greeting was begun and not posted. */
  listBroken(): Promise<string[]>
}

const GREETING_CLAIM = createClaim<Greeting>({ expiresAt: 'claimed_until' })
/** Milliseconds after which the process with the claim counts as dead. */
const CLAIM_MS = 60_000

export function createGreetingStore({ models }: { models: Models }): GreetingStore {
  const greetings = models.greetings.collection
  const open = { sent_at: { $exists: false }, refused: { $exists: false } }

  function claimed(channel: string): ClaimedGreeting {
    const key = { _id: channel }
    return {
      async find() {
        return (await models.greetings.findById(channel).lean()) ?? {}
      },
      async take(fileId, before) {
        const asBefore = before === undefined ? { $exists: false } : before
        const taken = await models.greetings.updateOne(
          { ...key, file_id: asBefore },
          { $set: { file_id: fileId } },
        )
        return taken.matchedCount > 0
      },
      async isOurs(fileId) {
        return (await models.greetings.findOne({ ...key, file_id: fileId, ...open }).lean()) !== null
      },
      async markSent(fileId, message) {
        await models.greetings.updateOne(
          { ...key, file_id: fileId },
          { $set: { message, sent_at: new Date() }, $unset: { claimed_until: '' } },
        )
      },
      async markRefused(reason) {
        await models.greetings.updateOne(key, { $set: { refused: reason }, $unset: { claimed_until: '' } })
      },
      async forget() {
        await models.greetings.deleteOne(key)
      },
    }
  }

  async function begin(channel: string): Promise<void> {
    try {
      await greetings.insertOne({ _id: channel })
    } catch (error) {
      // The channel's greeting was begun before, or is done.
      if (!isDuplicateKey(error)) throw error
    }
  }

  return {
    async claim(channel) {
      await begin(channel)
      const taken = await GREETING_CLAIM.take(models.greetings, { _id: channel, ...open }, { ms: CLAIM_MS })
      return taken ? claimed(channel) : undefined
    },
    async listBroken() {
      const broken = await greetings.find({ ...open, ...isFree('claimed_until') }).toArray()
      return broken.map(({ _id }) => String(_id))
    },
  }
}
