import type { FileUpload, Models } from '../../models/index.ts'
import type { FieldCatalogue } from '../../src/customers/fields/index.ts'
import type { SettingInForce } from '../../src/settings/index.ts'
import type { PersonRates } from '../../src/stores/index.ts'
import type { Reply } from './reply.ts'

/** A person's request, and its place. */
export interface PersonRequest {
  readonly team: string
  readonly channel: string
  readonly user: string
  /**
   * The channels that both the bot and the person are in, and the conversation of the request: the person
   * sees uploads of these only.
   */
  readonly channels: ReadonlySet<string>
  readonly now: Date
  /** Posts a progress reply before a slow reply. Never fails. */
  readonly post?: (reply: Reply) => Promise<void>
  /**
   * Opens a modal for the reply, with a submit button for a question. False if that is impossible, such as
   * for a click more than three seconds ago; then the reply itself is the question. Never fails.
   */
  readonly openWindow?: () => Promise<boolean>
}

/** A typed command. */
export interface CommandInput extends PersonRequest {
  /** The text after the command's name. */
  readonly text: string
}

/** A file for one person only. */
export interface PrivateFile {
  /** Its path on disk; it may be deleted after sending. */
  readonly path: string
  readonly name: string
  /** The text next to it. */
  readonly comment: string
  /** Numbers of the uploads whose customers are in it; absent if it can contain any customer. */
  readonly uploads?: readonly number[]
  /**
   * Checked after the file is stored: true if a person in it was forgotten since it was begun. Then it is not
   * sent.
   */
  readonly isOutdated: () => Promise<boolean>
}

/** A channel in a menu. */
interface NamedChannel {
  readonly id: string
  readonly name: string
}

/** The dependencies of commands. Contains no Slack code. */
export interface CommandDeps {
  readonly models: Models
  readonly catalogue: FieldCatalogue
  /** ISO 3166 region of phones without a country code. */
  readonly defaultRegion: string
  /** IANA name of the team's time zone, which defines its days. */
  readonly timeZone: string
  /** How a typed `3/4` is read. */
  readonly dateOrder: 'day_first' | 'month_first'
  /**
   * Sends a file to one person. Resolves with the reason if they cannot get it, or with `outdated`; absent
   * without Slack.
   * @throws AppError slack_unavailable
   */
  readonly sendPrivateFile?: (
    user: string,
    file: PrivateFile,
  ) => Promise<{ readonly refused?: string; readonly outdated?: true }>
  /** Slack ids of the people who may undo others' uploads, export, forget, and change others' choices. */
  readonly admins?: ReadonlySet<string>
  /**
   * The channels that a person and the bot share, sorted by name. Absent without Slack.
   * @throws AppError slack_unavailable, slack_refused
   */
  readonly listChannels?: (user: string) => Promise<readonly NamedChannel[]>
  /** Address of a message; absent or undefined if there is none. Never fails. */
  readonly linkToMessage?: (channel: string, ts: string) => Promise<string | undefined>
  /** The rate limits per person; absent: no limit. */
  readonly rates?: PersonRates
  /**
   * All names of each person in Slack, by id; absent: ids only.
   * @throws AppError slack_unavailable
   */
  readonly namesOf?: (users: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>
  /** True for a full member of the workspace, without the cache. @throws AppError slack_unavailable */
  readonly isMemberNow?: (user: string) => Promise<boolean>
  /**
   * Checks that the file of an upload can still be read. Absent without Slack.
   * @throws AppError file_deleted, slack_unavailable, …
   */
  readonly checkFile?: (upload: FileUpload) => Promise<void>
  /** Every setting with its value, for admins; no secrets. */
  readonly settings?: readonly SettingInForce[]
  /** Called after something other than a file was queued. */
  readonly onWorkQueued?: () => void
  /** Called after a held upload was answered: it is queued again, or discarded. */
  readonly onUploadAnswered?: (upload: FileUpload) => void
}

export interface CommandDefinition {
  /** With its slash, as typed. */
  readonly name: string
  readonly description: string
  /** Slack's hint while a person types. */
  readonly usageHint: string
  /** @throws driver errors */
  run(input: CommandInput, deps: CommandDeps): Promise<Reply>
}
