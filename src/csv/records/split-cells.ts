import { findLineEnd } from './line-ends.ts'

/**
 * Three ways to read a record whose quotation marks are not as RFC 4180 wants them. What differs is what a mark
 * inside a quoted cell means when neither another mark nor a separator follows it:
 *
 * - `inner`: a letter that should have been doubled. `"Ram "Bunty" Kumar",1` → `Ram "Bunty" Kumar` | `1`
 * - `outer`: the end of the quoting; both marks are letters. `"Ram, K" Kumar,1` → `"Ram, K" Kumar` | `1`
 * - `none`: proof that the cell is not quoted. `"Ram,"1",2` → `"Ram` | `1` | `2`
 */
type LooseReading = 'inner' | 'outer' | 'none'

/** How much of a record is of use: what is beyond is left out. */
export interface SplitLimits {
  readonly maxCells: number
  /** Characters of a quoted cell; a longer one comes out cut, but longer than this. */
  readonly maxCellLength: number
}

const UNLIMITED: SplitLimits = { maxCells: Infinity, maxCellLength: Infinity }

/** Splits one record by hand, for the records csv-parse is not given: those with loose quotes, and very long ones. */
export function splitCells(
  record: string,
  delimiter: string,
  reading: LooseReading,
  { maxCells, maxCellLength } = UNLIMITED,
): string[] {
  const cells: string[] = []
  for (let at = 0; cells.length < maxCells; ) {
    const { cell, end } = readCell(record, at, delimiter, reading, maxCellLength)
    cells.push(cell)
    if (end >= record.length) break
    at = end + 1
  }
  return cells
}

/**
 * The cells of a record with loose quotes: of the readings that leave quoted separators alone, the one that gives as
 * many cells as the header has, or the one all readings agree on. Null where they differ and none fits, which nobody
 * should guess: a wrong guess puts a phone into another column.
 */
export function readLooseCells(record: string, delimiter: string, columns: number): string[] | null {
  const inner = splitCells(record, delimiter, 'inner')
  if (inner.length === columns) return inner
  const outer = splitCells(record, delimiter, 'outer')
  if (outer.length === columns) return outer
  return same(outer, splitCells(record, delimiter, 'none')) ? outer : null
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((cell, index) => cell === b[index])

function readCell(record: string, at: number, delimiter: string, reading: LooseReading, maxLength: number) {
  const open = findOpening(record, at, delimiter)
  if (open !== -1) {
    // Where no mark ends the cell when those inside are letters, the first of them ends the quoting after all.
    const inner = reading === 'inner' ? findClosing(record, open, delimiter, 'inner') : null
    const close = inner ?? findClosing(record, open, delimiter, reading === 'none' ? 'none' : 'outer')
    if (close) {
      // Twice the length, for every character may be a doubled mark.
      const quoted = record
        .slice(open + 1, Math.min(close.mark, open + 3 + 2 * maxLength))
        .replaceAll('""', '"')
      if (close.end === close.mark + 1) return { cell: quoted, end: close.end }
      // What stands behind the mark may be mere space, which exporters put before a separator.
      const behind = record.slice(close.mark + 1, close.end)
      return { cell: behind.trim() === '' ? quoted : record.slice(at, close.end), end: close.end }
    }
  }
  const next = record.indexOf(delimiter, at)
  const end = next === -1 ? record.length : next
  return { cell: record.slice(at, end), end }
}

/** Index of the mark that opens the cell, with or without space before it; -1 for a cell that is not quoted. */
function findOpening(record: string, at: number, delimiter: string): number {
  let index = at
  while (record[index] === ' ' || (record[index] === '\t' && delimiter !== '\t')) index += 1
  return record[index] === '"' ? index : -1
}

/** The mark that closes the cell and the end of the cell behind it, or null where this reading finds none. */
function findClosing(record: string, open: number, delimiter: string, reading: LooseReading) {
  for (let from = open + 1; ; ) {
    const mark = record.indexOf('"', from)
    if (mark === -1) return null
    if (record[mark + 1] === '"') {
      from = mark + 2
      continue
    }
    const next = record.indexOf(delimiter, mark + 1)
    const end = next === -1 ? record.length : next
    if (record.slice(mark + 1, end).trim() === '') return { mark, end }
    if (reading === 'none') return null
    if (reading === 'outer') return { mark, end }
    // An undoubled mark may not carry the cell into the next line: that would swallow rows.
    const lineEnd = findLineEnd(record, mark)
    if (lineEnd < record.length && record.indexOf('"', mark + 1) > lineEnd) return null
    from = mark + 1
  }
}
