import { mongo } from 'mongoose'
import type {
  FileUpload,
  ForgetCounts,
  ForgetUpload,
  Models,
  SentFile,
  UploadRow,
} from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import { assertLeased } from '../lease/index.ts'
import { removeUnusedNameWords } from '../names/index.ts'
import { customerRowFilters, PROBLEM_WITHOUT_CELL, readCustomerRows } from '../rows/index.ts'
import { removeFromBlocks } from '../search-blocks/index.ts'
import { type DeleteMessage, deleteAnswers } from './forget-answers.ts'
import { forgetHeadings } from './forget-headings.ts'
import { scrubUpload } from './forget-upload.ts'
import { type Person, readPerson } from './read-person.ts'
import { findOthers, removeSecondPhone } from './remove-second-phone.ts'

interface ForgetContext {
  readonly models: Models
  readonly signal: AbortSignal
  /**
   * Deletes a file of the bot from Slack. False if Slack refuses.
   * @throws AppError slack_unavailable
   */
  readonly deleteFile: (fileId: string) => Promise<boolean>
  readonly deleteMessage: DeleteMessage
}

/** Fields of a file's or an undo's row with personal data. Line and outcome are not personal. */
const PERSONAL = [
  'phone',
  'customer_phone',
  'written',
  'customer',
  'changes',
  'values',
  'found',
  'search',
  'cells',
  'notes',
  'before',
  'after',
  'kept',
] as const
const erase = (number: number) => ({
  $unset: Object.fromEntries(PERSONAL.map((key) => [key, ''])),
  $set: { forgotten_by: number },
})

/**
 * Erases a person. Each step can be repeated: it searches for what is left. Data that leads to other data
 * goes last: first what depends on the person's rows, then the customer, then the rows. Runs in the imports'
 * lane, so no import is between its rows and its customers.
 *
 * @param forget leased by this run
 * @returns what was erased, counted from the database
 * @throws AppError lease_lost, slack_unavailable; driver errors
 */
export async function runForget(context: ForgetContext, forget: ForgetUpload): Promise<ForgetCounts> {
  const { models, signal } = context
  const phone = forget.forget.phone
  if (phone === undefined) throw new AppError('unexpected', {}, new Error('nobody to forget'))
  const person = await readPerson(models, phone)
  const steps = [
    () => removeFromOthers(models, forget, phone),
    () => eraseUnusedRows(models, forget, person),
    () => eraseExamples(models, person),
    () => forgetHeadings(models, person),
    () => findSentFiles(models, forget, person),
    () => deleteAnswers(models, person, context.deleteMessage, signal),
    () => eraseSharedWords(models, phone),
    () => removeUnusedNameWords(models, person.nameWords, phone),
    () => eraseCustomers(models, forget, person),
    () => eraseRows(models, forget, phone),
    () => models.forgetRequests.collection.deleteMany({ phone }),
    // Counts contain customers' values, but not whose they are.
    () => models.askedCounts.collection.deleteMany({ counted_at: { $exists: true } }),
    () => eraseProgress(models, phone),
    () => deleteFiles(context, forget),
  ]
  for (const step of steps) {
    signal.throwIfAborted()
    await assertLeased(models, forget)
    await step()
  }
  return await countForgotten(models, forget)
}

/** Only if requested. The first run stores the number of customers, because a later run finds fewer. */
async function removeFromOthers(models: Models, { _id, forget }: ForgetUpload, phone: string): Promise<void> {
  if (!forget.from_others) return
  const others = await findOthers(models, phone)
  await models.fileUploads.collection.updateOne(
    { _id, 'forget.others': { $exists: false } },
    { $set: { 'forget.others': others.size } },
  )
  await removeSecondPhone(models, phone)
}

/**
 * The person's own rows and those matched to them by a second phone; not rows matched to another customer.
 */
async function eraseRows({ uploadRows }: Models, forget: FileUpload, phone: string): Promise<void> {
  for (const filter of customerRowFilters([phone]))
    await uploadRows.collection.updateMany(filter, erase(forget.number))
}

/** The person's lines in the lists of cities, states and domains. The rows lead there, so they stay until later. */
async function eraseSharedWords(models: Models, phone: string): Promise<void> {
  const projection = { phone: 1, customer_phone: 1 } as const
  const ids: UploadRow['_id'][] = []
  for await (const { _id } of readCustomerRows<UploadRow>(models, [phone], { projection })) ids.push(_id)
  await removeFromBlocks(models, ids)
}

/** Invalid rows have no phone, so all of them are read. The CSVs that returned them are deleted too. */
async function eraseUnusedRows(models: Models, forget: FileUpload, person: Person): Promise<void> {
  const uploads = models.fileUploads.collection.find<Pick<FileUpload, '_id'>>(
    { 'counts.invalid': { $gt: 0 } },
    { projection: { _id: 1 } },
  )
  for await (const { _id } of uploads) {
    const found: UploadRow['_id'][] = []
    const named: UploadRow['_id'][] = []
    const rows = models.uploadRows.collection.find<Pick<UploadRow, '_id' | 'cells' | 'problem'>>(
      { upload: _id, outcome: 'invalid' },
      { projection: { cells: 1, problem: 1 } },
    )
    for await (const { _id: row, cells = [], problem } of rows) {
      const isNamed = problem !== undefined && person.names(problem.message)
      if (isNamed || person.isIn(cells)) found.push(row)
      if (isNamed) named.push(row)
    }
    if (found.length === 0) continue
    await withdrawFailedRows(models, forget, _id)
    await repeatReceipt(models, _id)
    const erased = erase(forget.number)
    await models.uploadRows.collection.updateMany({ _id: { $in: found } }, erased)
    await models.uploadRows.collection.updateMany(
      { _id: { $in: named } },
      { $set: { 'problem.message': PROBLEM_WITHOUT_CELL } },
    )
  }
}

