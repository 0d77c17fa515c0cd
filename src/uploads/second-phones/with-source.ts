import type { HeaderMapping, ReadRow } from '../../customers/fields/index.ts'

interface FileRow {
  readonly line: number
  readonly cells: readonly string[]
}

/** Reads rows with their source, so that a row can still become a row to correct as written. */
export function withSource<T extends FileRow>(
  { columns }: Pick<HeaderMapping, 'columns'>,
  readRow: (row: T) => ReadRow,
): (row: T) => ReadRow {
  const main = columns.find(({ target, rank }) => target === 'phone' && rank === 0)?.header ?? null
  return (row) => {
    const read = readRow(row)
    if (read.kind !== 'customer') return read
    const moved = read.notes?.find(({ code }) => code === 'phone_from_next_column')
    // Not a spread: rows have several shapes, and copying one took as long as reading two cells.
    return Object.assign(read, { source: { cells: row.cells, column: moved?.column ?? main } })
  }
}
