import type { UploadRow } from '../../../models/index.ts'
import { isCommonWord, MAX_COMMON_ROWS } from '../rows/index.ts'

/** Maximum of words a run counts; a file with more has an address in its city column. */
const MAX_COUNTED = 50_000

/**
 * Recorded rows by common word. Each run of an upload has its own object for it, and starts from zero: the
 * words are then on a few rows more.
 */
const recordedBy = new WeakMap<object, Map<string, number>>()

/**
 * Removes the word of a city, a state or a domain from the search words of rows, if enough earlier rows of
 * the upload have it.
 *
 * @param run the object that the run claimed
 * @param rows rows that are not recorded yet; they are changed in place
 * @returns to be called when the rows are recorded: a batch that fails must not count
 */
export function thinCommonWords(run: object, rows: readonly Pick<UploadRow, 'search'>[]): () => void {
  const recorded = recordedBy.get(run) ?? new Map<string, number>()
  const counts = new Map<string, number>()
  const isKept = (word: string): boolean => {
    if (!isCommonWord(word)) return true
    const count = counts.get(word) ?? recorded.get(word) ?? 0
    if (count < MAX_COMMON_ROWS) counts.set(word, count + 1)
    return count < MAX_COMMON_ROWS
  }
  for (const row of rows) {
    const search = row.search?.filter(isKept)
    if (search === undefined || search.length === row.search?.length) continue
    if (search.length > 0) row.search = search
    else delete row.search
  }
  return () => {
    if (recorded.size + counts.size > MAX_COUNTED) recorded.clear()
    for (const [word, count] of counts) recorded.set(word, count)
    recordedBy.set(run, recorded)
  }
}
