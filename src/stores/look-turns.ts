import { randomUUID } from 'node:crypto'
import { type Counter, isDuplicateKey, LOOKED_THROUGH, type Models } from '../../models/index.ts'
import { createClaim } from '../uploads/lease/index.ts'

/** A search of all channels by this process alone. */
export interface LookTurn {
  /** An earlier search found everything shared until then; undefined without one. */
  readonly foundUntil: Date | undefined
  /** Everything shared until this time is found and queued. */
  finish(foundUntil: Date): Promise<void>
  /** The search had no result: another process may search at once. */
  release(): Promise<void>
}

export interface LookTurns {
  /**
   * Claims the search for missed shares.
   * @param until shares until this time must be found; `found` if another process has found them
   * @returns `taken` if another process searches now
   * @throws driver errors
   */
  take(until: Date): Promise<LookTurn | 'found' | 'taken'>
}

const LOOK_CLAIM = createClaim<Counter>({ expiresAt: 'claim.expires_at', token: 'claim.token' })
/** A search takes less; after a killed one the others wait this long. */
const CLAIM_MS = 90_000
const WHICH = { _id: LOOKED_THROUGH }

/** One process at a time searches Slack for shares: Slack limits calls for all of them together. */
export function createLookTurns({ models }: { models: Models }): LookTurns {
  const { counters } = models
  const { collection } = counters

  async function prepare(): Promise<void> {
    try {
      await collection.updateOne(WHICH, { $setOnInsert: { value: 0 } }, { upsert: true })
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
    }
  }

  async function take(until: Date): Promise<LookTurn | 'found' | 'taken'> {
    await prepare()
    const isOpen = { value: { $lt: until.getTime() } }
    const claimed = await LOOK_CLAIM.take(
      counters,
      { ...WHICH, ...isOpen },
      { ms: CLAIM_MS, token: randomUUID() },
    )
    if (!claimed) return (await collection.findOne({ ...WHICH, ...isOpen })) ? 'taken' : 'found'
    const end = async (update: object) => {
      await LOOK_CLAIM.update(counters, claimed, { ...update, $unset: { claim: '' } })
    }
    return {
      foundUntil: claimed.value > 0 ? new Date(claimed.value) : undefined,
      finish: (foundUntil) => end({ $max: { value: foundUntil.getTime() } }),
      release: () => end({}),
    }
  }

  return { take }
}
