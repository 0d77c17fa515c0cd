import type { FileUpload } from '../../../models/index.ts'
import type { HeaderMapping, ReadRow } from '../../customers/fields/index.ts'
import { createSharedPhoneFinder } from '../guard/index.ts'

interface FileRow {
  readonly line: number
  readonly cells: readonly string[]
}

/**
 * Reads a file once, then reads its rows so that all rows that share a phone but differ in name or loan
 * number are rows to correct. Every run of the upload finds the same rows.
 */
export async function correctSharedPhones<T extends FileRow>(
  upload: FileUpload,
  { columns }: Pick<HeaderMapping, 'columns'>,
  readRow: (row: T) => ReadRow,
  batches: AsyncIterable<readonly T[]>,
): Promise<(row: T) => ReadRow> {
  const finder = createSharedPhoneFinder(upload)
  for await (const batch of batches) for (const row of batch) finder.add(readRow(row))
  const noun = upload.file.sheet ? 'Rows' : 'Lines'
  const column = columns.find(({ target, rank }) => target === 'phone' && rank === 0)?.header ?? null
  return (row) => {
    const read = readRow(row)
    const lines = read.kind === 'customer' ? finder.linesOf(read) : undefined
    if (!lines) return read
    const { line, cells } = row
    const message = `${noun} ${nameLines(lines)} have this phone, with different names or loan IDs.`
    return { kind: 'invalid', line, cells, problem: { line, column, code: 'phone_shared', message } }
  }
}

function nameLines(lines: readonly number[]): string {
  return `${lines.slice(0, -1).join(', ')} and ${lines.at(-1)}`
}
