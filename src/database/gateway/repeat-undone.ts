import { retry } from '../../retry.ts'
import { sqlStateOf } from './engine-errors.ts'

/** deadlock_detected, serialization_failure: PostgreSQL undid the whole statement, so it can be run again. */
const UNDONE_AND_REPEATABLE = new Set(['40P01', '40001'])
/** Beside the first. */
const MAX_REPEATS = 7
/** Time for those that run for the first time and hold the lock. */
const FIRST_PAUSE_MS = 10

const REPEATS = { attempts: MAX_REPEATS, firstPauseMs: FIRST_PAUSE_MS, shouldRetry: wasUndone }

/** Runs a statement, again where PostgreSQL undid it. @throws what the statement throws, in the end */
export type Repeater = <T>(run: () => Promise<T>) => Promise<T>

/**
 * Statements that were in each other's way once would be again: repeated side by side they undo one another for as long
 * as chance will have it, and everybody who waits for them waits along. So repeats are made one after the other.
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
