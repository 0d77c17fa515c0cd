/** The server's code, the same on all engines. */
const DUPLICATE_KEY = 11000

/** True if a unique index rejected the write. */
export function isDuplicateKey(error: unknown): boolean {
  return typeof error === 'object' && error !== null && Reflect.get(error, 'code') === DUPLICATE_KEY
}
