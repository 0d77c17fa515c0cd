import type { FileUpload, Models } from '../../../models/index.ts'
import { writeCsvFile } from '../../csv/index.ts'
import { readSecondPhones } from './find-second-phones.ts'

/** Maximum of listed phones: they fit in one audit entry with space left. */
const MAX_LISTED = 10_000

/**
 * Writes all rows of a file whose phone is a second phone of another customer as a CSV, one line per other
 * customer.
 * @returns the primary phones of the customers in it, the first 10,000
 */
export async function writeSecondPhones(
  models: Models,
  upload: FileUpload,
  path: string,
): Promise<ReadonlySet<string>> {
  const phones = new Set<string>()
  await writeCsvFile(
    path,
    listRows(models, upload, (phone) => {
      if (phones.size < MAX_LISTED) phones.add(phone)
    }),
  )
  return phones
}

const RESULTS = { kept: 'a customer of its own', matched: 'went to the other customer' } as const

async function* listRows(
  models: Models,
  upload: FileUpload,
  onCustomer: (phone: string) => void,
): AsyncGenerator<string[]> {
  yield ['line', 'phone', 'name', 'result', 'phone of the other customer', 'name of the other customer']
  for (const kind of ['kept', 'matched'] as const)
    for await (const { line, phone, name = '', others } of readSecondPhones(models, upload, kind))
      for (const other of others) {
        if (kind === 'kept') onCustomer(phone)
        onCustomer(other.phone)
        yield [String(line), phone, name, RESULTS[kind], other.phone, other.name ?? '']
      }
}
