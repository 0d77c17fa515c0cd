import type { Models } from '../../models/index.ts'
import { storeNameWords } from '../uploads/names/index.ts'
import { cityWord } from '../uploads/rows/index.ts'

const PAGE = 500

/**
 * Stores the words of all customers' cities, so that a city is found with a wrong letter. Rows have them
 * already. A repeated run stores the same words.
 */
export async function fillCityWords({ customers, nameWords }: Models): Promise<void> {
  const cities = customers.collection.aggregate<{ readonly _id: unknown }>(
    [{ $match: { city: { $type: 'string' } } }, { $group: { _id: '$city' } }],
    { allowDiskUse: true, batchSize: PAGE + 1 },
  )
  let words = new Set<string>()
  for await (const { _id } of cities) {
    words.add(cityWord(String(_id)))
    if (words.size < PAGE) continue
    await storeNameWords({ nameWords }, words)
    words = new Set()
  }
  await storeNameWords({ nameWords }, words)
}
