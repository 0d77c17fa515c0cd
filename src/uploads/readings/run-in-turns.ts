import { setImmediate as nextTurn } from 'node:timers/promises'

/** Runs work in steps and lets other tasks run before each of them. */
export async function runInTurns<T>(steps: Generator<void, T>): Promise<T> {
  for (;;) {
    await nextTurn()
    const step = steps.next()
    if (step.done) return step.value
  }
}
