import type { Collection, mongo } from 'mongoose'
import { AppError } from '../../errors.ts'

type Fields = Readonly<Record<string, unknown>>

/** A document as read. */
export interface ReadDocument {
  /** Matches the document only while it is as read, and contains a cluster's shard key. */
  readonly filter: Fields
  /** One of its fields, with its value. */
  readonly same: Fields
}

/**
 * Writes documents again as read, which changes nothing. A read may come from a primary that was replaced; a
 * write is acknowledged by a majority.
 *
 * @throws AppError database_unavailable if one has changed since: then everything is looked up again
 */
export async function confirmRead(collection: Collection, found: readonly ReadDocument[]): Promise<void> {
  if (found.length === 0) return
  const { matchedCount } = await collection.bulkWrite(
    found.map(
      ({ filter, same }): mongo.AnyBulkWriteOperation => ({
        updateOne: { filter, update: { $set: same } },
      }),
    ),
    { ordered: false },
  )
  if (matchedCount < found.length)
    throw new AppError('database_unavailable', {}, new Error('documents were rolled back'))
}
