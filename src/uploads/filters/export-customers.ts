import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { mongo } from 'mongoose'
import type { Customer, FileUpload, Models } from '../../../models/index.ts'
import { joinPieces } from '../../csv/index.ts'
import type { FieldCatalogue, FieldValue } from '../../customers/fields/index.ts'
import { type ListFormat, type WrittenList, writeList } from '../../lists/index.ts'
import { fieldsOf } from '../history/index.ts'
import { type CustomerFilter, toCustomerQuery } from './customer-filter.ts'
import { listFilteredPhones } from './filtered-phones.ts'
import { findChangedSince } from './find-changed-customers.ts'

interface ExportOptions {
  readonly catalogue: FieldCatalogue
  /** Only customers changed by an upload or undo that finished since then. */
  readonly since?: Date
  /** Only these customers. */
  readonly only?: {
    readonly filter: CustomerFilter
    /** The filter's upload, if it has one. */
    readonly upload?: FileUpload
    /** The start of a day in the team's time zone. */
    readonly startOfDay: (day: string) => Date
  }
  readonly format: ListFormat
  /** Awaited now and then, with the customers read so far. */
  readonly onRead?: (customers: number) => Promise<void>
}

interface ExportedCustomers extends WrittenList {
  readonly customers: number
}

const PAGE = 1_000
const PHONE = 'primary_phone'

/**
 * Writes customers as a list that can be shared again: catalogue fields under their names, then other values
 * as `attributes.<name>`. Cells are safe to open in a spreadsheet.
 *
 * The set of columns is known only at the end, so rows are spooled to a second file: memory does not grow
 * with them.
 *
 * @throws driver errors
 */
export async function exportCustomers(
  models: Models,
  path: string,
  options: ExportOptions,
): Promise<ExportedCustomers> {
  const waiting = `${path}.rows`
  const columns = new Set([PHONE, ...options.catalogue.fields.map(({ name }) => name)])
  const others = new Set<string>()
  let customers = 0

  async function* collect(): AsyncGenerator<string> {
    for await (const customer of listCustomers(models, options)) {
      const values = fieldsOf(customer)
      for (const name of Object.keys(values)) if (!columns.has(name)) others.add(name)
      yield `${JSON.stringify({ ...values, [PHONE]: customer.written_phone ?? customer.primary_phone })}\n`
      customers += 1
      if (customers % PAGE === 0) await options.onRead?.(customers)
    }
  }

  try {
    await pipeline(joinPieces(collect()), createWriteStream(waiting, { mode: 0o600 }))
    const header = [...columns, ...[...others].sort()]
    const written = await writeList(path, listRows(waiting, header), options)
    return { ...written, customers }
  } finally {
    await rm(waiting, { force: true })
  }
}

/** In pages: the server may close a cursor that stays open for a million customers. */
async function* listCustomers(models: Models, { since, only }: ExportOptions): AsyncGenerator<Customer> {
  const { collection } = models.customers
  const query = only ? toCustomerQuery(only.filter, only.startOfDay) : {}
  const named = only && listFilteredPhones(models, only.filter, only.upload, only.startOfDay)
  const listed = since ? findChangedSince(models, since) : named
  if (listed) {
    for await (const phones of listed)
      yield* await collection
        .find<Customer>({ primary_phone: { $in: [...phones] }, ...query })
        .sort({ primary_phone: 1 })
        .toArray()
    return
  }
  async function readPage(after?: Customer['_id']): Promise<Customer[]> {
    // The driver takes four times as long if it decodes each document (docs/performance.md).
    const found: unknown[] = await collection
      .find(
        { ...(after !== undefined && { _id: { $gt: after } }), ...query },
        { batchSize: PAGE + 1, raw: true },
      )
      .sort({ _id: 1 })
      .limit(PAGE)
      .toArray()
    return found.map((bytes) => mongo.BSON.deserialize(bytes as Uint8Array) as Customer)
  }

  let page = await readPage()
  for (;;) {
    const last = page.at(-1)
    if (!last) return
    // The next page is read while the caller writes this one.
    const next = readPage(last._id)
    // Prevents an unhandledRejection if the caller stops; a caller that continues gets the error below.
    next.catch(() => {})
    yield* page
    page = await next
  }
}

async function* listRows(path: string, header: readonly string[]): AsyncGenerator<readonly string[]> {
  yield header
  for await (const line of createInterface({
    input: createReadStream(path),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const values: Readonly<Record<string, FieldValue>> = JSON.parse(line)
    yield header.map((name) => writeValue(values[name]))
  }
}

/** Written so that an import reads the same value. */
function writeValue(value: FieldValue | undefined): string {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.join('; ')
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'number' ? writeNumber(value) : String(value)
}

/** Created once, because `toLocaleString` creates one per number, which took a third of an export. */
const decimals = new Intl.NumberFormat('en-US', { useGrouping: false, maximumFractionDigits: 15 })

/** Never as 1e-7, and never with three decimals: many read `1.234` as a thousand. */
function writeNumber(value: number): string {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value)
  const text = decimals.format(value)
  return /\.\d{3}$/.test(text) ? `${text}0` : text
}
