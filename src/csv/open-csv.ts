import { requireEncoding } from './bytes/index.ts'
import type { ByteSource, CsvFile, CsvOptions } from './csv-file.ts'
import { CsvReader } from './csv-reader.ts'

/**
 * Opens a file of delimited text: finds its encoding, separator and header by content and reads the first rows.
 *
 * The rest is read as `batches` is walked; memory does not grow with the file, and the event loop is let go of every
 * few milliseconds. A row that cannot be used is handed over with its `problem`, and the rows after it are read:
 * nothing in a file can swallow what follows it.
 *
 * @throws AppError not_csv, file_empty, no_rows, too_many_columns, unknown_encoding, and (where the beginning of the
 *   file already tells) file_too_large, too_many_rows; or whatever the byte source throws. The source is let go of.
 */
export async function openCsv(source: ByteSource, options: CsvOptions): Promise<CsvFile> {
  for (const encoding of [options.encoding, options.fallbackEncoding]) {
    if (encoding !== undefined) requireEncoding(encoding)
  }
  if (options.delimiter !== undefined && !/^[^"\r\n]$/.test(options.delimiter)) {
    throw new Error('A delimiter is one character, and neither a quotation mark nor a line end.')
  }
  const reader = new CsvReader(source, options)
  try {
    await reader.open()
    return reader
  } catch (error) {
    await reader.close()
    throw error
  }
}
