/** Marks that programs use in place of quotation marks: the opening one, and its closing ones. */
const MARKS: readonly (readonly [string, readonly string[]])[] = [
  ["'", ["'"]],
  ['“', ['”', '“']],
  ['„', ['“', '”']],
  ['”', ['”']],
  ['‘', ['’', '‘']],
  ['‚', ['‘', '’']],
  ['«', ['»']],
  ['»', ['«']],
  ['‹', ['›']],
  ['「', ['」']],
  ['`', ['`', "'", '´']],
  ['\\"', ['\\"']],
]
/** Without one of these there is nothing to join. */
export const OTHER_MARKS = /['“”„‘‚«»‹「`\\]/u
/** Minimum digits for a piece to be a phone, which is always a cell of its own. */
const PHONE_DIGITS = 7
/** More pieces are no row of a list. */
const MAX_PIECES = 600

/**
 * Joins pieces of cells with separators inside other marks: `'Rao`, ` Asha'` is `'Rao, Asha'`; or after a
 * backslash: `12 A\`, ` Camp`. Only if exactly one way gives as many cells as the header has. Otherwise an
 * extra separator has shifted the cells, and it cannot be found.
 *
 * @param pieces the text between separators of a record without quotation marks
 * @returns null if the pieces do not become `columns` cells
 */
export function mergeMarked(
  pieces: readonly string[],
  delimiter: string,
  columns: number,
): readonly string[] | null {
  if (columns < 2 || pieces.length > MAX_PIECES) return null
  const merged = joinMarked(pieces, delimiter) ?? joinEscaped(pieces, delimiter)
  return merged?.length === columns ? merged : null
}

/** The cells of a record grouped by its other marks; null if nothing is joined. */
export function joinMarked(pieces: readonly string[], delimiter: string): string[] | null {
  const cells: string[] = []
  let isJoined = false
  for (let at = 0; at < pieces.length; at += 1) {
    const end = findEnd(pieces, at)
    cells.push(pieces.slice(at, end + 1).join(delimiter))
    isJoined ||= end > at
    at = end
  }
  return isJoined ? cells : null
}

/** The piece that closes the mark a piece opens; the piece itself if there is none. */
function findEnd(pieces: readonly string[], start: number): number {
  const first = (pieces[start] ?? '').trimStart()
  const closing = MARKS.find(([opening]) => first.startsWith(opening))?.[1]
  if (!closing || isClosed(first.slice(1), closing)) return start
  for (let at = start + 1; at < pieces.length; at += 1) {
    const piece = pieces[at] ?? ''
    if (mayBePhone(piece)) return start
    if (isClosed(piece, closing)) return mayBePhone(first) ? start : at
    // Another cell begins before this one ends.
    if (MARKS.some(([opening]) => piece.startsWith(opening))) return start
  }
  return start
}

function isClosed(piece: string, closing: readonly string[]): boolean {
  const text = piece.trimEnd()
  return closing.some((mark) => text.endsWith(mark))
}

function mayBePhone(piece: string): boolean {
  return (piece.match(/\p{Nd}/gu)?.length ?? 0) >= PHONE_DIGITS
}

/** MySQL and Hive write a backslash before a separator that is text. */
function joinEscaped(pieces: readonly string[], delimiter: string): string[] | null {
  const cells: string[] = []
  let open: string | null = null
  for (const piece of pieces) {
    const cell: string = open === null ? piece : open + delimiter + piece
    const isEscaped = /(?<!\\)(?:\\\\)*\\$/u.test(piece)
    if (isEscaped) open = cell.slice(0, -1)
    else {
      cells.push(cell)
      open = null
    }
  }
  return open === null && cells.length < pieces.length ? cells : null
}
