import { mongo } from 'mongoose'
import type { UploadRow } from '../../../models/index.ts'
import { type ReadRow, refuseRow } from '../../customers/fields/index.ts'

/** MongoDB's 16 MB minus space for record keeping and the rest of a statement. */
const MAX_DOCUMENT_BYTES = (16 * 1024 - 64) * 1024
/**
 * A row has at most 1,048,576 characters of three bytes each, and 500 columns with their names
 * (docs/csv-format.md).
 */
const MAX_ROW_BYTES = 3 * 1024 * 1024 + 256 * 1024

/** UTF-8 needs at most three bytes per character of a string. */
const MAX_CHARACTER_BYTES = 3
/** Bytes beside names and texts: a type, a length and an end, or a number, a date or an id. */
const ELEMENT_BYTES = 32

/** The most bytes that a document can take. Measuring exactly would cost an import 3 % of its time. */
export function boundBytes(document: object): number {
  let bytes = ELEMENT_BYTES
  // Not `Object.keys`: the lists would be garbage for every customer.
  for (const name in document) {
    bytes += name.length * MAX_CHARACTER_BYTES + ELEMENT_BYTES
    const value: unknown = (document as Record<string, unknown>)[name]
    if (typeof value === 'string') bytes += value.length * MAX_CHARACTER_BYTES
    else if (typeof value === 'object' && value !== null) bytes += boundObject(value)
  }
  return bytes
}

function boundObject(value: object): number {
  if (value instanceof Date || value instanceof mongo.ObjectId) return 0
  const prototype: unknown = Object.getPrototypeOf(value)
  if (Array.isArray(value) || prototype === Object.prototype) return boundBytes(value)
  return mongo.BSON.calculateObjectSize({ value })
}

/** Upper bound of a customer's size after the batch's rows so far. Measured only near the limit. */
export interface CustomerSize {
  bytes: number
}

/** True if one more row can make the customer, or the row's document, too large. */
export function isNearLimit({ bytes }: CustomerSize): boolean {
  // The row's document has the stored value, the new one, and the row's own.
  return bytes + 2 * MAX_ROW_BYTES > MAX_DOCUMENT_BYTES
}

/** Counts a row without measuring it. */
export function addLargestRow(size: CustomerSize): void {
  size.bytes += MAX_ROW_BYTES
}

/** @returns false if the database would reject one of the two documents */
export function measure(size: CustomerSize, customer: object, row: UploadRow): boolean {
  size.bytes = mongo.BSON.calculateObjectSize(customer)
  return size.bytes <= MAX_DOCUMENT_BYTES && mongo.BSON.calculateObjectSize(row) <= MAX_DOCUMENT_BYTES
}

/** A row that would make the customer, or its history, too large for the database. */
export function refuseLargeRow(row: ReadRow & { kind: 'customer' }): Extract<ReadRow, { kind: 'invalid' }> {
  return refuseRow(
    row,
    'customer_too_large',
    'With this row the customer would be larger than the 16 MB the database can store.',
  )
}
