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
  /** The state of each part: `{ database: true, slack: false }`. */
  readonly parts: Readonly<Record<string, boolean>>
}

/** The metrics in Prometheus format. */
export type RenderMetrics = () => Promise<{ readonly contentType: string; readonly text: string }>

interface HttpServerDeps {
  readonly port: number
  /** The address to listen on; all by default. */
  readonly host?: string | undefined
  readonly health: () => Promise<HealthReport>
  /** False if only a restart helps. Absent: always true. */
  readonly isAlive?: (() => Promise<boolean>) | undefined
  /** Absent: no `/metrics`. */
  readonly metrics?: RenderMetrics | undefined
  /** Handles Slack's POSTs to `/slack/events`; absent in Socket Mode. */
  readonly slackListener: RequestListener | undefined
  readonly log: Log
  readonly limits?: Partial<HttpLimits>
}

/** Limits of the connections and time that clients can use. */
export interface HttpLimits {
  /** Simultaneous connections; more are closed. */
  readonly connections: number
  /** Milliseconds until the headers of a request must be complete. */
  readonly headersMs: number
  /** Milliseconds until a request must be complete. */
  readonly requestMs: number
}

export interface HttpServer {
  /** Resolves with the port. @throws AppError port_unavailable */
  start(): Promise<number>
  /** Accepts no more requests and waits for running ones. */
  stop(): Promise<void>
}

export const EVENTS_PATH = '/slack/events'
const LIMITS: HttpLimits = { connections: 1_000, headersMs: 10_000, requestMs: 20_000 }
/** Seconds by which Slack's clock may differ. */
const MAX_CLOCK_DIFFERENCE_S = 5 * 60
/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
const SIGNATURE = /^v0=[0-9a-f]{64}$/
const STOP_WITHIN_MS = 5_000
const CHECK_EVERY_MS = 2_000

/** The bot's web server: Slack's requests, health and metrics. */
export function createHttpServer(deps: HttpServerDeps): HttpServer {
  const { port, host, health, isAlive = async () => true, metrics, slackListener, log } = deps
  const limits = { ...LIMITS, ...deps.limits }
  let server: Server | undefined

  function route(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '/').split('?')[0]
    if (request.method === 'GET' && path === '/healthz') {
      void answerLife(response)
    } else if (request.method === 'GET' && path === '/readyz') {
      // Handles its own failures, like the metrics.
      void answerReadiness(response)
    } else if (request.method === 'GET' && path === '/metrics' && metrics !== undefined) {
      void answerMetrics(response, metrics)
    } else if (request.method !== 'POST' || path !== EVENTS_PATH || slackListener === undefined) {
      answer(response, 404, { error: 'not_found' })
    } else {
      const refusal = refuseUnread(request)
      if (refusal === undefined) return void slackListener(request, response)
      log.warn({ reason: refusal.error }, 'a request was refused before its body was read')
      // The body may not have arrived yet: the connection is closed after the answer.
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

/**
 * Checks the headers: only recent requests that may be Slack's are read. Bolt verifies the signature
 * afterwards.
 */
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
