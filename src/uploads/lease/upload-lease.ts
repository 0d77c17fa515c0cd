import { randomUUID } from 'node:crypto'
import {
  type FileUpload,
  type ForgetUpload,
  isDuplicateKey,
  type Models,
  type SwitchUpload,
  type UndoUpload,
  type UploadCheckpoint,
  updateMatching,
} from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import { createClaim } from './claim.ts'
import { asLiterals } from './database-clock.ts'
import { createHeadFinder, type HeadFinder } from './queue-order.ts'
import { nameShare } from './same-share.ts'

/** In milliseconds. */
export interface LeaseTiming {
  readonly leaseMs: number
}

/** The claim of the run that works on an upload. */
export const LEASE = createClaim<FileUpload>({
  expiresAt: 'lease.expires_at',
  token: 'lease.token',
  where: { status: 'running' },
})

interface ClaimOptions {
  /**
   * The claim's token. A repeated call with it returns the same claim, counted once, if the answer was lost.
   */
  readonly token?: string
  /**
   * True right after this process ended an upload: then nearly always no other one runs, and the search for it is left
   * to a later call.
   */
  readonly isNext?: boolean
  /** Of this process, if it claims repeatedly. */
  readonly heads?: HeadFinder
}

/**
 * Claims the next upload: one whose worker died, else the head of the queue. A unique index allows one
 * running upload: of two processes, one gets the upload and one gets null.
 *
 * @param canRun true if this process can read the file; otherwise the upload keeps its place, and later ones
 * wait
 */
export async function claimUpload(
  models: Models,
  { leaseMs }: LeaseTiming,
  canRun: (upload: FileUpload) => boolean,
  { token = randomUUID(), isNext = false, heads = createHeadFinder(models) }: ClaimOptions = {},
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

  const running = isNext ? undefined : await findRunning(models, token)
  if (running && !running.isFree) return null
  if (running) {
    const { upload } = running
    return canRun(upload)
      ? await LEASE.take(fileUploads, { _id: upload._id, status: 'running' }, terms)
      : null
  }

  const head = await heads.find()
  if (!head || !canRun(head)) return null
  try {
    return await LEASE.take(fileUploads, { _id: head._id, status: 'queued' }, terms)
  } catch (error) {
    if (isDuplicateKey(error)) return null
    throw error
  }
}

/**
 * Finds the running upload. `isFree`: its lease has expired, or it is the token's own claim whose answer was
 * lost. While another run works, one command shows that nothing can be claimed.
 */
async function findRunning(
  models: Models,
  token: string,
): Promise<{ readonly upload: FileUpload; readonly isFree: boolean } | undefined> {
  const expiry = { $ifNull: ['$lease.expires_at', new Date(0)] }
  const isFree = { $or: [{ $eq: ['$lease.token', { $literal: token }] }, { $lt: [expiry, '$$NOW'] }] }
  const running = await models.fileUploads.collection
    .aggregate<{ upload: FileUpload; isFree: boolean }>([
      { $match: { status: 'running' } },
      { $project: { _id: 0, upload: '$$ROOT', isFree } },
    ])
    .toArray()
  return running.find((one) => one.isFree) ?? running[0]
}

/**
 * Changes an upload that this run has leased.
 * @throws AppError lease_lost if another run has it now: the caller must stop at once
 */
async function updateLeased(
  models: Models,
  upload: FileUpload,
  update: Parameters<typeof LEASE.update>[2],
): Promise<FileUpload> {
  const leased = await LEASE.update(models.fileUploads, upload, update)
  if (!leased) throw new AppError('lease_lost')
  return leased
}

/** @throws AppError lease_lost if another run has the upload now; driver errors */
export async function readLeased(models: Models, upload: FileUpload): Promise<FileUpload> {
  const leased = await models.fileUploads.collection.findOne<FileUpload>(LEASE.claimedAs(upload))
  if (!leased) throw new AppError('lease_lost')
  return leased
}

/** @throws AppError lease_lost if another run has the upload now; driver errors */
export async function assertLeased(models: Models, upload: FileUpload): Promise<void> {
  const leased = await models.fileUploads.collection.findOne(LEASE.claimedAs(upload), {
    projection: { _id: 1 },
  })
  if (!leased) throw new AppError('lease_lost')
}

/** Resets the attempts: the outage, not the file, ended the runs. */
export async function resetAttempts(models: Models, upload: FileUpload): Promise<void> {
  await updateLeased(models, upload, { $set: { attempts: 0 } })
}

/** Renews the lease. @throws AppError lease_lost; cancelled if a person asked to stop the upload */
export async function renewLease(
  models: Models,
  upload: FileUpload,
  { leaseMs }: LeaseTiming,
): Promise<void> {
  const leased = await LEASE.renew(models.fileUploads, upload, { ms: leaseMs })
  if (!leased) throw new AppError('lease_lost')
  throwIfCancelled(leased)
}

/** @throws AppError cancelled if a person asked to stop the upload */
export function throwIfCancelled({ cancelled, file }: FileUpload): void {
  if (cancelled) throw new AppError('cancelled', { file: file.name })
}

