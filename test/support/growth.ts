/** Milliseconds. A reader that takes less is quick, and its growth is noise. */
const QUICK_MS = 40
const TRIES = 5
/** Four times the text takes a linear reader four times as long, and a quadratic one sixteen times. */
const TIMES = 4
const MAX_GROWTH = 9
const LOOKS = 3

/**
 * Tells how a reader's time grows where it grows faster than its text; null where it is linear, or quick. Time is that
 * of the processor, so that a busy machine changes little; a suspicion is looked at again.
 * @param make the text of a length
 */
export function findGrowth(
  read: (text: string) => unknown,
  make: (length: number) => string,
  length: number,
): string | null {
  let found: string | null = null
  for (let look = 0; look < LOOKS; look += 1) {
    const long = time(read, make(length), QUICK_MS)
    if (long < QUICK_MS) return null
    const growth = long / time(read, make(length / TIMES), QUICK_MS / TIMES ** 2)
    if (growth < MAX_GROWTH) return null
    found = `${long.toFixed(0)} ms, ${growth.toFixed(1)} times as long for ${TIMES} times the text`
  }
  return found
}

/** The best of several tries, in milliseconds; the first that is good enough ends them. */
function time(read: (text: string) => unknown, text: string, enoughMs: number): number {
  let best = Number.POSITIVE_INFINITY
  for (let at = 0; at < TRIES; at += 1) {
    const before = process.cpuUsage()
    read(text)
    const { user, system } = process.cpuUsage(before)
    best = Math.min(best, (user + system) / 1000)
    if (best < enoughMs) break
  }
  return best
}
