import { randomUUID } from 'node:crypto'
import {
  type FileUpload,
  type ForgetUpload,
  isDuplicateKey,
  type Models,
  type SwitchUpload,
  type UndoUpload,
  type UploadCheckpoint,
} from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import { createClaim } from './claim.ts'
import { asLiterals, isFree } from './database-clock.ts'
import { findHead } from './queue-order.ts'
import { nameShare } from './same-share.ts'

/** Times in milliseconds. */
export interface LeaseTiming {
  readonly leaseMs: number
}

/** The claim of the one run that works on an upload. */
export const LEASE = createClaim<FileUpload>({
  expiresAt: 'lease.expires_at',
  token: 'lease.token',
  where: { status: 'running' },
})
const IS_FREE = isFree('lease.expires_at')

/**
 * Takes the next upload: one whose worker is gone, else the head of the queue. That only one runs at a time is
 * held by a unique index, so two processes asking at once get one upload and one null.
 *
 * @param canRun whether this process can reach the file; where it cannot, the upload keeps its place and nothing
 *   behind it overtakes
 * @param token the claim's; asked again with the same one, a claim whose answer was lost is given again and counts once
 */
export async function claimUpload(
  models: Models,
  { leaseMs }: LeaseTiming,
  canRun: (upload: FileUpload) => boolean,
  token: string = randomUUID(),
): Promise<FileUpload | null> {
  const { fileUploads } = models
  const isOwn = { $eq: ['$lease.token', { $literal: token }] }
  const terms = {
    ms: leaseMs,
    token,
    set: {
      status: 'running',
      'lease.lane': 'customers',
      attempts: { $cond: [isOwn, '$attempts', { $add: ['$attempts', 1] }] },
      started_at: { $ifNull: ['$started_at', '$$NOW'] },
    },
  }

  const orphan = await fileUploads.collection.findOne<FileUpload>({
    status: 'running',
    $or: [{ 'lease.token': token }, ...IS_FREE.$or],
  })
  if (orphan) {
    if (!canRun(orphan)) return null
    return await LEASE.take(fileUploads, { _id: orphan._id, status: 'running' }, terms)
  }

  const head = await findHead(models)
  if (!head || !canRun(head)) return null
  try {
    return await LEASE.take(fileUploads, { _id: head._id, status: 'queued' }, terms)
  } catch (error) {
    if (isDuplicateKey(error)) return null
    throw error
  }
}

/**
 * Changes an upload that this run holds.
 * @throws AppError lease_lost when another run holds it by now: the caller must stop at once
 */
async function updateLeased(
  models: Models,
  upload: FileUpload,
  update: Parameters<typeof LEASE.update>[2],
): Promise<FileUpload> {
  const held = await LEASE.update(models.fileUploads, upload, update)
  if (!held) throw new AppError('lease_lost')
  return held
}

/** @throws AppError lease_lost when another run holds the upload by now; whatever the driver throws */
export async function readLeased(models: Models, upload: FileUpload): Promise<FileUpload> {
  const held = await models.fileUploads.collection.findOne<FileUpload>(LEASE.claimedAs(upload))
  if (!held) throw new AppError('lease_lost')
  return held
}

/** @throws AppError lease_lost when another run holds the upload by now; whatever the driver throws */
export async function assertLeased(models: Models, upload: FileUpload): Promise<void> {
  const held = await models.fileUploads.collection.findOne(LEASE.claimedAs(upload), {
    projection: { _id: 1 },
  })
  if (!held) throw new AppError('lease_lost')
}

/** The world outside is the trouble, not the file: runs that end while waiting for it do not count against the file. */
export async function resetAttempts(models: Models, upload: FileUpload): Promise<void> {
  await updateLeased(models, upload, { $set: { attempts: 0 } })
}

/** Says that the run is alive. @throws AppError lease_lost; cancelled where somebody wants it stopped */
export async function renewLease(
  models: Models,
  upload: FileUpload,
  { leaseMs }: LeaseTiming,
): Promise<void> {
  const held = await LEASE.renew(models.fileUploads, upload, { ms: leaseMs })
  if (!held) throw new AppError('lease_lost')
  throwIfCancelled(held)
}

/** @throws AppError cancelled where somebody wants the upload stopped */
export function throwIfCancelled({ cancelled, file }: FileUpload): void {
  if (cancelled) throw new AppError('cancelled', { file: file.name })
}

/**
 * Changes an upload that this run holds, unless somebody wants it stopped: who was told so finds it stopped.
 * @throws AppError lease_lost, cancelled
 */
async function updateUnlessCancelled(
  models: Models,
  upload: FileUpload,
  update: readonly object[],
): Promise<FileUpload> {
  const { collection } = models.fileUploads
  const filter = { ...LEASE.claimedAs(upload), cancelled: { $exists: false } }
  const held = await collection.findOneAndUpdate(filter, [...update], { returnDocument: 'after' })
  if (held) return held as unknown as FileUpload
  throwIfCancelled(await readLeased(models, upload))
  throw new AppError('lease_lost')
}

/**
 * Everything up to the checkpoint is in the database. Being that far also proves that the file is not the trouble.
 * @throws AppError lease_lost; cancelled where somebody wants it stopped: it is saved all the same
 */
