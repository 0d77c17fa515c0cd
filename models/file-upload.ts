import { type Connection, type Model, Schema, type Types } from 'mongoose'
import type {
  AssignedColumn,
  FieldRule,
  FieldValue,
  HeaderMapping,
  IdentityReading,
} from '../src/customers/fields/index.ts'
import type { ErrorCode } from '../src/errors.ts'
import type { Forget, ForgetCounts } from './forget.ts'
import type {
  SameFile,
  SecondPhones,
  SharedPhones,
  UploadCollisions,
  UploadHold,
  UploadPreview,
} from './hold.ts'
import type { UndoCounts, UploadCounts } from './outcomes.ts'
import type { SwitchCounts, SwitchOf, SwitchProgress } from './record-switch.ts'
import type { RecordChoice } from './setting.ts'
import type { UndoKept, UndoneBy, UndoOf } from './undo.ts'

const UPLOAD_STATUSES = ['queued', 'running', 'held', 'done', 'failed', 'undone'] as const
export type UploadStatus = (typeof UPLOAD_STATUSES)[number]

export interface SlackSource {
  kind: 'slack'
  team: string
  channel: string
  user: string
  file_id: string
  /** Address of the file, in uploads of older versions. Never shown: a link to a file can share it again. */
  permalink?: string
  /** Address of the message that shared it, once Slack has told us about the file. */
  message_link?: string
  /** `ts` of the message that shared the file: replies go there. */
  thread?: string
  /** The file came through a window: it is in Slack, and no message shares it. */
  unshared?: true
  /** Of an unused file that came through a window: whether Slack deleted it. */
  file_deleted?: boolean
}

export interface CliSource {
  kind: 'cli'
  /** Machine the path is on. */
  host: string
  path: string
  user: string
  /** The column said to hold the phones, by header or by position from 1. */
  phone_column?: string
  /** The encoding said to be the file's: an iconv-lite name. */
  encoding?: string
  /** The sheet said to hold the list, by its name or by the place of its tab from 1. */
  sheet?: string
  /** What single columns were said to be for. */
  columns?: CliColumn[]
  /** Whoever named the file wants it imported also where it looks like the wrong one. */
  anyway?: true
}

export type UploadSource = SlackSource | CliSource

export interface UploadFile {
  name: string
  bytes?: number
  sha256?: string
  /** Of a text file. */
  encoding?: string
  delimiter?: string
  /** Of a workbook: the sheet that is imported, and no other. */
  sheet?: UploadSheet
  /** Line ends of a text file. */
  lines?: number
  header?: string[]
  /** Same for files with the same headings, whatever version of the program reads them; absent where there are none. */
  headings?: string
  mapping?: HeaderMapping
  /** How an earlier file with these headings was read, where this file has no row that would tell the difference. */
  earlier_reading?: EarlierReading
  /** Which column a person said holds the phones, where that was needed. */
  phone_column?: ChosenColumn
  /** What a person said single columns are for, where they did. */
  columns?: ChosenColumns
  /** First cells of the columns, for the person who corrects them; absent in uploads of older versions. */
  sample?: ColumnSample[]
  /** The encoding a person chose, where the bytes prove none. */
  chosen_encoding?: ChosenEncoding
}

/** An encoding somebody chose, for this file or for an earlier one of the same sender with the same header. */
export interface ChosenEncoding {
  /** iconv-lite name. */
  name: string
  by: string
  at: Date
  /** The upload it was chosen for, where it was another one. */
  upload?: number
}

/** Columns somebody chose, for this file or for an earlier one with the same header. */
export interface ChosenColumns {
  columns: AssignedColumn[]
  by: string
  at: Date
  /** The upload they were chosen for, where it was another one. */
  upload?: number
}

/** The first cells of a column that hold something. */
export interface ColumnSample {
  index: number
  cells: { line: number; text: string }[]
}

/** A column as it was named on the command line: by its heading, or by its position from 1. */
export interface CliColumn {
  heading: string
  target?: 'phone' | 'field' | 'attribute' | 'ignored'
  /** Of the target `field`. */
  field?: string
  rule?: FieldRule
}

