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
