import type { Customer, FieldChange, UploadRow } from '../../../models/index.ts'
import { customerPhoneOf, OTHER_PHONES } from '../rows/index.ts'

/** What the rows of a file so far made of the second phones of its customers: nothing of that is stored yet. */
export interface FilePhones {
  /** Rows as they are planned, in the order of the file. */
  add(rows: readonly UploadRow[]): void
  /** Customers who have a phone beside their own one by now because of the file, by their own phone. */
  holdersOf(phone: string): string[]
  /** A customer with the second phones the file left. */
  asLeft(customer: Customer): Customer
}

/** Of a phone only the digits are kept, as a number: some 150 bytes for each second phone a file brings. */
export function createFilePhones(): FilePhones {
  const others = new Map<number, readonly number[]>()
  const holders = new Map<number, readonly number[]>()

  function learn(phone: number, list: readonly number[]): void {
    for (const other of others.get(phone) ?? [])
      holders.set(
        other,
        (holders.get(other) ?? []).filter((one) => one !== phone),
      )
    others.set(phone, list)
    for (const other of list) holders.set(other, [...(holders.get(other) ?? []), phone])
  }

  return {
    add(rows) {
      for (const row of rows) {
        const change = row.changes?.[OTHER_PHONES] as FieldChange | undefined
        const phone = customerPhoneOf(row)
        if (change && phone !== undefined) learn(digitsOf(phone), listOf(change.to).map(digitsOf))
      }
    },
    holdersOf: (phone) => (holders.get(digitsOf(phone)) ?? []).map(phoneFrom),
    asLeft(customer) {
      const left = others.get(digitsOf(customer.primary_phone))
      return left ? { ...customer, [OTHER_PHONES]: left.map(phoneFrom) } : customer
    },
  }
}

const digitsOf = (phone: string): number => Number(phone.slice(1))
const phoneFrom = (digits: number): string => `+${digits}`

function listOf(value: FieldChange['to']): readonly string[] {
  return Array.isArray(value) ? value : []
}
