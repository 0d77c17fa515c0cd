import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'

/** Starting Node takes about half of this on an idle machine. */
const IDLE_MS = 100
const TRIES = 3

/** How many times slower than an idle machine this one is at present; at least 1. */
async function measureSlowness(): Promise<number> {
  let longest = 0
  for (let at = 0; at < TRIES; at += 1) {
    const began = performance.now()
    await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit')
    longest = Math.max(longest, performance.now() - began)
  }
  return Math.max(1, longest / IDLE_MS)
}

/** @returns the time limit as it is on an idle machine, or longer on a busy one */
export async function limitHere(tookMs: number, limitMs: number): Promise<number> {
  return tookMs < limitMs ? limitMs : limitMs * (await measureSlowness())
}
