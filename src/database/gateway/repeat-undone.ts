import { retry } from '../../retry.ts'
import { sqlStateOf } from './engine-errors.ts'

/** deadlock_detected, serialization_failure: PostgreSQL rolled the statement back, so it can be repeated. */
const UNDONE_AND_REPEATABLE = new Set(['40P01', '40001'])
/** In addition to the first run. */
const MAX_REPEATS = 7
/** Time for first runs that hold the lock. */
const FIRST_PAUSE_MS = 10

const REPEATS = { attempts: MAX_REPEATS, firstPauseMs: FIRST_PAUSE_MS, shouldRetry: wasUndone }

/** Runs a statement, and repeats it if PostgreSQL rolled it back. @throws the statement's last error */
type Repeater = <T>(run: () => Promise<T>) => Promise<T>

/**
 * Statements that conflicted once would conflict again if repeated in parallel, and delay everything that
 * waits for them. So repeats run one at a time.
 */
export function createRepeater(): Repeater {
  let lastTurn: Promise<unknown> = Promise.resolve()

  function takeTurn<T>(repeat: () => Promise<T>): Promise<T> {
    const turn = lastTurn.then(repeat)
    lastTurn = turn.catch(() => undefined)
    return turn
  }

  return async (run) => {
    try {
      return await run()
    } catch (error) {
      if (!wasUndone(error)) throw error
      return await takeTurn(() => retry(run, REPEATS))
    }
  }
}

function wasUndone(error: unknown): boolean {
  return UNDONE_AND_REPEATABLE.has(sqlStateOf(error) ?? '')
}
