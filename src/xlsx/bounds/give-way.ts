/** Milliseconds of work after which other tasks get their turn. */
const TURN_MS = 8

/** Lets other tasks run during a long loop. One instance per loop. */
export class Turns {
  #started = performance.now()

  async giveWay(): Promise<void> {
    if (performance.now() - this.#started < TURN_MS) return
    await new Promise(setImmediate)
    this.#started = performance.now()
  }
}
