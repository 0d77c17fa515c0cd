import type { DeliveryOutcome, FrontLayer } from '../slack/index.ts'
import type { FileLateness, Mistake } from '../strict/index.ts'
import type { Aside } from './asides.ts'
import type { Answer } from './response-urls.ts'

/**
 * A Slack workspace without Slack: people share files, type commands and press buttons; the bot is told by signed
 * requests exactly as Slack tells it, and answers through the Web API of the emulated Slack.
 */
export interface Workspace extends WorkspaceViews {
  /** Where the emulated Slack answers; what a person sees in a browser is `dev/page`. */
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

  /** Tells the workspace where the bot listens, such as `http://127.0.0.1:3000/slack/events`. */
  connect(eventsUrl: string): void
  /** A person shares a file: a real upload, then the `file_shared` event. Resolves when the file is up. */
  share(person: string, channel: string, file: SharedFile, options?: ShareOptions): Promise<Share>
  /** A person puts a file into a window: it is in Slack, and in no channel. @returns its id */
  upload(person: string, file: SharedFile): Promise<string>
  /** A person shares a file that is in Slack already ("Share file"): the file keeps its owner. */
  forward(
    person: string,
    channel: string,
    fileId: string,
    options?: Pick<ShareOptions, 'announce'>,
  ): Promise<Share>
  /** Sends the event of a share (again). */
  announce(share: Share, retryNumber?: number): Promise<DeliveryOutcome>
  deleteFile(share: Share): Promise<void>
  /** A person writes something that is no command. */
  print(person: string, channel: string, text: string, options?: Pick<ShareOptions, 'thread'>): Promise<void>
  /** A person types a slash command. Resolves with what the bot answered, or with none after `timeoutMs`. */
  command(person: string, channel: string, text: string, options?: WaitOptions): Promise<CommandAnswers>
  /**
   * A person writes a message that mentions the bot (`@bot`), or writes to it in their own conversation. Resolves with
   * what the bot answers: to them alone in a channel, as a message in the conversation.
   */
  write(
    person: string,
    channel: string,
    text: string,
    options?: WaitOptions & { readonly thread?: string },
  ): Promise<CommandAnswers>
  /** A person presses a button, or picks from a menu, of a message or an answer. */
  act(person: string, channel: string, action: ActionInput, options?: WaitOptions): Promise<CommandAnswers>
  /** A person picks something from the menu of a message. */
  pickFromMenu(
    person: string,
    channel: string,
    callbackId: string,
    message: PickedMessage,
    options?: WaitOptions,
  ): Promise<CommandAnswers>
  /** Any other signed interactivity payload (a view submitted, a shortcut). */
  interact(payload: Readonly<Record<string, unknown>>): Promise<DeliveryOutcome>
  /** Any other signed event. */
  deliver(event: Readonly<Record<string, unknown>>): Promise<DeliveryOutcome>
  /** The conversation between a person and the bot. */
  openDirectMessage(person: string): Promise<string>

  /** Messages of a channel, oldest first; those in threads included. */
  messages(channel: string): Promise<Message[]>
  /** Replies under the message that shared the file. */
  thread(share: Share): Promise<Message[]>
  /** The bot's last word on a share. @throws Error when it does not come in time (60 s unless told) */
  waitForReceipt(share: Share, options?: WaitOptions): Promise<Message>
  /** The same, or the question the bot has before it can go on. */
  waitForReply(share: Share, options?: WaitOptions): Promise<Message>
  /** The file the bot adds to the thread of a share. @throws Error when it does not come in time */
  waitForFile(
    share: Share,
    options?: WaitOptions,
  ): Promise<{ readonly id: string; readonly name: string; readonly bytes: Buffer; readonly text: string }>
  /** What a file says; undefined where it was deleted. */
  readFile(id: string): Promise<string | undefined>
  readBytes(id: string): Promise<Buffer | undefined>
  /** What one person alone was told, in the order it was said. */
  readonly asides: readonly Aside[]
  /** What only one person was shown by `chat.postEphemeral`. */
  readonly ephemerals: readonly Aside[]
  /** Calls Slack never takes, by the arguments alone, and acknowledgements that came too late for it. */
  readonly mistakes: readonly Mistake[]
  /** How often each Web API method was called, and how often Slack asked to wait. */
  readonly callCounts: ReadonlyMap<string, { readonly calls: number; readonly limited: number }>
  /** Slack says of the bot's next uploads that it shares them, and never does. */
  forgetShares(count: number): void
  /** How many messages wait at Slack for their moment. */
  countScheduled(): number
  /** Puts something between the bot and Slack: delays, refusals, cut connections. */
  use(layer: FrontLayer): () => void
  stop(): Promise<void>
}

