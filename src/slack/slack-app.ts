import type { ActionDefinition } from '../../commands/actions/index.ts'
import type { DigestPlace } from '../../commands/digest/index.ts'
import type { ShortcutDefinition } from '../../commands/home/index.ts'
import type { CommandDefinition, CommandDeps } from '../../commands/index.ts'
import {
  createAuditTrail,
  createGreetingStore,
  createMemberStore,
  createQuestionStore,
  createSentAnswerStore,
  rememberSentFile,
} from '../stores/index.ts'
import { type FileSource, type Log, runAbout, type UploadListener } from '../uploads/lease/index.ts'
import type { UploadQueue } from '../uploads/worker/index.ts'
import {
  type AuthorizeDeps,
  createChannelMembership,
  createChannelRule,
  createChannels,
  createMembers,
  createMessageLinks,
  type Identity,
  identify,
  linkToMessage,
} from './access/index.ts'
import {
  createFileDeleter,
  createPrivateFileSender,
  createShareLister,
  createSlackFileSource,
  type ShareLister,
  type Upload,
} from './files/index.ts'
import {
  type ChannelDeps,
  createBackgroundWork,
  createShareIntake,
  registerChannel,
  registerHome,
} from './listeners/index.ts'
import {
  createDigestPoster,
  createGreeter,
  createHomePublisher,
  createMessageDeleter,
  createPeopleNames,
  createReplySender,
  MAX_AHEAD_POSTED,
} from './messages/index.ts'
import {
  createBoltApp,
  createBoltLogger,
  createHttpServer,
  createWebClient,
  type HealthReport,
  type OnCallFailed,
  type ProxySettings,
  type RenderMetrics,
  toSocketError,
} from './transport/index.ts'
import { createUploadReplies } from './upload-replies.ts'
import { createWindows } from './windows/index.ts'

interface SlackSettings {
  readonly botToken: string
  /** Set: Socket Mode. Unset: HTTP with signatures verified by `signingSecret`. */
  readonly appToken: string | undefined
  readonly signingSecret: string | undefined
  readonly port: number
  /** The address to listen on; all by default. */
  readonly host?: string | undefined
  /** Another address of the Web API, for development; its host may then serve files too. */
  readonly apiUrl: string | undefined
  /** Set: all outgoing requests use it. */
  readonly proxy?: ProxySettings | undefined
}

interface SlackAppDeps {
  readonly config: SlackSettings
  readonly limits: { readonly maxBytes: number }
  /** The only channels the bot works in; undefined: all it is invited to. */
  readonly channels?: ReadonlySet<string> | undefined
  /** False: no reactions on messages that share files. */
  readonly reactions?: boolean
  /** Milliseconds Slack may take to show the share of a file. */
  readonly shareMs?: number
  /** Apps whose files are imported. */
  readonly botSharers?: ReadonlySet<string> | undefined
  readonly log: Log
  readonly models: CommandDeps['models']
  readonly queue: Pick<UploadQueue, 'queueSlackShare' | 'learnShare' | 'countAheadOfNew'>
  readonly commands: readonly CommandDefinition[]
  readonly actions: readonly ActionDefinition[]
  readonly shortcuts?: readonly ShortcutDefinition[]
  readonly commandDeps: CommandDeps
  /** Called after a share was stored. */
  readonly onShareQueued: () => void
  /** The default date order: a CSV of failed rows states when its own differs. */
  readonly dateOrder?: 'day_first' | 'month_first'
  readonly isDatabaseReady: () => boolean | Promise<boolean>
  /** True if uploads run or could run; true by default. */
  readonly isQueueWorking?: () => boolean
  /** False if only a restart helps. */
  readonly isAlive?: () => Promise<boolean>
  readonly onInvited?: ChannelDeps['onInvited']
  /** Called after the connection to Slack was interrupted (Socket Mode): shares may have been missed. */
  readonly onReconnected?: () => void
  readonly onCallFailed?: OnCallFailed
  /** The text of `/metrics`; absent without metrics. */
  readonly renderMetrics?: RenderMetrics
}

