import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')
const LOOK_EVERY_MS = 5

/** Bytes of objects and buffers, including garbage. */
function measureMemory(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/**
 * Runs `use` and measures by how many bytes the process's memory grew meanwhile, at most. The amount of garbage varies, so it
 * counts only below the ceiling.
 */
export async function measureGrowth<T>(
  ceiling: number,
  use: () => Promise<T>,
): Promise<{ readonly grown: number; readonly result: T }> {
  const before = measureMemory()
  let grown = 0
  const look = () => {
    let now = measureMemory() - before
    if (now > ceiling) {
      collectGarbage()
      now = measureMemory() - before
    }
    grown = Math.max(grown, now)
  }
  const timer = setInterval(look, LOOK_EVERY_MS)
  try {
    const result = await use()
    look()
    return { grown, result }
  } finally {
    clearInterval(timer)
  }
}