/** How an upload read its phones and their countries. */
export interface EarlierReading extends IdentityReading {
  upload: number
}

/** A column somebody chose, for this file or for an earlier one with the same header. */
export interface ChosenColumn {
  /** As written in the file; empty where it has none. */
  header: string
  /** Position from 0. */
  index: number
  by: string
  at: Date
  /** The upload it was chosen for, where it was another one. */
  upload?: number
  /** Where a whole reading was chosen: all its columns, and the region if the readings differed in it. */
  reading?: ChosenReading
}

export type ChosenReading = Pick<IdentityReading, 'phones' | 'regions' | 'labels'> &
  Partial<Pick<IdentityReading, 'region'>>

/** A sheet of a workbook. */
export interface UploadSheet {
  name: string
  /** The place of its tab, from 1, hidden ones counted. */
  position: number
  /** Names of other sheets with rows. */
  left_out?: string[]
  /** Where a person had to choose. */
  chosen?: { by: string; at: Date; upload?: number }
}

/** What a held upload waits for: somebody in its channel has to say which reading of its bytes is the right one. */
export interface EncodingQuestion {
  kind: 'encoding'
  /**
   * The likeliest readings. `header` is the iconv-lite name of the encoding, `examples` are `lines` as it reads them; they go when
   * the answer comes.
   */
  candidates: { index: number; header: string; examples: string[] }[]
  /** Numbers of the lines shown. */
  lines: number[]
  /** Same for files of the same sender with the same headings; absent where there are none. */
  fingerprint?: string
  answer?: { index: number; by: string; at: Date }
}

/** What a held upload waits for: somebody in its channel has to say which sheet of the workbook is the list. */
export interface SheetQuestion {
  kind: 'sheet'
  /** Sheets with rows, that shown first by Excel first. `index` is the place of the tab, from 1. */
  candidates: { index: number; header: string; examples: string[] }[]
  /** Same for workbooks with the same sheets and headings. */
  fingerprint: string
  answer?: { index: number; by: string; at: Date }
}

/**
 * What a held upload waits for: files with its headings were read with another phone column or country before, and
 * somebody in its channel has to say which reading is right.
 */
export interface ReadingQuestion {
  kind: 'reading'
  candidates: ReadingCandidate[]
  /** Lines the examples are of. */
  lines: number[]
  /** Rows of the beginning that customers were looked for by. */
  rows: number
  /** Number of the upload that was read the earlier way. */
  before: number
  /** Same for files with the same header; absent where there is none. */
  fingerprint?: string
  answer?: { index: number; by: string; at: Date }
}

/** One of two readings of a file. */
export interface ReadingCandidate {
  /** 0 as before, 1 as this version reads the file. */
  index: number
  /** The heading of its first phone column. */
  header: string
  /** The phone of each line, empty where it gives none. They go when the answer comes. */
  examples: string[]
  reading: IdentityReading
  /** Customers that are stored under the phones of these rows. */
  known: number
}

/** What a held upload waits for: somebody in its channel has to say which column holds the phones. */
export interface PhoneColumnQuestion {
  kind: 'phone_column'
  /** Columns that hold something, the likeliest first. The examples go when the answer comes. */
  candidates: { index: number; header: string; examples: string[] }[]
  /** The file has no header: its first line is a row. */
  is_headerless: boolean
  /** No cell of the first rows is a phone. */
  is_phoneless: boolean
  /** Same for files with the same header; absent where there is none. */
  fingerprint?: string
  /** Columns of different phones, in quotes, that their headings do not tell apart. */
  equal?: string[]
  /** The column somebody chose for such a file in another channel, by its position. */
  suggested?: Omit<ChosenColumn, 'header' | 'reading'>
  /** The column an earlier file with these headings was read with. */
  before?: { index: number; upload: number }
  answer?: { index: number; by: string; at: Date }
}

