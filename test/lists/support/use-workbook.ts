import { createReadStream } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { openListFile, spoolFile, writeList } from '../../../src/lists/index.ts'
import { withTemporaryFile } from '../../../src/private-files/with-temporary-file.ts'

/** Steps of a program that reads and writes a workbook and can be killed at each of them. */
export const STEPS = [
  'taken the file in',
  'opened it',
  'read a part of it',
  'written a part of another',
] as const
type Step = (typeof STEPS)[number]

/** Reads the workbook at `path`, writes its rows to another, and kills its own process after a step. */
async function useWorkbook(path: string, last: Step): Promise<void> {
  const dieAfter = (step: Step) => {
    if (step === last) process.kill(process.pid, 'SIGKILL')
  }
  const maxBytes = 50_000_000
  const limits = { maxBytes, maxRows: 100_000, maxColumns: 20, maxCellLength: 20_000 }
  const spooled = await spoolFile(createReadStream(path), {
    name: 'a.zip',
    maxBytes,
    hints: { region: 'IN' },
  })
  dieAfter('taken the file in')
  const { signal } = new AbortController()
  const options = { limits, batchSize: 50, region: 'IN' }
  const { lists } = await openListFile(spooled, { options, name: 'a.zip', signal })
  dieAfter('opened it')
  const list = await lists[0]?.open()
  await withTemporaryFile(async (out) => {
    async function* rows() {
      let read = 0
      for await (const batch of list?.batches() ?? []) {
        dieAfter('read a part of it')
        yield* batch.map(({ cells }) => cells)
        if (++read === 8) dieAfter('written a part of another')
      }
    }
    await writeList(out, rows(), { format: 'xlsx' })
  })
}

const [, program, path, step] = process.argv
if (program !== undefined && import.meta.url === pathToFileURL(program).href)
  await useWorkbook(path ?? '', step as Step)
