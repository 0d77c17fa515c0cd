import { type FileUpload, type Models, repeatUpsert, type SlackSource } from '../../../models/index.ts'
import { hasBegun } from '../guard/index.ts'
import { fromNow, isAhead } from '../lease/index.ts'
import { queueImport } from './queue-import.ts'

/** Milliseconds within which the file must be shared. */
const PREVIEW_WITHIN_MS = 15 * 60_000

interface Place {
  readonly team: string
  readonly channel: string
  readonly user: string
}

const keyOf = ({ team, channel, user }: Place): string => `${team}:${channel}:${user}`

/** Requests a preview of the next file this person shares in this channel. */
export async function requestPreview(models: Models, place: Place): Promise<void> {
  await repeatUpsert(() =>
    models.previewRequests.collection.updateOne(
      { _id: keyOf(place) },
      [{ $set: { until: fromNow(PREVIEW_WITHIN_MS) } }],
      { upsert: true },
    ),
  )
}

/**
 * True if a share must be previewed. Read before the share is stored, and deleted only afterwards: after a
 * crash in between, a file may be previewed once too often, but never imported by mistake.
 */
export async function isPreviewRequested(models: Models, place: Place): Promise<boolean> {
  const found = await models.previewRequests.collection.findOne({
    _id: keyOf(place),
    ...isAhead('until'),
  })
  return found !== null
}

export async function forgetPreviewRequest(models: Models, place: Place): Promise<void> {
  await models.previewRequests.collection.deleteOne({ _id: keyOf(place) })
}

/** Queues a preview of a file in Slack, as an upload of its own that is held afterwards. */
export async function queuePreview(
  models: Models,
  file: Place & Pick<SlackSource, 'file_id' | 'thread' | 'unshared'> & { readonly name?: string },
  now: Date,
): Promise<FileUpload> {
  const { team, channel, user, file_id, thread, unshared, name = file_id } = file
  const place = { kind: 'slack', team, channel, user, file_id } as const
  return await queueImport(models, {
    source: { ...place, ...(thread !== undefined && { thread }), ...(unshared && { unshared }) },
    name,
    sharedAt: now,
    preview_wanted: true,
  })
}

/** Milliseconds until an unused file that only its sender sees is deleted. */
const PRIVATE_FOR_MS = 24 * 60 * 60_000

/**
 * Queues a preview of a file from a modal. The file is in the direct messages of its sender and the bot, so
 * nobody else can open it.
 * @param file `message` is the message that will show the preview
 */
export async function queuePrivatePreview(
  models: Models,
  file: Place & { readonly fileId: string; readonly name: string; readonly message: string },
  now: Date,
): Promise<FileUpload> {
  const { team, channel, user, fileId, name, message } = file
  return await queueImport(models, {
    source: { kind: 'slack', team, channel, user, file_id: fileId, thread: message, unshared: true },
    name,
    sharedAt: now,
    preview_wanted: true,
    private_until: new Date(now.getTime() + PRIVATE_FOR_MS),
    shownIn: message,
  })
}

/** Turns a waiting upload into a preview. @returns false if it no longer waits, or its import was begun */
export async function previewWaiting(models: Models, upload: FileUpload): Promise<boolean> {
  // An import of one batch has no checkpoint.
  if (await hasBegun(models, upload)) return false
  const { modifiedCount } = await models.fileUploads.collection.updateOne(
    {
      _id: upload._id,
      status: 'queued',
      checkpoint: { $exists: false },
      kind: 'import',
    },
    { $set: { preview_wanted: true } },
  )
  return modifiedCount > 0
}
