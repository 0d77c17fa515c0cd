import type { Types } from 'mongoose'
import type { UploadLine } from './customer.ts'
import type { UndoOutcome } from './outcomes.ts'
import type { StoredChanges, WithoutValues } from './stored-values.ts'

/** What an undo is about. It is an upload without a file: queued, claimed, resumed and told of like the others. */
export interface UndoOf {
  /** What is undone: a file, or an earlier undo. */
  upload: Types.ObjectId
  number: number
  /** The file it comes down to in the end. */
  file: Types.ObjectId
  file_number: number
  /** An undo of a file takes it back, an undo of that undo puts it back, and so on. */
  action: 'take_back' | 'put_back'
  /** Not finished yet. Unique per file while true. */
  open: boolean
}

/** The undo that an upload was undone by. */
export interface UndoneBy {
  upload: Types.ObjectId
  number: number
}

/** The customer's own record keeping; a key that is absent is absent in the document. */
export interface RecordKeeping {
  first_uploaded_at?: Date
  first_upload?: UploadLine
  updated_at?: Date
  last_upload?: UploadLine
  upload_count?: number
  /** Whether `attributes` is there at all, be it empty. */
  has_attributes?: true
}

/**
 * Why something was left alone: a later upload says so, something outside the bot does, nobody is there any more, or
 * what it would get back was removed because of its age.
 */
export type KeptReason = 'later_upload' | 'changed_elsewhere' | 'gone' | 'values_removed'

/** Something that was left alone, for the receipt; `line` is that of the file, `by` the number of the later upload. */
export interface UndoKept {
  line: number
  /** Paths of fields; empty where it is the customer as such. */
  fields: string[]
  why: KeptReason
  by?: number
}

/** What an undo did to one customer, in `upload_rows` beside the rows of files. */
export interface UndoRow {
  _id: Types.ObjectId
  /** The undo. */
  upload: Types.ObjectId
  /** The line of the file in which the customer came first. */
  line: number
  outcome: UndoOutcome
  phone: string
  /** As in the row of the file. */
  written?: string
  customer: Types.ObjectId
  changes?: StoredChanges
  kept?: Omit<UndoKept, 'line'>
  /** As in the rows of files. */
  without_values?: WithoutValues
  /** Null where there is no customer. A write is made from these alone, so that it can be repeated. */
  before: RecordKeeping | null
  after: RecordKeeping | null
  shared_at: Date
}
