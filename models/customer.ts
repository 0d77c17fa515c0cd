import { type Connection, type Model, Schema, type Types } from 'mongoose'
import type { FieldValue } from '../src/customers/fields/index.ts'
import type { RecordKind } from './setting.ts'

/** Where a value came from: the upload and the line of its file. */
export interface UploadLine {
  upload: Types.ObjectId
  line: number
}

/**
 * One phone, one customer, unless the team chose otherwise (`setting.ts`). The catalogue's fields stand at the top level under their names, columns the catalogue does
 * not know under `attributes`. Other systems read this collection: names here are a contract.
 */
export interface Customer {
  _id: Types.ObjectId
  /** E.164, whatever a record is. */
  primary_phone: string
  /** Only where records are kept as written: the phone as typed, where that is not its E.164 form. */
  written_phone?: string
  attributes?: Record<string, FieldValue>
  /** When the upload that created the customer was shared. Never changes. */
  first_uploaded_at: Date
  first_upload: UploadLine
  /** When the latest upload that mentions the customer was shared. */
  updated_at: Date
  last_upload: UploadLine
  /** In how many uploads the customer was mentioned. */
  upload_count: number
  /** Fields of the catalogue (`full_name`, `loan_amount`, …). */
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
  // The catalogue decides the other fields, and a team can extend it: the schema does not list them again.
  { collection: 'customers', strict: false, versionKey: false, autoIndex: false, autoCreate: false },
)

/**
 * The rule "one record per …", by what a record is, and the only way customers are looked up or written. Which of them is
 * there the choice in force decides, so none is in the schema.
 */
export const CUSTOMER_INDEXES: Readonly<
  Record<RecordKind, { readonly name: string; readonly key: CustomerKey }>
> = {
  one_per_phone: { name: 'primary_phone', key: { primary_phone: 1 } },
  // A record is mentioned by one upload, so its first is its only one.
  one_per_upload: { name: 'phone_upload', key: { primary_phone: 1, 'first_upload.upload': 1 } },
  as_written: { name: 'phone_written', key: { primary_phone: 1, written_phone: 1 } },
}

/** While a switch is under way nothing is unique; records are found by phone all the same. */
export const SWITCHING_INDEX = { name: 'switching', key: { primary_phone: 1, _id: 1 } } as const

type CustomerKey = Readonly<Record<string, 1>>

export function createCustomerModel(connection: Connection): Model<Customer> {
  return connection.model<Customer>('Customer', schema)
}
