import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { AppError } from '../../errors.ts'
import type { Log } from '../../uploads/lease/index.ts'
import { LARGEST_BODY } from './slack-receiver.ts'

export interface HealthReport {
  readonly ready: boolean
  /** What is and is not there, by name: `{ database: true, slack: false }`. */
  readonly parts: Readonly<Record<string, boolean>>
}

/** What Prometheus reads. */
export type RenderMetrics = () => Promise<{ readonly contentType: string; readonly text: string }>

interface HttpServerDeps {
  readonly port: number
  /** The address that is listened on; every one unless given. */
  readonly host?: string | undefined
  readonly health: () => Promise<HealthReport>
  /** False where only another start of the process helps. Absent: always true. */
  readonly isAlive?: (() => Promise<boolean>) | undefined
  /** Absent: there is no `/metrics`. */
  readonly metrics?: RenderMetrics | undefined
  /** Takes what Slack posts to `/slack/events`; absent in Socket Mode. */
  readonly slackListener: RequestListener | undefined
  readonly log: Log
  readonly limits?: Partial<HttpLimits>
}

/** What others can take of the server's connections and time. */
export interface HttpLimits {
  /** Connections at once; those beyond are closed. */
  readonly connections: number
  /** Milliseconds in which the headers of a request have to be there. */
  readonly headersMs: number
  /** Milliseconds in which a whole request has to be there. */
  readonly requestMs: number
}

export interface HttpServer {
  /** The port it listens on. @throws AppError port_unavailable */
  start(): Promise<number>
  /** Takes no more requests and waits for those under way. */
  stop(): Promise<void>
}

export const EVENTS_PATH = '/slack/events'
const LIMITS: HttpLimits = { connections: 1_000, headersMs: 10_000, requestMs: 20_000 }
/** Seconds Slack's clock may differ from ours. */
const MAX_CLOCK_DIFFERENCE_S = 5 * 60
/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
const SIGNATURE = /^v0=[0-9a-f]{64}$/
const STOP_WITHIN_MS = 5_000
const CHECK_EVERY_MS = 2_000

/** The bot's own web server: what Slack tells it, and whether it is well. */
export function createHttpServer(deps: HttpServerDeps): HttpServer {
  const { port, host, health, isAlive = async () => true, metrics, slackListener, log } = deps
  const limits = { ...LIMITS, ...deps.limits }
  let server: Server | undefined

  function route(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '/').split('?')[0]
    if (request.method === 'GET' && path === '/healthz') {
      void answerLife(response)
    } else if (request.method === 'GET' && path === '/readyz') {
      // It answers its own failures, as the metrics do.
      void answerReadiness(response)
    } else if (request.method === 'GET' && path === '/metrics' && metrics !== undefined) {
      void answerMetrics(response, metrics)
    } else if (request.method !== 'POST' || path !== EVENTS_PATH || slackListener === undefined) {
      answer(response, 404, { error: 'not_found' })
    } else {
      const refusal = refuseUnread(request)
      if (refusal === undefined) return void slackListener(request, response)
      log.warn({ reason: refusal.error }, 'a request was refused before its body was read')
      // The body may be on its way still: the connection ends with the answer.
      response.setHeader('connection', 'close')
      answer(response, refusal.status, { error: refusal.error })
    }
  }

  async function answerLife(response: ServerResponse): Promise<void> {
    const alive = await isAlive().catch(() => true)
    answer(response, alive ? 200 : 503, { alive })
  }

  async function answerReadiness(response: ServerResponse): Promise<void> {
    try {
      const { ready, parts } = await health()
      answer(response, ready ? 200 : 503, { ready, ...parts })
    } catch (error) {
      log.warn({ err: error }, 'health not available')
      answer(response, 503, { ready: false })
    }
  }

  async function answerMetrics(response: ServerResponse, render: RenderMetrics): Promise<void> {
    try {
      const { contentType, text } = await render()
      response.writeHead(200, { 'content-type': contentType }).end(text)
    } catch (error) {
      log.warn({ err: error }, 'metrics not available')
      answer(response, 500, { error: 'metrics_not_known' })
    }
  }

  return {
    async start() {
      const listening = createServer(
        {
          headersTimeout: limits.headersMs,
          requestTimeout: limits.requestMs,
          connectionsCheckingInterval: Math.min(limits.headersMs, CHECK_EVERY_MS),
        },
        route,
      )
      listening.maxConnections = limits.connections
      server = listening
      listening.listen({ port, ...(host !== undefined && { host }) })
      try {
        await once(listening, 'listening')
      } catch (error) {
        throw new AppError('port_unavailable', { port, reason: whyNot(error) }, error)
      }
      const address = listening.address()
      return typeof address === 'object' && address !== null ? address.port : port
    },

    async stop() {
      if (!server?.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      const cut = setTimeout(() => server?.closeAllConnections(), STOP_WITHIN_MS)
      await closed
      clearTimeout(cut)
    },
  }
}

const WHY_NOT: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process has it, perhaps this bot, started before',
  EACCES: 'this user may not, as with numbers below 1024',
  EADDRNOTAVAIL: 'HOST is no address of this machine',
  ENOTFOUND: 'HOST is no address of this machine',
  EAI_AGAIN: 'HOST is no address of this machine',
}

function whyNot(error: unknown): string {
  const code = String(error instanceof Error ? Reflect.get(error, 'code') : error)
  return WHY_NOT[code] ?? code
}

/** What the headers alone show: only what may be Slack's, and is new, is worth reading. Bolt verifies the signature then. */
function refuseUnread({ headers }: IncomingMessage): Refusal | undefined {
  const timestamp = headers['x-slack-request-timestamp']
  const signature = headers['x-slack-signature']
  if (typeof timestamp !== 'string' || typeof signature !== 'string' || !SIGNATURE.test(signature))
    return { status: 401, error: 'not_signed' }
  const age = Date.now() / 1000 - Number(timestamp)
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(age) > MAX_CLOCK_DIFFERENCE_S)
    return { status: 401, error: age < 0 ? 'timestamp_in_the_future' : 'timestamp_too_old' }
  if (Number(headers['content-length'] ?? 0) > LARGEST_BODY) return { status: 413, error: 'too_large' }
  return undefined
}

interface Refusal {
  readonly status: 401 | 413
  readonly error: string
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
