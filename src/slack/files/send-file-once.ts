import { stat } from 'node:fs/promises'
import type { WebClient } from '@slack/web-api'
import type { Reply } from '../../../commands/reply/index.ts'
import { AppError } from '../../errors.ts'
import { withTemporaryFile } from '../../private-files/index.ts'
import { NONE_NATIVE, type RenderedReply, renderBlocks } from '../render/index.ts'
import { isBlockRefusal, toSlackError } from '../transport/index.ts'
import { createFileDeleter } from './delete-slack-files.ts'
import { findOwnShare, readFileInfo } from './file-info.ts'
import { reserveFile, uploadBytes } from './upload-bytes.ts'

/** A file to post in a channel exactly once, also after crashes. */
interface FileOnce {
  readonly channel: string
  /** `ts` of the message it replies to; absent: a message of its own. */
  readonly thread?: string
  readonly name: string
  /** Writes the file to a path. @returns the message with it */
  write(path: string): Promise<Reply>
  readonly record: FileOnceRecord
}

/** The stored state of the sending, shared by all processes. */
interface FileOnceRecord {
  /** `withdrawn`: it contains data that must no longer be sent. */
  find(): Promise<{
    readonly file_id?: string
    readonly sent_at?: Date
    readonly refused?: string
    readonly withdrawn?: unknown
  }>
  /** Stores the id of the file before it is sent. False if another process did so in the meantime. */
  take(fileId: string, before: string | undefined): Promise<boolean>
  isOurs(fileId: string): Promise<boolean>
  markSent(fileId: string, message: string): Promise<void>
  markRefused(reason: string): Promise<void>
}

export interface FileOnceDeps {
  readonly client: WebClient
  readonly apiUrl: string | undefined
  readonly botUserId?: () => string | undefined
  /** Milliseconds Slack may take to show where a file was shared. */
  readonly pauseMs?: number
}

/**
 * Sends a file once; safe to repeat after a crash at any point. Resolves with the reason if Slack rejects it,
 * which is not retried.
 *
 * Sending takes three calls, and people see only the last one. The file's id is stored before that. After a
 * crash or a lost answer, Slack is asked whether this file was shared before another one is sent.
 * @throws AppError slack_unavailable: retry later
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
    // Slack does not know a file that was never completed.
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
    // Slack can accept a share and perform it much later or never: the file must not appear twice.
    if (before !== undefined) await createFileDeleter(client)(before)
    await uploadBytes(address, path, length, apiUrl)
    // Another process may have taken over in the meantime.
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
  // This method has no `parse` option; Slack leaves names and addresses in rich text alone.
  const { text, blocks } = renderBlocks(comment, { native: NONE_NATIVE })
  try {
    await complete({ blocks }).catch(async (error: unknown) => {
      if (!isBlockRefusal(error)) throw error
      await complete({ initial_comment: text })
    })
  } catch (error) {
    const failure = toSlackError(error)
    if (failure instanceof AppError && failure.code === 'slack_refused') throw failure
    // The share may have worked although the answer was lost: that is checked next.
  }
}
