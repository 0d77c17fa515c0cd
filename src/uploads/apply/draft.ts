import type { mongo } from 'mongoose'
import type { Customer, FieldChange, UploadLine, UploadRow } from '../../../models/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'
import { flattenPaths, nestPaths, rowId, valueAt } from '../rows/index.ts'
import type { CustomerWrite, NewerStatement, UploadKey, WrittenCustomer } from './batch-plan.ts'
import { addLargestRow, boundBytes, type CustomerSize } from './document-size.ts'

/** A customer while the rows of the batch are planned. */
export interface Draft {
  readonly phone: string
  readonly written: string | undefined
  readonly id: mongo.ObjectId
  readonly stored: Customer | undefined
  readonly newer: NewerStatement | undefined
  readonly values: Map<string, FieldValue | null>
  /**
   * For a late share, the value its rows leave at their place, by path; `values` includes the later shares. Filled only
   * where later shares are known.
   */
  readonly late: Map<string, FieldValue | null>
  /** True after a row of this upload touched the customer, in this batch or an earlier one. */
  isSeen: boolean
  /** True if a row of this batch went to it. */
  isTouched: boolean
  readonly size: CustomerSize
  firstLine: number
  lastLine: number
}

function isSameUpload(line: UploadLine | undefined, upload: UploadKey): boolean {
  return line?.upload.equals(upload._id) === true
}

export interface DraftRow {
  readonly phone: string
  readonly written?: string | undefined
  readonly line: number
}

/** Of drafts without later shares: nothing is ever put in. */
const NEVER_LATE = new Map<string, FieldValue | null>()

export function openDraft(
  upload: UploadKey,
  stored: Customer | undefined,
  { phone, written, line }: DraftRow,
  newer: NewerStatement | undefined,
): Draft {
  return {
    phone,
    written,
    id: stored?._id ?? rowId(upload, line),
    stored,
    newer,
    values: new Map(),
    late: newer ? new Map() : NEVER_LATE,
    isSeen: isSameUpload(stored?.last_upload, upload),
    isTouched: false,
    size: { bytes: stored ? boundBytes(stored) : 0 },
    firstLine: line,
    lastLine: line,
  }
}

export function currentValue(draft: Draft, path: string): FieldValue | null {
  const value = draft.values.get(path)
  if (value !== undefined) return value
  return draft.stored ? valueAt(draft.stored, path) : null
}

export function replay(draft: Draft, record: UploadRow): void {
  for (const [path, change] of Object.entries(flattenPaths<FieldChange>(record.changes)))
    draft.values.set(path, change.to)
  if (draft.newer && draft.newer.places.size > 0) replayLate(draft, record)
  addLargestRow(draft.size)
  draft.isTouched = true
  draft.isSeen = true
  draft.lastLine = record.line
}

/** A late share's place holds the row's value, unless its rule kept another one. */
function replayLate({ late }: Draft, { values, found }: UploadRow): void {
  const kept = flattenPaths(found)
  for (const [path, value] of Object.entries(flattenPaths<FieldValue | null>(values)))
    if (!Object.hasOwn(kept, path)) late.set(path, value)
}

/** The customer after the batch so far and these changes, without record keeping. */
export function asLeft({ stored, values }: Draft, changes: Record<string, FieldChange>): object {
  const left = flattenPaths<unknown>(stored as Readonly<Record<string, unknown>> | undefined)
  for (const [path, value] of values) left[path] = value
  for (const path of Object.keys(changes)) left[path] = changes[path]?.to
  for (const path of Object.keys(left)) if (left[path] === null) delete left[path]
  return nestPaths(left)
}

/** An earlier run wrote this customer: nothing is left to do, and a repeat could undo a later line. */
export function findWritten(
  upload: UploadKey,
  { stored, phone, lastLine }: Draft,
): WrittenCustomer | undefined {
  if (!stored || !isSameUpload(stored.last_upload, upload) || stored.last_upload.line < lastLine)
    return undefined
  return { id: stored._id, phone, lastUpload: stored.last_upload }
}

const NO_VALUES: CustomerWrite['values'] = {}

export function closeDraft(upload: UploadKey, key: string, draft: Draft): CustomerWrite {
  const { stored, phone, written } = draft
  const isOurs = isSameUpload(stored?.last_upload, upload)
  return {
    phone,
    ...(written !== undefined && upload.records?.kind === 'as_written' && { written }),
    key,
    kind: !stored ? 'create' : draft.values.size > 0 ? 'change' : 'touch',
    id: draft.id,
    basedOn: stored?.last_upload,
    values: draft.values.size > 0 ? Object.fromEntries(draft.values) : NO_VALUES,
    // A late share never moves `updated_at` back.
    updatedAt:
      stored?.updated_at && stored.updated_at > upload.shared_at ? stored.updated_at : upload.shared_at,
    lastUpload: { upload: upload._id, line: draft.lastLine },
    uploadCount: (stored?.upload_count ?? 0) + (isOurs ? 0 : 1),
    // Also for a customer that something outside the bot stored without it.
    firstUpload: stored?.first_upload ? undefined : { upload: upload._id, line: draft.firstLine },
  }
}
