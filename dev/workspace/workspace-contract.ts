import type { DeliveryOutcome, FrontLayer } from '../slack/index.ts'
import type { FileLateness, Mistake } from '../strict/index.ts'
import type { Aside } from './asides.ts'
import type { Answer } from './response-urls.ts'

/**
 * A Slack workspace without Slack: people share files, type commands and press buttons. The bot gets signed
 * requests exactly like Slack's, and replies through the Web API of the emulated Slack.
 */
export interface Workspace extends WorkspaceViews {
  /** Address of the emulated Slack; `dev/page` serves the browser. */
  readonly url: string
  /** For SLACK_API_URL. */
  readonly apiUrl: string
  /** For SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET. */
  readonly token: string
  readonly signingSecret: string
  readonly teamId: string
  readonly botUserId: string
  /** Slack id of a person or channel by name. */
  userId(person: string): string
  channelId(channel: string): string
  personName(userId: string): string

  /** Sets the bot's address, such as `http://127.0.0.1:3000/slack/events`. */
  connect(eventsUrl: string): void
  /** A person shares a file: a real upload, then the `file_shared` event. Resolves after the upload. */
  share(person: string, channel: string, file: SharedFile, options?: ShareOptions): Promise<Share>
  /** A person submits a file in a modal: Slack has it, and no channel does. @returns its id */
  upload(person: string, file: SharedFile): Promise<string>
  /** A person shares an existing file ("Share file"): the file keeps its owner. */
  forward(
    person: string,
    channel: string,
    fileId: string,
    options?: Pick<ShareOptions, 'announce'>,
  ): Promise<Share>
  /** Sends the event of a share (again). */
  announce(share: Share, retryNumber?: number): Promise<DeliveryOutcome>
  deleteFile(share: Share): Promise<void>
  /** A person writes a message that is no command. */
  print(person: string, channel: string, text: string, options?: Pick<ShareOptions, 'thread'>): Promise<void>
  /** A person types a slash command. Resolves with the bot's replies, or without any after `timeoutMs`. */
  command(person: string, channel: string, text: string, options?: WaitOptions): Promise<CommandAnswers>
  /**
   * A person mentions the bot (`@bot`), or writes to it in direct messages. Resolves with the bot's reply:
   * ephemeral in a channel, a message in direct messages.
   */
  write(
    person: string,
    channel: string,
    text: string,
    options?: WaitOptions & { readonly thread?: string; readonly onPosted?: () => void },
  ): Promise<CommandAnswers>
  /** True if the bot is in a channel. */
  hasBot(channel: string): Promise<boolean>
  /** A person presses a button, or chooses from a menu, of a message or a reply. */
  act(person: string, channel: string, action: ActionInput, options?: WaitOptions): Promise<CommandAnswers>
  /** A person uses a message shortcut. */
  pickFromMenu(
    person: string,
    channel: string,
    callbackId: string,
    message: PickedMessage,
    options?: WaitOptions,
  ): Promise<CommandAnswers>
  /** Sends any other signed interactivity payload (a submitted view, a shortcut). */
  interact(payload: Readonly<Record<string, unknown>>): Promise<DeliveryOutcome>
  /** Sends any other signed event. */
  deliver(event: Readonly<Record<string, unknown>>): Promise<DeliveryOutcome>
  /** The direct messages of a person and the bot. */
  openDirectMessage(person: string): Promise<string>

  /** Messages of a channel, oldest first, including those in threads. */
  messages(channel: string): Promise<Message[]>
  /** Replies to the message that shared the file. */
  thread(share: Share): Promise<Message[]>
  /** The receipt or question of a share. @throws Error if it does not come in time (60 s by default) */
  waitForReceipt(share: Share, options?: WaitOptions): Promise<Message>
  /** The receipt, or a question before it. */
  waitForReply(share: Share, options?: WaitOptions): Promise<Message>
  /** The file that the bot adds to a share's thread. @throws Error if it does not come in time */
  waitForFile(
    share: Share,
    options?: WaitOptions,
  ): Promise<{ readonly id: string; readonly name: string; readonly bytes: Buffer; readonly text: string }>
  /** A file's content; undefined if it was deleted. */
  readFile(id: string): Promise<string | undefined>
  readBytes(id: string): Promise<Buffer | undefined>
  /** Ephemeral replies, in order. */
  readonly asides: readonly Aside[]
  /** Messages by `chat.postEphemeral`. */
  readonly ephemerals: readonly Aside[]
  /** Calls that Slack never accepts, by their arguments, and late acknowledgements. */
  readonly mistakes: readonly Mistake[]
  /** Calls and refusals per Web API method. */
  readonly callCounts: ReadonlyMap<string, { readonly calls: number; readonly limited: number }>
  /** Slack reports the bot's next uploads as shared, but never shares them. */
  forgetShares(count: number): void
  /** Number of scheduled messages. */
  countScheduled(): number
  /** Posts all scheduled messages, as if their time had come. */
  postScheduled(): Promise<void>
  /** Adds a layer between the bot and Slack: delays, refusals, cut connections. */
  use(layer: FrontLayer): () => void
  stop(): Promise<void>
}

