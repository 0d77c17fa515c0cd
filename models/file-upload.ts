import { type Connection, type Model, Schema, type Types } from 'mongoose'
import type { FieldValue } from '../src/customers/fields/index.ts'
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
import type {
  EncodingQuestion,
  PhoneColumnQuestion,
  ReadingQuestion,
  SheetQuestion,
} from './upload-question.ts'
import type { ChosenColumns, UploadFile, UploadSource } from './upload-source.ts'

const UPLOAD_STATUSES = ['queued', 'running', 'held', 'done', 'failed', 'undone'] as const
export type UploadStatus = (typeof UPLOAD_STATUSES)[number]

/** The CSV of failed rows posted in the thread. It is sent once, however often the receipt is posted. */
export interface FailedRowsFile {
  /** Slack's file id, known before the file is sent. */
  file_id?: string
  /** `ts` of the message that carries it. */
  message?: string
  sent_at?: Date
  /** Why Slack rejected it; it is not sent again. */
  refused?: string
  /** A person in it was forgotten: it was deleted and is not sent again. */
  withdrawn?: true
}

/** What an upload did to one field, in numbers of customers that existed before the upload. */
export interface FieldSummary {
  readonly path: string
  /** The field had a value and has another. */
  readonly changed: number
  /** The field had no value and has one. */
  readonly added: number
  /** The field had a value and has none. */
  readonly cleared: number
  /** The file's first changed values; long ones are cut. */
  readonly examples: readonly FieldExample[]
}

interface FieldExample {
  readonly line: number
  readonly from: FieldValue | null
  readonly to: FieldValue | null
}

/** The run that works on the upload, and when its lease expires. */
interface UploadLease {
  /**
   * Always `customers` while running. Unique among running uploads: one upload runs at a time per customer
   * collection.
   */
  lane: 'customers'
  /** Random per run. A run whose token is no longer stored has lost the lease. */
  token: string
  expires_at: Date
}

/** Rows up to and including `line` are applied; the counts are their outcomes. */
export interface UploadCheckpoint {
  line: number
  counts: UploadCounts
  /** For a switch, which processes customers by phone. */
  switched?: SwitchProgress
}

/**
 * Progress of the retention policy: the values of rows up to and including `line` are deleted; all are with
 * `done_at`.
 */
interface UploadRetention {
  began_at: Date
  line: number
  claim?: { token: string; expires_at: Date }
  done_at?: Date
}

/** The reply in the thread: a message that shows progress and becomes the receipt. */
interface UploadReceipt {
  /** The receipt has to be posted or updated. */
  due: boolean
  /** `ts` of the message. */
  message?: string
  /** The state `message` shows. The same state is edited in place; another state becomes a new message. */
  word?: string
  /** `ts` of the message before `message`; it holds only a line that points to the newer one. */
  older?: string
  /** When the claim of the process that posts the receipt expires. */
  claimed_until?: Date
  /** Token of the process that creates the message, and when it expires. */
  posting_by?: string
  posting_until?: Date
  /** Token of the process that edits the message with progress, and when that edit is over. */
  editing_by?: string
  editing_until?: Date
  posted_at?: Date
  /** The bot's reactions that may be on the message that shares the file. */
  reactions?: string[]
  /** The reaction known to be there. */
  reaction?: string
  /** Slack rejected the reaction; it will be retried. */
  reaction_due?: true
}

/** What an upload does. Everything in the queue is an upload, also without a file. */
const UPLOAD_KINDS = ['import', 'undo', 'forget', 'switch'] as const
export type UploadKind = (typeof UPLOAD_KINDS)[number]