/** What people do outside of messages. */
export interface WorkspaceViews {
  /** The App Home as a person was shown it last. */
  home(person: string): ShownView | undefined
  /** A person opens the App Home. Resolves with what is shown, or undefined where nothing comes in time. */
  openHome(person: string, options?: WaitOptions): Promise<ShownView | undefined>
  /** A person presses something in the App Home or in a window. Resolves with the window that answers. */
  actInView(
    person: string,
    view: ShownView,
    action: ActionInput,
    options?: SubmitOptions & { readonly typed?: string | ViewState },
  ): Promise<ShownView | undefined>
  /** A person picks a shortcut from Slack's search field. Resolves with the window it opens. */
  openShortcut(person: string, callbackId: string, options?: WaitOptions): Promise<ShownView | undefined>
  /** A person types something into a window and sends it. Resolves with what the window then shows. */
  submit(
    person: string,
    view: ShownView,
    typed: string | ViewState,
    options?: SubmitOptions & {
      /** Ids of files that were uploaded for its fields for files. */
      readonly files?: readonly string[]
      readonly onAcknowledged?: (answer: SubmissionAnswer) => void
    },
  ): Promise<ShownView | undefined>
  /** What a window shows by now. */
  shownWindow(id: string): ShownView | undefined
  /** Windows a person was shown, oldest first, as they are by now. */
  windows(person: string): ShownView[]
  /** A person invites the bot to a channel. */
  inviteBot(person: string, channel: string): Promise<DeliveryOutcome>
  /** Tells the bot (again) that somebody came to a channel; the bot itself unless told. */
  announceJoined(channel: string, member?: string): Promise<DeliveryOutcome>
  leave(person: string, channel: string): Promise<void>
  /**
   * Somebody becomes a guest, leaves, comes back, … and the bot is told so.
   * @returns how the bot took the event; undefined where it is not told
   */
  changeRole(
    person: string,
    role: PersonRole,
    options?: { readonly announce?: boolean },
  ): Promise<DeliveryOutcome | undefined>
}

/** What a person is to the workspace. */
export type PersonRole =
  | 'member'
  | 'guest'
  | 'single_channel_guest'
  | 'deactivated'
  | 'stranger'
  | 'of_another_organisation'
  | 'bot'

/** What is in the fields of a view, by block and element, as Slack sends it. A text instead is put into every field. */
export type ViewState = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** How the bot acknowledged a window that was sent; without an action it closes. */
export interface SubmissionAnswer {
  readonly status: number | null
  readonly action?: string
  /** What is wrong, by block. */
  readonly errors?: Readonly<Record<string, string>>
}

/** An App Home, or a window. */
export interface ShownView {
  readonly id: string
  readonly type: 'home' | 'modal'
  readonly callbackId: string
  /** Of a window; an App Home has none. */
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
  /** When it was shared, as the event says it; now unless told. */
  readonly sharedAt?: Date
  readonly comment?: string
  /** `false`: the file is there, and nobody tells the bot (it was down, the event got lost). */
  readonly announce?: boolean
  /** Share inside the thread of this message. */
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
  /** What is picked from menus, by block and action; the others stay as they are shown. */
  readonly picks?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

export interface WaitOptions {
  readonly timeoutMs?: number
  /** The click was more than three seconds ago when the bot comes to it: no window can be opened. */
  readonly isLate?: boolean
}

export interface Message {
  readonly ts: string
  readonly user: string
  readonly text: string
  readonly thread_ts?: string
  /** Of a message that others reply to. */
  readonly reply_count?: number
  readonly blocks?: readonly unknown[]
  readonly files?: readonly { readonly id: string; readonly name: string }[]
  readonly reactions?: readonly { readonly name: string; readonly users: readonly string[] }[]
  readonly metadata?: { readonly event_type: string; readonly event_payload: Record<string, unknown> }
}

export interface CommandAnswers {
  /** Status with which the bot acknowledged. */
  readonly status: number | null
  /** Grows while the bot has more to say to the same. */
  readonly answers: readonly Answer[]
}

export interface ActionInput {
  readonly action: string
  /** What stands on it, for the page that shows the channel. */
  readonly label?: string
  readonly value: string
  readonly type?: 'button' | 'static_select' | 'plain_text_input'
  /** `ts` of the message the element stands in. */
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
  /** The team payloads name outside, as in Slack Connect and Grid; the bot's own unless told. */
  readonly payloadTeamId?: string
  /** How late Slack is with files; a little unless told. */
  readonly lateness?: Partial<FileLateness>
  /** `false`: Slack takes any number of calls. Only where how long something takes is measured, which then says so. */
  readonly rateLimits?: false
}
