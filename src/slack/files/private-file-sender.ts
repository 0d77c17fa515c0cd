import { stat } from 'node:fs/promises'
import type { WebClient } from '@slack/web-api'
import type { CommandDeps } from '../../../commands/index.ts'
import type { SentFile } from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import { AS_WRITTEN, escapeMrkdwn } from '../render/index.ts'
import { toSlackError } from '../transport/index.ts'
import { createFileDeleter } from './delete-slack-files.ts'
import { reserveFile, uploadBytes } from './upload-bytes.ts'

type SendPrivateFile = NonNullable<CommandDeps['sendPrivateFile']>

/**
 * Hands a file to one person alone. An ephemeral message can carry none, and a file in a channel is everybody's: so it
 * goes into the conversation between that person and the bot, below the sentence that says what it is.
 *
 * `chat.postMessage` to a person opens that conversation and tells its id: it needs no scope beside `chat:write`
 * (https://docs.slack.dev/reference/methods/chat.postMessage#app_home).
 */
export function createPrivateFileSender(
  client: WebClient,
  apiUrl: string | undefined,
  remember: (file: SentFile) => Promise<void>,
): SendPrivateFile {
  const deleteFile = createFileDeleter(client)
  return async (user, { path, name, comment, uploads, isOutdated }) => {
    try {
      const length = (await stat(path)).size
      const { id, address } = await reserveFile(client, name, length)
      await remember({ _id: id, user, ...(uploads && { uploads: [...uploads] }), sent_at: new Date() })
      if (await isOutdated()) return { outdated: true }
      await uploadBytes(address, path, length, apiUrl)
      const said = await client.chat.postMessage({
        channel: user,
        text: escapeMrkdwn(comment),
        ...AS_WRITTEN,
      })
      if (said.channel === undefined) throw new AppError('slack_unavailable')
      // Below the sentence and not in a thread under it, which a conversation shows as "1 reply".
      await client.files.completeUploadExternal({ files: [{ id, title: name }], channel_id: said.channel })
      // A request to forget that came in between looked for the file when Slack did not have it yet.
      if (await isOutdated()) {
        await deleteFile(id)
        return { outdated: true }
      }
      return {}
    } catch (thrown) {
      const error = toSlackError(thrown)
      if (!(error instanceof AppError) || error.code !== 'slack_refused') throw error
      return { refused: String(error.details.reason) }
    }
  }
}
