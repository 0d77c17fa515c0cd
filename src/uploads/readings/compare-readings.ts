import type { Models } from '../../../models/index.ts'
import type { ReadRow } from '../../customers/fields/index.ts'
import type { ListFile } from '../../lists/index.ts'

type FileRow = ListFile['sample'][number]
type Reader = (row: FileRow) => ReadRow

/** The phones two readings give a row; null if a reading gives none. */
interface ComparedRow {
  readonly line: number
  readonly phones: readonly [string | null, string | null]
}

export interface ComparedPhones {
  /** Rows that differ, and others if these are few. */
  readonly rows: readonly ComparedRow[]
  /** Number of rows used to look up customers. */
  readonly of: number
  /** Stored customers with the phones of each reading. */
  readonly known: readonly [number, number]
}

const MAX_EXAMPLES = 3

/**
 * Finds rows that get different phones: among the first rows, then in the whole file.
 * @param search finds rows after the first ones
 * @returns null if there are none
 */
export async function compareReadings(
  models: Models,
  sample: readonly FileRow[],
  search: (differs: (row: FileRow) => ComparedRow | undefined) => Promise<readonly ComparedRow[]>,
  [before, now]: readonly [Reader, Reader],
): Promise<ComparedPhones | null> {
  const compare = (row: FileRow): ComparedRow => ({
    line: row.line,
    phones: [phoneOf(before(row)), phoneOf(now(row))],
  })
  const first = sample.map(compare)
  const differing = first.filter(isDiffering)
  if (differing.length === 0)
    differing.push(
      ...(await search((row) => {
        const compared = compare(row)
        return isDiffering(compared) ? compared : undefined
      })),
    )
  if (differing.length === 0) return null
  const shown = differing.slice(0, MAX_EXAMPLES)
  const others = first.filter((row) => !isDiffering(row)).slice(0, MAX_EXAMPLES - shown.length)
  const checked = [...first, ...shown.filter((row) => !first.includes(row))]
  return {
    rows: [...shown, ...others].sort((a, b) => a.line - b.line),
    of: checked.length,
    known: [
      await countKnown(
        models,
        checked.map(({ phones }) => phones[0]),
      ),
      await countKnown(
        models,
        checked.map(({ phones }) => phones[1]),
      ),
    ],
  }
}

function isDiffering({ phones: [before, now] }: ComparedRow): boolean {
  return before !== now
}

function phoneOf(row: ReadRow): string | null {
  return row.kind === 'customer' ? row.phone : null
}

async function countKnown(models: Models, phones: readonly (string | null)[]): Promise<number> {
  const wanted = [...new Set(phones.filter((phone) => phone !== null))]
  const known = await models.customers.collection.distinct('primary_phone', {
    primary_phone: { $in: wanted },
  })
  return known.length
}
