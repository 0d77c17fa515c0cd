import type { FileUpload, UploadRow } from '../../../models/index.ts'
import type { FieldValue, ReadRow } from '../../customers/fields/index.ts'
import type { ListFile } from '../../lists/index.ts'
import type { RowProblemCode } from '../../row-problems.ts'
import { flattenPaths, isSameValue, OTHER_PHONES } from '../rows/index.ts'

/** The fields of a stored row that depend on the file alone, and those that explain a difference. */
export const STORED_FIELDS = {
  line: 1,
  outcome: 1,
  phone: 1,
  customer_phone: 1,
  written: 1,
  values: 1,
  cells: 1,
  'problem.code': 1,
  without_values: 1,
  forgotten_by: 1,
} as const

export type StoredRow = Pick<
  UploadRow,
  | 'line'
  | 'outcome'
  | 'phone'
  | 'customer_phone'
  | 'written'
  | 'values'
  | 'cells'
  | 'without_values'
  | 'forgotten_by'
> & { readonly problem?: { readonly code: RowProblemCode } }

type FileRow = ListFile['sample'][number]
type CustomerRow = Extract<ReadRow, { kind: 'customer' }>

/** Problems of rows that read well: stored customers or other rows of the file make them invalid. */
const FOUND_LATER: ReadonlySet<RowProblemCode> = new Set([
  'phone_shared',
  'phone_of_several',
  'customer_too_large',
])

/**
 * Compares a stored row with what is read of its line now. Compares only what depends on the file alone, so a
 * difference proves another reading. Outcome, changes and customer depend on the database.
 *
 * @param hasLostPhones true if second phones of forgotten people may have been removed from the row
 * @returns undefined if the row has no data left to compare
 */
export function isReadAsStored(
  upload: Pick<FileUpload, 'records' | 'match_other_phones'>,
  record: StoredRow,
  row: FileRow,
  read: ReadRow,
  hasLostPhones: boolean,
): boolean | undefined {
  if (record.forgotten_by !== undefined || record.without_values) return undefined
  if (record.outcome === 'invalid') return isSameProblem(record, row, read)
  if (record.outcome === 'blank') return read.kind === 'blank'
  if (read.kind !== 'customer') return false
  if (record.phone !== read.phone)
    // The removal of a second phone leaves the customer's own phone in the rows it matched.
    return hasLostPhones && upload.match_other_phones === true ? undefined : false
  if (upload.records?.kind === 'as_written' && record.written !== read.written) return false
  return hasSameValues(record, read, hasLostPhones)
}

function isSameProblem({ cells = [], problem }: StoredRow, row: FileRow, read: ReadRow): boolean {
  // A row that the stored customers made too large has no cells.
  if (cells.length > 0 && !isSameText(cells, row.cells)) return false
  if (read.kind === 'invalid') return read.problem.code === problem?.code
  return read.kind === 'customer' && problem !== undefined && FOUND_LATER.has(problem.code)
}

function hasSameValues(record: StoredRow, { values }: CustomerRow, hasLostPhones: boolean): boolean {
  const stored = flattenPaths<FieldValue | null>(record.values)
  const paths = new Set([...Object.keys(stored), ...Object.keys(values)])
  // A row matched by a second phone stores these together with its own.
  if (record.customer_phone !== undefined || hasLostPhones) paths.delete(OTHER_PHONES)
  for (const path of paths) {
    const [before, now] = [stored[path], values[path]]
    if (before === undefined || now === undefined || !isSameStored(before, now)) return false
  }
  return true
}

function isSameStored(before: FieldValue | null, now: FieldValue | null): boolean {
  if (typeof before === 'string' && typeof now === 'string') return before === now || before === asStored(now)
  return isSameValue(before, now)
}

function isSameText(before: readonly string[], now: readonly string[]): boolean {
  return before.length === now.length && now.every((cell, at) => isSameStored(before[at] ?? '', cell))
}

/** The database stores half of a surrogate pair as U+FFFD. */
function asStored(text: string): string {
  return Buffer.from(text).toString()
}
