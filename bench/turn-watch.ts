import { closeSync, openSync, readSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** The longest turn of the event loop, in milliseconds. */
export interface LongestTurn {
  /** Wall time, plus up to 5 ms between two checks. Includes waiting for a processor. */
  readonly wallMs: number
  /** Processor time of the main thread; undefined without /proc. */
  readonly ownMs: number | undefined
}

/** The longest turn of some work, such as `csv, first_load, import 1 of its process`. */
export interface WorkTurn extends LongestTurn {
  readonly work: string
}

/** The longest turns of several works, each with its work. They can be of different works. */
export interface LongestTurns {
  readonly wall: Longest
  /** Undefined without /proc. */
  readonly own: Longest | undefined
}

interface Longest {
  readonly ms: number
  readonly work: string
}

export function longestOf(turns: readonly WorkTurn[]): LongestTurns {
  const wall = turns.map(({ wallMs, work }) => ({ ms: wallMs, work }))
  const own = turns.flatMap(({ ownMs, work }) => (ownMs === undefined ? [] : [{ ms: ownMs, work }]))
  return { wall: longest(wall) ?? { ms: 0, work: 'nothing' }, own: longest(own) }
}

function longest(turns: readonly Longest[]): Longest | undefined {
  return turns.toSorted((a, b) => b.ms - a.ms)[0]
}

const RESOLUTION_MS = 5
const EVERY_MS = 1

/**
 * Watches the event loop until stopped. A timer that is due in each turn reads the main thread's own processor
 * time, so two readings enclose at most one turn.
 */
export function watchTurns(): { stop(): LongestTurn } {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  const clock = openOwnClock()
  let longest = 0
  let before = clock?.read() ?? 0
  const timer = setInterval(() => {
    const now = clock?.read() ?? 0
    longest = Math.max(longest, now - before)
    before = now
  }, EVERY_MS)
  delay.enable()
  return {
    stop() {
      clearInterval(timer)
      delay.disable()
      clock?.close()
      return { wallMs: delay.max / 1e6, ownMs: clock && longest }
    },
  }
}

/** Long enough for a line of `schedstat`: three numbers. */
const LINE_BYTES = 64

/**
 * The processor time of the main thread, from sched_debug's `schedstat` (nanoseconds). The file stays open, because
 * opening it each millisecond cost 2 % of an import's processor time.
 *
 * @returns undefined without /proc
 */
function openOwnClock(): { /** Milliseconds. */ read(): number; close(): void } | undefined {
  try {
    const file = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r')
    const line = Buffer.alloc(LINE_BYTES)
    return {
      read: () =>
        Number.parseInt(line.toString('latin1', 0, readSync(file, line, 0, LINE_BYTES, 0)), 10) / 1e6,
      close: () => closeSync(file),
    }
  } catch {
    return undefined
  }
}
