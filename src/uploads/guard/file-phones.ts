import type { Customer, FieldChange, UploadRow } from '../../../models/index.ts'
import { customerPhoneOf, OTHER_PHONES } from '../rows/index.ts'

/** The second phones that a file's rows so far gave or removed; none of them is stored yet. */
export interface FilePhones {
  /** Adds planned rows, in file order. */
  add(rows: readonly UploadRow[]): void
  /** Customers who have the phone as a second one because of the file, by their own phone. */
  holdersOf(phone: string): string[]
  /** The customer with the second phones the file left. */
  asLeft(customer: Customer): Customer
}

/** Stores the digits of a phone as a number: some 150 bytes per second phone of the file. */
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
