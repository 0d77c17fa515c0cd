import { type Digest, type DigestKind, isDuplicateKey, type Models } from '../../models/index.ts'
import { createClaim } from '../uploads/lease/index.ts'
import type { Span } from '../uploads/queries/index.ts'

export { DIGEST_KINDS, type DigestKind } from '../../models/index.ts'

/** A digest that is due, as the calendar has it. */
export interface DueDigest {
  readonly kind: DigestKind
  readonly channel: string
  /** Day on which it is due. */
  readonly day: string
  readonly dueAt: Date
  /** What it is about where none was missed. */
  readonly period: Span
}

/** A digest this process makes: nobody else does for as long as the claim holds. */
export type ClaimedDigest = Digest & { readonly claim: NonNullable<Digest['claim']> }

export interface DigestStore {
  /** Takes a digest that is due and not done, unless another process makes it. Costs one read where it is done. */
  claim(due: DueDigest): Promise<ClaimedDigest | undefined>
  /** Writes down what Slack is about to be asked, and keeps the claim. False: the claim is lost, ask nothing. */
  intend(digest: ClaimedDigest, postAt: Date): Promise<boolean>
  /** Slack has it, or nobody gets it. False: another process has taken it over. */
  finish(digest: ClaimedDigest, end: Pick<Digest, 'state' | 'message' | 'why'>): Promise<boolean>
  /** Nothing was handed over: it may be made anew at once. */
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
/** Missed digests are made up for by the next one: it begins where the last ended, this far back at most. */
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
      // A channel that is new here has missed nothing: its first digest is the next one.
      state: last ? 'open' : 'left_out',
      ...(!last && { why: 'due before the channel was chosen' }),
    }
    try {
      await digests.insertOne(digest as never)
    } catch (error) {
      // Another process has.
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
        // One that could not be handed over in its time is made up for, too.
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
