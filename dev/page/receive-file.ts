import type { IncomingMessage } from 'node:http'
import type { SharedFile } from '../workspace/index.ts'

/** The emulated Slack keeps several copies of a file in memory. Slack itself accepts files up to 1 GB. */
const MAX_FILE_MB = 100
const MAX_NAME = 255

interface Received {
  readonly status: number
  readonly notice?: string
  /** Id of the file in Slack. */
  readonly id?: string
}

/** Receives a file from a browser, with Slack's errors for rejected ones. */
export async function receiveFile(
  request: IncomingMessage,
  query: URLSearchParams,
  take: (file: SharedFile, thread: string | undefined) => Promise<string>,
): Promise<Received> {
  const name = (query.get('name') ?? '').replace(/^.*[\\/]/s, '').slice(0, MAX_NAME)
  if (name === '') return { status: 400, notice: 'This file has no name.' }
  const bytes = await readBody(request, MAX_FILE_MB * 1_000_000)
  if (bytes === undefined)
    return { status: 413, notice: `${name} is too big. The demo takes files of up to ${MAX_FILE_MB} MB.` }
  if (bytes.byteLength === 0)
    return { status: 400, notice: `${name} is empty. Slack does not take empty files.` }
  return { status: 200, id: await take({ name, bytes }, query.get('thread') || undefined) }
}

/** The body of a request; undefined if it exceeds the limit, in which case it is not kept. */
export async function readBody(request: IncomingMessage, max: number): Promise<Buffer | undefined> {
  const isLong = Number(request.headers['content-length'] ?? 0) > max
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (!isLong && length <= max) chunks.push(chunk)
    else chunks.length = 0
  }
  return isLong || length > max ? undefined : Buffer.concat(chunks)
}
