import type { ColumnSample, Models } from '../../../models/index.ts'
import { readPhones } from '../../customers/phones/index.ts'

/**
 * Finds the known customers whose phones are in the sampled cells, for the audit of who saw them.
 * @returns their `_id`s
 * @throws driver errors
 */
export async function findSampledCustomers(
  { customers }: Models,
  sample: readonly ColumnSample[],
  region: string,
): Promise<string[]> {
  const phones = sample.flatMap(({ cells }) =>
    cells.flatMap(({ text }) => {
      const reading = readPhones(text, region)
      return reading.kind === 'phones' ? reading.phones : []
    }),
  )
  if (phones.length === 0) return []
  const found = await customers.find({ primary_phone: { $in: phones } }, { _id: 1 }).lean()
  return found.map(({ _id }) => String(_id))
}
