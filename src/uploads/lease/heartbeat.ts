/**
 * Calls `beat` at an interval. A new beat waits until the last one is answered: while a write waits for a
 * majority, more beats would only take connections from lookups.
 *
 * @param everyMs milliseconds between the starts of two beats
 * @param beat handles its own failures
 * @returns stops the heartbeat and waits for the beat in progress
 */
export function startHeartbeat(everyMs: number, beat: () => Promise<unknown>): () => Promise<void> {
  let current: Promise<unknown> | undefined
  const timer = setInterval(() => {
    current ??= beat()
      .catch(() => undefined)
      .finally(() => {
        current = undefined
      })
  }, everyMs)
  return async () => {
    clearInterval(timer)
    await current
  }
}
