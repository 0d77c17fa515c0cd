import { App } from '@slack/bolt'
import { toAppError } from '../../errors.ts'
import type { Log } from '../../uploads/lease/index.ts'
import { createBoltLogger } from './bolt-logger.ts'
import type { createHttpServer } from './http-server.ts'
import { type ProxySettings, useProxy } from './proxy.ts'
import { createRespondFetch } from './respond-fetch.ts'
import { type OnCallFailed, webClientOptions } from './slack-call.ts'
import { createHttpReceiver } from './slack-receiver.ts'
import { createSocketReceiver } from './socket-receiver.ts'

interface BoltAppDeps {
  readonly botToken: string
  /** Set: Socket Mode. Unset: HTTP with signatures verified by `signingSecret`. */
  readonly appToken: string | undefined
  readonly signingSecret: string | undefined
  /** Another address of the Web API, for development. */
  readonly apiUrl: string | undefined
  readonly proxy?: ProxySettings | undefined
  /** The bot at Slack, once known. */
  readonly identity: () => { readonly botId?: string | undefined; readonly botUserId: string } | undefined
  readonly onReconnected: () => void
  readonly onCallFailed?: OnCallFailed | undefined
  readonly log: Log
}

interface BoltApp {
  readonly app: App
  /** The connection of Socket Mode. */
  readonly socket: ReturnType<typeof createSocketReceiver> | undefined
  /** Receives Slack's requests over HTTP. */
  readonly slackListener: Parameters<typeof createHttpServer>[0]['slackListener']
}

/** The argument of the error handler with `extendedErrorHandler`. */
type FailedEvent = Parameters<Parameters<App['error']>[0]>[0] & {
  readonly error: Error
  readonly body: object
}

/** Creates Bolt's app with the receiver that the tokens ask for; starts nothing. */
export function createBoltApp(deps: BoltAppDeps): BoltApp {
  const { botToken, appToken, apiUrl, identity, onCallFailed, log } = deps
  const logger = createBoltLogger(log)
  const dispatcher = deps.proxy && useProxy(deps.proxy)
  const socket =
    appToken === undefined
      ? undefined
      : createSocketReceiver({ appToken, apiUrl, dispatcher, logger, onReconnected: deps.onReconnected })
  const httpReceiver = socket ? undefined : createHttpReceiver(deps.signingSecret ?? '', logger)
  const receiver = socket?.receiver ?? httpReceiver
  const app = new App({
    ...(receiver && { receiver }),
    authorize: async () => {
      const { botId, botUserId } = identity() ?? {}
      return {
        botToken,
        ...(botId !== undefined && { botId }),
        ...(botUserId !== undefined && { botUserId }),
      }
    },
    // The bot uses its own clients; Bolt's client gets the same options.
    clientOptions: { ...webClientOptions(apiUrl), fetch: createRespondFetch(onCallFailed) },
    logger,
    convoStore: false,
    extendedErrorHandler: true,
  })

  // Reached by errors of listeners: Slack must get an error, so that it delivers again.
  app.error(async ({ error, body }: FailedEvent) => {
    const { code } = toAppError('original' in error ? error.original : error)
    log.error({ code, type: String(Reflect.get(body, 'type') ?? 'request'), err: error }, 'event not handled')
    throw error
  })
  return { app, socket, slackListener: httpReceiver?.requestListener }
}
