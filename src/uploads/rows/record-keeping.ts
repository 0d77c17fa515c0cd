import type { Customer, RecordKeeping, UploadLine } from '../../../models/index.ts'

const KEYS = ['first_uploaded_at', 'first_upload', 'updated_at', 'last_upload', 'upload_count'] as const

const MOVING_KEYS = ['updated_at', 'last_upload', 'upload_count'] as const

/** Top-level keys of a customer that hold no values. All other keys are values. */
export const BOOKKEEPING: ReadonlySet<string> = new Set([
  ...KEYS,
  '_id',
  'primary_phone',
  'written_phone',
  'attributes',
])

/**
 * The customer's record keeping, which an undo restores exactly. Something outside the bot may have stored
 * only some keys; an absent key stays absent.
 */
export function recordKeepingOf(customer: Partial<Customer>): RecordKeeping {
  return pickKeys(customer, KEYS)
}

function pickKeys(customer: Partial<Customer>, keys: readonly (typeof KEYS)[number][]): RecordKeeping {
  const found: Record<string, unknown> = {}
  for (const key of keys) if (customer[key] !== undefined) found[key] = customer[key]
  if (customer.attributes !== undefined) found.has_attributes = true
  return found
}

/** The same without `first_upload` and `first_uploaded_at` where an upload never changes them. */
export function rememberRecordKeeping(customer: Customer): RecordKeeping {
  if (customer.last_upload) return pickKeys(customer, MOVING_KEYS)
  const { first_uploaded_at, first_upload, ...rest } = recordKeepingOf(customer)
  return { ...rest, ...(first_uploaded_at && { first_uploaded_at }), ...(first_upload && { first_upload }) }
}

/** True if both are equal. */
export function isSameRecordKeeping(a: RecordKeeping | null, b: RecordKeeping | null): boolean {
  if (a === null || b === null) return a === b
  return (
    isSameTime(a.first_uploaded_at, b.first_uploaded_at) &&
    isSameTime(a.updated_at, b.updated_at) &&
    isSameLine(a.first_upload, b.first_upload) &&
    isSameLine(a.last_upload, b.last_upload) &&
    a.upload_count === b.upload_count
  )
}

function isSameTime(a: Date | undefined, b: Date | undefined): boolean {
  return a?.getTime() === b?.getTime()
}

function isSameLine(a: UploadLine | undefined, b: UploadLine | undefined): boolean {
  return a && b ? a.line === b.line && a.upload.equals(b.upload) : a === b
}

/**
 * The fields to set and to unset so that a document has this record keeping; the caller handles `attributes`.
 */
export function recordKeepingUpdate(after: RecordKeeping): {
  readonly set: Record<string, unknown>
  readonly unset: Record<string, ''>
} {
  const set: Record<string, unknown> = {}
  const unset: Record<string, ''> = {}
  for (const key of KEYS) {
    if (after[key] === undefined) unset[key] = ''
    else set[key] = after[key]
  }
  return { set, unset }
}

/** A condition that matches only while the record keeping is this one. */
export function recordKeepingFilter(before: RecordKeeping): Record<string, unknown> {
  const { last_upload, upload_count } = before
  return {
    ...(last_upload
      ? { 'last_upload.upload': last_upload.upload, 'last_upload.line': last_upload.line }
      : { last_upload: { $exists: false } }),
    upload_count: upload_count ?? { $exists: false },
  }
}
