import type { Customer, FileUpload, Models, UploadRow } from '../../../models/index.ts'
import { asLiterals, createClaim } from '../lease/index.ts'
import { removeUnusedNameWords } from '../names/index.ts'
import { summariseChanges } from '../results/index.ts'
import {
  customerPhoneOf,
  formerEndingWord,
  PROBLEM_WITHOUT_CELL,
  rowsBehind,
  searchWordsOfValues,
  stripRow,
} from '../rows/index.ts'
import { filterBlocks, findBlockLines } from '../search-blocks/index.ts'

export interface StripOptions {
  readonly models: Models
  /**
   * Deletes a file of the bot, which holds values too. False if Slack refuses.
   * @throws AppError slack_unavailable
   */
  readonly deleteFile: (fileId: string) => Promise<boolean>
  /** Stops after the current batch; the next run continues. */
  readonly signal?: AbortSignal
  /** Milliseconds after its last batch until another process may continue a file. */
  readonly claimMs?: number
  /** Rows per write. */
  readonly batchSize?: number
}

export const RETENTION_CLAIM = createClaim<FileUpload>({
  expiresAt: 'retention.claim.expires_at',
  token: 'retention.claim.token',
})
export const CLAIM_MS = 60_000
const BATCH_SIZE = 500

export type ClaimedUpload = FileUpload & { readonly retention: NonNullable<FileUpload['retention']> }

/**
 * Deletes the values of one upload's rows in batches, then those of its document.
 * @returns the number of rows, and whether it is complete
 */
export async function stripUpload(
  options: StripOptions,
  upload: ClaimedUpload,
): Promise<{ readonly count: number; readonly isComplete: boolean }> {
  const { models, signal, claimMs = CLAIM_MS, batchSize = BATCH_SIZE } = options
  const { fileUploads } = models
  // Summarised while the rows still have their values.
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
    await stripRows(models, upload, rows)
    count += rows.length
    line = last.line
    const kept = await RETENTION_CLAIM.renew(fileUploads, upload, {
      ms: claimMs,
      set: { 'retention.line': line, ...(fields && asLiterals({ changed_fields: fields })) },
    })
    // Another process continues it.
    if (!kept) return { count, isComplete: false }
  }
  const isRepeated = await isReceiptWithNames(models, upload)
  await withdrawFailedRows(options, upload)
  const ended = await RETENTION_CLAIM.update(fileUploads, upload, {
    $set: {
      ...stripDocument({ ...upload, ...(fields && { changed_fields: fields }) }),
      'retention.done_at': new Date(),
      // The receipt is posted again without names: later no stored data would lead a forget upload to it.
      ...(isRepeated && { 'receipt.due': true }),
    },
    $unset: { 'retention.claim': '' },
  })
  return { count, isComplete: ended !== null }
}

/** True if the posted receipt names customers in its lists of rows. */
async function isReceiptWithNames({ uploadRows }: Models, upload: ClaimedUpload): Promise<boolean> {
  const { source, receipt, shared_phones, second_phones, matched_phones } = upload
  if (source.kind !== 'slack' || receipt.posted_at === undefined) return false
  if ([shared_phones, second_phones, matched_phones].some((list) => (list?.examples.length ?? 0) > 0))
    return true
  if (!upload.counts?.invalid) return false
  const named = { upload: upload._id, outcome: 'invalid', 'problem.code': 'phone_of_several' }
  return (await uploadRows.collection.findOne(named, { projection: { _id: 1 } })) !== null
}

/** The CSV of rows to correct, also if it is being written: it will not be sent. */
async function withdrawFailedRows({ models, deleteFile }: StripOptions, { _id }: FileUpload): Promise<void> {
  const found = await models.fileUploads.collection.findOneAndUpdate(
    { _id, failed_rows: { $exists: true } },
    { $set: { 'failed_rows.withdrawn': true } },
    { returnDocument: 'after', projection: { failed_rows: 1 } },
  )
  const file: string | undefined = found?.failed_rows?.file_id
  if (file !== undefined) await deleteFile(file)
}

/** Deletes the values of rows, and the search words that their customers no longer have. */
async function stripRows(models: Models, upload: FileUpload, rows: readonly UploadRow[]): Promise<void> {
  const lines = new Map(rows.map((row) => [row.line, row]))
  const range = { first: rows[0]?.line ?? 0, last: rows.at(-1)?.line ?? 0 }
  const inBlocks = await findBlockLines(models, upload, range)
  const words = await findWords(
    models,
    rows.filter(({ search, line }) => search !== undefined || inBlocks.has(line)),
  )
  const wordsOf = (row: UploadRow) => words.get(customerPhoneOf(row) ?? '') ?? NO_WORDS
  await models.uploadRows.collection.bulkWrite(
    rows.map((row) => stripRow(row, wordsOf(row))),
    { ordered: false },
  )
  const shared = await filterBlocks(models, upload, range, (line, word) => {
    const row = lines.get(line)
    return row !== undefined && wordsOf(row).has(word)
  })
  const own = rows.flatMap((row) => (row.search ?? []).filter((word) => !wordsOf(row).has(word)))
  await removeUnusedNameWords(models, [...own, ...shared])
}

const NO_WORDS: ReadonlySet<string> = new Set()

/** The current search words of these rows' customers, by phone. */
async function findWords(
  models: Models,
  rows: readonly UploadRow[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const phones = rows.flatMap((row) => customerPhoneOf(row) ?? [])
  if (phones.length === 0) return new Map()
  const customers = await models.customers.collection
    .find<Customer>({ primary_phone: { $in: phones } })
    .toArray()
  const words = new Map<string, Set<string>>()
  for (const customer of customers) {
    const phone = customer.primary_phone
    words.set(phone, new Set([...(words.get(phone) ?? []), ...currentWordsOf(customer)]))
  }
  return words
}

/** Also as earlier versions wrote them: a row keeps the words it has. */
function currentWordsOf(customer: Customer): string[] {
  const { primary_phone, other_phones } = customer
  const others = Array.isArray(other_phones) ? other_phones.map(String) : []
  return [
    ...searchWordsOfValues(customer, primary_phone),
    ...[primary_phone, ...others].map(formerEndingWord),
  ]
}

type SecondPhoneLists = Pick<FileUpload, 'second_phones' | 'matched_phones'>

/** The values in an upload's own document: examples, and the first row of a file without headings. */
function stripDocument(upload: FileUpload): object {
  const { changed_fields, preview, question, file, shared_phones } = upload
  const withoutExamples = ({ second_phones, matched_phones }: SecondPhoneLists): SecondPhoneLists => ({
    ...(second_phones && { second_phones: { ...second_phones, examples: [] } }),
    ...(matched_phones && { matched_phones: { ...matched_phones, examples: [] } }),
  })
  return {
    ...withoutExamples(upload),
    ...(changed_fields && { changed_fields: changed_fields.map((field) => ({ ...field, examples: [] })) }),
    ...(preview && {
      preview: {
        ...preview,
        fields: preview.fields.map((field) => ({ ...field, examples: [] })),
        ...withoutExamples(preview),
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
    ...(file.sample && { 'file.sample': [] }),
    // For a discarded file, nobody confirmed that its first line was a header.
    ...((!file.mapping || file.mapping.isHeaderRow) &&
      file.header && { 'file.header': file.header.map(() => '') }),
  }
}
