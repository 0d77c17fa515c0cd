/**
 * The outcomes of a data row: each row has exactly one. A receipt balances if they add up to the number of
 * rows.
 */
export const ROW_OUTCOMES = ['created', 'updated', 'unchanged', 'duplicate', 'invalid', 'blank'] as const
export type RowOutcome = (typeof ROW_OUTCOMES)[number]

export type UploadCounts = { rows: number } & Record<RowOutcome, number>

/**
 * What an undo did to a customer. `restored`: the whole change was undone (or redone, if an undo is undone).
 * `removed`: the file had created the customer, so it was deleted. `kept`: something was left unchanged
 * because it changed later.
 */
export const UNDO_OUTCOMES = ['restored', 'removed', 'kept'] as const
export type UndoOutcome = (typeof UNDO_OUTCOMES)[number]

/** `rows` counts the customers the file mentions; the three outcomes add up to it. */
export type UndoCounts = { rows: number } & Record<UndoOutcome, number>
