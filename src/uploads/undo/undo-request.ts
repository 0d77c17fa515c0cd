import { mongo } from 'mongoose'
import {
  type ChosenColumns,
  type FileUpload,
  type ImportUpload,
  isDuplicateKey,
  type Models,
  type RecordKind,
  type UndoCounts,
  type UndoOf,
  type UndoUpload,
} from '../../../models/index.ts'
import { nextNumber } from '../lease/index.ts'
import { forecastUndo } from './undo-run.ts'

/** The person who asks, and the place. */
interface UndoAsker {
  readonly user: string
  readonly team: string
  readonly channel: string
  readonly now: Date
  /** Slack ids of the people who may undo others' uploads. */
  readonly admins: ReadonlySet<string>
}

export type UndoRefusal =
  | { readonly kind: 'unknown' }
  /** It switched the record kind; `from` is the earlier kind. */
  | { readonly kind: 'is_switch'; readonly upload: FileUpload; readonly from: RecordKind }
  /** Only the uploader and admins may undo it. */
  | { readonly kind: 'not_allowed'; readonly upload: FileUpload }
  /** It waits or runs: there is nothing to undo yet. */
  | { readonly kind: 'unfinished'; readonly upload: FileUpload }
  /** It erased a person. */
  | { readonly kind: 'for_good'; readonly upload: FileUpload }
  /** It wrote nothing. */
  | { readonly kind: 'nothing_written'; readonly upload: FileUpload }
  /** It is already undone, or a later undo changed it; `by` is that undo's number. */
  | { readonly kind: 'already_undone'; readonly upload: FileUpload; readonly by: number | undefined }
  /** The retention policy deleted the values to restore. */
  | { readonly kind: 'values_removed'; readonly upload: FileUpload }
  /** Its file is imported now as upload `by`, which read it in another way. */
  | { readonly kind: 'read_again'; readonly upload: FileUpload; readonly by: number }
  /** An undo of it waits or runs. */
  | { readonly kind: 'under_way'; readonly upload: FileUpload; readonly by: number }

export interface PossibleUndo {
  readonly kind: 'possible'
  /** The upload to undo: an import or an undo. */
  readonly upload: ImportUpload | UndoUpload
  /** The file at the end of the chain of undos. */
  readonly file: FileUpload
  readonly action: UndoOf['action']
}

/**
 * Checks whether this person can undo an upload now.
 * @throws driver errors
 */
export async function checkUndoable(
  models: Models,
  number: number,
  asker: Pick<UndoAsker, 'user' | 'admins'>,
): Promise<PossibleUndo | UndoRefusal> {
  return await checkUpload(models, number, asker)
}

async function checkUpload(
  models: Models,
  number: number,
  asker: Pick<UndoAsker, 'user' | 'admins'>,
): Promise<PossibleUndo | UndoRefusal> {
  const uploads = models.fileUploads.collection
  const upload = await uploads.findOne<FileUpload>({ number })
  if (!upload) return { kind: 'unknown' }
  switch (upload.kind) {
    case 'switch':
      return { kind: 'is_switch', upload, from: upload.switch_of.from }
    case 'forget':
      return { kind: 'for_good', upload }
    case 'import':
      return await checkFile(models, upload, upload, asker)
    case 'undo': {
      const file = await uploads.findOne<FileUpload>({ _id: upload.undo_of.file })
      return file ? await checkFile(models, upload, file, asker) : { kind: 'unknown' }
    }
  }
}

/** @param file the import at the end of the chain of undos, or the upload itself */
async function checkFile(
  models: Models,
  upload: ImportUpload | UndoUpload,
  file: FileUpload,
  { user, admins }: Pick<UndoAsker, 'user' | 'admins'>,
): Promise<PossibleUndo | UndoRefusal> {
  const uploads = models.fileUploads.collection
  const isOwn = [upload, file].some(({ source }) => source.kind === 'slack' && source.user === user)
  if (!isOwn && !admins.has(user)) return { kind: 'not_allowed', upload }
  const open = await uploads.findOne<FileUpload>({ 'undo_of.file': file._id, 'undo_of.open': true })
  if (open && open.number !== upload.number) return { kind: 'under_way', upload, by: open.number }
  if (upload.status === 'undone') return { kind: 'already_undone', upload, by: upload.undone_by?.number }
  if (upload.status !== 'done' && upload.status !== 'failed') return { kind: 'unfinished', upload }
  if (file.retention) return { kind: 'values_removed', upload }
  if (upload.kind === 'import') {
    const hasRows = (upload.counts?.rows ?? 0) > 0
    return hasRows
      ? { kind: 'possible', upload, file, action: 'take_back' }
      : { kind: 'nothing_written', upload }
  }
  if (upload.status === 'failed') return { kind: 'nothing_written', upload }
  const action = upload.undo_of.action === 'take_back' ? 'put_back' : 'take_back'
  const other = action === 'put_back' ? await findOtherReading(models, file) : undefined
  if (other !== undefined) return { kind: 'read_again', upload, by: other }
  const latest = await findLatestUndo(models, file)
  return latest?._id.equals(upload._id)
    ? { kind: 'possible', upload, file, action }
    : { kind: 'already_undone', upload, by: latest?.number }
}

