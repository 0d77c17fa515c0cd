import { formatCount } from '../../../commands/reply/index.ts'
import { AppError } from '../../errors.ts'
import type { OpenedFile } from '../../uploads/lease/index.ts'
import type { OnCallFailed } from '../transport/index.ts'

export interface DownloadOptions {
  readonly token: string
  /** Address of the Web API if it is not Slack's own; its host may then serve files too. */
  readonly apiUrl?: string | undefined
  /** The file's name in sentences. */
  readonly name: string
  /** Size according to Slack. */
  readonly bytes?: number | undefined
  readonly maxBytes: number
  readonly signal: AbortSignal
  /** Milliseconds without `MIN_PROGRESS` more bytes after which the connection counts as lost. */
  readonly silenceMs?: number
  readonly onCallFailed?: OnCallFailed | undefined
}

const MAX_REDIRECTS = 3
/** Five tries take less than a minute for the files that wait behind. */
const SILENCE_MS = 10_000
/** Bytes: a connection that trickles delays other files as much as a silent one. */
const MIN_PROGRESS = 16 * 1024
/** Errors that are not Slack's. */
const OUR_REFUSALS: ReadonlySet<string> = new Set(['file_too_large', 'file_host_refused'])
const SLACK_FILE_HOSTS =
  /^(?:files\.slack\.com|(?:[a-z0-9-]+\.)*slack\.com|(?:[a-z0-9-]+\.)*slack-files\.com|(?:[a-z0-9-]+\.)*slack-edge\.com|(?:[a-z0-9-]+\.)*slack-gov\.com)$/

/**
 * True if the token may be sent to this address: Slack's own hosts over https, without another port or
 * credentials. Also the host of `apiUrl`, if the Web API is configured elsewhere (development).
 */
export function isAllowedFileUrl(url: URL, apiUrl?: string): boolean {
  if (url.username || url.password) return false
  if (apiUrl !== undefined && url.origin === new URL(apiUrl).origin) return true
  return url.protocol === 'https:' && url.port === '' && SLACK_FILE_HOSTS.test(url.hostname)
}

/**
 * Opens a file for reading, in chunks on demand. Slack answers a token without `files:read` with status 200
 * and its login page; this is detected before the first byte is returned.
 *
 * @throws AppError file_host_refused, file_is_html, file_deleted, file_too_large, file_unreachable; while
 * reading file_truncated, file_unreachable; the signal's reason
 */
export async function openDownload(address: string, options: DownloadOptions): Promise<OpenedFile['stream']> {
  const silence = createSilenceGuard(options.silenceMs ?? SILENCE_MS)
  const signal = AbortSignal.any([options.signal, silence.signal])
  try {
    const response = await followToFile(address, options, signal)
    const chunks = readBody(response, options)
    const first = await chunks.next()
    if (!first.done && isLoginPage(response, first.value, options)) {
      await chunks.return(undefined)
      throw new AppError('file_is_html', { file: options.name })
    }
    return countedBytes(first, chunks, options, silence)
  } catch (error) {
    silence.stop()
    options.signal.throwIfAborted()
    throw toDownloadError(error, options)
  }
}

