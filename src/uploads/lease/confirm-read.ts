import type { Collection, mongo } from 'mongoose'
import { AppError } from '../../errors.ts'

type Fields = Readonly<Record<string, unknown>>

/** A document as a read found it. */
export interface ReadDocument {
  /** Fits the document only while it is as it was read, and names the keys a cluster is sharded by. */
  readonly filter: Fields
  /** A field it has, with the value it has. */
  readonly same: Fields
}

/**
 * Writes documents once more as they were read, which changes nothing. A read alone may come from a primary that has been
 * replaced since; a write is acknowledged by a majority.
 *
 * @throws AppError database_unavailable where one is not as it was read: then everything is looked up again
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
