import { setTimeout as sleep } from 'node:timers/promises'
import { sqlStateOf } from './engine-errors.ts'

/** deadlock_detected, serialization_failure: PostgreSQL undid the whole statement, so it can be run again. */
const UNDONE_AND_REPEATABLE = new Set(['40P01', '40001'])
const MAX_ATTEMPTS = 8
const FIRST_PAUSE_MS = 20

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

  async function repeat<T>(run: () => Promise<T>): Promise<T> {
    for (let attempt = 2; ; attempt += 1) {
      try {
        return await run()
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !wasUndone(error)) throw error
        // Time for those that run for the first time and hold the lock.
        await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** (attempt - 2))
      }
    }
  }

  return async (run) => {
    try {
      return await run()
    } catch (error) {
      if (!wasUndone(error)) throw error
      return await takeTurn(() => repeat(run))
    }
  }
}

function wasUndone(error: unknown): boolean {
  return UNDONE_AND_REPEATABLE.has(sqlStateOf(error) ?? '')
}
