/**
 * Repeats a sign of life. A beat that is not answered yet is never joined by a second one: while a write waits for a
 * majority, further ones would only take connections from those who look something up.
 *
 * @param everyMs milliseconds between the starts of two beats
 * @param beat reports its failures itself
 * @returns ends it, and waits for the beat under way
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
