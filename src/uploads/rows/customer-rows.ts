import { setImmediate as nextTurn } from 'node:timers/promises'
import { mongo } from 'mongoose'
import type { Models, UploadRow } from '../../../models/index.ts'
import { createDocumentDecoder } from '../../raw-documents/index.ts'

/** The fields of a stored row that identify its customer. */
interface Owned {
  readonly phone?: string
  readonly customer_phone?: string
  readonly written?: string
}

/**
 * A row from its customer's view: `phone` is the customer's. If the row's own phone differs, it is in
 * `second_phone`, and the row's typed form is dropped.
 */
export type CustomerRow<T extends Owned> = Omit<T, 'phone' | 'customer_phone'> & {
  readonly phone: string
  readonly second_phone?: string
}

/** The phone of the customer of a row. */
export function customerPhoneOf({ customer_phone, phone }: Owned): string | undefined {
  return customer_phone ?? phone
}

/** @param row a row with a phone */
export function asCustomerRow<T extends Owned>(row: T): CustomerRow<T> {
  // Most rows are of this kind; a copy would cost a fifth of what decoding costs.
  if (row.customer_phone === undefined && row.phone !== undefined) return row as T & { phone: string }
  const { phone = '', customer_phone, ...rest } = row
  if (customer_phone === undefined) return { ...rest, phone }
  const { written: _, ...others } = rest
  return { ...(others as typeof rest), phone: customer_phone, second_phone: phone }
}

/** Rows per server answer; the default first page is 100. */
const FETCH_SIZE = 2_000
/** Rows decoded before other tasks get a turn: some milliseconds. */
const TURN_ROWS = 250

interface RowSearch {
  readonly filter?: Readonly<Record<string, unknown>>
  readonly projection?: Readonly<Record<string, 0 | 1>>
}

/**
 * Two conditions that together match every row of the customers of some phones: rows with the phone that went
 * to no other customer, and rows matched by a second phone. Each has its own index. The second is empty at
 * once unless MATCH_OTHER_PHONES was ever on.
 *
 * `$exists` repeats the condition of the partial index: without it, the embedded engine scans the whole
 * collection for more than about a hundred phones (docs/performance.md).
 */
export function customerRowFilters(phones: readonly string[]) {
  const wanted = { $in: [...new Set(phones)] }
  return [
    { phone: wanted, customer_phone: { $exists: false } },
    { customer_phone: { ...wanted, $exists: true } },
  ] as const
}

/**
 * Streams every row of the customers of some phones.
 * @param search a projection must include `phone` and `customer_phone`
 */
export async function* readCustomerRows<T extends Owned = UploadRow>(
  { uploadRows }: Pick<Models, 'uploadRows'>,
  phones: readonly string[],
  { filter = {}, projection }: RowSearch = {},
): AsyncGenerator<CustomerRow<T>> {
  if (phones.length === 0) return
  for (const condition of customerRowFilters(phones)) {
    // As bytes: the driver takes four times as long if it decodes each document (docs/performance.md).
    const found = uploadRows.collection.find<Uint8Array>(
      { ...filter, ...condition },
      { batchSize: FETCH_SIZE, raw: true, ...(projection && { projection }) },
    )
    for await (const bytes of found) yield asCustomerRow(mongo.BSON.deserialize(bytes) as T)
  }
}

/** Reads every row of the customers of some phones. */
export async function findCustomerRows<T extends Owned = UploadRow>(
  models: Pick<Models, 'uploadRows'>,
  phones: readonly string[],
  search: RowSearch = {},
): Promise<CustomerRow<T>[]> {
  const found = await findRowBytes(models, phones, search)
  return await decodeInTurns(found, (bytes) => asCustomerRow(mongo.BSON.deserialize(bytes) as T))
}

/** The same rows, packed. */
export async function findPackedRows(
  models: Pick<Models, 'uploadRows'>,
  phones: readonly string[],
  search: RowSearch = {},
): Promise<PackedRow[]> {
  return await decodeInTurns(await findRowBytes(models, phones, search), readPackedRow)
}

/** Customers can have hundreds of rows, so their number has no limit. */
async function decodeInTurns<Row>(
  found: readonly Uint8Array[],
  decode: (bytes: Uint8Array) => Row,
): Promise<Row[]> {
  const rows: Row[] = []
  for (const bytes of found) {
    if (rows.length % TURN_ROWS === TURN_ROWS - 1) await nextTurn()
    rows.push(decode(bytes))
  }
  return rows
}

async function findRowBytes(
  { uploadRows }: Pick<Models, 'uploadRows'>,
  phones: readonly string[],
  { filter = {}, projection }: RowSearch = {},
): Promise<Uint8Array[]> {
  if (phones.length === 0) return []
  const answers = customerRowFilters(phones).map((condition) =>
    uploadRows.collection
      .find<Uint8Array>(
        { ...filter, ...condition },
        { batchSize: FETCH_SIZE, raw: true, ...(projection && { projection }) },
      )
      .toArray(),
  )
  return (await Promise.all(answers)).flat()
}

/** Decoders of a row's documents, each of which has its fields in an order of its own. */
const DECODERS = {
  before: createDocumentDecoder<unknown>(),
  changes: createDocumentDecoder<unknown>(),
  values: createDocumentDecoder<unknown>(),
  found: createDocumentDecoder<unknown>(),
  without_values: createDocumentDecoder<unknown>(),
}

const DECODERS_BY_NAME = Object.entries(DECODERS)

/**
 * A stored row whose documents are still bytes of BSON. Of rows that wait until their customer is planned,
 * the decoded documents were most of the garbage that survived (docs/performance.md).
 */
export type PackedRow = Omit<CustomerRow<UploadRow>, keyof typeof DECODERS>

export function readPackedRow(bytes: Uint8Array): PackedRow {
  return asCustomerRow(mongo.BSON.deserialize(bytes, { raw: true }) as UploadRow)
}

export function unpackRow(row: PackedRow): CustomerRow<UploadRow> {
  const unpacked: mongo.Document = { ...row }
  for (const [name, decode] of DECODERS_BY_NAME) {
    const value: unknown = unpacked[name]
    if (value instanceof Uint8Array) unpacked[name] = decode(value)
  }
  return unpacked as CustomerRow<UploadRow>
}
