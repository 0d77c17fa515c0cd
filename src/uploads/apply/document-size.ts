import { mongo } from 'mongoose'
import type { UploadRow } from '../../../models/index.ts'
import type { ReadRow } from '../../customers/fields/index.ts'

/** A document has 16 MB at most; the difference is for record keeping, and for what else is in a statement. */
const MAX_DOCUMENT_BYTES = (16 * 1024 - 64) * 1024
/** A row has 1,048,576 characters at most, of three bytes each, and 500 columns with their names (docs/csv-format.md). */
const MAX_ROW_BYTES = 3 * 1024 * 1024 + 256 * 1024

/** By document, as the bytes that were read say: counting them again would cost an import 3 % of its time. */
const known = new WeakMap<object, number>()

export function rememberBytes(document: object, bytes: number): void {
  known.set(document, bytes)
}

export function bytesOf(document: object): number {
  return known.get(document) ?? mongo.BSON.calculateObjectSize(document)
}

/** How large a customer is at most, as the rows of a batch so far leave it. Measured only near the limit. */
export interface CustomerSize {
  bytes: number
}

/** Whether one more row can make the customer, or the row's own document, too large. */
export function isNearLimit({ bytes }: CustomerSize): boolean {
  // The row's document has what was stored, what is stored now, and what the row says.
  return bytes + 2 * MAX_ROW_BYTES > MAX_DOCUMENT_BYTES
}

/** Counts a row without looking at it. */
export function addLargestRow(size: CustomerSize): void {
  size.bytes += MAX_ROW_BYTES
}

/** @returns false where the database would refuse one of the two documents */
export function measure(size: CustomerSize, customer: object, row: UploadRow): boolean {
  size.bytes = mongo.BSON.calculateObjectSize(customer)
  return size.bytes <= MAX_DOCUMENT_BYTES && mongo.BSON.calculateObjectSize(row) <= MAX_DOCUMENT_BYTES
}

/** A row with which the customer, or the history of it, would not fit into the database any more. */
export function refuseLargeRow({
  line,
  source,
}: ReadRow & { kind: 'customer' }): Extract<ReadRow, { kind: 'invalid' }> {
  return {
    kind: 'invalid',
    line,
    cells: source?.cells ?? [],
    problem: {
      line,
      column: source?.column ?? null,
      code: 'customer_too_large',
      message: 'With this row the customer would be larger than the 16 MB the database can store.',
    },
  }
}
