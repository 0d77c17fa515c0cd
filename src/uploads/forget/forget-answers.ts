import { mongo } from 'mongoose'
import type { FileUpload, Models, SentAnswer } from '../../../models/index.ts'
import type { Person } from './read-person.ts'

/** Deletes a message of the bot. False if Slack does not allow it. @throws AppError slack_unavailable */
export type DeleteMessage = (channel: string, ts: string) => Promise<boolean>

/**
 * Deletes the replies in direct conversations that show the person, or an upload that contains the person.
 */
export async function deleteAnswers(
  models: Models,
  { ids, lines }: Pick<Person, 'ids' | 'lines'>,
  deleteMessage: DeleteMessage,
  signal: AbortSignal,
): Promise<void> {
  const uploads = await models.fileUploads.collection
    .find<Pick<FileUpload, 'number'>>(
      { _id: { $in: [...lines.keys()].map((id) => new mongo.ObjectId(id)) } },
      { projection: { number: 1 } },
    )
    .toArray()
  const answers = models.sentAnswers.collection.find<SentAnswer>({
    $or: [
      { customers: { $in: [...ids].map((id) => new mongo.ObjectId(id)) } },
      { uploads: { $in: uploads.map(({ number }) => number) } },
    ],
  })
  for await (const { _id, channel, ts } of answers) {
    signal.throwIfAborted()
    if (await deleteMessage(channel, ts)) await models.sentAnswers.collection.deleteOne({ _id })
  }
}