export async function saveCheckpoint(
  models: Models,
  upload: FileUpload,
  checkpoint: UploadCheckpoint,
): Promise<void> {
  throwIfCancelled(await updateLeased(models, upload, { $set: { checkpoint, attempts: 0 } }))
}

/**
 * Takes the message that shares an upload's file for it, and notes what the file is called. The event of a share and the search for missed ones tell
 * different moments; that both make one upload is held by a unique index.
 * @returns false where another upload has it: then not a row of this one may be applied
 */
export async function claimMessage(
  models: Models,
  upload: FileUpload,
  ts: string,
  name: string,
): Promise<boolean> {
  const { source } = upload
  // A file that is read again is of the message of its first upload.
  const isReread = upload.kind === 'import' && upload.reread_of !== undefined
  if (source.kind !== 'slack' || upload.message !== undefined || isReread) return true
  const message = nameShare({ channel: source.channel, fileId: source.file_id, ts })
  try {
    await updateLeased(models, upload, { $set: { message, 'file.name': name } })
    return true
  } catch (error) {
    // A preview of a file that is here waits for a person; one that was opened before may have rows already: they go on.
    if (isDuplicateKey(error)) return upload.preview_wanted === true || upload.file.sha256 !== undefined
    throw error
  }
}

/** What was learned about the file, before its first row is written. */
export async function saveFile(
  models: Models,
  upload: FileUpload,
  found: Pick<FileUpload, 'file' | 'source' | 'notes' | 'match_other_phones'>,
): Promise<FileUpload> {
  return await updateLeased(models, upload, { $set: found })
}

/** What is learned about a file by reading it. Its name, its bytes and what a person said of it stay. */
const READING = [
  ...['encoding', 'delimiter', 'lines', 'header', 'headings', 'mapping', 'earlier_reading', 'sample'].map(
    (field) => `file.${field}`,
  ),
  'file.phone_column',
  'hold',
  'preview',
]

/**
 * A file of which no row is written is read from its beginning again. What somebody approved was the earlier reading, so
 * they are shown the new one.
 */
export async function forgetReading(models: Models, upload: FileUpload): Promise<FileUpload> {
  return await updateLeased(models, upload, {
    $unset: Object.fromEntries(READING.map((field) => [field, ''])),
    ...(upload.hold?.answer && { $set: { preview_wanted: true } }),
  })
}

/** What a run came to; what is undefined is not stored. */
type UploadResult = Pick<FileUpload, 'status'> & {
  readonly [Field in keyof ResultFields]?: ResultFields[Field] | undefined
}

type ResultFields = Pick<
  FileUpload,
  | 'counts'
  | 'problem'
  | 'file'
  | 'notes'
  | 'changed_fields'
  | 'changed_customers'
  | 'collisions'
  | 'shared_phones'
  | 'second_phones'
  | 'matched_phones'
  | 'same_as'
> &
  Pick<UndoUpload, 'undo_counts' | 'undo_kept'> &
  Pick<ForgetUpload, 'forget_counts'> &
  Pick<SwitchUpload, 'switch_counts'>

/** The end of a run that came to one. */
export async function finishUpload(
  models: Models,
  upload: FileUpload,
  result: UploadResult,
): Promise<FileUpload> {
  const defined = Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined))
  const update = result.status === 'failed' ? updateLeased : updateUnlessCancelled
  return await update(models, upload, [
    {
      $set: {
        ...asLiterals(defined),
        finished_at: '$$NOW',
        'receipt.due': upload.source.kind === 'slack',
        ...(upload.kind === 'undo' && { 'undo_of.open': false }),
        ...(upload.kind === 'switch' && { 'switch_of.open': false }),
      },
    },
    { $unset: 'lease' },
    // Done or failed: whom it was about is not kept.
    { $unset: 'forget.phone' },
    // Whoever is still saying an earlier word must not take this one for said.
    { $unset: 'receipt.claimed_until' },
  ])
}

/** The run has come to a question only a person can answer: the lane is free for others meanwhile. */
export async function holdUpload(
  models: Models,
  upload: FileUpload,
  found: Pick<FileUpload, 'file' | 'source' | 'notes' | 'question' | 'hold' | 'preview'>,
): Promise<FileUpload> {
  return await updateUnlessCancelled(models, upload, [
    {
      $set: {
        ...asLiterals(found),
        status: 'held',
        attempts: 0,
        'receipt.due': upload.source.kind === 'slack',
      },
    },
    { $unset: 'lease' },
    // The time a person takes to answer is no time of the import's.
    { $unset: 'started_at' },
    { $unset: 'receipt.claimed_until' },
  ])
}

/** Puts an unfinished upload back for the next worker, at its old place in the queue. */
export async function handBackUpload(models: Models, upload: FileUpload): Promise<void> {
  await updateLeased(models, upload, { $set: { status: 'queued', attempts: 0 }, $unset: { lease: '' } })
}

/** Forgets a share that was never ours to import. */
export async function forgetUpload(models: Models, upload: FileUpload): Promise<void> {
  await models.fileUploads.collection.deleteOne(LEASE.claimedAs(upload))
}
