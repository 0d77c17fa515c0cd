import type { FileUpload, Models } from '../../../models/index.ts'
import { writeCsvFile } from '../../csv/index.ts'
import { readSharedPhones } from '../results/index.ts'

/**
 * Writes all rows of a file that share a phone but differ in name or loan number as a CSV, one line per
 * field.
 * @param labelOf the label of a field
 */
export async function writeSharedPhones(
  models: Models,
  upload: FileUpload,
  path: string,
  labelOf: (path: string) => string,
): Promise<void> {
  await writeCsvFile(path, listRows(models, upload, labelOf))
}

async function* listRows(
  models: Models,
  upload: FileUpload,
  labelOf: (path: string) => string,
): AsyncGenerator<string[]> {
  yield ['line', 'phone', 'field', 'earlier row', 'this row']
  for await (const { line, phone, fields } of readSharedPhones(models, upload))
    for (const { field, change } of fields)
      yield [String(line), phone, labelOf(field), String(change.from ?? ''), String(change.to ?? '')]
}