export interface SlackApp {
  /**
   * Identifies the bot at Slack, then listens. Resolves with the port. @throws AppError slack_refused,
   * slack_unavailable
   */
  start(): Promise<number>
  /** Accepts nothing new, and waits for running commands. */
  stop(): Promise<void>
  /** Shares that no event reported, for the job that looks for them. */
  readonly shareLister: ShareLister
  /** Where digests are posted. */
  readonly digests: DigestPlace
  readonly teamId: () => string
  /** Finishes interrupted greetings. @throws AppError slack_unavailable; driver errors */
  greetRest(): Promise<void>
  /** Retries reactions that Slack rejected. @throws driver errors */
  reactRest(): Promise<void>
  health(): Promise<HealthReport>
  readonly source: FileSource
  readonly listener: UploadListener
  /** Deletes a file of the bot; false if Slack refuses. @throws AppError slack_unavailable */
  readonly deleteFile: (fileId: string) => Promise<boolean>
  /** Updates the message of a held upload after its answer. */
  readonly deleteMessage: (channel: string, ts: string) => Promise<boolean>
  showAnswered(upload: Upload): void
}

/** Creates and wires everything that uses Slack; starts nothing and sends nothing. */
export function createSlackApp(deps: SlackAppDeps): SlackApp {
  const { config, log, models, queue, shareMs } = deps
  const logger = createBoltLogger(log)
  const newClient = () => createWebClient(config.botToken, config.apiUrl, logger, deps.onCallFailed)
  const client = newClient()
  const deleteMessage = createMessageDeleter(client)
  const background = createBackgroundWork(log)
  const inBackground = background.run
  let identity: Identity | undefined
  const botUserId = () => identity?.botUserId
  // The bot serves one team. Payloads of Slack Connect and Grid channels can name another.
  const teamId = () => identity?.teamId ?? ''
  const people = createMemberStore({ models })
  const memberStore = createMembers({
    client,
    home: () => identity,
    store: people,
    botSharers: deps.botSharers,
  })

  const sender = createReplySender(log)
  const memberChannels = createChannels(client, deps.channels, people)
  const channelRule = createChannelRule(createChannelMembership(client), memberChannels, deps.channels)
  const { listener, reactions } = createUploadReplies({
    client,
    models,
    apiUrl: config.apiUrl,
    botUserId,
    sender,
    channelRule,
    queue,
    catalogue: deps.commandDeps.catalogue,
    dateOrder: deps.dateOrder ?? 'day_first',
    hasReactions: deps.reactions ?? true,
    shareMs,
    inBackground,
    log,
  })
  const source = createSlackFileSource({
    client,
    token: config.botToken,
    apiUrl: config.apiUrl,
    maxBytes: deps.limits.maxBytes,
    ...(shareMs !== undefined && { pauseMs: shareMs }),
    botUserId,
    members: memberStore,
    linkToMessage: (...message) => linkToMessage(identity?.url, ...message),
    channelRule,
    onCallFailed: deps.onCallFailed,
  })
  const intake = createShareIntake({
    queue,
    client,
    botUserId,
    log,
    onShareQueued(upload) {
      deps.onShareQueued()
      inBackground('queue place not posted', () => runAbout(upload, () => postPlace(upload)), {
        upload: upload.number,
      })
    },
  })
  const sendPrivateFile = createPrivateFileSender(
    client,
    config.apiUrl,
    (file) => rememberSentFile(models, file),
    shareMs,
  )
  const commandDeps: CommandDeps = {
    ...deps.commandDeps,
    linkToMessage: createMessageLinks(client),
    listChannels: (user) => memberChannels.namedWith(user),
    checkFile: async (upload) => await source.check?.(upload),
    // Writing a file can take minutes: the person may be a guest by now.
    isMemberNow: (user) => memberStore.isMemberNow(user),
    namesOf: createPeopleNames(client),
    sendPrivateFile: async (user, file) =>
      (await memberStore.isMemberNow(user))
        ? await sendPrivateFile(user, file)
        : { refused: 'you are no longer a member' },
  }
  const audit = createAuditTrail({ models })
  const authorizeDeps: AuthorizeDeps = {
    commandDeps,
    channelRule,
    members: memberStore,
    audit,
    botUserId,
    teamId,
    sender,
    log,
  }
  // A separate client: a modal must open within three seconds.
  const windows = createWindows(newClient(), sender)
  const greeter = createGreeter({
    client,
    apiUrl: config.apiUrl,
    botUserId,
    store: createGreetingStore({ models }),
    channels: deps.channels,
  })

  const { app, socket, slackListener } = createBoltApp({
    ...config,
    identity: () => identity,
    onReconnected: () => deps.onReconnected?.(),
    onCallFailed: deps.onCallFailed,
    log,
  })
  const server = createHttpServer({
    port: config.port,
    host: config.host,
    health,
    isAlive: deps.isAlive,
    metrics: deps.renderMetrics,
    slackListener,
    log,
  })

  const home = createHomePublisher({
    ...authorizeDeps,
    client,
    channels: memberChannels,
    inBackground: (work) => inBackground('App Home not shown', work),
  })
  const viewDeps = {
    ...authorizeDeps,
    client,
    actions: deps.actions,
    questions: createQuestionStore({ models }),
    channels: memberChannels,
    windows,
    home,
  }

  const { commands, shortcuts = [], onInvited } = deps
  const sentAnswers = createSentAnswerStore({ models })
  const inChannels = { commands, shortcuts, intake, greeter, onInvited, sentAnswers, deleteMessage }
  registerChannel(app, { ...viewDeps, ...inChannels }, inBackground)
  registerHome(app, viewDeps, inBackground)

  /** Files run in share order; the person sees how many are before theirs. */
  async function postPlace(upload: Upload): Promise<void> {
    if (upload.source.kind !== 'slack') return
    const { channel } = upload.source
    const inChannel = await queue.countAheadOfNew(upload, { channel, limit: MAX_AHEAD_POSTED + 1 })
    // Without reactions every place is posted.
    if (inChannel > MAX_AHEAD_POSTED && reactions.areOn()) return await listener.queuedFarBehind(upload)
    const ahead = await queue.countAheadOfNew(upload)
    if (ahead > 0) await listener.queued(upload, ahead, inChannel)
  }

  async function health(): Promise<HealthReport> {
    const parts = {
      database: await deps.isDatabaseReady(),
      slack: identity !== undefined && (socket === undefined || socket.isConnected()),
      queue: deps.isQueueWorking?.() ?? true,
    }
    return { ready: Object.values(parts).every(Boolean), parts }
  }

  return {
    shareLister: createShareLister({ client, botUserId }),
    digests: createDigestPoster(client, sender),
    teamId,
    greetRest: () => greeter.greetRest(),
    reactRest: () => reactions.showRest(),
    health,
    source,
    listener,
    deleteFile: createFileDeleter(client),
    deleteMessage,
    showAnswered: (upload) =>
      inBackground('answer not shown', () => runAbout(upload, () => listener.answered(upload)), {
        upload: upload.number,
      }),
    async start() {
      identity = await identify(client)
      const port = await server.start()
      try {
        await socket?.receiver.start()
      } catch (error) {
        await server.stop()
        throw toSocketError(error)
      }
      log.info({ port, mode: socket ? 'socket' : 'http' }, 'listening to Slack')
      return port
    },
    async stop() {
      home.stop()
      await socket?.receiver.stop()
      await server.stop()
      await intake.stop()
      await background.idle()
    },
  }
}
