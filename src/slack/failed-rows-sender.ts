import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WebClient } from '@slack/web-api'
import { plural } from '../../commands/format.ts'
import { AppError } from '../errors.ts'
import { nameFailedRows } from '../uploads/failed-rows.ts'
import type { FailedRowsStore } from '../uploads/failed-rows-store.ts'
import { findShare, readFileInfo } from './file-info.ts'
import { escapeMrkdwn } from './mrkdwn.ts'
import { repeatCall, toSlackError } from './slack-call.ts'
import type { SlackUpload } from './slack-upload.ts'
import { uploadBytes } from './upload-bytes.ts'

export interface FailedRowsSenderDeps {
  readonly client: WebClient
  readonly apiUrl: string | undefined
  readonly store: FailedRowsStore
  /** Writes the file to a path. @returns its size in bytes */
  readonly write: (upload: SlackUpload, path: string) => Promise<number>
  /** Milliseconds in which Slack may take to show where a file was shared. */
  readonly settleMs?: number
}

export interface FailedRowsSender {
  /**
   * Hands the failed rows back in the thread, once: safe to repeat after a crash at any point. Resolves with the reason
   * where Slack does not take files from us, which is not tried again.
   * @throws AppError slack_unavailable: to be tried again later
   */
  send(upload: SlackUpload): Promise<{ readonly refused?: string }>
}

/**
 * Sending a file takes three calls, and only the last is seen by people. The file's id is written down before it, so
 * that whoever comes after a crash, or after an answer that was lost, asks Slack whether that very file was shared
 * before sending another.
 */
export function createFailedRowsSender(deps: FailedRowsSenderDeps): FailedRowsSender {
  const { client, store } = deps

  async function findMessage(upload: SlackUpload, fileId: string): Promise<string | undefined> {
    const { channel } = upload.source
    try {
      const file = await readFileInfo(client, fileId, channel, {
        ...(deps.settleMs !== undefined && { settleMs: deps.settleMs }),
      })
      return findShare(file, channel, new Date())?.ts
    } catch (error) {
      // A file that was never completed is none to Slack.
      if (error instanceof AppError && error.code === 'file_deleted') return undefined
      throw error
    }
  }

  async function share(upload: SlackUpload, fileId: string, thread: string): Promise<void> {
    const { channel } = upload.source
    try {
      await client.files.completeUploadExternal({
        files: [{ id: fileId, title: nameFailedRows(upload) }],
        channel_id: channel,
        thread_ts: thread,
        initial_comment: describeFile(upload),
      })
    } catch (error) {
      const failure = toSlackError(error)
      if (failure instanceof AppError && failure.code === 'slack_refused') throw failure
      // Perhaps it was shared and only the answer got lost: that is asked next.
    }
  }

  async function upload(shared: SlackUpload, thread: string, before: string | undefined): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'customer-uploads-'))
    try {
      const path = join(folder, 'rows.csv')
      const length = await deps.write(shared, path)
      const filename = nameFailedRows(shared)
      const place = await repeatCall(() => client.files.getUploadURLExternal({ filename, length }))
      const { file_id: fileId, upload_url: address } = place
      if (fileId === undefined || address === undefined) throw new AppError('slack_unavailable')
      if (!(await store.take(shared, fileId, before))) return
      await uploadBytes(address, path, length, deps.apiUrl)
      // Another process may have taken over while this one was busy.
      if (!(await store.isOurs(shared, fileId))) return
      await share(shared, fileId, thread)
      const message = await findMessage(shared, fileId)
      if (message === undefined) throw new AppError('slack_unavailable')
      await store.markSent(shared, fileId, message)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  return {
    async send(shared) {
      const { thread } = shared.source
      if (thread === undefined || shared.status !== 'done' || !shared.counts?.invalid) return {}
      const known = await store.find(shared)
      if (known.withdrawn) return {}
      if (known.refused !== undefined) return { refused: known.refused }
      if (known.sent_at) return {}
      try {
        const message = known.file_id === undefined ? undefined : await findMessage(shared, known.file_id)
        if (known.file_id !== undefined && message !== undefined)
          await store.markSent(shared, known.file_id, message)
        else await upload(shared, thread, known.file_id)
        return {}
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'slack_refused') throw error
        const refused = String(error.details.reason)
        await store.markRefused(shared, refused)
        return { refused }
      }
    },
  }
}

function describeFile({ counts, file }: SlackUpload): string {
  const rows = plural(counts?.invalid ?? 0, 'row')
  const [they, them] = counts?.invalid === 1 ? ['It is', 'it'] : ['They are', 'them']
  return escapeMrkdwn(
    `${rows} of ${file.name} could not be used. ${they} in this file as before, with what is wrong and how to fix it. Correct ${them} there and share the file again.`,
  )
}
