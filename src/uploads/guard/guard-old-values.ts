import { type Customer, type Models, ROW_OUTCOMES } from '../../../models/index.ts'
import type { FieldValue, ReadRow } from '../../customers/fields/index.ts'
import { createNetFold, isSameValue, type NetChanges, type NetFold, readCustomerRows } from '../rows/index.ts'

/** A known customer in the first rows of a file. */
export interface KnownCustomer {
  /** The customer's rows merged; later rows win. */
  readonly row: Extract<ReadRow, { kind: 'customer' }>
  readonly customer: Customer
  /** From the stored values to those after the last of these rows. */
  readonly changes: NetChanges
}

/** Finds customers whose changes all restore values that a file has replaced since. */
export async function checkOldValues(models: Models, known: readonly KnownCustomer[]) {
  const changing = known.filter(({ changes }) => Object.keys(changes).length > 0)
  const replaced = await findReplaced(
    models,
    changing.map(({ row }) => row.phone),
  )
  const returning = changing.filter(({ row, changes }) =>
    Object.entries(changes).every(([path, { to }]) =>
      replaced.get(row.phone)?.some(([name, from]) => name === path && isSameValue(from, to)),
    ),
  )
  return { kind: 'old_values' as const, rows: returning.length, of: changing.length }
}

/**
 * Finds the values that a file replaced, by phone. A value that existed only inside one file does not count.
 */
async function findReplaced(models: Models, phones: readonly string[]) {
  const history = readCustomerRows(models, phones, {
    filter: { outcome: { $in: [...ROW_OUTCOMES] }, changes: { $exists: true } },
    projection: { upload: 1, customer: 1, phone: 1, customer_phone: 1, line: 1, changes: 1 },
  })
  const files = new Map<string, { readonly phone: string; readonly fold: NetFold }>()
  for await (const row of history) {
    const key = `${row.upload} ${row.customer}`
    const file = files.get(key) ?? { phone: row.phone, fold: createNetFold() }
    files.set(key, file)
    file.fold.add(row)
  }
  const replaced = new Map<string, [string, FieldValue | null][]>()
  for (const { phone, fold } of files.values()) {
    const known = replaced.get(phone) ?? []
    for (const [path, { from }] of Object.entries(fold.net())) if (from !== null) known.push([path, from])
    replaced.set(phone, known)
  }
  return replaced
}
