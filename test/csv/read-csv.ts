import type { CsvFile, CsvOptions, CsvRow } from '../../src/csv/csv-file.ts'
import { openCsv } from '../../src/csv/open-csv.ts'
import { AppError } from '../../src/errors.ts'

export const LIMITS = {
  maxBytes: 512 * 1024 * 1024,
  maxRows: 1_048_576,
  maxColumns: 500,
  maxCellLength: 32_767,
}
export const OPTIONS: CsvOptions = { limits: LIMITS, batchSize: 1000 }

/** The bytes as one chunk, or cut at the given positions. */
export async function* toSource(
  bytes: Uint8Array | string,
  cuts: readonly number[] = [],
): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.from(bytes as Uint8Array)
  const places = [...new Set(cuts.map((cut) => cut % (buffer.length + 1)))].sort((a, b) => a - b)
  let from = 0
  for (const place of [...places, buffer.length]) {
    yield buffer.subarray(from, place)
    from = place
  }
}

export interface WholeFile {
  readonly file: CsvFile
  readonly rows: readonly CsvRow[]
}

/** Opens the bytes and reads them to the end. */
export async function readWhole(
  bytes: Uint8Array | string,
  options: Partial<CsvOptions> = {},
  cuts: readonly number[] = [],
): Promise<WholeFile> {
  const file = await openCsv(toSource(bytes, cuts), { ...OPTIONS, ...options })
  const rows: CsvRow[] = []
  for await (const batch of file.batches()) rows.push(...batch)
  return { file, rows }
}

/** The error for the bytes. */
export async function readRefusal(
  bytes: Uint8Array | string,
  options: Partial<CsvOptions> = {},
): Promise<AppError> {
  try {
    await readWhole(bytes, options)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('The file was read, but a refusal was expected.')
}
