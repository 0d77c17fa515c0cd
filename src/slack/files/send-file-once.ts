import { stat } from 'node:fs/promises'
import type { WebClient } from '@slack/web-api'
import type { Reply } from '../../../commands/reply/index.ts'
import { AppError } from '../../errors.ts'
import { withTemporaryFile } from '../../with-temporary-file.ts'
import { NONE_NATIVE, type RenderedReply, renderBlocks } from '../render/index.ts'
import { isBlockRefusal, toSlackError } from '../transport/index.ts'
import { createFileDeleter } from './delete-slack-files.ts'
import { findOwnShare, readFileInfo } from './file-info.ts'
import { reserveFile, uploadBytes } from './upload-bytes.ts'

/** A file that is to be seen in a channel once, whatever happens on the way. */
export interface FileOnce {
  readonly channel: string
  /** `ts` of the message it answers; a message of its own where absent. */
  readonly thread?: string
  readonly name: string
  /** Writes the file to a path. @returns what the message with it says */
  write(path: string): Promise<Reply>
  readonly record: FileOnceRecord
}

/** What is known of the sending, where every process sees it. */
export interface FileOnceRecord {
  /** `withdrawn`: it held what must not be sent any more. */
  find(): Promise<{
    readonly file_id?: string
    readonly sent_at?: Date
    readonly refused?: string
    readonly withdrawn?: unknown
  }>
  /** Writes down the file that is about to be sent. False where another process did so meanwhile. */
  take(fileId: string, before: string | undefined): Promise<boolean>
  isOurs(fileId: string): Promise<boolean>
  markSent(fileId: string, message: string): Promise<void>
  markRefused(reason: string): Promise<void>
}

export interface FileOnceDeps {
  readonly client: WebClient
  readonly apiUrl: string | undefined
  readonly botUserId?: () => string | undefined
  /** Milliseconds in which Slack may take to show where a file was shared. */
  readonly pauseMs?: number
}

/**
 * Sends a file, once: safe to repeat after a crash at any point. Resolves with the reason where Slack does not take it,
 * which is not tried again.
 *
 * It takes three calls, and only the last is seen by people. The file's id is written down before it, so that whoever
 * comes after a crash, or after an answer that was lost, asks Slack whether that very file was shared before sending
 * another.
 * @throws AppError slack_unavailable: to be tried again later
 */
export async function sendFileOnce(
  deps: FileOnceDeps,
  file: FileOnce,
): Promise<{ readonly refused?: string }> {
  const { record } = file
  const known = await record.find()
  if (known.withdrawn) return {}
  if (known.refused !== undefined) return { refused: known.refused }
  if (known.sent_at) return {}
  try {
    const message = known.file_id === undefined ? undefined : await findMessage(deps, file, known.file_id)
    if (known.file_id !== undefined && message !== undefined) await record.markSent(known.file_id, message)
    else await upload(deps, file, known.file_id)
    return {}
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'slack_refused') throw error
    const refused = String(error.details.reason)
    await record.markRefused(refused)
    return { refused }
  }
}

async function findMessage(
  { client, pauseMs: quietMs, botUserId }: FileOnceDeps,
  { channel }: FileOnce,
  fileId: string,
): Promise<string | undefined> {
  try {
    const info = await readFileInfo(client, fileId, channel, {
      ...(quietMs !== undefined && { pauseMs: quietMs }),
    })
    return findOwnShare(info, channel, botUserId?.())?.ts
  } catch (error) {
    // A file that was never completed is none to Slack.
    if (error instanceof AppError && error.code === 'file_deleted') return undefined
    throw error
  }
}

async function upload(deps: FileOnceDeps, file: FileOnce, before: string | undefined): Promise<void> {
  const { client, apiUrl } = deps
  await withTemporaryFile(async (path) => {
    const comment = await file.write(path)
    const length = (await stat(path)).size
    const { id: fileId, address } = await reserveFile(client, file.name, length)
    if (!(await file.record.take(fileId, before))) return
    // Slack can say that it shares a file and do it much later, or never: two of them must not appear.
    if (before !== undefined) await createFileDeleter(client)(before)
    await uploadBytes(address, path, length, apiUrl)
    // Another process may have taken over while this one was busy.
    if (!(await file.record.isOurs(fileId))) return
    await share(client, file, comment, fileId)
    const message = await findMessage(deps, file, fileId)
    if (message === undefined) throw new AppError('slack_unavailable')
    await file.record.markSent(fileId, message)
  })
}

type Comment = { readonly blocks: RenderedReply['blocks'] } | { readonly initial_comment: string }

async function share(client: WebClient, file: FileOnce, comment: Reply, fileId: string): Promise<void> {
  const place = { files: [{ id: fileId, title: file.name }] as [{ id: string; title: string }] }
  const complete = async (answer: Comment) => {
    const target = { ...place, channel_id: file.channel, ...answer }
    await client.files.completeUploadExternal(
      file.thread === undefined ? target : { ...target, thread_ts: file.thread },
    )
  }
  // This method takes no `parse`: in rich text Slack makes nothing of names and addresses.
  const { text, blocks } = renderBlocks(comment, { native: NONE_NATIVE })
  try {
    await complete({ blocks }).catch(async (error: unknown) => {
      if (!isBlockRefusal(error)) throw error
      await complete({ initial_comment: text })
    })
  } catch (error) {
    const failure = toSlackError(error)
    if (failure instanceof AppError && failure.code === 'slack_refused') throw failure
    // Perhaps it was shared and only the answer got lost: that is asked next.
  }
}
