import { mongo } from 'mongoose'
import type { FileUpload, Models } from '../models/index.ts'
import { chunkBy } from '../src/chunk-by.ts'
import { storeNameWords, wordsToRemember } from '../src/uploads/names/name-words.ts'
import { emptyCounts } from '../src/uploads/results/count-outcomes.ts'
import { rowId } from '../src/uploads/rows/row-id.ts'
import { blocksOf, type Day, type FinalDocuments, finalDocuments } from './final-documents.ts'
import { IMPORT_OPTIONS } from './ours.ts'

export interface LookupScale {
  readonly customers: number
  /** Rows of history over all uploads. */
  readonly rows: number
}

/** The last two lists are short, for comparisons. */
const SHORT_LIST = 5_000
const BATCH = 5_000
const DAY_MS = 24 * 3600 * 1000
const FIRST_DAY = Date.UTC(2026, 0, 1)

/**
 * Fills the collections through the raw driver as if the same customers were uploaded every day. On the first
 * day all are new; later every fifth row is changed or new. Two short uploads come last.
 */
export async function loadHistory(
  models: Models,
  { customers, rows }: LookupScale,
  log: (line: string) => void,
): Promise<{ readonly uploads: number }> {
  const days = Math.max(1, Math.round(rows / customers))
  const uploads: FileUpload[] = []
  for (let day = 0; day < days + 2; day++)
    uploads.push(anUpload(day + 1, day < days ? customers : Math.min(SHORT_LIST, customers)))
  if ((await models.fileUploads.collection.countDocuments({}, { limit: uploads.length })) === uploads.length)
    return { uploads: uploads.length }
  await models.fileUploads.collection.insertMany(uploads)

  for (const [index, upload] of uploads.entries()) {
    const size = upload.counts?.rows ?? 0
    const job: Day = {
      name: index === 0 ? 'first_load' : 'typical_day',
      rows: size,
      upload: { _id: upload._id, sharedAt: upload.shared_at },
      previous: { _id: uploads[index - 1]?._id ?? upload._id, sharedAt: dayOf(index) },
      uploadsBefore: index,
    }
    await loadUpload(models, job, upload, index === 0)
    log(`upload ${index + 1} of ${uploads.length}: ${size.toLocaleString('en-US')} rows`)
  }
  return { uploads: uploads.length }
}

function dayOf(day: number): Date {
  return new Date(FIRST_DAY + day * DAY_MS)
}

function anUpload(number: number, rows: number): FileUpload {
  return {
    _id: new mongo.ObjectId(),
    kind: 'import',
    number,
    status: 'done',
    source: { kind: 'slack', team: 'T1', channel: 'C1', user: 'U1', file_id: `F${number}` },
    file: { name: `list-${number}.csv`, bytes: rows * 130, header: ['Phone'] },
    counts: { ...emptyCounts(), rows, ...(number === 1 ? { created: rows } : { updated: rows }) },
    changed_fields: [
      {
        path: 'city',
        changed: Math.round(rows * 0.15),
        added: 0,
        cleared: 0,
        examples: [{ line: 2, from: 'Pune', to: 'Goa' }],
      },
    ],
    attempts: 1,
    shared_at: dayOf(number),
    started_at: dayOf(number),
    finished_at: dayOf(number),
    receipt: { due: false },
  }
}

/** The documents of a batch are built while the previous one is written. */
async function loadUpload(models: Models, job: Day, upload: FileUpload, isFirst: boolean): Promise<void> {
  let writing: Promise<unknown> = Promise.resolve()
  for (let at = 0; at < job.rows; at += BATCH) {
    const size = Math.min(BATCH, job.rows - at)
    const documents = Array.from({ length: size }, (_, index) => finalDocuments(job, at + index))
    await writing
    writing = write(models, upload, documents, isFirst)
    // The failure is seen when it is awaited.
    writing.catch(() => {})
  }
  await writing
}

async function write(
  models: Models,
  upload: FileUpload,
  documents: readonly FinalDocuments[],
  isFirst: boolean,
): Promise<void> {
  const { uploadRows, customers } = models
  const blocks = chunkBy(documents, () => 1, IMPORT_OPTIONS.batchSize).flatMap((some) =>
    blocksOf({ _id: upload._id, sharedAt: upload.shared_at }, upload.number, some),
  )
  if (blocks.length > 0) await models.searchBlocks.collection.insertMany(blocks, { ordered: false })
  const rows = documents.map(({ row }) => ({ ...row, _id: rowId(upload, Number(row.line)) }))
  await uploadRows.collection.insertMany(rows, { ordered: false })
  await storeNameWords(
    models,
    new Set(
      documents.flatMap(({ customer }) =>
        wordsToRemember(customer.full_name, [customer.city, customer.state]),
      ),
    ),
  )
  if (!isFirst) return
  await customers.collection.insertMany(
    documents.map(({ phone, customer, first }) => ({ primary_phone: phone, ...customer, ...first })),
    { ordered: false },
  )
}