/** Also a CSV that is being written: it will not be sent. */
async function withdrawFailedRows(models: Models, forget: FileUpload, _id: FileUpload['_id']): Promise<void> {
  const found = await models.fileUploads.collection.findOneAndUpdate(
    { _id },
    { $set: { 'failed_rows.withdrawn': true } },
    { returnDocument: 'after', projection: { failed_rows: 1 } },
  )
  const file: string | undefined = found?.failed_rows?.file_id
  if (file !== undefined) await noteFiles(models, forget, [file])
}

async function eraseExamples(models: Models, person: Person): Promise<void> {
  const { collection } = models.fileUploads
  // All uploads: a failed file has no rows, but its name and its problem can name the person.
  for await (const upload of collection.find<FileUpload>({ kind: { $ne: 'forget' } })) {
    const scrubbed = scrubUpload(upload, person)
    if (!scrubbed) continue
    const [set, unset] = [true, false].map((isKept) =>
      Object.fromEntries(Object.entries(scrubbed).filter(([, value]) => (value !== undefined) === isKept)),
    ) as [Record<string, unknown>, Record<string, undefined>]
    // The thread shows a question or preview with names and examples: it is posted again without them.
    const isRequested = upload.status === 'held' && upload.source.kind === 'slack'
    await collection.updateOne(
      { _id: upload._id },
      {
        // The thread's messages are edited without the person.
        $set: { ...set, ...((isRequested || isReceiptPosted(upload)) && { 'receipt.due': true }) },
        // A process that is posting them with the person must not mark them as posted.
        $unset: Object.fromEntries(
          ['receipt.claimed_until', ...Object.keys(unset)].map((path) => [path, '']),
        ),
      },
    )
  }
}

function isReceiptPosted({ source, finished_at, receipt }: FileUpload): boolean {
  return source.kind === 'slack' && finished_at !== undefined && receipt.posted_at !== undefined
}

/** Updates the receipt of an upload, if posted: its list of problems is rebuilt. */
async function repeatReceipt({ fileUploads }: Models, _id: FileUpload['_id']): Promise<void> {
  await fileUploads.collection.updateOne(
    { _id, 'source.kind': 'slack', finished_at: { $exists: true }, 'receipt.posted_at': { $exists: true } },
    { $set: { 'receipt.due': true } },
  )
}

/** Comparisons of lists with the person, their rows to correct, and files with all customers. */
async function findSentFiles(models: Models, forget: FileUpload, { lines }: Person): Promise<void> {
  const ids = [...lines.keys()].map((id) => new mongo.ObjectId(id))
  const erased = await models.uploadRows.collection.distinct('upload', { forgotten_by: forget.number })
  const uploads = await models.fileUploads.collection
    .find<Pick<FileUpload, 'number'>>({ _id: { $in: [...ids, ...erased] } }, { projection: { number: 1 } })
    .toArray()
  const sent = await models.sentFiles.collection
    .find<SentFile>({
      $or: [{ uploads: { $exists: false } }, { uploads: { $in: uploads.map(({ number }) => number) } }],
    })
    .toArray()
  await noteFiles(
    models,
    forget,
    sent.map(({ _id }) => _id),
  )
}

async function noteFiles(models: Models, { _id }: FileUpload, files: readonly string[]): Promise<void> {
  if (files.length === 0) return
  await models.fileUploads.collection.updateOne(
    { _id },
    { $addToSet: { 'forget.files': { $each: [...files] } } },
  )
}

/** The last phone of a finished switch. No switch is in progress: uploads run one at a time. */
async function eraseProgress({ fileUploads }: Models, phone: string): Promise<void> {
  await fileUploads.collection.updateMany(
    { 'switch_of.open': false, 'checkpoint.switched.phone': phone },
    { $unset: { 'checkpoint.switched.phone': '' } },
  )
}

async function eraseCustomers(
  models: Models,
  { _id }: FileUpload,
  { phone, customers }: Person,
): Promise<void> {
  // The first run stores it, because a later run finds none.
  await models.fileUploads.collection.updateOne(
    { _id, 'forget.customers': { $exists: false } },
    { $set: { 'forget.customers': customers } },
  )
  await models.customers.collection.deleteMany({ primary_phone: phone })
}

async function deleteFiles(
  { models, deleteFile, signal }: ForgetContext,
  { _id }: FileUpload,
): Promise<void> {
  const { collection } = models.fileUploads
  const noted = await collection.findOne<ForgetUpload>({ _id }, { projection: { forget: 1 } })
  for (const file of noted?.forget.files ?? []) {
    signal.throwIfAborted()
    const isGone = await deleteFile(file)
    if (isGone) await models.sentFiles.collection.deleteOne({ _id: file })
    else await collection.updateOne({ _id }, { $addToSet: { 'forget.files_left': file } })
  }
}

async function countForgotten(models: Models, { _id, number }: FileUpload): Promise<ForgetCounts> {
  const noted = await models.fileUploads.collection.findOne<ForgetUpload>(
    { _id },
    { projection: { forget: 1 } },
  )
  const { customers = 0, files = [], files_left = [] } = noted?.forget ?? {}
  const erased = { forgotten_by: number }
  return {
    customers,
    rows: await models.uploadRows.collection.countDocuments(erased),
    uploads: (await models.uploadRows.collection.distinct('upload', erased)).length,
    files: files.length - files_left.length,
  }
}