/** The file of failed rows handed back in the thread: sent once, however often the receipt is. */
export interface FailedRowsFile {
  /** Slack's id of it, known before it is sent. */
  file_id?: string
  /** `ts` of the message it came with. */
  message?: string
  sent_at?: Date
  /** Why Slack did not take it: it is not tried again. */
  refused?: string
  /** Somebody in it was forgotten: it was deleted, and is not sent again. */
  withdrawn?: true
}

/** In how many customers that had been there before an upload it did what to one field. */
export interface FieldSummary {
  readonly path: string
  /** Had a value and has another. */
  readonly changed: number
  /** Had none and has one. */
  readonly added: number
  /** Had one and has none. */
  readonly cleared: number
  /** Values that became others, the first of the file; long ones are cut. */
  readonly examples: readonly FieldExample[]
}

export interface FieldExample {
  readonly line: number
  readonly from: FieldValue | null
  readonly to: FieldValue | null
}

/** Who works on the upload, and until when others keep their hands off. */
export interface UploadLease {
  /** Always `customers` while running. Unique among running uploads: one at a time per customer collection. */
  lane: 'customers'
  /** Random per run: a worker whose token is no longer here has lost the upload. */
  token: string
  expires_at: Date
}

/** Rows up to and including `line` are in the database, and these are their outcomes. */
export interface UploadCheckpoint {
  line: number
  counts: UploadCounts
  /** Of a switch, which goes through the customers by phone. */
  switched?: SwitchProgress
}

/** How far the values of old rows are removed: those up to and including `line`, all with `done_at`. */
export interface UploadRetention {
  began_at: Date
  line: number
  claim?: { token: string; expires_at: Date }
  done_at?: Date
}

/** The answer in the thread: the message that shows progress and becomes the receipt. */
export interface UploadReceipt {
  /** Still to be said. */
  due: boolean
  /** `ts` of the message. */
  message?: string
  /** Which last word `message` says, so that the same one is edited and another becomes a message of its own. */
  word?: string
  /** `ts` of the message before `message`: only a line that points down is left of it. */
  older?: string
  /** Until when a process says what is due, and others keep their hands off. */
  claimed_until?: Date
  /** Who makes the message, and until when that counts. */
  posting_by?: string
  posting_until?: Date
  posted_at?: Date
  /** Reactions of the bot that may be on the message that shares the file. */
  reactions?: string[]
  /** The one that is known to be there. */
  reaction?: string
  /** Slack did not take it: to be tried again. */
  reaction_due?: true
}

/** What an upload does. Everything that goes through the queue is an upload, also where it has no file. */
export const UPLOAD_KINDS = ['import', 'undo', 'forget', 'switch'] as const
export type UploadKind = (typeof UPLOAD_KINDS)[number]

/** The fields an upload of any kind may have. */
interface UploadOfAnyKind {
  _id: Types.ObjectId
  kind: UploadKind
  /** The `#42` people say. */
  number: number
  status: UploadStatus
  source: UploadSource
  file: UploadFile
  counts?: UploadCounts
  /** What it changed, most changes first: kept, so that nobody waits while a million rows are gone through. */
  changed_fields?: FieldSummary[]
  /** Customers who were there before and have another value after its last row; absent in older uploads. */
  changed_customers?: number
  /** Sentences about choices made while reading (which phone column, how dates were read). */
  notes?: string[]
  problem?: { code: ErrorCode; message: string; next: string }
  /** Somebody wants it stopped: whoever works on it ends it. */
  cancelled?: { by: string; at: Date }
  /** Kept with its answer once that was given. */
  question?: PhoneColumnQuestion | SheetQuestion | EncodingQuestion | ReadingQuestion
  failed_rows?: FailedRowsFile
  /** Somebody wants to see what the file would do before it does it. */
  preview_wanted?: boolean
  /** Only the sender of the file sees it, in their conversation with the bot; unused until then, it is removed. */
  private_until?: Date
  preview?: UploadPreview
  /** Kept with its answer once that was given. */
  hold?: UploadHold
  same_as?: SameFile
  collisions?: UploadCollisions
  shared_phones?: SharedPhones
  /** Rows that are customers of their own, though another customer has their phone as a second one. */
  second_phones?: SecondPhones
  /** Rows that went to the customer who has their phone as a second one. */
  matched_phones?: SecondPhones
  /** MATCH_OTHER_PHONES as it was when the first row was applied; absent: off. */
  match_other_phones?: boolean
  /** Only while `undone`. */
  undone_by?: UndoneBy
  /** What a record was when it was applied; absent as long as nobody ever switched. */
  records?: RecordChoice
  /** The values of its rows are being removed, or were: it can no longer be undone. */
  retention?: UploadRetention
  lease?: UploadLease
  checkpoint?: UploadCheckpoint
  /** How often a run began: more than a few without progress means the file, not the world, is the trouble. */
  attempts: number
  shared_at: Date
  /** Channel, file and `ts` of the message that shares it, once known: no two uploads are of one message. */
  message?: string
  started_at?: Date
  finished_at?: Date
  receipt: UploadReceipt
}

