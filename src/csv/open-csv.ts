import { requireEncoding } from './bytes/index.ts'
import type { ByteSource, CsvFile, CsvOptions } from './csv-file.ts'
import { CsvReader } from './csv-reader.ts'

/**
 * Opens delimited text: detects encoding, separator and header by content and reads the first rows.
 *
 * The rest is read as `batches` is iterated. Memory does not grow with the file, and other tasks get a turn
 * every few milliseconds. An invalid row has a `problem`, and the rows after it are read: nothing in a file
 * can swallow what follows.
 *
 * @throws AppError not_csv, file_empty, no_rows, too_many_columns, unknown_encoding; file_too_large,
 * too_many_rows if the file's start already shows it; errors of the byte source. The source is then released.
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
