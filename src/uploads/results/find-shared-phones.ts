import type { mongo } from 'mongoose'
import type { FieldChange, FileUpload, Models, SharedPhones, UploadRow } from '../../../models/index.ts'
import {
  asCustomerRow,
  customerRowFilters,
  flattenPaths,
  isOtherPerson,
  PERSON_FIELDS,
  type PersonField,
  rowsBehind,
} from '../rows/index.ts'

/** A row that shares its phone with an earlier row of the file with another name or loan number. */
interface SharedPhoneRow {
  readonly line: number
  readonly phone: string
  readonly fields: readonly { readonly field: PersonField; readonly change: FieldChange }[]
}

type Upload = Pick<FileUpload, '_id' | 'number' | 'shared_at'> & {
  readonly counts?: FileUpload['counts']
}
type StoredRow = Pick<UploadRow, 'line' | 'changes' | 'values' | 'phone' | 'customer_phone'> & {
  readonly customer: mongo.ObjectId
}
interface FoundRow extends Pick<UploadRow, 'line' | 'changes'> {
  readonly customer: mongo.ObjectId
  /** The customer's phone. */
  readonly phone: string
}
type FirstLines = Readonly<Record<PersonField, number | null>>

const PAGE = 500
const MAX_EXAMPLES = 10
/** Maximum of customers whose first lines are remembered between pages. */
const MAX_REMEMBERED = 10_000

/**
 * Streams the rows of a file that share a phone but differ in name or loan number, in file order. A row's
 * change holds both values. The customer's first line shows whether the file gave the earlier value.
 */
export async function* readSharedPhones(models: Models, upload: Upload): AsyncGenerator<SharedPhoneRow> {
  if (upload.counts?.duplicate === 0) return
  const firsts = new Map<string, FirstLines>()
  for (let after = 0; ; ) {
    const found = await models.uploadRows.collection
      .find<StoredRow>(
        {
          ...rowsBehind(upload, after),
          outcome: 'duplicate',
          phone: { $exists: true },
          $or: PERSON_FIELDS.map((field) => ({ [`changes.${field}`]: { $exists: true } })),
        },
        {
          projection: { _id: 0, line: 1, phone: 1, customer_phone: 1, customer: 1, changes: 1 },
          batchSize: PAGE + 1,
        },
      )
      .sort({ _id: 1 })
      .limit(PAGE)
      .toArray()
    const rows = found.map(asCustomerRow)
    const last = rows.at(-1)
    if (!last) return
    await learnFirstLines(models, upload, rows, firsts)
    for (const row of rows) {
      const fields = differingFields(row, firsts.get(String(row.customer)))
      if (fields.length > 0) yield { line: row.line, phone: row.phone, fields }
    }
    if (firsts.size > MAX_REMEMBERED) firsts.clear()
    after = last.line
  }
}

function differingFields({ line, changes }: FoundRow, first: FirstLines | undefined) {
  const changed = flattenPaths<FieldChange>(changes)
  return PERSON_FIELDS.flatMap((field) => {
    const change = changed[field]
    const isOfFile = (first?.[field] ?? line) < line
    return change && isOfFile && isOtherPerson(field, change.from, change.to) ? [{ field, change }] : []
  })
}

async function learnFirstLines(
  models: Models,
  { _id, shared_at }: Upload,
  rows: readonly FoundRow[],
  firsts: Map<string, FirstLines>,
): Promise<void> {
  const phones = new Set(
    rows.filter(({ customer }) => !firsts.has(String(customer))).map(({ phone }) => phone),
  )
  if (phones.size === 0) return
  for (const filter of customerRowFilters([...phones])) {
    const groups = models.uploadRows.collection.aggregate<{ _id: mongo.ObjectId } & FirstLines>([
      { $match: { ...filter, shared_at, upload: _id } },
      { $group: { _id: '$customer', ...Object.fromEntries(PERSON_FIELDS.map(firstLine)) } },
    ])
    for await (const { _id: customer, ...lines } of groups) {
      const key = String(customer)
      firsts.set(key, earlierOf(firsts.get(key), lines))
    }
  }
}

function earlierOf(a: FirstLines | undefined, b: FirstLines): FirstLines {
  const lines = PERSON_FIELDS.map((field) => {
    const known = [a?.[field] ?? null, b[field]].filter((line) => line !== null)
    return [field, known.length > 0 ? Math.min(...known) : null]
  })
  return Object.fromEntries(lines) as FirstLines
}

const firstLine = (field: PersonField) => [
  field,
  { $min: { $cond: [{ $gt: [`$values.${field}`, null] }, '$line', null] } },
]

/** Counts these rows for the receipt and returns the first ones, with both lines and both values. */
export async function findSharedPhones(models: Models, upload: Upload): Promise<SharedPhones | undefined> {
  const found: SharedPhones = { rows: 0, examples: [] }
  for await (const { line, phone, fields } of readSharedPhones(models, upload)) {
    found.rows++
    if (found.examples.length >= MAX_EXAMPLES) continue
    const shown = fields.map(async ({ field, change: { from, to } }) => {
      const earlier = await findEarlierLine(models, upload, { phone, line, field, value: from })
      return { field, earlier, from, to }
    })
    found.examples.push({ line, fields: await Promise.all(shown) })
  }
  return found.rows > 0 ? found : undefined
}

/** Finds the nearest earlier line with this value. */
async function findEarlierLine(
  models: Models,
  { _id, shared_at }: Upload,
  { phone, line, field, value }: { phone: string; line: number; field: PersonField; value: unknown },
): Promise<number> {
  const nearest = customerRowFilters([phone]).map(async (filter) => {
    const [row] = await models.uploadRows.collection
      .find<{ line: number }>(
        { ...filter, shared_at, upload: _id, line: { $lt: line }, [`values.${field}`]: value },
        { projection: { _id: 0, line: 1 } },
      )
      .sort({ line: -1 })
      .limit(1)
      .toArray()
    return row?.line ?? 0
  })
  return Math.max(...(await Promise.all(nearest))) || line
}
