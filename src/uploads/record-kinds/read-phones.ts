import type { mongo } from 'mongoose'
import type { Customer, Models } from '../../../models/index.ts'

/** Goes through the phones of all records, in order. */
export interface PhoneReader {
  /**
   * The next phones, each once. Empty: there are no more. Where it fails it can be asked again.
   * @throws whatever the driver throws
   */
  next(): Promise<string[]>
  /** Lets go of what the server keeps for it. Never fails. */
  close(): Promise<void>
}

/** Phones handed out at once: each can have hundreds of rows, which are in memory meanwhile. */
const BATCH_SIZE = 200
/** Phones fetched at once. */
const FETCH_SIZE = 5_000

/**
 * One cursor for all of them. Asked for page by page, each behind the last phone of the one before, the embedded engine
 * would go through all that are left for every page. A cursor that the server gave up is opened again where it was.
 *
 * @param after the phone to begin behind; empty: from the first
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
          // A phone can have several records, some of them made since the cursor was opened.
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
