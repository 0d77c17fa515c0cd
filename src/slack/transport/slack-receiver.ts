import {
  type App,
  HTTPModuleFunctions,
  HTTPReceiver,
  type Logger,
  type ReceiverEvent,
  type ReceiverProcessEventErrorHandlerArgs,
  SocketModeReceiver,
} from '@slack/bolt'
import { AppError } from '../../errors.ts'
import { retry } from '../../retry.ts'
import { hasPayloadShape } from './payload-shape.ts'
import { classifySlackFailure, webClientOptions } from './slack-call.ts'

export const LARGEST_BODY = 1024 * 1024

/**
 * Receives over HTTP. `processBeforeResponse` makes Bolt answer after the listeners and not before: a share is in the
 * database when Slack hears 200, and when it could not be written down Slack hears 500 and delivers it again.
 * The signature of every request is verified by Bolt; the server around it is ours.
 */
export function createHttpReceiver(signingSecret: string, logger: Logger): HTTPReceiver {
  const receiver = new HTTPReceiver({
    signingSecret,
    logger,
    processBeforeResponse: true,
    bodyLimit: LARGEST_BODY,
    processEventErrorHandler: answerFailure,
  })
  const init = receiver.init.bind(receiver)
  receiver.init = (app) => init(answerAtOnce(app))
  return receiver
}

/** A signed payload that is not answered by any listener. */
class UnansweredError extends Error {
  readonly status: 400 | 404

  constructor(status: 400 | 404) {
    super(status === 400 ? 'an id in a payload is no string' : 'no listener knows this payload')
    this.status = status
  }
}

/** The same app, in which a payload nobody listens to fails at once: Bolt would wait three seconds for an answer. */
function answerAtOnce(app: App): App {
  return Object.create(app, {
    processEvent: {
      value: async (event: ReceiverEvent) => {
        if (!hasPayloadShape(event.body)) throw new UnansweredError(400)
        let isAnswered = false
        await app.processEvent({
          ...event,
          ack: async (response) => {
            isAnswered = true
            await event.ack(response)
          },
        })
        if (!isAnswered) throw new UnansweredError(404)
      },
    },
  })
}

/** @returns whether the request is answered, and Bolt need not wait for a listener any more */
async function answerFailure(args: ReceiverProcessEventErrorHandlerArgs): Promise<boolean> {
  const { error, response, logger } = args
  if (!(error instanceof UnansweredError))
    return await HTTPModuleFunctions.defaultProcessEventErrorHandler(args)
  logger.warn(error.message)
  response.writeHead(error.status).end()
  return true
}

interface SocketReceiverDeps {
  readonly appToken: string
  readonly apiUrl: string | undefined
  readonly logger: Logger
  /** The connection was lost and is back: what was shared meanwhile was not heard. */
  readonly onReconnected: () => void
}

export interface SocketReceiver {
  readonly receiver: SocketModeReceiver
  isConnected(): boolean
}

/**
 * Receives over a web socket, with the same promise as over HTTP: Bolt would acknowledge an event before it is
 * handled, here the acknowledgement is held back until then.
 */
export function createSocketReceiver(deps: SocketReceiverDeps): SocketReceiver {
  const { retryConfig: _, ...clientOptions } = webClientOptions(deps.apiUrl)
  const receiver = new SocketModeReceiver({
    appToken: deps.appToken,
    logger: deps.logger,
    // Its client may repeat: it only ever asks for a new connection.
    installerOptions: { clientOptions: { ...clientOptions, rejectRateLimitedCalls: false } },
  })
  const { client } = receiver
  let isConnected = false
  let wasConnected = false
  client.on('connected', () => {
    isConnected = true
    if (wasConnected) deps.onReconnected()
    wasConnected = true
  })
  for (const lost of ['close', 'disconnected', 'reconnecting']) {
    client.on(lost, () => {
      isConnected = false
    })
  }
  ignoreUnknownMessages(receiver, deps.logger)
  reconnectForever(receiver, deps.logger)

  const init = receiver.init.bind(receiver)
  receiver.init = (app) => init(acknowledgeAfterwards(app))
  return { receiver, isConnected: () => isConnected }
}

/** Why there is no web socket, in Slack's word: its token is another than the one that said who we are. */
export function toSocketError(error: unknown): AppError {
  const failure = classifySlackFailure(error)
  const refused = failure.kind === 'refused' ? failure.reason : 'no Socket Mode connection'
  return new AppError('slack_refused', { reason: `SLACK_APP_TOKEN: ${refused}` }, error)
}

/** The same app, in which `ack()` reaches Slack once everything is done, and not at all when it failed. */
function acknowledgeAfterwards(app: App): App {
  return Object.create(app, {
    processEvent: {
      value: async (event: ReceiverEvent) => {
        let acknowledge: (() => Promise<void>) | undefined
        if (!hasPayloadShape(event.body)) throw new UnansweredError(400)
        await app.processEvent({
          ...event,
          ack: async (response) => {
            acknowledge = async () => {
              await event.ack(response)
            }
          },
        })
        await acknowledge?.()
      },
    },
  })
}

/** socket-mode 3.1.0 trips over messages without an event (`app_rate_limited`): an unhandled rejection ends the process. */
function ignoreUnknownMessages({ client }: SocketModeReceiver, logger: Logger): void {
  const handlers = client.listeners('ws_message')
  client.removeAllListeners('ws_message')
  client.on('ws_message', async (...message: unknown[]) => {
    for (const handle of handlers) {
      try {
        await Reflect.apply(handle, client, message)
      } catch (error) {
        logger.warn('a message on the web socket was not understood', error)
      }
    }
  })
}

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000

/** socket-mode 3.1.0 gives up, unheard, when a reconnect fails: after the first start every start is tried until it works. */
function reconnectForever({ client }: SocketModeReceiver, logger: Logger): void {
  const start = client.start.bind(client)
  const disconnect = client.disconnect.bind(client)
  let hasStarted = false
  let isOver = false
  client.start = async () => {
    const result = await retry(() => start(), {
      attempts: Number.POSITIVE_INFINITY,
      firstPauseMs: FIRST_PAUSE_MS,
      longestPauseMs: LONGEST_PAUSE_MS,
      unref: true,
      shouldRetry(error) {
        if (!hasStarted || isOver) return false
        logger.warn('no connection to Slack yet', error)
        return true
      },
    })
    hasStarted = true
    return result
  }
  client.disconnect = async () => {
    isOver = true
    await disconnect()
  }
}