const ACTIVE: ReadonlySet<FileUpload['status']> = new Set(['queued', 'running', 'held', 'done'])

/**
 * Finds the number of another upload by which the same share counts, or will count. Both together would apply
 * the file twice: the first upload and each one that read the file again.
 */
async function findOtherReading(
  models: Models,
  { _id, source, shared_at }: FileUpload,
): Promise<number | undefined> {
  const uploads = models.fileUploads.collection
  // The place of the share, by which an index finds it.
  const place =
    source.kind === 'slack'
      ? { 'source.file_id': source.file_id, 'source.channel': source.channel }
      : { 'source.host': source.host, 'source.path': source.path }
  const others = await uploads
    .find<Pick<FileUpload, '_id' | 'number' | 'status' | 'kind'>>(
      { 'source.kind': source.kind, ...place, shared_at },
      { projection: { number: 1, status: 1, kind: 1 } },
    )
    .toArray()
  const readings = others.filter((one) => one.kind === 'import' && !one._id.equals(_id))
  const active = readings.find(({ status }) => ACTIVE.has(status))
  if (active || readings.length === 0) return active?.number
  const open = await uploads.findOne<UndoUpload>({
    'undo_of.file': { $in: readings.map((one) => one._id) },
    'undo_of.open': true,
    'undo_of.action': 'put_back',
  })
  return open?.undo_of.file_number
}

/**
 * True if the retention policy deleted the row data that an undo of this upload needs.
 * @throws driver errors
 */
export async function areUndoValuesRemoved(models: Models, upload: FileUpload): Promise<boolean> {
  if (upload.kind !== 'undo') return upload.retention !== undefined
  const stripped = { _id: upload.undo_of.file, retention: { $exists: true } }
  return (await models.fileUploads.collection.countDocuments(stripped)) > 0
}

/** Only the latest undo of a file can be undone: an earlier one no longer describes the file's state. */
async function findLatestUndo(models: Models, file: FileUpload): Promise<FileUpload | undefined> {
  const [latest] = await models.fileUploads.collection
    .find<FileUpload>({
      'undo_of.upload': { $exists: true },
      'undo_of.file': file._id,
      status: { $in: ['done', 'undone'] },
    })
    .sort({ number: -1 })
    .limit(1)
    .toArray()
  return latest
}

/**
 * Counts what the undo would do, with the real plan. Writes nothing.
 * @param onCounted takes the number of customers counted so far
 */
export async function countUndo(
  models: Models,
  possible: PossibleUndo,
  now: Date,
  onCounted?: (customers: number) => Promise<void>,
): Promise<UndoCounts> {
  const undo = {
    _id: new mongo.ObjectId(),
    number: 0,
    shared_at: now,
    undo_of: describeUndoOf(possible),
  }
  return await forecastUndo(models, undo, possible.file, onCounted)
}

/**
 * Queues an undo after all waiting uploads. A repeated call returns the same undo.
 * @param reread how its file is read again afterwards
 * @throws driver errors
 */
export async function queueUndo(
  models: Models,
  number: number,
  asker: UndoAsker,
  reread?: ChosenColumns,
): Promise<{ readonly kind: 'queued'; readonly undo: UndoUpload } | UndoRefusal> {
  const possible = await checkUpload(models, number, asker)
  if (possible.kind !== 'possible') return possible
  const { upload, file } = possible
  const undo: UndoUpload = {
    _id: new mongo.ObjectId(),
    kind: 'undo',
    number: await nextNumber(models, 'file_uploads'),
    status: 'queued',
    source: describeSource(file, asker),
    file: { name: file.file.name, ...(file.file.sheet && { sheet: file.file.sheet }) },
    undo_of: describeUndoOf(possible),
    ...(reread && { reread }),
    attempts: 0,
    shared_at: asker.now,
    receipt: { due: false },
  }
  try {
    await models.fileUploads.collection.insertOne(undo)
    return { kind: 'queued', undo }
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    const again = await checkUpload(models, number, asker)
    return again.kind === 'possible' ? { kind: 'unfinished', upload } : again
  }
}

function describeUndoOf({ upload, file, action }: PossibleUndo): UndoOf {
  return {
    upload: upload._id,
    number: upload.number,
    file: file._id,
    file_number: file.number,
    action,
    open: true,
  }
}

/** The undo's receipt is posted in the file's thread. */
function describeSource(
  { source, number }: FileUpload,
  { user, team, channel }: UndoAsker,
): FileUpload['source'] {
  if (source.kind === 'slack') return { ...source, user }
  return { kind: 'slack', team, channel, user, file_id: `upload-${number}` }
}
