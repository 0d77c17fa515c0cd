import type { Customer, FileUpload, Models, SentFile, UploadRow } from '../../../models/index.ts'
import { summariseChanges } from '../apply/index.ts'
import { asLiterals, createClaim, type Log } from '../lease/index.ts'
import { PROBLEM_WITHOUT_CELL, rowsBehind, searchWordsOf, stripRow } from '../rows/index.ts'

export interface RemoveOldValuesOptions {
  readonly models: Models
  /** Values of files shared longer ago than this go. */
  readonly days: number
  readonly log: Pick<Log, 'info'>
  /**
   * Deletes a file the bot has made: those hold values, too. False where Slack does not let it.
   * @throws AppError slack_unavailable
   */
  readonly deleteFile: (fileId: string) => Promise<boolean>
  /** Told to stop: what is begun goes on at the next turn, after the last batch. */
  readonly signal?: AbortSignal
  /** Milliseconds after its last batch until another process may go on with a file. */
  readonly claimMs?: number
  /** Rows at once. */
  readonly batchSize?: number
}

const RETENTION_CLAIM = createClaim<FileUpload>({
  expiresAt: 'retention.claim.expires_at',
  token: 'retention.claim.token',
})
const DAY_MS = 86_400_000
const CLAIM_MS = 60_000
const BATCH_SIZE = 500

type Claimed = FileUpload & { readonly retention: NonNullable<FileUpload['retention']> }

/**
 * Takes the values out of the rows of old files: what the cells held, and what fields were and became. Which file
 * changed which field of whom, when and by whom, and every count stay. Files are done oldest first, in batches, each
 * by one process; one that broke off is gone on with. Files the bot handed out with such values are deleted.
 *
 * @returns how many files and rows that were
 * @throws AppError slack_unavailable; whatever the driver throws: the next turn goes on
 */
export async function removeOldValues(
  options: RemoveOldValuesOptions,
  now: Date,
): Promise<{ readonly files: number; readonly rows: number }> {
  const { models, log, signal } = options
  const done = { files: 0, rows: 0 }
  const postponed: FileUpload['_id'][] = []
  while (!signal?.aborted) {
    const upload = await claimNext(options, now, postponed)
    if (!upload) break
    if (await areValuesNeeded(models, upload)) {
      // An undo or a switch that was asked for goes first; this file is looked at again at the next turn.
      await models.fileUploads.collection.updateOne({ _id: upload._id }, { $unset: { retention: '' } })
      postponed.push(upload._id)
      continue
    }
    const rows = await stripUpload(options, upload)
    done.rows += rows.count
    if (!rows.isComplete) continue
    done.files += 1
    log.info({ upload: upload.number, rows: rows.count }, 'old values removed')
  }
  await deleteSentFiles(options, now)
  return done
}

/** Comparisons and the like that were sent to one person. */
async function deleteSentFiles(
  { models, days, deleteFile, signal }: RemoveOldValuesOptions,
  now: Date,
): Promise<void> {
  const { collection } = models.sentFiles
  const old = collection.find<SentFile>({ sent_at: { $lt: daysBefore(days, now) } })
  for await (const { _id } of old) {
    if (signal?.aborted) return
    if (await deleteFile(_id)) await collection.deleteOne({ _id: _id as never })
  }
}

const daysBefore = (days: number, now: Date): Date => new Date(now.getTime() - days * DAY_MS)

/** From here on the file cannot be undone any more: that is decided before the first value goes. */
async function claimNext(
  { models, days, claimMs = CLAIM_MS }: RemoveOldValuesOptions,
  now: Date,
  postponed: readonly FileUpload['_id'][],
): Promise<Claimed | null> {
  const old = {
    shared_at: { $lt: daysBefore(days, now) },
    status: { $in: ['done', 'failed', 'undone'] },
    'retention.done_at': { $exists: false },
    _id: { $nin: [...postponed] },
  }
  const claimed = await RETENTION_CLAIM.take(models.fileUploads, old, {
    ms: claimMs,
    set: {
      'retention.began_at': { $ifNull: ['$retention.began_at', '$$NOW'] },
      'retention.line': { $ifNull: ['$retention.line', 0] },
    },
    sort: { shared_at: 1 },
  })
  return claimed as Claimed | null
}

async function areValuesNeeded(models: Models, { _id, undo_of }: FileUpload): Promise<boolean> {
  const file = undo_of?.file ?? _id
  const open = await models.fileUploads.collection.findOne(
    { $or: [{ 'undo_of.file': file, 'undo_of.open': true }, { 'switch_of.open': true }] },
    { projection: { _id: 1 } },
  )
  return open !== null
}

