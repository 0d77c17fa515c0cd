import type { Customer } from '../../../models/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'

/** The customer that rows with a phone go to. */
export type PhoneOwner =
  /** The customer with this primary phone, created if absent. */
  | { readonly kind: 'own' }
  /** The only customer who has it as a second phone. */
  | { readonly kind: 'other'; readonly phone: string }
  | { readonly kind: 'several'; readonly customers: readonly Customer[]; readonly isMore: boolean }

/** Finds the customers of phones while the rows of a batch are planned. */
interface PhoneOwners {
  /** A primary phone comes before another customer's second phone. */
  of(phone: string): PhoneOwner
  /** True if an earlier owner still exists. */
  stands(owner: PhoneOwner): boolean
  /** A row went to this customer. */
  opened(phone: string): void
  /** A row changed this customer. */
  changed(phone: string): void
  /** Every phone that the customers with rows have, or had before one of these rows. */
  touched(): ReadonlySet<string>
}

/**
 * @param stored customers by their primary phone
 * @param crowded second phones of so many customers that not all are in `stored`
 * @param valuesOf a customer's values after the rows so far, by path
 */
export function createPhoneOwners(
  stored: ReadonlyMap<string, Customer>,
  crowded: ReadonlySet<string>,
  valuesOf: (phone: string) => ReadonlyMap<string, FieldValue | null> | undefined,
): PhoneOwners {
  const holders = new Map<string, Set<string>>()
  const opened = new Set<string>()
  const touched = new Set<string>()
  const known = new Map<string, readonly string[]>()

  function learn(phone: string, others: readonly string[]): void {
    for (const other of known.get(phone) ?? []) holders.get(other)?.delete(phone)
    known.set(phone, others)
    for (const other of others)
      if (other !== phone) holders.set(other, (holders.get(other) ?? new Set()).add(phone))
  }

  function touch(phone: string): void {
    touched.add(phone)
    for (const other of known.get(phone) ?? []) touched.add(other)
  }

  for (const [phone, { other_phones }] of stored) learn(phone, listOf(other_phones))

  return {
    of(phone) {
      if (stored.has(phone) || opened.has(phone)) return { kind: 'own' }
      const found = [...(holders.get(phone) ?? [])]
      const isMore = crowded.has(phone)
      const [only] = found
      if (only === undefined && !isMore) return { kind: 'own' }
      if (only !== undefined && found.length === 1 && !isMore) return { kind: 'other', phone: only }
      const customers = found.map((holder) => asNow(holder, stored.get(holder), valuesOf(holder)))
      return { kind: 'several', customers, isMore }
    },
    stands: (owner) => owner.kind !== 'other' || stored.has(owner.phone) || opened.has(owner.phone),
    opened(phone) {
      opened.add(phone)
      touch(phone)
    },
    changed(phone) {
      const others = valuesOf(phone)?.get('other_phones')
      if (others === undefined) return
      learn(phone, listOf(others))
      touch(phone)
    },
    touched: () => touched,
  }
}

function listOf(others: unknown): readonly string[] {
  return Array.isArray(others) ? others : []
}

function asNow(
  phone: string,
  stored: Customer | undefined,
  values: ReadonlyMap<string, FieldValue | null> | undefined,
): Customer {
  const name = values?.get('full_name')
  return {
    ...stored,
    primary_phone: phone,
    ...(name !== undefined && { full_name: name }),
  } as Customer
}
