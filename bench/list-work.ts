import type { FileUpload, Models } from '../models/index.ts'
import { withTemporaryFile } from '../src/private-files/index.ts'
import { compareUploads } from '../src/uploads/comparison/compare-uploads.ts'
import { writeComparison } from '../src/uploads/comparison/write-comparison.ts'
import { exportCustomers } from '../src/uploads/filters/export-customers.ts'
import { checkUndoable, countUndo } from '../src/uploads/undo/undo-request.ts'
import { loadHistory } from './load-lookups.ts'
import { IMPORT_OPTIONS } from './ours.ts'

/** Tasks on whole lists, done as the commands do them but without Slack. Each returns seconds. */

/** Writes two lists of the same customers through the raw driver. */
export async function loadLists(models: Models, rows: number): Promise<number> {
  return await clock(async () => {
    await loadHistory(models, { customers: rows, rows: rows * 2 }, () => {})
  })
}

/** Writes the differences of two lists as a CSV. */
export async function timeComparison(
  models: Models,
  [list, other]: readonly [number, number],
): Promise<number> {
  const [first, second] = [await findUpload(models, list), await findUpload(models, other)]
  let same = 0
  let different = 0
  async function* differences() {
    for await (const one of compareUploads(models, first, second, (some) => {
      same += some
    })) {
      different += 1
      yield one
    }
  }
  const seconds = await clock(() =>
    withTemporaryFile(async (path) => {
      const columns = {
        format: 'csv',
        before: 'before',
        after: 'after',
        labelOf: (field: string) => field,
      } as const
      await writeComparison(differences(), path, columns)
    }),
  )
  // Of a hundred rows of a usual day, five are new and fifteen changed. Five rows of the other list are
  // missing.
  const customers = same + different
  if (customers < (first.counts?.rows ?? 0) || different === 0)
    throw new Error(`The comparison found ${same} customers the same and ${different} different.`)
  return seconds
}

/** Writes all customers as a CSV. */
export async function timeExport(models: Models, rows: number): Promise<number> {
  let customers = 0
  const seconds = await clock(() =>
    withTemporaryFile(async (path) => {
      const written = await exportCustomers(models, path, {
        catalogue: IMPORT_OPTIONS.catalogue,
        format: 'csv',
      })
      customers = written.customers
    }),
  )
  if (customers < rows)
    throw new Error(`The export has ${customers} customers where there are ${rows} or more.`)
  return seconds
}

/** Counts what `/uploads undo` counts before it asks. */
export async function timeForecast(models: Models, number: number): Promise<number> {
  const found = await checkUndoable(models, number, { user: 'U1', admins: new Set() })
  if (found.kind !== 'possible') throw new Error(`#${number} cannot be undone: ${found.kind}`)
  return await clock(async () => {
    await countUndo(models, found, new Date())
  })
}

async function findUpload(models: Models, number: number): Promise<FileUpload> {
  const upload = await models.fileUploads.collection.findOne<FileUpload>({ number })
  if (!upload) throw new Error(`There is no upload #${number}.`)
  return upload
}

async function clock(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}
