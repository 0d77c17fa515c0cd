/** Every data row has exactly one of these; a receipt balances when they add up to the rows. */
export const ROW_OUTCOMES = ['created', 'updated', 'unchanged', 'duplicate', 'invalid', 'blank'] as const
export type RowOutcome = (typeof ROW_OUTCOMES)[number]

export type UploadCounts = { rows: number } & Record<RowOutcome, number>

/**
 * What an undo did to one customer: everything of the file was taken back (or, where an undo is undone, put back); the
 * customer went, because the file had created it; or something stayed as it is because it changed since.
 */
export const UNDO_OUTCOMES = ['restored', 'removed', 'kept'] as const
export type UndoOutcome = (typeof UNDO_OUTCOMES)[number]

/** `rows` is one per customer the file mentions; the three outcomes add up to it. */
export type UndoCounts = { rows: number } & Record<UndoOutcome, number>
