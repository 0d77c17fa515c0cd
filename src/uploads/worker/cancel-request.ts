import type { FileUpload, Models } from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import { asLiterals } from '../lease/index.ts'

/** The person who wants an import stopped. */
interface Canceller {
  readonly user: string
  readonly now: Date
  /** Slack ids of the people who may stop others' uploads. */
  readonly admins: ReadonlySet<string>
}

export type CancelAnswer =
  /** It had not begun: it ended and nothing was imported. */
  | 'ended'
  /** The run stops after the rows in progress. */
  | 'stopping'
  /** It waits for a decision and can be discarded. */
  | 'held'
  /** It is done. */
  | 'over'
  /** An undo, a forget or a switch must not stop halfway. */
  | 'no_import'
  | 'not_allowed'

/**
 * Stops an import that waits or runs. Safe to repeat.
 * @throws driver errors
 */
export async function cancelUpload(
  models: Models,
  upload: FileUpload,
  { user, now, admins }: Canceller,
): Promise<CancelAnswer> {
  if (upload.kind !== 'import') return 'no_import'
  const isOwn = upload.source.kind === 'slack' && upload.source.user === user
  if (!isOwn && !admins.has(user)) return 'not_allowed'
  if (await endWaiting(models, upload, { by: user, at: now })) return 'ended'
  const { collection } = models.fileUploads
  const open = { _id: upload._id, status: { $in: ['queued', 'running'] as const } }
  await collection.updateOne(
    { ...open, cancelled: { $exists: false } },
    { $set: { cancelled: { by: user, at: now } } },
  )
  const found = await collection.findOne<FileUpload>({ _id: upload._id })
  if (found?.cancelled && !found.finished_at) return 'stopping'
  return found?.status === 'held' ? 'held' : 'over'
}

/** Ends an upload that never began, because it has no rows. @returns true if it ended */
async function endWaiting(
  models: Models,
  { _id, file, source }: FileUpload,
  cancelled: NonNullable<FileUpload['cancelled']>,
): Promise<boolean> {
  const { code, message, next } = new AppError('cancelled', { file: file.name })
  const ended = await models.fileUploads.collection.updateOne(
    { _id, status: 'queued', started_at: { $exists: false } },
    [
      {
        $set: {
          ...asLiterals({ cancelled, problem: { code, message, next } }),
          status: 'failed',
          finished_at: '$$NOW',
          'receipt.due': source.kind === 'slack',
        },
      },
      { $unset: 'receipt.claimed_until' },
    ],
  )
  return ended.modifiedCount === 1
}
