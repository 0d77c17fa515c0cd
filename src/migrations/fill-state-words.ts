import type { Customer, Models } from '../../models/index.ts'
import { storeNameWords } from '../uploads/names/index.ts'
import { placeWord } from '../uploads/rows/index.ts'
import { addWords, chooseRow, findSearchRows } from './fill-search-words.ts'
import { pageCustomers } from './page-customers.ts'

const FIELDS = { primary_phone: 1, full_name: 1, state: 1, last_upload: 1 } as const

/**
 * Adds the search word of a state to rows of older customers, and stores the words of all states. As in an
 * import, a state is on a limited number of rows. After an interrupt it continues; a repeated customer stays
 * the same.
 */
export async function fillStateWords(models: Models): Promise<void> {
  await pageCustomers(models, FIELDS, (page) => fillPage(models, page))
}

async function fillPage(models: Models, page: readonly Customer[]): Promise<void> {
  const words = new Map<Customer, string>()
  for (const customer of page) {
    const word = typeof customer.state === 'string' ? placeWord(customer.state) : placeWord('')
    if (word !== placeWord('')) words.set(customer, word)
  }
  if (words.size === 0) return
  const rows = await findSearchRows(models, [...words.keys()])
  const updates = [...words].flatMap(([customer, word]) => {
    const own = rows.get(customer.primary_phone) ?? []
    const place = chooseRow(customer, own)
    return place && !own.some(({ search = [] }) => search.includes(word)) ? addWords(place, [word]) : []
  })
  if (updates.length > 0) await models.uploadRows.collection.bulkWrite(updates, { ordered: false })
  await storeNameWords(models, new Set(words.values()))
}
