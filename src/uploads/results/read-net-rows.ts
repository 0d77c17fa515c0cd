import type { mongo } from 'mongoose'
import type { FileUpload, Models, UploadRow } from '../../../models/index.ts'
import {
  asCustomerRow,
  type CustomerRow,
  createNetFold,
  createPhoneSet,
  foldChanges,
  type NetChanges,
  readCustomerRows,
  rowsBehind,
} from '../rows/index.ts'

/** What a file did to a customer who existed before, over all its rows. */
export interface NetRow {
  readonly customer: mongo.ObjectId
  /** The customer's phone. */
  readonly phone: string
  readonly written?: string
  /** The first line with the customer. */
  readonly line: number
  readonly changes: NetChanges
}

type NetUpload = Pick<FileUpload, '_id' | 'number' | 'shared_at'> & {
  readonly counts?: FileUpload['counts']
}
type StoredRow = Pick<UploadRow, 'line' | 'outcome' | 'written' | 'changes' | 'phone' | 'customer_phone'> & {
  readonly customer: mongo.ObjectId
}
type ChangedRow = CustomerRow<StoredRow>

const PAGE = 500
const FIELDS = {
  _id: 0,
  line: 1,
  outcome: 1,
  customer: 1,
  phone: 1,
  customer_phone: 1,
  written: 1,
  changes: 1,
} as const

/**
 * Streams, in pages, the customers who existed before a file and have another value after its last row.
 * Customers changed by several rows come first, the others in file order. Rows are folded as they arrive, so
 * memory does not depend on repeated phones.
 */
export async function* readNetRows(models: Models, upload: NetUpload): AsyncGenerator<readonly NetRow[]> {
  const repeated = createPhoneSet()
  if (upload.counts?.duplicate !== 0)
    for await (const rows of pageRows(models, upload, {
      outcome: 'duplicate',
      changes: { $exists: true },
    })) {
      const phones = [...new Set(rows.map(({ phone }) => phone))].filter((phone) => !repeated.has(phone))
      for (const phone of phones) repeated.add(phone)
      if (phones.length > 0) yield await foldCustomers(models, upload, phones)
    }
  for await (const rows of pageRows(models, upload, { outcome: 'updated' }))
    yield rows
      .filter(({ phone }) => !repeated.has(phone))
      .map((row) => ({ ...row, changes: foldChanges([row]) }))
}

async function* pageRows(
  models: Models,
  upload: NetUpload,
  filter: Record<string, unknown>,
): AsyncGenerator<readonly ChangedRow[]> {
  for (let after = 0; ; ) {
    const rows = await models.uploadRows.collection
      .find<StoredRow>(
        { ...rowsBehind(upload, after), ...filter, phone: { $exists: true } },
        { projection: FIELDS, batchSize: PAGE + 1 },
      )
      .sort({ _id: 1 })
      .limit(PAGE)
      .toArray()
    const last = rows.at(-1)
    if (!last) return
    yield rows.map(asCustomerRow)
    after = last.line
  }
}

async function foldCustomers(
  models: Models,
  { _id, shared_at }: NetUpload,
  phones: readonly string[],
): Promise<NetRow[]> {
  const rows = readCustomerRows<StoredRow>(models, phones, {
    filter: { shared_at, upload: _id },
    projection: FIELDS,
  })
  const customers = new Map<string, { first: ChangedRow; fold: ReturnType<typeof createNetFold> }>()
  for await (const row of rows) {
    const key = String(row.customer)
    const known = customers.get(key) ?? { first: row, fold: createNetFold() }
    if (row.line < known.first.line) known.first = row
    known.fold.add(row)
    customers.set(key, known)
  }
  return [...customers.values()]
    .filter(({ first }) => first.outcome !== 'created')
    .map(({ first, fold }) => ({ ...first, changes: fold.net() }))
    .filter(({ changes }) => Object.keys(changes).length > 0)
    .sort((a, b) => a.line - b.line)
}
