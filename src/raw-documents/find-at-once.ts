import { type Collection, mongo } from 'mongoose'

type Filter = Readonly<Record<string, unknown>>

/**
 * Finds documents that are few enough for one answer, and returns their bytes. One command instead of the driver's
 * cursor, which looks at each field of each document before it returns the bytes (docs/performance.md).
 *
 * @param count maximum of documents
 * @throws driver errors
 */
export async function findAtOnce(
  collection: Collection,
  filter: Filter,
  count: number,
): Promise<readonly Uint8Array[]> {
  const whole = await findInOneAnswer(collection, filter, count)
  if (whole) return whole
  const found: unknown[] = await collection.find(filter, { batchSize: count + 1, raw: true }).toArray()
  return found as Uint8Array[]
}

/** The form of the server's answer with `fieldsAsRaw`. */
interface Answer {
  readonly cursor: { readonly id: mongo.Long; readonly firstBatch: readonly Uint8Array[] }
}

/**
 * @returns undefined if there are further documents, as with more than 16 MB, or if the connection broke: the driver
 * repeats a `find`, but no command
 */
async function findInOneAnswer(
  { conn, collectionName }: Collection,
  filter: Filter,
  count: number,
): Promise<readonly Uint8Array[] | undefined> {
  const { db } = conn
  if (!db) return undefined
  const { readConcern } = db
  const command = {
    find: collectionName,
    filter,
    batchSize: count + 1,
    // A command does not inherit it from the connection, as the driver's cursor does.
    ...(readConcern && { readConcern: { level: readConcern.level } }),
  }
  try {
    // A small id as a number would be sent back as a double, which the server refuses.
    const options = { fieldsAsRaw: { firstBatch: true }, promoteLongs: false }
    const answer: unknown = await db.command(command, options)
    const { cursor } = answer as Answer
    if (cursor.id.isZero()) return cursor.firstBatch
    await db.command({ killCursors: collectionName, cursors: [cursor.id] })
    return undefined
  } catch (error) {
    // Selecting a server already waits as long as it may.
    if (error instanceof mongo.MongoServerSelectionError) throw error
    return undefined
  }
}
