import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import {
  type App,
  HTTPModuleFunctions,
  HTTPReceiver,
  type Logger,
  type ReceiverEvent,
  type ReceiverProcessEventErrorHandlerArgs,
} from '@slack/bolt'
import { hasPayloadShape } from './payload-shape.ts'

export const LARGEST_BODY = 1024 * 1024

/**
 * Receives over HTTP. With `processBeforeResponse` Bolt answers after the listeners: a share is stored when
 * Slack gets 200. If it could not be stored, Slack gets 500 and delivers again. Bolt verifies the signature
 * of every request; the server is the bot's own.
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
  const listen = receiver.requestListener
  receiver.requestListener = (request, response) => void passObjects(request, response, { listen, logger })
  return receiver
}

interface Listening {
  readonly listen: RequestListener
  readonly logger: Logger
}

/**
 * Bolt reads fields of any JSON it gets: `null` would cause an unhandled rejection, which ends the process.
 */
async function passObjects(
  request: IncomingMessage,
  response: ServerResponse,
  { listen, logger }: Listening,
): Promise<void> {
  try {
    const buffered = await HTTPModuleFunctions.bufferIncomingMessage(request, LARGEST_BODY)
    if (isObject(buffered)) return listen(buffered, response)
    logger.warn('a body is no object')
    response.writeHead(400).end()
  } catch (error) {
    const isTooLarge = HTTPModuleFunctions.isRawBodyError(error) && error.statusCode === 413
    logger.warn(isTooLarge ? 'a body is too large' : 'a body did not arrive')
    // The rest of the body may still be arriving.
    response.writeHead(isTooLarge ? 413 : 400, { connection: 'close' }).end()
  }
}

/** Also true for an unreadable body: Bolt checks its signature and rejects it. */
function isObject(buffered: Parameters<typeof HTTPModuleFunctions.parseHTTPRequestBody>[0]): boolean {
  try {
    const body: unknown = HTTPModuleFunctions.parseHTTPRequestBody(buffered)
    return typeof body === 'object' && body !== null
  } catch {
    return true
  }
}

/** A signed payload that no listener handles. */
class UnansweredError extends Error {
  readonly status: 400 | 404

  constructor(status: 400 | 404) {
    super(status === 400 ? 'an id in a payload is no string' : 'no listener knows this payload')
    this.status = status
  }
}

/** Wraps an app: a payload without a listener fails at once instead of after Bolt's three seconds. */
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

/** @returns true if the request is answered, so Bolt need not wait for a listener */
async function answerFailure(args: ReceiverProcessEventErrorHandlerArgs): Promise<boolean> {
  const { error, response, logger } = args
  if (!(error instanceof UnansweredError))
    return await HTTPModuleFunctions.defaultProcessEventErrorHandler(args)
  logger.warn(error.message)
  response.writeHead(error.status).end()
  return true
}
