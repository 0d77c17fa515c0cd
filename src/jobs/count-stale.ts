import type { countStaleCustomers, findStaleCount } from '../uploads/queries/index.ts'

interface CountStaleDeps {
  readonly count: (now: Date) => ReturnType<typeof countStaleCustomers>
  readonly find: () => ReturnType<typeof findStaleCount>
  readonly days: number
}

/** A recent count is not repeated by any process. */
const FRESH_MS = 60 * 60_000

/** Counts the customers no file has mentioned for a while, unless a recent count exists. */
export function createCountStale({ count, find, days }: CountStaleDeps): () => Promise<void> {
  return async () => {
    const now = new Date()
    const known = await find()
    if (known?.days === days && now.getTime() - known.counted_at.getTime() < FRESH_MS) return
    await count(now)
  }
}
