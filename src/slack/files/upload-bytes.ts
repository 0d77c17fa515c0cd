import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { type ClientRequest, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { pipeline } from 'node:stream/promises'
import type { WebClient } from '@slack/web-api'
import { AppError } from '../../errors.ts'
import { repeatCall } from '../transport/index.ts'
import { isAllowedFileUrl } from './download.ts'

/**
 * Asks Slack for a place to put a file. Nobody sees it before `files.completeUploadExternal`.
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
 * Sends a file to the address `files.getUploadURLExternal` gave, from the disk as fast as Slack takes it. The address is
 * the permission: no token goes with it.
 * @throws AppError file_host_refused, slack_unavailable
 */
export async function uploadBytes(
  address: string,
  path: string,
  length: number,
  apiUrl: string | undefined,
): Promise<void> {
  const url = URL.canParse(address) ? new URL(address) : undefined
  // Customers' data goes nowhere but to Slack.
  if (!url || !isAllowedFileUrl(url, apiUrl)) throw new AppError('file_host_refused')
  const open = url.protocol === 'https:' ? requestHttps : requestHttp
  const request = open(url, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', 'content-length': length },
    timeout: SILENCE_MS,
  })
  request.on('timeout', () => request.destroy(new Error(`no progress for ${SILENCE_MS / 1000} s`)))
  try {
    const answered = answerOf(request)
    await Promise.all([pipeline(createReadStream(path), request), answered])
    const status = await answered
    if (status !== 200) throw new Error(`status ${status}`)
  } catch (error) {
    throw new AppError('slack_unavailable', {}, error)
  }
}

async function answerOf(request: ClientRequest): Promise<number> {
  const [response] = await once(request, 'response')
  response.resume()
  await once(response, 'end')
  return response.statusCode ?? 0
}
