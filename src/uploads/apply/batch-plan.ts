import type { mongo } from 'mongoose'
import type { Customer, FileUpload, UploadLine, UploadRow } from '../../../models/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'
import type { LatePlace } from '../history/index.ts'
import type { LineWords } from '../search-blocks/index.ts'

/** What a batch will do, computed before any write. */
export interface BatchPlan {
  /** One per row of the file, in order; rows recorded by an earlier run stay as recorded. */
  readonly rows: readonly UploadRow[]
  /** The shared search words of rows planned now. Recorded rows have theirs stored. */
  readonly shared: readonly LineWords[]
  /** One per touched customer that is not up to date yet. */
  readonly writes: readonly CustomerWrite[]
  /** Customers that an earlier try has written. */
  readonly done: readonly WrittenCustomer[]
  /**
   * Every phone of the touched customers, before and after the batch. Empty unless rows match second phones.
   */
  readonly phones: ReadonlySet<string>
}

/** A customer that was already written by this line of this upload, or by a later line. */
export interface WrittenCustomer {
  readonly id: mongo.ObjectId
  readonly phone: string
  readonly lastUpload: UploadLine
}

export interface CustomerWrite {
  readonly phone: string
  readonly written?: string | undefined
  /** The customer's record key. */
  readonly key: string
  /**
   * `create`: no customer had the phone. `change`: values change. `touch`: only the record keeping changes.
   */
  readonly kind: 'create' | 'change' | 'touch'
  readonly id: mongo.ObjectId
  /** The last upload the plan is based on. The write is refused if the customer has another one. */
  readonly basedOn: UploadLine | undefined
  /** By path; null removes the field. */
  readonly values: Readonly<Record<string, FieldValue | null>>
  readonly updatedAt: Date
  readonly lastUpload: UploadLine
  readonly uploadCount: number
  /** Set if the customer has none yet. */
  readonly firstUpload: UploadLine | undefined
}

/** What later shares have set in a record; it stands. */
export interface NewerStatement {
  readonly paths: ReadonlySet<string>
  /** Second phones by which their rows matched the record. */
  readonly phones: ReadonlySet<string>
  /** Paths that later shares set but that an earlier share may still change; `paths` leaves these out. */
  readonly places: ReadonlyMap<string, LatePlace>
}

/** By record key. */
export type NewerPaths = ReadonlyMap<string, NewerStatement>

/** What a plan is based on, beside the rows. */
export interface KnownCustomers {
  /**
   * Customers stored under the batch's phones, by record key, and those who have such a phone as a second
   * one.
   */
  readonly customers: ReadonlyMap<string, Customer>
  /** Second phones of so many customers that not all of them were read. */
  readonly crowded: ReadonlySet<string>
}

/** Customers that were read for some phones just before an import. */
export interface CustomersRead {
  readonly phones: ReadonlySet<string>
  readonly found: KnownCustomers
}

/** What a plan needs of its upload. */
export type UploadKey = Pick<
  FileUpload,
  '_id' | 'number' | 'shared_at' | 'records' | 'match_other_phones'
> & {
  readonly file?: Pick<FileUpload['file'], 'mapping'>
}