/** One share of one file. */
export interface ImportUpload extends UploadOfAnyKind {
  kind: 'import'
  reread_of?: RereadOf
}

/** A file is read again, with other columns, after its earlier upload was undone. */
export interface RereadOf {
  upload: Types.ObjectId
  number: number
  /** The undo of that upload. One undo leads to one upload at most. */
  undo: Types.ObjectId
  /** Number of the share among shares of the same moment: that of the first upload of the file. */
  place: number
}

/** Undoes an import, or an earlier undo. It has no file, and counts of its own. */
export interface UndoUpload extends UploadOfAnyKind {
  kind: 'undo'
  undo_of: UndoOf
  /** How the file is read again once it is undone. */
  reread?: ChosenColumns
  undo_counts?: UndoCounts
  /** The first few customers of which something was left alone; all are in the rows of the undo. */
  undo_kept?: UndoKept[]
}

/** Erases a person. It has no file. */
export interface ForgetUpload extends UploadOfAnyKind {
  kind: 'forget'
  forget: Forget
  forget_counts?: ForgetCounts
}

/** Switches what a record is. It has no file. */
export interface SwitchUpload extends UploadOfAnyKind {
  kind: 'switch'
  switch_of: SwitchOf
  switch_counts?: SwitchCounts
}

/**
 * A document of `file_uploads`. Code that differs by kind is a `switch` without a default, or a `Record<UploadKind, …>`:
 * then a new kind does not compile until every such place handles it.
 */
export type FileUpload = ImportUpload | UndoUpload | ForgetUpload | SwitchUpload

const uploadLease = new Schema<UploadLease>({ lane: String, token: String, expires_at: Date }, { _id: false })

const schema = new Schema<FileUpload>(
  {
    kind: { type: String, enum: UPLOAD_KINDS, required: true },
    number: { type: Number, required: true },
    status: { type: String, enum: UPLOAD_STATUSES, required: true },
    source: { type: Schema.Types.Mixed, required: true },
    file: { type: Schema.Types.Mixed, required: true },
    counts: { type: Schema.Types.Mixed },
    changed_fields: { type: Schema.Types.Mixed },
    changed_customers: { type: Number },
    notes: { type: [String], default: undefined },
    problem: { type: Schema.Types.Mixed },
    cancelled: { type: Schema.Types.Mixed },
    question: { type: Schema.Types.Mixed },
    failed_rows: { type: Schema.Types.Mixed },
    preview_wanted: { type: Boolean },
    private_until: { type: Date },
    preview: { type: Schema.Types.Mixed },
    hold: { type: Schema.Types.Mixed },
    same_as: { type: Schema.Types.Mixed },
    collisions: { type: Schema.Types.Mixed },
    shared_phones: { type: Schema.Types.Mixed },
    second_phones: { type: Schema.Types.Mixed },
    matched_phones: { type: Schema.Types.Mixed },
    match_other_phones: { type: Boolean },
    undo_of: { type: Schema.Types.Mixed },
    reread: { type: Schema.Types.Mixed },
    reread_of: { type: Schema.Types.Mixed },
    undo_counts: { type: Schema.Types.Mixed },
    undo_kept: { type: Schema.Types.Mixed },
    undone_by: { type: Schema.Types.Mixed },
    forget: { type: Schema.Types.Mixed },
    forget_counts: { type: Schema.Types.Mixed },
    switch_of: { type: Schema.Types.Mixed },
    switch_counts: { type: Schema.Types.Mixed },
    records: { type: Schema.Types.Mixed },
    retention: { type: Schema.Types.Mixed },
    lease: { type: uploadLease },
    checkpoint: { type: Schema.Types.Mixed },
    attempts: { type: Number, required: true, default: 0 },
    shared_at: { type: Date, required: true },
    message: { type: String },
    started_at: { type: Date },
    finished_at: { type: Date },
    receipt: { type: Schema.Types.Mixed, required: true },
  },
  { collection: 'file_uploads', versionKey: false, minimize: false, autoIndex: false, autoCreate: false },
)

