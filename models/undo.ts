import type { Types } from 'mongoose'
import type { UploadLine } from './customer.ts'
import type { UndoOutcome } from './outcomes.ts'
import type { StoredChanges, WithoutValues } from './stored-values.ts'

/**
 * The request of an undo. It is an upload without a file: queued, claimed and resumed like other uploads,
 * with a receipt.
 */
export interface UndoOf {
  /** The upload to undo: an import or an earlier undo. */
  upload: Types.ObjectId
  number: number
  /** The file at the end of the chain of undos. */
  file: Types.ObjectId
  file_number: number
  /** The undo of a file takes it back, the undo of that undo puts it back, and so on. */
  action: 'take_back' | 'put_back'
  /** Not finished. Unique per file while true. */
  open: boolean
}

/** The undo that undid an upload. */
export interface UndoneBy {
  upload: Types.ObjectId
  number: number
}

/** The customer's own record keeping. A key absent here is absent in the document. */
export interface RecordKeeping {
  first_uploaded_at?: Date
  first_upload?: UploadLine
  updated_at?: Date
  last_upload?: UploadLine
  upload_count?: number
  /** `attributes` exists, also if empty. */
  has_attributes?: true
}

/**
 * Why a value was not undone: a later upload set it, something outside the bot changed it, the customer is
 * gone, or the retention policy deleted the value to restore.
 */
export type KeptReason = 'later_upload' | 'changed_elsewhere' | 'gone' | 'values_removed'

/**
 * Something an undo left unchanged, for the receipt. `line` is the file's line, `by` the number of the later
 * upload.
 */
export interface UndoKept {
  line: number
  /** Field paths; empty if the whole customer is meant. */
  fields: string[]
  why: KeptReason
  by?: number
}

/** What an undo did to one customer. Stored in `upload_rows` beside the rows of files. */
export interface UndoRow {
  _id: Types.ObjectId
  /** The undo's id. */
  upload: Types.ObjectId
  /** The first line of the file with the customer. */
  line: number
  outcome: UndoOutcome
  phone: string
  /** As in the file's row. */
  written?: string
  customer: Types.ObjectId
  changes?: StoredChanges
  /** Search words of restored values, if the retention policy may have deleted those of the file's rows. */
  search?: string[]
  kept?: Omit<UndoKept, 'line'>
  /** As in rows of files. */
  without_values?: WithoutValues
  /**
   * Null if there is no customer. A write is computed from these fields alone, so that it can be repeated.
   */
  before: RecordKeeping | null
  after: RecordKeeping | null
  shared_at: Date
}
