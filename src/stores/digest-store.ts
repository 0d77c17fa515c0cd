import { type Digest, type DigestKind, isDuplicateKey, type Models } from '../../models/index.ts'
import { createClaim } from '../uploads/lease/index.ts'
import type { Span } from '../uploads/queries/index.ts'

export { DIGEST_KINDS, type DigestKind } from '../../models/index.ts'

/** A due digest, by the calendar. */
interface DueDigest {
  readonly kind: DigestKind
  readonly channel: string
  /** The due day. */
  readonly day: string
  readonly dueAt: Date
  /** Its period if no digest was missed. */
  readonly period: Span
}

/** A digest this process creates: no other process does while the claim is valid. */
export type ClaimedDigest = Digest & { readonly claim: NonNullable<Digest['claim']> }

export interface DigestStore {
  /**
   * Claims a digest that is due and not done, unless another process has it. Costs one read if it is done.
   */
  claim(due: DueDigest): Promise<ClaimedDigest | undefined>
  /** Stores the time before Slack is asked, and renews the claim. False: the claim is lost; do not ask. */
  intend(digest: ClaimedDigest, postAt: Date): Promise<boolean>
  /** Slack has it, or it is left out. False: another process has taken it over. */
  finish(digest: ClaimedDigest, end: Pick<Digest, 'state' | 'message' | 'why'>): Promise<boolean>
  /** Nothing was scheduled: it may be created again at once. */
  release(digest: ClaimedDigest): Promise<void>
}

interface DigestStoreDeps {
  readonly models: Models
  /** Milliseconds after which another process may take a digest over. */
  readonly claimMs: number
}

const DIGEST_CLAIM = createClaim<Digest>({
  expiresAt: 'claim.expires_at',
  token: 'claim.token',
  where: { state: 'open' },
})
/** The next digest covers missed ones: it starts where the last one ended, at most this long ago. */
const LONGEST_PERIOD_MS = 31 * 86_400_000

export function createDigestStore({ models, claimMs }: DigestStoreDeps): DigestStore {
  const digests = models.digests.collection

  async function begin(due: DueDigest, last: Digest | null): Promise<void> {
    const { kind, channel, dueAt, period } = due
    const since = last && new Date(Math.max(last.until.getTime(), period.until.getTime() - LONGEST_PERIOD_MS))
    const digest: Digest = {
      _id: `${kind} ${channel} ${due.day}`,
      kind,
      channel,
      due_at: dueAt,
      from: since && since < period.from ? since : period.from,
      until: period.until,
      // A new channel has missed nothing: its first digest is the next one.
      state: last ? 'open' : 'left_out',
      ...(!last && { why: 'due before the channel was chosen' }),
    }
    try {
      await digests.insertOne(digest)
    } catch (error) {
      // Another process has it.
      if (!isDuplicateKey(error)) throw error
    }
  }

  async function findLast({ kind, channel }: DueDigest, filter: object): Promise<Digest | null> {
    return await digests.findOne<Digest>({ kind, channel, ...filter }, { sort: { due_at: -1 } })
  }

  return {
    async claim(due) {
      const last = await findLast(due, {})
      const isKnown = last !== null && last.due_at >= due.dueAt
      if (isKnown && last.state !== 'open') return undefined
      if (!isKnown) {
        // A digest that could not be scheduled in time is covered too.
        const done = await findLast(due, { state: { $ne: 'open' } })
        await begin(due, done ?? last)
      }
      const open = { kind: due.kind, channel: due.channel, due_at: due.dueAt, state: 'open' }
      const claimed = await DIGEST_CLAIM.take(models.digests, open, { ms: claimMs })
      return claimed ? (claimed as ClaimedDigest) : undefined
    },

    async intend(digest, postAt) {
      const terms = { ms: claimMs, set: { post_at: postAt } }
      return (await DIGEST_CLAIM.renew(models.digests, digest, terms)) !== null
    },

    async finish(digest, end) {
      const update = { $set: end, $unset: { claim: '' } } as const
      return (await DIGEST_CLAIM.update(models.digests, digest, update)) !== null
    },

    async release(digest) {
      await DIGEST_CLAIM.update(models.digests, digest, { $unset: { claim: '', post_at: '' } })
    },
  }
}
