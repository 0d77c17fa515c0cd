/** Milliseconds. A faster reader is quick, and its growth is noise; a quadratic one takes a second and more. */
const QUICK_MS = 120
const TRIES = 3
/** Four times the text takes a linear reader four times as long, and a quadratic one sixteen times. */
const TIMES = 4
const MAX_GROWTH = 9
/** No reader grows faster than with the cube of its text; one that goes back and forth without end never returns. */
const CUBIC = TIMES ** 3
const LOOKS = 3

/**
 * Finds a reader whose time grows faster than its text; null if it is linear, or quick. Uses processor time,
 * so that other load matters little; a suspicion is measured again.
 * @param make creates a text of a length
 * @param quickMs a time that needs no second look
 */
export function findGrowth(
  read: (text: string) => unknown,
  make: (length: number) => string,
  length: number,
  quickMs = QUICK_MS,
): string | null {
  const part = make(length / TIMES)
  const tookMs = timeOnce(read, part)
  if (tookMs < quickMs / CUBIC) return null
  // A linear reader is mostly quick by its half; that costs half of a look at the whole.
  if (tookMs < quickMs / 2 ** 4 && timeOnce(read, make(length / 2)) < quickMs / 2 ** 3) return null
  let found: string | null = null
  for (let look = 0; look < LOOKS; look += 1) {
    const long = time(read, make(length), quickMs)
    if (long < quickMs) return null
    const growth = long / time(read, part, quickMs / TIMES ** 2)
    if (growth < MAX_GROWTH) return null
    found = `${long.toFixed(0)} ms, ${growth.toFixed(1)} times as long for ${TIMES} times the text`
  }
  return found
}

/** The best of several tries in milliseconds; the first good enough one ends them. */
function time(read: (text: string) => unknown, text: string, enoughMs: number): number {
  let best = Number.POSITIVE_INFINITY
  for (let at = 0; at < TRIES; at += 1) {
    best = Math.min(best, timeOnce(read, text))
    if (best < enoughMs) break
  }
  return best
}

function timeOnce(read: (text: string) => unknown, text: string): number {
  const before = process.cpuUsage()
  read(text)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