async function stripUpload(
  options: RemoveOldValuesOptions,
  upload: Claimed,
): Promise<{ readonly count: number; readonly isComplete: boolean }> {
  const { models, signal, claimMs = CLAIM_MS, batchSize = BATCH_SIZE } = options
  const { fileUploads } = models
  // Counted from the rows while they still tell.
  const fields = upload.changed_fields ?? (upload.counts ? await summariseChanges(models, upload) : undefined)
  let count = 0
  for (let { line } = upload.retention; ; ) {
    if (signal?.aborted) {
      await RETENTION_CLAIM.update(fileUploads, upload, { $unset: { 'retention.claim': '' } })
      return { count, isComplete: false }
    }
    const rows = await models.uploadRows.collection
      .find<UploadRow>(rowsBehind(upload, line))
      .sort({ _id: 1 })
      .limit(batchSize)
      .toArray()
    const last = rows.at(-1)
    if (!last) break
    const words = await findWords(models, rows)
    await models.uploadRows.collection.bulkWrite(
      rows.map((row) => stripRow(row, words.get(row.phone ?? '') ?? new Set())),
      { ordered: false },
    )
    count += rows.length
    line = last.line
    const kept = await RETENTION_CLAIM.renew(fileUploads, upload, {
      ms: claimMs,
      set: { 'retention.line': line, ...(fields && asLiterals({ changed_fields: fields })) },
    })
    // Another process goes on with it.
    if (!kept) return { count, isComplete: false }
  }
  await withdrawFailedRows(options, upload)
  const ended = await RETENTION_CLAIM.update(fileUploads, upload, {
    $set: {
      ...stripDocument({ ...upload, ...(fields && { changed_fields: fields }) }),
      'retention.done_at': new Date(),
    },
    $unset: { 'retention.claim': '' },
  })
  return { count, isComplete: ended !== null }
}

/** The file of rows to correct, also one that is being written at this moment: it is not sent any more. */
async function withdrawFailedRows(
  { models, deleteFile }: RemoveOldValuesOptions,
  { _id }: FileUpload,
): Promise<void> {
  const found = await models.fileUploads.collection.findOneAndUpdate(
    { _id, failed_rows: { $exists: true } },
    { $set: { 'failed_rows.withdrawn': true } },
    { returnDocument: 'after', projection: { failed_rows: 1 } },
  )
  const file: string | undefined = found?.failed_rows?.file_id
  if (file !== undefined) await deleteFile(file)
}

/** What the customers of these rows can be found by now, by phone. */
async function findWords(
  models: Models,
  rows: readonly UploadRow[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const phones = rows.flatMap(({ phone, search }) => (search && phone !== undefined ? [phone] : []))
  if (phones.length === 0) return new Map()
  const customers = await models.customers.collection
    .find<Customer>({ primary_phone: { $in: phones } })
    .toArray()
  const words = new Map<string, Set<string>>()
  for (const customer of customers) {
    const asChanges = Object.entries(customer).map(([path, to]) => [path, { from: null, to }])
    const known = words.get(customer.primary_phone) ?? []
    words.set(customer.primary_phone, new Set([...known, ...searchWordsOf(Object.fromEntries(asChanges))]))
  }
  return words
}

/**
 * Whether the values of any row were removed, or are being removed. What a record is can then no longer be switched:
 * records are told apart, and put together, from what the files said.
 */
export async function hasRemovedValues({ fileUploads }: Models): Promise<boolean> {
  const found = await fileUploads.collection.findOne(
    { retention: { $exists: true } },
    { projection: { _id: 1 } },
  )
  return found !== null
}

/** The values an upload's own document holds: examples, and the first row where a file has no headings. */
function stripDocument({ changed_fields, preview, question, file, shared_phones }: FileUpload): object {
  return {
    ...(changed_fields && { changed_fields: changed_fields.map((field) => ({ ...field, examples: [] })) }),
    ...(preview && {
      preview: {
        ...preview,
        fields: preview.fields.map((field) => ({ ...field, examples: [] })),
        ...(preview.shared_phones && { shared_phones: { ...preview.shared_phones, examples: [] } }),
        problems: preview.problems.map(({ line, problem }) => ({
          line,
          problem: { ...problem, message: PROBLEM_WITHOUT_CELL },
        })),
      },
    }),
    ...(shared_phones && { shared_phones: { ...shared_phones, examples: [] } }),
    ...(question && {
      question: {
        ...question,
        candidates: question.candidates.map((candidate) => ({
          ...candidate,
          header: question.kind === 'phone_column' && question.is_headerless ? '' : candidate.header,
          examples: [],
        })),
      },
    }),
    ...(file.mapping?.isHeaderRow && file.header && { 'file.header': file.header.map(() => '') }),
  }
}
