/** What about a sheet is not exactly as its reader may think. */
export type SheetNoteKind =
  /** Numbers of 16 and more digits: Excel keeps 15, so the last ones may already be lost. */
  | 'long_numbers'
  /** Formulas the file has no result for. Their cells are `UNCALCULATED`. */
  | 'formulas_without_result'
  /** Formulas whose results the file itself says are to be calculated anew. */
  | 'formulas_to_recalculate'
  /** Cells that show an error, such as `#N/A`. */
  | 'error_cells'
  /** Numbers with a date format that are no date of Excel's. Their cells are the digits. */
  | 'no_dates'
  /** Merged areas: their first cell has the text, the others are empty. */
  | 'merged_areas'
  | 'hidden_rows'
  | 'hidden_columns'
  /** Blank rows inside gaps of more than `LONG_GAP` rows. They are left out, as all blank rows are. */
  | 'rows_in_gaps'

export interface SheetNote {
  readonly kind: SheetNoteKind
  readonly count: number
  /** The first row concerned, as Excel counts; 1 where the whole sheet is. */
  readonly firstRow: number
}

/** Blank rows in a row that are worth a note. */
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
