import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { WebClient } from '@slack/web-api'
import { AppError } from '../../errors.ts'
import { repeatCall } from '../transport/index.ts'
import { isAllowedFileUrl } from './download.ts'

/**
 * Reserves an upload address in Slack. Nobody sees the file before `files.completeUploadExternal`.
 * @throws AppError slack_unavailable, slack_refused
 */
export async function reserveFile(
  client: WebClient,
  filename: string,
  length: number,
): Promise<{ readonly id: string; readonly address: string }> {
  const place = await repeatCall(() => client.files.getUploadURLExternal({ filename, length }))
  const { file_id: id, upload_url: address } = place
  if (id === undefined || address === undefined) throw new AppError('slack_unavailable')
  return { id, address }
}

/** Milliseconds without progress after which the connection counts as lost. */
const SILENCE_MS = 30_000

/**
 * Streams a file from disk to the address from `files.getUploadURLExternal`. The address is the permission,
 * so no token is sent.
 * @throws AppError file_host_refused, slack_unavailable
 */
export async function uploadBytes(
  address: string,
  path: string,
  length: number,
  apiUrl: string | undefined,
): Promise<void> {
  const url = URL.canParse(address) ? new URL(address) : undefined
  // Customer data is sent to Slack only.
  if (!url || !isAllowedFileUrl(url, apiUrl)) throw new AppError('file_host_refused')
  const progress = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const waitOn = () => {
    clearTimeout(timer)
    const giveUp = () => progress.abort(new Error(`no progress for ${SILENCE_MS / 1000} s`))
    timer = setTimeout(giveUp, SILENCE_MS)
  }
  waitOn()
  try {
    // `fetch` uses the proxy if one is set.
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(length) },
      body: Readable.toWeb(createReadStream(path).on('data', waitOn)) as ReadableStream<Uint8Array>,
      duplex: 'half',
      redirect: 'error',
      signal: progress.signal,
    })
    await response.body?.cancel()
    if (response.status !== 200) throw new Error(`status ${response.status}`)
  } catch (error) {
    throw new AppError('slack_unavailable', {}, error)
  } finally {
    clearTimeout(timer)
  }
}
