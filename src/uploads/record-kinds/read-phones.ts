import type { mongo } from 'mongoose'
import type { Customer, Models } from '../../../models/index.ts'

/** Streams the phones of all records, in order. */
export interface PhoneReader {
  /**
   * The next phones, each once. Empty: no more. After an error it can be called again.
   * @throws driver errors
   */
  next(): Promise<string[]>
  /** Closes the server's cursor. Never fails. */
  close(): Promise<void>
}

/** Phones returned at once: each can have hundreds of rows in memory. */
const BATCH_SIZE = 200
/** Phones fetched at once. */
const FETCH_SIZE = 5_000

/**
 * One cursor for all phones. With pages that each start after the last phone, the embedded engine would read
 * all remaining ones for every page. A cursor that the server closed is reopened at its position.
 *
 * @param after the phone to start after; empty: from the first
 */
export function readPhones({ customers }: Models, after: string): PhoneReader {
  let last = after
  let cursor: mongo.FindCursor<Pick<Customer, 'primary_phone'>> | undefined

  const open = () =>
    customers.collection
      .find<Pick<Customer, 'primary_phone'>>(
        { primary_phone: { $gt: last } },
        { projection: { _id: 0, primary_phone: 1 }, batchSize: FETCH_SIZE },
      )
      .sort({ primary_phone: 1 })

  async function close() {
    await cursor?.close().catch(() => undefined)
    cursor = undefined
  }

  return {
    async next() {
      cursor ??= open()
      const phones: string[] = []
      try {
        while (phones.length < BATCH_SIZE) {
          const found = await cursor.next()
          if (!found) break
          // A phone can have several records, some created after the cursor was opened.
          if (found.primary_phone > (phones.at(-1) ?? last)) phones.push(found.primary_phone)
        }
      } catch (error) {
        await close()
        throw error
      }
      last = phones.at(-1) ?? last
      return phones
    },
    close,
  }
}
