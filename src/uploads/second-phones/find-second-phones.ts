import type {
  Customer,
  FileUpload,
  Models,
  NamedPhone,
  SecondPhones,
  UploadRow,
} from '../../../models/index.ts'
import { rowsBehind } from '../rows/index.ts'
import { findHolders } from './find-holders.ts'
import { matchOtherPhones } from './match-rows.ts'

/** A row whose phone is a second phone of other customers. */
export interface SecondPhoneRow extends NamedPhone {
  readonly line: number
  readonly others: readonly NamedPhone[]
}

/** `kept`: the row became its own customer. `matched`: it went to the customer who has the phone. */
type SecondPhoneKind = 'kept' | 'matched'

type Upload = Pick<FileUpload, '_id' | 'number' | 'shared_at' | 'records' | 'match_other_phones'> & {
  readonly counts?: FileUpload['counts']
}
type FoundRow = Pick<UploadRow, 'line' | 'phone' | 'customer_phone' | 'values'>

/**
 * Larger than elsewhere: this is an extra pass over the rows, and the round trip is half the cost of a page.
 */
const PAGE = 2_000
const MAX_EXAMPLES = 10
/** Maximum of other customers named per row. */
const MAX_OTHERS = 3
/**
 * Bounds of the number of rows with second phones that are read; within them, as many as the file has rows.
 */
const MIN_KNOWN = 500
const MAX_KNOWN = 50_000
/** No other word starts with a plus. */
const PHONE_WORD = /^\+/

/**
 * Streams a file's rows whose phone is a second phone of other customers, as stored now, in file order.
 * @param maxKnown maximum of rows with second phones to read; with more, the file's rows are read instead
 */
export async function* readSecondPhones(
  models: Models,
  upload: Upload,
  kind: SecondPhoneKind,
  maxKnown: number = maxKnownFor(upload),
): AsyncGenerator<SecondPhoneRow> {
  if (kind === 'matched') {
    if (matchOtherPhones(upload)) yield* passThrough(models, upload, kind)
    return
  }
  const known = await listSecondPhones(models, maxKnown)
  if (!known) yield* passThrough(models, upload, kind)
  else if (known.length > 0) yield* findByPhones(models, upload, known)
}

function maxKnownFor({ counts }: Upload): number {
  return Math.min(MAX_KNOWN, Math.max(MIN_KNOWN, counts?.rows ?? 0))
}

/** All stored second phones; undefined if too many rows brought one. Most lists have none. */
async function listSecondPhones({ uploadRows }: Models, maximum: number): Promise<string[] | undefined> {
  const rows = uploadRows.collection
    .find<Pick<UploadRow, 'search'>>(
      { search: PHONE_WORD },
      { projection: { _id: 0, search: 1 }, batchSize: PAGE },
    )
    .limit(maximum + 1)
  const phones = new Set<string>()
  let read = 0
  for await (const { search = [] } of rows) {
    if (++read > maximum) return undefined
    for (const word of search) if (PHONE_WORD.test(word)) phones.add(word)
  }
  return [...phones]
}

/** Uses the index on phones: a file has few such rows or none. */
async function* findByPhones(
  models: Models,
  { _id, shared_at }: Upload,
  phones: readonly string[],
): AsyncGenerator<SecondPhoneRow> {
  const rows: FoundRow[] = []
  for (let at = 0; at < phones.length; at += PAGE) {
    const found = models.uploadRows.collection.find<FoundRow>(
      { ...ROWS.kept, phone: { $in: phones.slice(at, at + PAGE) }, shared_at, upload: _id },
      { projection: FIELDS, batchSize: PAGE + 1 },
    )
    for await (const row of found) rows.push(row)
  }
  rows.sort((a, b) => a.line - b.line)
  for (let at = 0; at < rows.length; at += PAGE) yield* await describeKept(models, rows.slice(at, at + PAGE))
}

