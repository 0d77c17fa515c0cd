import type { FileUpload, Models } from '../../../models/index.ts'
import { writeCsvFile } from '../../csv/index.ts'
import { readSecondPhones } from './find-second-phones.ts'

/** Writes all rows of a file whose phone is a second phone of another customer as a CSV, one line for each of those. */
export async function writeSecondPhones(models: Models, upload: FileUpload, path: string): Promise<void> {
  await writeCsvFile(path, listRows(models, upload))
}

const RESULTS = { kept: 'a customer of its own', matched: 'went to the other customer' } as const

async function* listRows(models: Models, upload: FileUpload): AsyncGenerator<string[]> {
  yield ['line', 'phone', 'name', 'result', 'phone of the other customer', 'name of the other customer']
  for (const kind of ['kept', 'matched'] as const)
    for await (const { line, phone, name = '', others } of readSecondPhones(models, upload, kind))
      for (const other of others)
        yield [String(line), phone, name, RESULTS[kind], other.phone, other.name ?? '']
}
