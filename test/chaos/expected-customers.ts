import type { CustomerFile, Field, Value } from './customer-files.ts'

export interface ExpectedCustomer {
  readonly values: Map<Field, Value>
  /** How many files mention the customer. */
  files: number
}

/**
 * What the files come to, applied one after the other. Knows nothing of the code under test: it never reads a CSV, a
 * phone or a database.
 * @param files in the order they were shared
 */
export function expectCustomers(files: readonly CustomerFile[]): Map<string, ExpectedCustomer> {
  const customers = new Map<string, ExpectedCustomer>()
  for (const { rows } of files) {
    const mentioned = new Set<string>()
    for (const row of rows) {
      if (row.kind !== 'customer') continue
      const customer = customers.get(row.phone) ?? { values: new Map(), files: 0 }
      customers.set(row.phone, customer)
      if (!mentioned.has(row.phone)) customer.files += 1
      mentioned.add(row.phone)
      for (const [field, value] of Object.entries(row.cells) as [Field, Value | 'CLEAR'][]) {
        if (value === 'CLEAR') customer.values.delete(field)
        else customer.values.set(field, value)
      }
    }
  }
  return customers
}
