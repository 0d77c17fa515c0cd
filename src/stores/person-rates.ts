import { type Models, type PersonRate, repeatUpsert, updateMatching } from '../../models/index.ts'
import { fromNow } from '../uploads/lease/index.ts'

/** What is limited: requests by command, button or modal; and previews, which read a whole file. */
type CountedRequest = 'question' | 'preview'

/** Requests per person and minute. */
type RateLimits = Readonly<Record<CountedRequest, number>>

export interface PersonRates {
  /**
   * Counts a person's request, across all processes.
   * @returns seconds until the next request is allowed; undefined if this one is
   * @throws driver errors
   */
  take(user: string, what: CountedRequest): Promise<number | undefined>
  readonly limits: RateLimits
}

const MINUTE_MS = 60_000

export function createPersonRates({
  models,
  limits,
}: {
  readonly models: Models
  readonly limits: RateLimits
}): PersonRates {
  const isOpen = { $gt: ['$until', '$$NOW'] }
  const counted = {
    count: { $cond: [isOpen, { $add: ['$count', 1] }, 1] },
    until: { $cond: [isOpen, '$until', fromNow(MINUTE_MS)] },
  }

  async function count(key: string): Promise<PersonRate> {
    const upsert = () =>
      updateMatching<PersonRate>(models.personRates, { _id: key }, [{ $set: counted }], { upsert: true })
    // An upsert always returns a document.
    return (await repeatUpsert(upsert)) as PersonRate
  }

  return {
    limits,
    async take(user, what) {
      const { count: asked, until } = await count(`${what} ${user}`)
      if (asked <= limits[what]) return undefined
      return Math.min(MINUTE_MS / 1000, Math.max(1, Math.ceil((until.getTime() - Date.now()) / 1000)))
    },
  }
}
