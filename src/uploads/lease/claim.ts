import { randomUUID } from 'node:crypto'
import type { Model, UpdateQuery } from 'mongoose'
import { updateMatching } from '../../../models/index.ts'
import { fromNow, isFree } from './database-clock.ts'

/** Where the documents of a collection store a claim. */
interface ClaimPaths {
  /** Path of the time at which the claim expires. */
  readonly expiresAt: string
  /** Path of the holder's token. Without a token the expiry time identifies a claim. */
  readonly token?: string
  /** Condition that every claim of this kind requires. */
  readonly where?: Fields
}

type Fields = Readonly<Record<string, unknown>>

interface ClaimTerms {
  /** Milliseconds from now until the claim expires. */
  readonly ms: number
  /** Fields written with the claim, as expressions of an update pipeline. */
  readonly set?: Fields
}

interface TakeTerms extends ClaimTerms {
  /** Random by default. A holder that asks again with its own token gets the claim again. */
  readonly token?: string
  readonly sort?: Readonly<Record<string, 1 | -1>>
}

/** A claim on documents of one collection. Every method throws driver errors. */
interface Claim<T> {
  /**
   * Takes one unclaimed document that matches the filter.
   * @returns the claimed document; null if there is none or all are claimed
   */
  take(model: Model<T>, filter: Fields & { readonly $or?: never }, terms: TakeTerms): Promise<T | null>
  /** Condition: this claim on the document still holds. Never true for a document without a claim. */
  claimedAs(document: T): Fields
  /**
   * Changes a document while this claim holds.
   * @returns the document after the change; null if the claim was lost
   */
  update(model: Model<T>, document: T, update: UpdateQuery<T> | readonly Fields[]): Promise<T | null>
  /** Extends the claim from now on. Without a token, only the returned document still holds the claim. */
  renew(model: Model<T>, document: T, terms: ClaimTerms): Promise<T | null>
}

/**
 * A claim reserves a document for one process until released or expired. One atomic write takes it. The
 * database's clock decides when it expires, so the processes' clocks need not agree.
 */
export function createClaim<T extends { readonly _id: unknown }>(paths: ClaimPaths): Claim<T> {
  const { expiresAt, token: tokenAt } = paths
  const mark = tokenAt ?? expiresAt
  const lasting = ({ ms, set }: ClaimTerms): Fields => ({ ...set, [expiresAt]: fromNow(ms) })

  function claimedAs(document: T): Fields {
    const value = valueAt(document, mark)
    // A missing value written as null would match every document without a claim.
    return { ...paths.where, _id: document._id, [mark]: value ?? { $in: [] } }
  }

  return {
    async take(model, filter, { token, sort, ...terms }) {
      const free = isFree(expiresAt)
      const own = tokenAt !== undefined && token !== undefined ? [{ [tokenAt]: token }] : []
      const holder = tokenAt !== undefined && { [tokenAt]: { $literal: token ?? randomUUID() } }
      const set = { ...lasting(terms), ...holder }
      return await updateMatching(
        model,
        { ...filter, $or: [...own, ...free.$or] },
        [{ $set: set }],
        sort ? { sort } : {},
      )
    },
    claimedAs,
    async update(model, document, update) {
      return await updateMatching(model, claimedAs(document), update)
    },
    async renew(model, document, terms) {
      return await updateMatching(model, claimedAs(document), [{ $set: lasting(terms) }])
    },
  }
}

function valueAt(document: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
      document,
    )
}
