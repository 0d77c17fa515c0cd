/** The server's code, the same on all engines. */
const DUPLICATE_KEY = 11000

/** True if a unique index rejected the write. */
export function isDuplicateKey(error: unknown): boolean {
  return typeof error === 'object' && error !== null && Reflect.get(error, 'code') === DUPLICATE_KEY
}

/** One more try finds the document, unless it is deleted in between. */
const MAX_TRIES = 5

/**
 * Makes an upsert by `_id`. Of several first ones at once, one inserts the document and the others fail; their next try
 * finds it.
 * @param upsert one command, safe to repeat after it failed
 * @throws driver errors
 */
export async function repeatUpsert<T>(upsert: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await upsert()
    } catch (error) {
      if (tries >= MAX_TRIES || !(isDuplicateKey(error) || isLateUpsert(error))) throw error
    }
  }
}

/** DocumentDB evaluates the update again after it met the other document, and then rejects the time of the command. */
function isLateUpsert(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('The $$NOW operator cannot be used')
}