/** What people do outside messages. */
export interface WorkspaceViews {
  /** The App Home last shown to a person. */
  home(person: string): ShownView | undefined
  /** A person opens the App Home. Resolves with its content, or undefined if none comes in time. */
  openHome(person: string, options?: WaitOptions): Promise<ShownView | undefined>
  /** A person presses a control in the App Home or a modal. Resolves with the modal of the reply. */
  actInView(
    person: string,
    view: ShownView,
    action: ActionInput,
    options?: SubmitOptions & { readonly typed?: string | ViewState },
  ): Promise<ShownView | undefined>
  /** A person uses a global shortcut. Resolves with the modal it opens. */
  openShortcut(person: string, callbackId: string, options?: WaitOptions): Promise<ShownView | undefined>
  /** A person fills a modal and submits it. Resolves with its next content. */
  submit(
    person: string,
    view: ShownView,
    typed: string | ViewState,
    options?: SubmitOptions & {
      /** Ids of files uploaded for its file fields. */
      readonly files?: readonly string[]
      readonly onAcknowledged?: (answer: SubmissionAnswer) => void
    },
  ): Promise<ShownView | undefined>
  /** The current content of a modal. */
  shownWindow(id: string): ShownView | undefined
  /** A person's modals, oldest first, with their current content. */
  windows(person: string): ShownView[]
  /** A person invites the bot to a channel. */
  inviteBot(person: string, channel: string): Promise<DeliveryOutcome>
  /** Reports (again) that somebody joined a channel; the bot itself by default. */
  announceJoined(channel: string, member?: string): Promise<DeliveryOutcome>
  /** A person leaves a channel. @returns the bot's answer to the event; undefined if it is not sent */
  leave(
    person: string,
    channel: string,
    options?: { readonly announce?: boolean },
  ): Promise<DeliveryOutcome | undefined>
  /**
   * A person becomes a guest, leaves, returns, …, and the bot gets the event.
   * @returns the bot's answer to the event; undefined if it is not sent
   */
  changeRole(
    person: string,
    role: PersonRole,
    options?: { readonly announce?: boolean },
  ): Promise<DeliveryOutcome | undefined>
}

/** A person's role in the workspace. */
export type PersonRole =
  | 'member'
  | 'guest'
  | 'single_channel_guest'
  | 'deactivated'
  | 'stranger'
  | 'of_another_organisation'
  | 'bot'

/** The fields of a view, by block and element, in Slack's form. A text is put into every field. */
export type ViewState = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** The bot's acknowledgement of a submitted modal; without an action it closes. */
export interface SubmissionAnswer {
  readonly status: number | null
  readonly action?: string
  /** Errors by block. */
  readonly errors?: Readonly<Record<string, string>>
}

/** An App Home, or a modal. */
export interface ShownView {
  readonly id: string
  readonly type: 'home' | 'modal'
  readonly callbackId: string
  /** For a modal; absent for an App Home. */
  readonly title?: string
  /** Labels of its last two buttons. */
  readonly submit?: string
  readonly close?: string
  readonly blocks: readonly unknown[]
}

export interface SharedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

export interface ShareOptions {
  /** Share time in the event; now by default. */
  readonly sharedAt?: Date
  readonly comment?: string
  /**
   * `false`: the file is shared without an event (the bot was down, the event was lost). `answered`: the bot has
   * answered the event before the share resolves.
   */
  readonly announce?: boolean | 'answered'
  /** Shares inside this message's thread. */
  readonly thread?: string
}

export interface Share {
  readonly fileId: string
  readonly channel: string
  readonly user: string
  /** `ts` of the message that shared the file. */
  readonly ts: string
  readonly sharedAt: Date
}

export interface SubmitOptions extends WaitOptions {
  /** Choices in menus, by block and action; other menus keep their values. */
  readonly picks?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

export interface WaitOptions {
  readonly timeoutMs?: number
  /** The click is older than three seconds when the bot handles it: no modal can open. */
  readonly isLate?: boolean
}

export interface Message {
  readonly ts: string
  readonly user: string
  readonly text: string
  readonly thread_ts?: string
  /** For a message with replies. */
  readonly reply_count?: number
  readonly blocks?: readonly unknown[]
  readonly files?: readonly { readonly id: string; readonly name: string }[]
  readonly reactions?: readonly { readonly name: string; readonly users: readonly string[] }[]
  readonly metadata?: { readonly event_type: string; readonly event_payload: Record<string, unknown> }
}

export interface CommandAnswers {
  /** Status of the bot's acknowledgement. */
  readonly status: number | null
  /** Grows while the bot sends more replies. */
  readonly answers: readonly Answer[]
}

export interface ActionInput {
  readonly action: string
  /** Its label, for the page that shows the channel. */
  readonly label?: string
  readonly value: string
  readonly type?: 'button' | 'static_select' | 'plain_text_input'
  /** `ts` of the element's message. */
  readonly message?: string
}

export interface PickedMessage {
  readonly ts: string
  readonly user?: string
  readonly files: readonly { readonly id: string; readonly name: string; readonly mode?: string }[]
}

export interface WorkspaceOptions {
  readonly people?: readonly { readonly name: string; readonly realName: string }[]
  readonly channels?: readonly string[]
  readonly otherChannels?: readonly string[]
  readonly port?: number
  readonly eventRetryDelaysMs?: readonly number[]
  /** The team in payloads, as in Slack Connect and Grid; the bot's own by default. */
  readonly payloadTeamId?: string
  /** Delays of Slack's file handling; short by default. */
  readonly lateness?: Partial<FileLateness>
  /** `false`: no rate limits. Only for measuring durations, which must report it. */
  readonly rateLimits?: false
}