async function followToFile(
  address: string,
  options: DownloadOptions,
  signal: AbortSignal,
): Promise<Response> {
  let url = parseUrl(address, options)
  for (let hops = 0; ; hops += 1) {
    // Every redirect is checked, so that the token is sent to Slack only.
    if (!isAllowedFileUrl(url, options.apiUrl))
      throw new AppError('file_host_refused', { file: options.name })
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${options.token}` },
      redirect: 'manual',
      signal,
    })
    const location = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && location !== null) {
      await response.body?.cancel()
      if (hops >= MAX_REDIRECTS) throw unreachable(options, new Error('too many redirects'))
      url = parseUrl(new URL(location, url).href, options)
      continue
    }
    await refuseUnlessFile(response, options)
    return response
  }
}

async function refuseUnlessFile(response: Response, options: DownloadOptions): Promise<void> {
  const { name, maxBytes } = options
  const refuse = async (error: AppError): Promise<never> => {
    await response.body?.cancel()
    throw error
  }
  const { status } = response
  if (status === 404 || status === 410) await refuse(new AppError('file_deleted', { file: name }))
  if (status !== 200) await refuse(unreachable(options, new Error(`status ${status}`)))
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) await refuse(tooLarge(options))
}

/**
 * True if a web page came instead of the file: Slack's login page has the type `text/html`. A list in HTML
 * has the size that Slack announced.
 */
function isLoginPage({ headers }: Response, first: Uint8Array, { bytes }: DownloadOptions): boolean {
  const isHtml = /^\s*text\/html/i.test(headers.get('content-type') ?? '') || looksLikeHtml(first)
  const isWhole = headers.get('content-length') === String(bytes) || first.byteLength === bytes
  return isHtml && !(bytes !== undefined && isWhole)
}

async function* readBody(
  response: Response,
  options: DownloadOptions,
): AsyncGenerator<Uint8Array, undefined> {
  if (response.body === null) return undefined
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.byteLength
    if (bytes > options.maxBytes) throw tooLarge(options)
    yield chunk
  }
  return undefined
}

/** The same chunks; a wrong total or a silent connection is an error. */
async function* countedBytes(
  first: IteratorResult<Uint8Array, undefined>,
  rest: AsyncGenerator<Uint8Array, undefined>,
  options: DownloadOptions,
  silence: SilenceGuard,
): AsyncGenerator<Uint8Array> {
  let got = 0
  try {
    for (let next = first; !next.done; next = await rest.next()) {
      got += next.value.byteLength
      // Only waiting for Slack counts; the reader may be slow (a database outage).
      silence.got(next.value.byteLength)
      yield next.value
      silence.wait()
    }
  } catch (error) {
    options.signal.throwIfAborted()
    throw toDownloadError(error, options)
  } finally {
    silence.stop()
    await rest.return(undefined)
  }
  if (options.bytes !== undefined && got !== options.bytes) {
    const counts = { got: formatCount(got), expected: formatCount(options.bytes) }
    throw toDownloadError(new AppError('file_truncated', { file: options.name, ...counts }), options)
  }
}

interface SilenceGuard {
  readonly signal: AbortSignal
  /** Starts waiting for the next bytes. */
  wait(): void
  /** Bytes arrived; stops waiting. */
  got(bytes: number): void
  stop(): void
}

function createSilenceGuard(ms: number): SilenceGuard {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let [waitedMs, bytes, since] = [0, 0, performance.now()]
  const guard: SilenceGuard = {
    signal: controller.signal,
    stop: () => clearTimeout(timer),
    wait() {
      clearTimeout(timer)
      since = performance.now()
      const giveUp = () => controller.abort(new Error(`${bytes} bytes in ${ms / 1000} s`))
      timer = setTimeout(giveUp, Math.max(0, ms - waitedMs))
    },
    got(count) {
      clearTimeout(timer)
      bytes += count
      waitedMs += performance.now() - since
      if (bytes >= MIN_PROGRESS) [waitedMs, bytes] = [0, 0]
    },
  }
  guard.wait()
  return guard
}

/** True if these are the first bytes of a web page. No list starts like one. */
function looksLikeHtml(bytes: Uint8Array): boolean {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 512)).replace(/^(?:ï»¿|\s)+/, '')
  return /^<(?:!doctype\s+html|html|head|\?xml[^>]*\?>\s*<(?:!doctype\s+html|html))/i.test(start)
}

function parseUrl(address: string, options: DownloadOptions): URL {
  if (!URL.canParse(address)) throw new AppError('file_host_refused', { file: options.name })
  return new URL(address)
}

const unreachable = (options: DownloadOptions, cause: unknown): AppError =>
  new AppError('file_unreachable', { file: options.name }, cause)

export function tooLarge({ name, maxBytes }: Pick<DownloadOptions, 'name' | 'maxBytes'>): AppError {
  const limit = maxBytes >= 1024 * 1024 ? `${Math.floor(maxBytes / 1024 / 1024)} MB` : `${maxBytes} bytes`
  return new AppError('file_too_large', { file: name, limit })
}

function toDownloadError(error: unknown, options: DownloadOptions): AppError {
  const failure = error instanceof AppError ? error : unreachable(options, error)
  if (!OUR_REFUSALS.has(failure.code)) options.onCallFailed?.({ method: 'download', reason: failure.code })
  return failure
}