/**
 * Changes a leased upload unless it was cancelled. A person who was promised a stop must find it stopped.
 * @throws AppError lease_lost, cancelled
 */
async function updateUnlessCancelled(
  models: Models,
  upload: FileUpload,
  update: readonly Readonly<Record<string, unknown>>[],
): Promise<FileUpload> {
  const filter = { ...LEASE.claimedAs(upload), cancelled: { $exists: false } }
  const finished = await updateMatching(models.fileUploads, filter, update)
  if (finished) return finished
  throwIfCancelled(await readLeased(models, upload))
  throw new AppError('lease_lost')
}

/**
 * Stores the checkpoint: everything up to it is applied. Progress also resets the attempts.
 * @throws AppError lease_lost; cancelled, after the checkpoint is saved
 */
export async function saveCheckpoint(
  models: Models,
  upload: FileUpload,
  checkpoint: UploadCheckpoint,
): Promise<void> {
  throwIfCancelled(await updateLeased(models, upload, { $set: { checkpoint, attempts: 0 } }))
}

/**
 * Claims the sharing message for an upload and stores the file's name. The share event and the search for
 * missed shares report different times; a unique index makes them one upload.
 * @returns false if another upload has the message: then no row of this one may be applied
 */
export async function claimMessage(
  models: Models,
  upload: FileUpload,
  ts: string,
  name: string,
): Promise<boolean> {
  const { source } = upload
  // A file read again belongs to the message of its first upload.
  const isReread = upload.kind === 'import' && upload.reread_of !== undefined
  if (source.kind !== 'slack' || upload.message !== undefined || isReread) return true
  const message = nameShare({ channel: source.channel, fileId: source.file_id, ts })
  try {
    await updateLeased(models, upload, { $set: { message, 'file.name': name } })
    return true
  } catch (error) {
    // A preview is held for a person, so it can go on; so can an upload that was opened before and may have
    // rows.
    if (isDuplicateKey(error)) return upload.preview_wanted === true || upload.file.sha256 !== undefined
    throw error
  }
}

/** Stores what was learned about the file, before its first row is written. */
export async function saveFile(
  models: Models,
  upload: FileUpload,
  found: Pick<FileUpload, 'file' | 'source' | 'notes' | 'match_other_phones'>,
): Promise<FileUpload> {
  return await updateLeased(models, upload, { $set: found })
}

/** File fields that reading sets. Its name, its bytes and a person's choices stay. */
const READING = [
  ...[
    'encoding',
    'delimiter',
    'lines',
    'header',
    'headings',
    'mapping',
    'read_with',
    'earlier_reading',
    'sample',
  ].map((field) => `file.${field}`),
  'file.phone_column',
  'hold',
  'preview',
]

/**
 * A file without written rows is read again from the start. A person approved the earlier reading, so they
 * are asked again.
 */
export async function forgetReading(models: Models, upload: FileUpload): Promise<FileUpload> {
  return await updateLeased(models, upload, {
    $unset: Object.fromEntries(READING.map((field) => [field, ''])),
    ...(upload.hold?.answer && { $set: { preview_wanted: true } }),
  })
}

/** The result of a run; undefined fields are not stored. */
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

/**
 * Ends a run that has a result.
 * @param claim fields of the receipt's claim, if this process posts it next: `receipt.claimed_until` is among them
 * @throws AppError lease_lost; cancelled if a person stopped it and the result promises something else
 */
export async function finishUpload(
  models: Models,
  upload: FileUpload,
  result: UploadResult,
  claim?: Readonly<Record<string, unknown>>,
): Promise<FileUpload> {
  const defined = Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined))
  const isStopped = result.status === 'failed' && result.problem?.code !== 'reading_restarted'
  const update = isStopped ? updateLeased : updateUnlessCancelled
  return await update(models, upload, [
    {
      $set: {
        ...asLiterals(defined),
        finished_at: '$$NOW',
        'receipt.due': upload.source.kind === 'slack',
        ...(upload.kind === 'undo' && { 'undo_of.open': false }),
        ...(upload.kind === 'switch' && { 'switch_of.open': false }),
        ...claim,
      },
    },
    { $unset: 'lease' },
    // Done or failed: the forgotten person's phone is not kept.
    { $unset: 'forget.phone' },
    // A process that still posts an earlier state must not mark this one as posted. A new claim ends its claim, too.
    ...(claim ? [] : [{ $unset: 'receipt.claimed_until' }]),
  ])
}

/** Holds the upload for a question to a person. The lane is free for other uploads meanwhile. */
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
    // The import's duration must not include the time a person takes to answer.
    { $unset: 'started_at' },
    { $unset: 'receipt.claimed_until' },
  ])
}

/** Returns an unfinished upload to its old place in the queue. */
export async function handBackUpload(models: Models, upload: FileUpload): Promise<void> {
  await updateLeased(models, upload, { $set: { status: 'queued', attempts: 0 }, $unset: { lease: '' } })
}

/** Deletes the upload of a share that is not imported. */
export async function forgetUpload(models: Models, upload: FileUpload): Promise<void> {
  await models.fileUploads.collection.deleteOne(LEASE.claimedAs(upload))
}
