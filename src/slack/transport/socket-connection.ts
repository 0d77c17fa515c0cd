import { type App, type Logger, type ReceiverEvent, SocketModeReceiver } from '@slack/bolt'
import type { Dispatcher } from 'undici'
import { webClientOptions } from './slack-call.ts'

export interface SocketOptions {
  readonly appToken: string
  readonly apiUrl: string | undefined
  readonly logger: Logger
  /** The dispatcher for a proxy. */
  readonly dispatcher?: Dispatcher | undefined
}

/** A web socket, from its hello to its end. */
export interface Socket {
  /** Resolves when every payload received so far is answered. */
  drained(): Promise<void>
  close(): Promise<void>
}

interface SocketEvents {
  /** Slack will end the connection. */
  readonly onEnding: () => void
  /** The connection has ended, on either side. */
  readonly onClosed: () => void
}

/** Milliseconds until Slack must send hello. */
const HELLO_MS = 15_000

/**
 * Opens a web socket. Resolves after Slack's hello.
 * @throws errors of Bolt's client: the token is refused, Slack does not answer
 */
export async function openSocket(app: App, options: SocketOptions, events: SocketEvents): Promise<Socket> {
  const { retryConfig: _, ...clientOptions } = webClientOptions(options.apiUrl)
  const receiver = new SocketModeReceiver({
    appToken: options.appToken,
    logger: options.logger,
    // The client's own reconnect waits seconds and gives up silently if the first try fails.
    autoReconnectEnabled: false,
    ...(options.dispatcher && { dispatcher: options.dispatcher }),
    installerOptions: { clientOptions: { ...clientOptions, retryConfig: { retries: 0 } } },
  })
  const { client } = receiver
  const underWay = new Set<Promise<void>>()
  let isOpen = false
  let isClosed = false
  let isEnding = false

  interceptMessages(receiver, options.logger, () => {
    // Slack warns first and sends the message again later.
    if (!isOpen || isClosed || isEnding) return
    isEnding = true
    events.onEnding()
  })
  client.on('disconnected', () => {
    if (isClosed) return
    isClosed = true
    if (isOpen) events.onClosed()
  })
  receiver.init(watchWork(app, underWay))
  const close = async () => {
    if (!isClosed) await client.disconnect()
  }
  await withinTime(client.start(), HELLO_MS, close)
  isOpen = true
  return {
    async drained() {
      while (underWay.size > 0) await Promise.allSettled(underWay)
    },
    close,
  }
}

/** Wraps an app to keep track of running handlers. */
function watchWork(app: App, underWay: Set<Promise<void>>): App {
  return Object.create(app, {
    processEvent: {
      value: (event: ReceiverEvent) => {
        const work = app.processEvent(event).finally(() => underWay.delete(work))
        underWay.add(work)
        return work
      },
    },
  })
}

/**
 * Handles the announced end before the client does, which would close the connection at once. Also,
 * socket-mode 3.1.0 fails on messages without an event (`app_rate_limited`), and an unhandled rejection ends
 * the process.
 */
function interceptMessages({ client }: SocketModeReceiver, logger: Logger, onEnding: () => void): void {
  const handlers = client.listeners('ws_message')
  client.removeAllListeners('ws_message')
  client.on('ws_message', async (...message: unknown[]) => {
    if (isDisconnect(message[0])) return onEnding()
    for (const handle of handlers) {
      try {
        await Reflect.apply(handle, client, message)
      } catch (error) {
        logger.warn('a message on the web socket was not understood', error)
      }
    }
  })
}

/** https://docs.slack.dev/apis/events-api/using-socket-mode#disconnect */
function isDisconnect(message: unknown): boolean {
  if (typeof message !== 'string' || !message.includes('disconnect')) return false
  try {
    const { type }: { type?: unknown } = Object(JSON.parse(message))
    return type === 'disconnect'
  } catch {
    return false
  }
}

async function withinTime<T>(work: Promise<T>, ms: number, giveUp: () => Promise<void>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no hello from Slack for ${ms / 1000} s`))
      void giveUp()
    }, ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
