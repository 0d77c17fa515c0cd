import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { joinPieces } from './join-pieces.ts'
import { neutraliseCell, writeCsvRow } from './write-csv.ts'

/** Without it, Excel reads UTF-8 as the machine's own encoding. */
const BYTE_ORDER_MARK = '\uFEFF'

/**
 * Writes rows to a file that only its owner may read, safe to open in a spreadsheet. Memory does not grow
 * with them.
 * @param rows the header first
 */
export async function writeCsvFile(
  path: string,
  rows: AsyncIterable<readonly string[]>,
  delimiter = ',',
): Promise<void> {
  await pipeline(joinPieces(writeRows(rows, delimiter)), createWriteStream(path, { mode: 0o600 }))
}

async function* writeRows(rows: AsyncIterable<readonly string[]>, delimiter: string): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK
  for await (const cells of rows) yield writeCsvRow(cells.map(neutraliseCell), delimiter)
}
