import { randomUUID } from 'node:crypto'
import {
  type Counter,
  isDuplicateKey,
  LOOKED_THROUGH,
  type Models,
  toDatabaseError,
} from '../../models/index.ts'
import { createClaim } from '../uploads/lease/index.ts'

/** A look through all channels by this process alone. */
export interface LookTurn {
  /** Everything shared until then was found by an earlier look; undefined where there was none. */
  readonly foundUntil: Date | undefined
  /** All that was shared until this moment is found and queued. */
  finish(foundUntil: Date): Promise<void>
  /** Nothing is known: another process may look at once. */
  release(): Promise<void>
}

export interface LookTurns {
  /**
   * Takes the turn to look for missed shares.
   * @param until what was shared until then has to be found; `found` where another process has found it already
   * @returns `taken` where another process looks at this moment
   * @throws AppError database_unavailable, database_failed
   */
  take(until: Date): Promise<LookTurn | 'found' | 'taken'>
}

const LOOK_CLAIM = createClaim<Counter>({ expiresAt: 'claim.expires_at', token: 'claim.token' })
/** A look is over by then; one that was killed keeps the others waiting for as long. */
const CLAIM_MS = 90_000
const WHICH = { _id: LOOKED_THROUGH }

/** One process at a time asks Slack what was shared: a call counts for all of them. */
export function createLookTurns({ models }: { models: Models }): LookTurns {
  const { counters } = models
  const { collection } = counters

  async function prepare(): Promise<void> {
    try {
      await collection.updateOne(WHICH as never, { $setOnInsert: { value: 0 } }, { upsert: true })
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
    if (!claimed) return (await collection.findOne({ ...WHICH, ...isOpen } as never)) ? 'taken' : 'found'
    const end = async (update: object) => {
      await LOOK_CLAIM.update(counters, claimed, { ...update, $unset: { claim: '' } }).catch(
        rethrowTranslated,
      )
    }
    return {
      foundUntil: claimed.value > 0 ? new Date(claimed.value) : undefined,
      finish: (foundUntil) => end({ $max: { value: foundUntil.getTime() } }),
      release: () => end({}),
    }
  }

  return { take: (until) => take(until).catch(rethrowTranslated) }
}

function rethrowTranslated(error: unknown): never {
  throw toDatabaseError(error)
}