/** Fields of every upload kind. */
interface UploadOfAnyKind {
  _id: Types.ObjectId
  kind: UploadKind
  /** The number people see: `#42`. */
  number: number
  status: UploadStatus
  source: UploadSource
  file: UploadFile
  counts?: UploadCounts
  /**
   * What the upload changed, most changes first. Stored so that nobody waits while its rows are read again.
   */
  changed_fields?: FieldSummary[]
  /** Customers that existed before and have another value after the last row; absent in older uploads. */
  changed_customers?: number
  /** Sentences about choices made while reading, such as the phone column or the date order. */
  notes?: string[]
  problem?: { code: ErrorCode; message: string; next: string }
  /** A person asked to stop the upload; the run that holds its lease ends it. */
  cancelled?: { by: string; at: Date }
  /** Kept with its answer. */
  question?: PhoneColumnQuestion | SheetQuestion | EncodingQuestion | ReadingQuestion
  failed_rows?: FailedRowsFile
  /** A person asked for a preview. */
  preview_wanted?: boolean
  /**
   * Only the sender sees the file, in their direct messages with the bot. If unused, it is deleted at this
   * time.
   */
  private_until?: Date
  preview?: UploadPreview
  /** Kept with its answer. */
  hold?: UploadHold
  same_as?: SameFile
  collisions?: UploadCollisions
  shared_phones?: SharedPhones
  /** Rows that became their own customers, although another customer has their phone as a second one. */
  second_phones?: SecondPhones
  /** Rows matched to a customer by a second phone. */
  matched_phones?: SecondPhones
  /** The value of MATCH_OTHER_PHONES when the first row was applied; absent: off. */
  match_other_phones?: boolean
  /** Only while the status is `undone`. */
  undone_by?: UndoneBy
  /** The record kind the upload was applied with; absent if nobody ever switched. */
  records?: RecordChoice
  /** The retention policy deletes or has deleted the values of its rows; it can't be undone. */
  retention?: UploadRetention
  lease?: UploadLease
  checkpoint?: UploadCheckpoint
  /** Number of runs since the last progress. More than a few mean that the file causes the failure. */
  attempts: number
  shared_at: Date
  /** Channel, file and `ts` of the message that shares it, once known. Unique: a message has one upload. */
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

/** A file is read again after its earlier upload was undone. */
interface RereadOf {
  upload: Types.ObjectId
  number: number
  /** The undo of that upload. An undo leads to at most one such upload. */
  undo: Types.ObjectId
  /** Position among shares of the same time: the number of the file's first upload. */
  place: number
}

/** The bot itself undoes an import that an earlier version began, and reads its file again. */
export interface Restart {
  /** A person must look at the new reading: the earlier one was approved, or a choice does not fit it. */
  preview_wanted?: true
  /** The targets a person chose for single columns, at their places in the new reading. */
  columns?: ChosenColumns
  /** Number of rows of forgotten people that the file still has. */
  forgotten?: number
}

/** Undoes an import or an earlier undo. Has no file, and counts of its own. */
export interface UndoUpload extends UploadOfAnyKind {
  kind: 'undo'
  undo_of: UndoOf
  /** How the file is read again after the undo. */
  reread?: ChosenColumns
  /** With `reread`: the bot itself undoes an import that it cannot continue, and reads its file again. */
  restart?: Restart
  undo_counts?: UndoCounts
  /** The first few customers with something not undone; the rows of the undo hold all of them. */
  undo_kept?: UndoKept[]
}

/** Erases a person. Has no file. */
export interface ForgetUpload extends UploadOfAnyKind {
  kind: 'forget'
  forget: Forget
  forget_counts?: ForgetCounts
}

/** Switches the record kind. Has no file. */
export interface SwitchUpload extends UploadOfAnyKind {
  kind: 'switch'
  switch_of: SwitchOf
  switch_counts?: SwitchCounts
}

/**
 * A document of `file_uploads`. Code that differs by kind is a `switch` without a default, or a
 * `Record<UploadKind, …>`. A new kind then does not compile until each place handles it.
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
    restart: { type: Schema.Types.Mixed },
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
// Slack delivers events more than once: one share is one document. A file read again after an undo is another
// document with the same `place`.
schema.index(
  { 'source.file_id': 1, 'source.channel': 1, shared_at: 1, 'reread_of.undo': 1 },
  { unique: true, partialFilterExpression: { 'source.kind': 'slack' }, name: 'share' },
)
// A share's event does not name its message. Once the message is known, one upload has it, whatever share
// times were reported.
schema.index(
  { message: 1 },
  { unique: true, partialFilterExpression: { message: { $exists: true } }, name: 'one_per_message' },
)
// The queue (oldest share first) and the list of recent uploads. Lists sort by number last; without it in the
// index each read would sort again.
schema.index({ status: 1, shared_at: 1, number: 1 }, { name: 'queue' })
schema.index({ shared_at: -1, number: -1 }, { name: 'recent' })
// Uploads finished since a time.
schema.index({ finished_at: 1 }, { name: 'finished' })
schema.index({ 'source.user': 1, shared_at: -1, number: -1 }, { name: 'recent_by_user' })
// Uploads of some channels, for the App Home.
schema.index({ 'source.channel': 1, shared_at: -1, number: -1 }, { name: 'recent_by_channel' })
// Receipts to post: a handful at most.
schema.index(
  { 'receipt.due': 1, shared_at: 1 },
  { partialFilterExpression: { 'receipt.due': true }, name: 'receipt_due' },
)
// Reactions to add: a handful at most.
schema.index(
  { 'receipt.reaction_due': 1 },
  { partialFilterExpression: { 'receipt.reaction_due': true }, name: 'reaction_due' },
)
// Uploads only their sender sees: a handful at most.
schema.index(
  { private_until: 1 },
  { partialFilterExpression: { private_until: { $exists: true } }, name: 'private_files' },
)
// Earlier uploads of the same bytes.
schema.index(
  { 'file.sha256': 1, shared_at: -1 },
  { partialFilterExpression: { 'file.sha256': { $exists: true } }, name: 'same_file' },
)
// Earlier readings of files with the same headings.
schema.index(
  { 'file.headings': 1, shared_at: -1 },
  { partialFilterExpression: { 'file.headings': { $exists: true } }, name: 'same_headings' },
)
// One open undo per file, and all undos: a handful.
schema.index(
  { 'undo_of.file': 1 },
  { unique: true, partialFilterExpression: { 'undo_of.open': true }, name: 'open_undo' },
)
schema.index(
  { 'undo_of.upload': 1 },
  { partialFilterExpression: { 'undo_of.upload': { $exists: true } }, name: 'undos' },
)
// Forgotten people: a handful. Each answer of the bot counts them, to notice one that is forgotten meanwhile.
schema.index({ kind: 1 }, { partialFilterExpression: { kind: 'forget' }, name: 'forgets' })
// One open switch, looked up each time the queue is read.
schema.index(
  { 'switch_of.open': 1 },
  { unique: true, partialFilterExpression: { 'switch_of.open': true }, name: 'open_switch' },
)
// One running upload per customer collection. The database enforces it.
schema.index(
  { 'lease.lane': 1 },
  { unique: true, partialFilterExpression: { status: 'running' }, name: 'one_running' },
)

export function createFileUploadModel(connection: Connection): Model<FileUpload> {
  return connection.model<FileUpload>('FileUpload', schema)
}
