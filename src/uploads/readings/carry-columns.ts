import type { ChosenColumns } from '../../../models/index.ts'
import type { AssignedColumn } from '../../customers/fields/index.ts'

/** What a person chose for a file, when the file is read from its start again. */
export interface CarriedColumns {
  /** The chosen targets at their places under the header found now; absent if none can be kept. */
  readonly columns?: ChosenColumns
  /** False if a chosen column is not found under this header. */
  readonly areComplete: boolean
}

/**
 * Finds the columns whose targets a person chose for this file under another header. A choice counts for the
 * heading it was made for: the same position can be another column now.
 * @param before the header the choice was made for
 * @param now the header found now; undefined if the file cannot be opened
 */
export function carryColumns(
  chosen: ChosenColumns | undefined,
  before: readonly string[],
  now: readonly string[] | undefined,
): CarriedColumns {
  // A choice made for an earlier file is looked up again by the headings.
  if (!chosen || chosen.upload !== undefined) return { areComplete: true }
  const columns = chosen.columns.flatMap((column): AssignedColumn[] => {
    const index = findPlace(column.index, before, now ?? [])
    return index === undefined ? [] : [{ ...column, index }]
  })
  const areComplete = columns.length === chosen.columns.length
  return { ...(columns.length > 0 && { columns: { ...chosen, columns } }), areComplete }
}

/** Without a heading, only an equal header shows that the position is the same column. */
function findPlace(index: number, before: readonly string[], now: readonly string[]): number | undefined {
  const heading = before[index]?.trim() ?? ''
  const isEqual = before.length === now.length && before.every((cell, at) => cell === now[at])
  if (isEqual && index < now.length) return index
  const places = (header: readonly string[]) =>
    header.flatMap((cell, at) => (cell.trim() === heading ? [at] : []))
  const found = places(now)
  return heading !== '' && places(before).length === 1 && found.length === 1 ? found[0] : undefined
}
