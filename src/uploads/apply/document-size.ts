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

/** By document, from the bytes as read: counting again would cost an import 3 % of its time. */
const known = new WeakMap<object, number>()

export function rememberBytes(document: object, bytes: number): void {
  known.set(document, bytes)
}

export function bytesOf(document: object): number {
  return known.get(document) ?? mongo.BSON.calculateObjectSize(document)
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
