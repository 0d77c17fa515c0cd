import type { Sentence } from '../reply/index.ts'

/** A row of a table as a line, each cell behind the title of its column: `#4 · File: day-1.csv · Who: @asha`. */
export const formatRow =
  (columns: readonly string[]) =>
  (row: readonly Sentence[]): Sentence =>
    row
      .slice(0, columns.length)
      .flatMap((cell, at) => [
        ...(at > 0 ? [` · ${columns[at]}: `] : []),
        ...(typeof cell === 'string' ? [cell] : cell),
      ])
