import type { ReadRow } from '../../customers/fields/index.ts'
import type { ListFile } from '../../lists/index.ts'

type FileRow = ListFile['sample'][number]

/**
 * Opens the whole file again, from its start.
 * @param onRead called with the list after its last row: its notes are complete then
 */
export async function* readFrom<T>(
  openAgain: () => Promise<ListFile>,
  read: (row: FileRow) => T,
  onRead?: (list: ListFile) => void,
): AsyncGenerator<readonly T[]> {
  const list = await openAgain()
  try {
    for await (const batch of list.batches()) yield batch.map((row) => read(row))
    onRead?.(list)
  } finally {
    await list.close()
  }
}

/** The rows after a line, converted to customers. */
export async function* readBatches(
  list: ListFile,
  line: number,
  readRow: (row: FileRow) => ReadRow,
): AsyncGenerator<readonly ReadRow[]> {
  for await (const batch of list.batches()) {
    const rows = batch.filter((row) => row.line > line)
    if (rows.length > 0) yield rows.map(readRow)
  }
}
