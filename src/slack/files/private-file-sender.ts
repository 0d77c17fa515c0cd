import { stat } from 'node:fs/promises'
import type { WebClient } from '@slack/web-api'
import type { CommandDeps } from '../../../commands/index.ts'
import type { SentFile } from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import { AS_WRITTEN, escapeMrkdwn } from '../render/index.ts'
import { toSlackError } from '../transport/index.ts'
import { createFileDeleter } from './delete-slack-files.ts'
import { listShares, readFileInfo } from './file-info.ts'
import { reserveFile, uploadBytes } from './upload-bytes.ts'

type SendPrivateFile = NonNullable<CommandDeps['sendPrivateFile']>
type PrivateFile = Parameters<SendPrivateFile>[1]

const MAX_UPLOADS = 2

/**
 * Sends a file to one person. An ephemeral message can carry no file, and everybody sees a file in a channel.
 * So the file goes to the direct messages of that person and the bot, below a sentence that explains it.
 *
 * `chat.postMessage` to a person opens the direct messages and returns their id, with the scope `chat:write`
 * only (https://docs.slack.dev/reference/methods/chat.postMessage#app_home).
 */
export function createPrivateFileSender(
  client: WebClient,
  apiUrl: string | undefined,
  remember: (file: SentFile) => Promise<void>,
  quietMs?: number,
): SendPrivateFile {
  const deleteFile = createFileDeleter(client)

  /** One upload. Slack may accept it and never share it (https://github.com/slackapi/bolt-js/issues/2115). */
  async function tryUpload(
    user: string,
    { path, name, uploads, isOutdated }: PrivateFile,
    openPlace: () => Promise<string>,
  ): Promise<'shared' | 'outdated' | 'not_shared'> {
    const length = (await stat(path)).size
    const { id, address } = await reserveFile(client, name, length)
    await remember({ _id: id, user, ...(uploads && { uploads: [...uploads] }), sent_at: new Date() })
    if (await isOutdated()) return 'outdated'
    await uploadBytes(address, path, length, apiUrl)
    const channel = await openPlace()
    // Below the sentence and not in its thread, which would show as "1 reply".
    await client.files.completeUploadExternal({ files: [{ id, title: name }], channel_id: channel })
    const isShared = await isSharedIn(id, channel)
    // A forget upload in between did not find the file in Slack yet.
    const isLate = await isOutdated()
    // Slack can share it much later: the file must not appear twice.
    if (isLate || !isShared) await deleteFile(id)
    if (isLate) return 'outdated'
    return isShared ? 'shared' : 'not_shared'
  }

  async function isSharedIn(fileId: string, channel: string): Promise<boolean> {
    try {
      const file = await readFileInfo(client, fileId, channel, {
        ...(quietMs !== undefined && { pauseMs: quietMs }),
      })
      return listShares(file, channel).length > 0
    } catch (error) {
      if (error instanceof AppError && error.code === 'file_deleted') return false
      throw error
    }
  }

  return async (user, file) => {
    let place: string | undefined
    const openPlace = async () => {
      place ??= await phraseUnseen(client, user, file.comment)
      return place
    }
    try {
      for (let uploads = 1; uploads <= MAX_UPLOADS; uploads += 1) {
        const outcome = await tryUpload(user, file, openPlace)
        if (outcome === 'outdated') return { outdated: true }
        if (outcome === 'shared') return {}
      }
      throw new AppError('slack_unavailable')
    } catch (thrown) {
      const error = toSlackError(thrown)
      if (!(error instanceof AppError) || error.code !== 'slack_refused') throw error
      return { refused: String(error.details.reason) }
    }
  }
}

/** @returns the id of the direct messages */
async function phraseUnseen(client: WebClient, user: string, comment: string): Promise<string> {
  const { channel } = await client.chat.postMessage({
    channel: user,
    text: escapeMrkdwn(comment),
    ...AS_WRITTEN,
  })
  if (channel === undefined) throw new AppError('slack_unavailable')
  return channel
}
