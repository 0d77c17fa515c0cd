import { vi } from 'vitest'

/** Milliseconds; much longer than a test takes, because other tests can keep the processor. */
const PATIENCE = { timeout: 60_000, interval: 20 }

/**
 * Calls a function until it finds something, and returns that.
 * @param what is missing, for the error
 */
export async function eventually<T>(
  find: () => Promise<T | null | undefined | false>,
  what: string,
): Promise<T> {
  return await vi.waitFor(async () => {
    const found = await find()
    if (found === null || found === undefined || found === false) throw new Error(what)
    return found
  }, PATIENCE)
}