schema.index({ number: 1 }, { unique: true, name: 'number' })
// Slack delivers an event more than once: the same share is one document. A file that is read again after an undo is one
// more, at the place of its share.
schema.index(
  { 'source.file_id': 1, 'source.channel': 1, shared_at: 1, 'reread_of.undo': 1 },
  { unique: true, partialFilterExpression: { 'source.kind': 'slack' }, name: 'share' },
)
// An event does not name the message: once that is known, it is of one upload, whatever moments were told of it.
schema.index(
  { message: 1 },
  { unique: true, partialFilterExpression: { message: { $exists: true } }, name: 'one_per_message' },
)
// The queue (oldest share first), and the list of recent uploads.
// Lists end their sort with the number: an index without it would be sorted anew at each look.
schema.index({ status: 1, shared_at: 1, number: 1 }, { name: 'queue' })
schema.index({ shared_at: -1, number: -1 }, { name: 'recent' })
// What was written since a moment.
schema.index({ finished_at: 1 }, { name: 'finished' })
schema.index({ 'source.user': 1, shared_at: -1, number: -1 }, { name: 'recent_by_user' })
// What some channels were told: the App Home.
schema.index({ 'source.channel': 1, shared_at: -1, number: -1 }, { name: 'recent_by_channel' })
// Receipts that still have to be posted: a handful at most.
schema.index(
  { 'receipt.due': 1, shared_at: 1 },
  { partialFilterExpression: { 'receipt.due': true }, name: 'receipt_due' },
)
// Reactions that still have to be shown: a handful at most.
schema.index(
  { 'receipt.reaction_due': 1 },
  { partialFilterExpression: { 'receipt.reaction_due': true }, name: 'reaction_due' },
)
// Files that one person alone sees: a handful at most.
schema.index(
  { private_until: 1 },
  { partialFilterExpression: { private_until: { $exists: true } }, name: 'private_files' },
)
// Whether a file came before.
schema.index(
  { 'file.sha256': 1, shared_at: -1 },
  { partialFilterExpression: { 'file.sha256': { $exists: true } }, name: 'same_file' },
)
// How files with the same headings were read before.
schema.index(
  { 'file.headings': 1, shared_at: -1 },
  { partialFilterExpression: { 'file.headings': { $exists: true } }, name: 'same_headings' },
)
// One open undo per file, and all undos there ever were: a handful.
schema.index(
  { 'undo_of.file': 1 },
  { unique: true, partialFilterExpression: { 'undo_of.open': true }, name: 'open_undo' },
)
schema.index(
  { 'undo_of.upload': 1 },
  { partialFilterExpression: { 'undo_of.upload': { $exists: true } }, name: 'undos' },
)
// One switch at a time, found at each look at the queue.
schema.index(
  { 'switch_of.open': 1 },
  { unique: true, partialFilterExpression: { 'switch_of.open': true }, name: 'open_switch' },
)
// One running upload per customer collection, held by the database and not by good manners.
schema.index(
  { 'lease.lane': 1 },
  { unique: true, partialFilterExpression: { status: 'running' }, name: 'one_running' },
)

export function createFileUploadModel(connection: Connection): Model<FileUpload> {
  return connection.model<FileUpload>('FileUpload', schema)
}
