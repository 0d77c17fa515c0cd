import { type Connection, type Model, Schema, type Types } from 'mongoose'
import type { FieldValue } from '../src/customers/fields/index.ts'
import type { RecordKind } from './setting.ts'

/** The source of a value: the upload and the line in its file. */
export interface UploadLine {
  upload: Types.ObjectId
  line: number
}

/**
 * A customer: one per phone by default, see `setting.ts`. Catalogue fields are stored at the top level under
 * their names, other columns under `attributes`. Other systems read this collection: its names are a
 * contract.
 */
export interface Customer {
  _id: Types.ObjectId
  /** E.164, for every record kind. */
  primary_phone: string
  /** The phone as typed, if it is not E.164. Only with the record kind `as_written`. */
  written_phone?: string
  attributes?: Record<string, FieldValue>
  /** Share time of the upload that created the customer. Never changes. */
  first_uploaded_at: Date
  first_upload: UploadLine
  /** Share time of the latest upload that mentions the customer. */
  updated_at: Date
  last_upload: UploadLine
  /** Number of uploads that mention the customer. */
  upload_count: number
  /** Catalogue fields (`full_name`, `loan_amount`, …). */
  [field: string]: unknown
}

const uploadLine = new Schema<UploadLine>(
  { upload: { type: Schema.Types.ObjectId, required: true }, line: { type: Number, required: true } },
  { _id: false },
)

const schema = new Schema<Customer>(
  {
    primary_phone: { type: String, required: true },
    written_phone: { type: String },
    attributes: { type: Schema.Types.Mixed },
    first_uploaded_at: { type: Date, required: true },
    first_upload: { type: uploadLine, required: true },
    updated_at: { type: Date, required: true },
    last_upload: { type: uploadLine, required: true },
    upload_count: { type: Number, required: true },
  },
  // The catalogue defines the other fields, and a team can extend it, so the schema does not repeat them.
  { collection: 'customers', strict: false, versionKey: false, autoIndex: false, autoCreate: false },
)

/**
 * The unique index of each record kind, and the only way customers are looked up or written. The record kind
 * in force decides which one exists, so the schema holds none.
 */
export const CUSTOMER_INDEXES: Readonly<
  Record<RecordKind, { readonly name: string; readonly key: CustomerKey }>
> = {
  one_per_phone: { name: 'primary_phone', key: { primary_phone: 1 } },
  // With this kind one upload mentions a record, so its first upload is its only one.
  one_per_upload: { name: 'phone_upload', key: { primary_phone: 1, 'first_upload.upload': 1 } },
  as_written: { name: 'phone_written', key: { primary_phone: 1, written_phone: 1 } },
}

/** During a switch no index is unique; records are still found by phone. */
export const SWITCHING_INDEX = { name: 'switching', key: { primary_phone: 1, _id: 1 } } as const

type CustomerKey = Readonly<Record<string, 1>>

export function createCustomerModel(connection: Connection): Model<Customer> {
  return connection.model<Customer>('Customer', schema)
}
