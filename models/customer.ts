import { type Connection, type Model, Schema, type Types } from 'mongoose'
import type { FieldValue } from '../src/customers/customer.ts'

/** Where a value came from: the upload and the line of its file. */
export interface UploadLine {
  upload: Types.ObjectId
  line: number
}

/**
 * One phone, one customer. The catalogue's fields stand at the top level under their names, columns the catalogue does
 * not know under `attributes`. Other systems read this collection: names here are a contract.
 */
export interface Customer {
  _id: Types.ObjectId
  /** E.164, unique. */
  primary_phone: string
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

// The rule "one phone, one customer", and the only way customers are looked up or written.
schema.index({ primary_phone: 1 }, { unique: true, name: 'primary_phone' })

export function createCustomerModel(connection: Connection): Model<Customer> {
  return connection.model<Customer>('Customer', schema)
}
