import { setTimeout as sleep } from 'node:timers/promises'
import type { App, Logger, Receiver } from '@slack/bolt'
import { AppError } from '../../errors.ts'
import { retry } from '../../retry.ts'
import { acknowledgeOnce } from './acknowledge-once.ts'
import { classifySlackFailure } from './slack-call.ts'
import { openSocket, type Socket, type SocketOptions } from './socket-connection.ts'

interface SocketReceiverDeps extends SocketOptions {
  readonly logger: Logger
  /** There was a time without a connection: shares may have been missed. */
  readonly onReconnected: () => void
  readonly timing?: Partial<SocketTiming>
}

/** All in milliseconds. */
interface SocketTiming {
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  /** Time limit of the first connection. */
  readonly startMs: number
  /** How long payloads of a replaced connection may take until they are acknowledged. */
  readonly drainMs: number
}

interface SocketReceiver {
  readonly receiver: Receiver
  isConnected(): boolean
}

const TIMING: SocketTiming = {
  firstPauseMs: 1_000,
  longestPauseMs: 60_000,
  startMs: 60_000,
  drainMs: 5_000,
}

/**
 * Receives over web sockets, with the same guarantee as HTTP: an acknowledged payload is handled.
 *
 * Slack ends each connection after a while and announces it some seconds before. socket-mode 3.1.0 closes it
 * at once and opens another after 5 s or more, during which commands and buttons fail. Here the next
 * connection opens before the old one ends. An app may have ten connections; during a refresh a process has
 * two.
 */
export function createSocketReceiver(deps: SocketReceiverDeps): SocketReceiver {
  const { logger } = deps
  const timing = { ...TIMING, ...deps.timing }
  const sockets = new Set<Socket>()
  let app: App | undefined
  let opening: Promise<void> | undefined
  let wasAlone = false
  let isOver = false

  async function open(): Promise<void> {
    const target = app
    if (!target) throw new AppError('unexpected', {}, new Error('the receiver was not initialised'))
    const socket = await openSocket(target, deps, {
      onEnding: () => replace(socket),
      onClosed() {
        sockets.delete(socket)
        if (sockets.size > 0 || isOver) return
        wasAlone = true
        void openNext()
      },
    })
    if (isOver) return await socket.close()
    sockets.add(socket)
    if (wasAlone) deps.onReconnected()
    wasAlone = false
  }

  /** One connection at a time, retried until it works. */
  function openNext(): Promise<void> {
    opening ??= retry(open, {
      attempts: Number.POSITIVE_INFINITY,
      firstPauseMs: timing.firstPauseMs,
      longestPauseMs: timing.longestPauseMs,
      unref: true,
      shouldRetry(error) {
        if (isOver) return false
        logger.warn('no connection to Slack yet', error)
        const failure = classifySlackFailure(error)
        return failure.kind === 'rate_limited' ? failure.pauseMs : true
      },
    })
      .catch((error: unknown) => logger.warn('no further connection to Slack', error))
      .finally(() => {
        opening = undefined
      })
    return opening
  }

  /** Slack will end a connection: it is closed after the next one is open and its payloads are answered. */
  function replace(socket: Socket): void {
    void openNext().then(async () => {
      await Promise.race([socket.drained(), sleep(timing.drainMs, undefined, { ref: false })])
      await socket.close()
    })
  }

  const receiver: Receiver = {
    init(given) {
      app = acknowledgeOnce(given)
    },
    async start() {
      isOver = false
      await retry(open, {
        attempts: Number.POSITIVE_INFINITY,
        firstPauseMs: timing.firstPauseMs,
        withinMs: timing.startMs,
        shouldRetry(error) {
          const failure = classifySlackFailure(error)
          if (failure.kind === 'rate_limited') return failure.pauseMs
          return failure.kind !== 'refused' && !(error instanceof AppError)
        },
      })
    },
    async stop() {
      isOver = true
      await Promise.all([...sockets].map((socket) => socket.close()))
    },
  }
  return { receiver, isConnected: () => sockets.size > 0 }
}

/** Why no web socket opened, in Slack's words; SLACK_APP_TOKEN is another token than the bot token. */
export function toSocketError(error: unknown): AppError {
  const failure = classifySlackFailure(error)
  const refused = failure.kind === 'refused' ? failure.reason : 'no Socket Mode connection'
  return new AppError('slack_refused', { reason: `SLACK_APP_TOKEN: ${refused}` }, error)
}
