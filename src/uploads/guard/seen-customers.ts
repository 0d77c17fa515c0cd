import type { FileUpload } from '../../../models/index.ts'
import { keyIn } from '../rows/index.ts'

/** A compact key of a record of the file. */
export type Mark = number | string

/** What a preview remembers of the customers so far. */
interface SeenCustomers {
  has(mark: Mark): boolean
  /** The fields that differ so far from the stored values. */
  changedOf(mark: Mark): readonly string[]
  set(mark: Mark, changed: readonly string[]): void
}

export function markOf(
  upload: Pick<FileUpload, '_id' | 'records'>,
  row: { readonly phone: string; readonly written?: string },
): Mark {
  const isByWriting = upload.records?.kind === 'as_written' && row.written !== undefined
  return isByWriting ? keyIn(upload, row) : Number(row.phone.slice(1))
}

/**
 * Stores a phone as a number, and changed fields as the number of their combination, of which a file has few.
 * Some 40 MB for a million customers.
 */
export function createSeenCustomers(): SeenCustomers {
  const combinations: (readonly string[])[] = [[]]
  const numbers = new Map<string, number>([['', 0]])
  const seen = new Map<Mark, number>()
  function numberOf(changed: readonly string[]): number {
    const sorted = changed.toSorted()
    const key = sorted.join('\n')
    const known = numbers.get(key)
    if (known !== undefined) return known
    numbers.set(key, combinations.length)
    return combinations.push(sorted) - 1
  }
  return {
    has: (mark) => seen.has(mark),
    changedOf: (mark) => combinations[seen.get(mark) ?? 0] ?? [],
    set: (mark, changed) => void seen.set(mark, numberOf(changed)),
  }
}
