import type { FileUpload, Models } from '../../models/index.ts'
import type { FieldCatalogue } from '../../src/customers/fields/index.ts'
import type { SettingInForce } from '../../src/settings-in-force.ts'
import type { PersonRates } from '../../src/stores/index.ts'
import type { Reply } from './reply.ts'

/** What a person typed, and where. */
export interface CommandInput {
  /** Everything behind the command's name. */
  readonly text: string
  readonly team: string
  readonly channel: string
  readonly user: string
  /** Channels in which both the bot and the person are, and the conversation they ask in: they see uploads of these alone. */
  readonly channels: ReadonlySet<string>
  readonly now: Date
  /** Says something before the answer, where that takes a while. Never fails: what counts is the answer. */
  readonly post?: (reply: Reply) => Promise<void>
  /** As in `ActionInput`. */
  readonly openWindow?: () => Promise<boolean>
}

/** A file for one person alone. */
export interface PrivateFile {
  /** Where it is on disk; it may be removed once it is handed over. */
  readonly path: string
  readonly name: string
  /** Said beside it. */
  readonly comment: string
  /** Numbers of the uploads whose customers are in it; absent where it can be anybody. */
  readonly uploads?: readonly number[]
  /** Asked once the file is remembered: whether somebody in it was forgotten since it was begun. Then nobody gets it. */
  readonly isOutdated: () => Promise<boolean>
}

/** A channel as a menu offers it. */
export interface NamedChannel {
  readonly id: string
  readonly name: string
}

/** What commands work with. No Slack in it. */
export interface CommandDeps {
  readonly models: Models
  readonly catalogue: FieldCatalogue
  /** ISO 3166 region of a phone number that names none. */
  readonly defaultRegion: string
  /** IANA name of the team's time zone: where its days begin and end. */
  readonly timeZone: string
  /** How a typed `3/4` is read. */
  readonly dateOrder: 'day_first' | 'month_first'
  /**
   * Hands a file to one person alone. Resolves with the reason where they cannot get one, or with `outdated`; absent where
   * there is nobody to hand it to.
   * @throws AppError slack_unavailable
   */
  readonly sendPrivateFile?: (
    user: string,
    file: PrivateFile,
  ) => Promise<{ readonly refused?: string; readonly outdated?: true }>
  /** Slack ids of those who may undo what others uploaded, export, forget, and change what others chose. */
  readonly admins?: ReadonlySet<string>
  /**
   * The channels that a person and the bot are in, with their names, by name. Absent where there is no Slack.
   * @throws AppError slack_unavailable, slack_refused
   */
  readonly listChannels?: (user: string) => Promise<readonly NamedChannel[]>
  /** Address of a message; absent or undefined where there is none to be had. Never fails. */
  readonly linkToMessage?: (channel: string, ts: string) => Promise<string | undefined>
  /** How often one person may ask; nobody counts where absent. */
  readonly rates?: PersonRates
  /**
   * What people are called in Slack, all names of each, by their ids; ids alone where absent.
   * @throws AppError slack_unavailable
   */
  readonly namesOf?: (users: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>
  /** Whether somebody is a full member of the workspace, with Slack asked anew. @throws AppError slack_unavailable */
  readonly isMemberNow?: (user: string) => Promise<boolean>
  /**
   * Makes sure that the file of an upload can still be read. Absent where there is no Slack.
   * @throws AppError file_deleted, slack_unavailable, …
   */
  readonly checkFile?: (upload: FileUpload) => Promise<void>
  /** Every setting with what holds, for admins to read: no secret among them. */
  readonly settings?: readonly SettingInForce[]
  /** Something was queued that is not a file: there is work. */
  readonly onWorkQueued?: () => void
  /** A held upload has its answer: it is queued again, or left out. */
  readonly onUploadAnswered?: (upload: FileUpload) => void
}

export interface CommandDefinition {
  /** With its slash, as people type it. */
  readonly name: string
  readonly description: string
  /** What Slack shows behind the name while somebody types. */
  readonly usageHint: string
  /** @throws AppError database_unavailable, database_failed */
  run(input: CommandInput, deps: CommandDeps): Promise<Reply>
}
