import { mongo } from 'mongoose'
import type { FileUpload, Models, SentAnswer } from '../../../models/index.ts'
import type { Person } from './forget-person.ts'

/** Deletes a message of the bot. False where Slack does not let it. @throws AppError slack_unavailable */
export type DeleteMessage = (channel: string, ts: string) => Promise<boolean>

/** Deletes the answers in conversations with the bot that show the person, or a file they stand in. */
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
    if (await deleteMessage(channel, ts)) await models.sentAnswers.collection.deleteOne({ _id: _id as never })
  }
}