async function* passThrough(
  models: Models,
  upload: Upload,
  kind: SecondPhoneKind,
): AsyncGenerator<SecondPhoneRow> {
  const describe = kind === 'matched' ? describeMatched : describeKept
  for (let after = 0; ; ) {
    const rows = await models.uploadRows.collection
      .find<FoundRow>(
        { ...rowsBehind(upload, after), ...ROWS[kind] },
        {
          projection: FIELDS,
          batchSize: PAGE + 1,
        },
      )
      .sort({ _id: 1 })
      .limit(PAGE)
      .toArray()
    const last = rows.at(-1)
    if (!last) return
    yield* await describe(models, rows)
    after = last.line
  }
}

const FIELDS = { _id: 0, line: 1, phone: 1, customer_phone: 1, 'values.full_name': 1 } as const
const ROWS = {
  matched: { customer_phone: { $exists: true } },
  // A customer's first row in the file.
  kept: {
    phone: { $exists: true },
    customer_phone: { $exists: false },
    outcome: { $in: ['created', 'updated', 'unchanged'] },
  },
} as const

async function describeKept(models: Models, rows: readonly FoundRow[]): Promise<SecondPhoneRow[]> {
  const phones = [...new Set(rows.flatMap(({ phone }) => phone ?? []))]
  const holders = await findHolders(models, phones)
  if (holders.size === 0) return []
  const own = await findStored(models, [...holders.keys()])
  return rows.flatMap(({ line, phone = '', values }): SecondPhoneRow[] => {
    const found = holders.get(phone)
    const name = nameOf(own.get(phone)) ?? nameOf(values)
    return found
      ? [{ line, phone, ...(name !== undefined && { name }), others: nameOthers(found.customers) }]
      : []
  })
}

async function describeMatched(models: Models, rows: readonly FoundRow[]): Promise<SecondPhoneRow[]> {
  const phones = [...new Set(rows.flatMap(({ customer_phone }) => customer_phone ?? []))]
  const customers = await findStored(models, phones)
  return rows.map(({ line, phone = '', customer_phone = '', values }) => {
    const [name, other] = [nameOf(values), nameOf(customers.get(customer_phone))]
    const others = [{ phone: customer_phone, ...(other !== undefined && { name: other }) }]
    return { line, phone, ...(name !== undefined && { name }), others }
  })
}

/** Finds customers by their primary phone; any of several records of a phone. */
async function findStored({ customers }: Models, phones: readonly string[]): Promise<Map<string, Customer>> {
  const found = customers.collection.find<Customer>(
    { primary_phone: { $in: [...phones] } },
    { projection: { primary_phone: 1, full_name: 1 }, batchSize: PAGE + 1 },
  )
  const stored = new Map<string, Customer>()
  for await (const customer of found) stored.set(customer.primary_phone, customer)
  return stored
}

export function nameOthers(customers: readonly Customer[]): NamedPhone[] {
  return customers.slice(0, MAX_OTHERS).map((customer) => {
    const name = nameOf(customer)
    return { phone: customer.primary_phone, ...(name !== undefined && { name }) }
  })
}

export function nameOf(values: Readonly<Record<string, unknown>> | undefined): string | undefined {
  return typeof values?.full_name === 'string' ? values.full_name : undefined
}

/** Counts these rows for the receipt and returns the first ones, with both records. */
export async function findSecondPhones(
  models: Models,
  upload: Upload,
  kind: SecondPhoneKind,
): Promise<SecondPhones | undefined> {
  const list = createSecondPhoneList()
  for await (const row of readSecondPhones(models, upload, kind)) list.add(row)
  return list.result()
}

/** Counts such rows and keeps the first ones. */
export function createSecondPhoneList() {
  const found: SecondPhones = { rows: 0, examples: [] }
  return {
    add({ others, ...row }: SecondPhoneRow): void {
      found.rows++
      if (found.examples.length < MAX_EXAMPLES) found.examples.push({ ...row, others: [...others] })
    },
    result: (): SecondPhones | undefined => (found.rows > 0 ? found : undefined),
  }
}
