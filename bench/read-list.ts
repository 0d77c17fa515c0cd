import { openListFile, readFileBytes, spoolFile } from '../src/lists/index.ts'
import { SheetFile } from '../src/lists/sheet-file.ts'
import { IMPORT_OPTIONS } from './ours.ts'

/** Reads a list from the shared file to its last row, and ignores the rows. @returns seconds */
export async function timeReading(path: string): Promise<number> {
  const { limits, batchSize, defaultRegion: region } = IMPORT_OPTIONS
  const name = 'bench'
  const spooled = await spoolFile(readFileBytes(path), {
    name,
    maxBytes: limits.maxBytes,
    hints: { region },
  })
  try {
    const started = performance.now()
    const { signal } = new AbortController()
    const options = { limits, batchSize, region }
    const source = await openListFile(spooled, { options, name, signal })
    const list = await source.lists[0]?.open()
    let rows = 0
    for await (const batch of list?.batches() ?? []) rows += batch.length
    await source.close()
    if (rows === 0) throw new Error('The list of the benchmark has no rows.')
    return (performance.now() - started) / 1000
  } finally {
    await spooled.remove()
  }
}

let passes = 0
const { batches } = SheetFile.prototype
SheetFile.prototype.batches = function countPass() {
  passes += 1
  return batches.call(this)
}

/** Number of passes over a sheet's rows in this process since the last call. */
export function takePasses(): number {
  const taken = passes
  passes = 0
  return taken
}
