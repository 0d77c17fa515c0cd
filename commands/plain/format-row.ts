import type { Sentence } from '../reply/index.ts'

/** A table row as a line, each cell after its column's title: `#4 · File: day-1.csv · Who: @asha`. */
export const formatRow =
  (columns: readonly string[]) =>
  (row: readonly Sentence[]): Sentence =>
    row
      .slice(0, columns.length)
      .flatMap((cell, at) => [
        ...(at > 0 ? [` · ${columns[at]}: `] : []),
        ...(typeof cell === 'string' ? [cell] : cell),
      ])
