import type { Customer, FileUpload, UploadRow } from '../../../models/index.ts'
import { type FieldValue, type FieldValues, type ReadRow, refuseRow } from '../../customers/fields/index.ts'
import { addPhones, flattenPaths } from '../rows/index.ts'

type CustomerRow = Extract<ReadRow, { kind: 'customer' }>

/** True if rows of an upload are matched by second phones: only if one phone is one customer. */
export function matchOtherPhones({
  match_other_phones,
  records,
}: Pick<FileUpload, 'match_other_phones' | 'records'>): boolean {
  return match_other_phones === true && (records?.kind ?? 'one_per_phone') === 'one_per_phone'
}

/**
 * The values a row gives to the customer it matched by a second phone. If it has other phones, its own phone
 * stays one of them, and the customer's primary phone is removed.
 */
export function withOwnPhone({ phone, values }: CustomerRow, customerPhone: string): FieldValues {
  const { other_phones: others } = values
  if (others === undefined) return values
  const text = Array.isArray(others) ? others.filter((other) => other !== customerPhone) : null
  return { ...values, other_phones: addPhones(text, [phone]) }
}

const MAX_NAMED = 3

/** A row whose phone is a second phone of several customers: it is ambiguous. */
export function refuseAmbiguousRow(
  row: CustomerRow,
  { customers, isMore }: { readonly customers: readonly Customer[]; readonly isMore: boolean },
): Extract<ReadRow, { kind: 'invalid' }> {
  const named = customers.slice(0, MAX_NAMED).map(nameCustomer)
  const more = isMore || customers.length > MAX_NAMED
  const who = more ? [...named, 'others'] : named
  const list = who.length > 1 ? `${who.slice(0, -1).join(', ')} and ${who.at(-1)}` : 'several customers'
  return refuseRow(row, 'phone_of_several', `This phone is a second phone of ${list}.`)
}

function nameCustomer({ full_name, primary_phone }: Customer): string {
  return typeof full_name === 'string' ? `${full_name} (${primary_phone})` : primary_phone
}

/** A row as planned: about the customer it matched, or invalid after all. */
export function asPlanned(row: ReadRow, planned: UploadRow | undefined): ReadRow {
  if (row.kind !== 'customer' || !planned) return row
  const { line } = row
  const { problem, cells = [], customer_phone: phone } = planned
  if (problem) return { kind: 'invalid', line, cells, problem: { line, ...problem } }
  if (phone === undefined) return row
  const { written: _, ...rest } = row
  return { ...rest, phone, values: flattenPaths<FieldValue | null>(planned.values) }
}
