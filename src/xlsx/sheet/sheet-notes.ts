/** Surprises in a sheet. */
export type SheetNoteKind =
  /** Numbers with 16 or more digits: Excel keeps 15, so the last ones may be lost. */
  | 'long_numbers'
  /** Formulas without a stored result. Their cells are `UNCALCULATED`. */
  | 'formulas_without_result'
  /** Formulas whose results the file marks as outdated. */
  | 'formulas_to_recalculate'
  /** Cells that show an error, such as `#N/A`. */
  | 'error_cells'
  /** Numbers with a date format that are no Excel date. Their cells are the digits. */
  | 'no_dates'
  /** Merged areas: their first cell has the text, the others are empty. */
  | 'merged_areas'
  | 'hidden_rows'
  | 'hidden_columns'
  /** Blank rows in gaps of more than `LONG_GAP` rows. They are skipped, like all blank rows. */
  | 'rows_in_gaps'

export interface SheetNote {
  readonly kind: SheetNoteKind
  readonly count: number
  /** The first affected row in Excel's numbering; 1 for the whole sheet. */
  readonly firstRow: number
}

/** Number of consecutive blank rows that deserves a note. */
export const LONG_GAP = 1000

/** Counts notes while a sheet is read. */
export class SheetNotes {
  readonly #found = new Map<SheetNoteKind, { count: number; firstRow: number }>()

  add(kind: SheetNoteKind, row: number, count = 1): void {
    const known = this.#found.get(kind)
    if (known) known.count += count
    else this.#found.set(kind, { count, firstRow: row })
  }

  get all(): readonly SheetNote[] {
    return [...this.#found].map(([kind, { count, firstRow }]) => ({ kind, count, firstRow }))
  }
}
