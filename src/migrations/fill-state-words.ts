import type { mongo } from 'mongoose'
import type { Customer, Models } from '../../models/index.ts'
import { storeNameWords } from '../uploads/names/index.ts'
import { placeWord } from '../uploads/rows/index.ts'
import { addWords, chooseRow, findSearchRows } from './fill-search-words.ts'

const PAGE = 500
const FIELDS = { primary_phone: 1, full_name: 1, state: 1, last_upload: 1 } as const

/**
 * Adds the search word of a state to rows of older customers, and stores the words of all states. As in an
 * import, a state is on a limited number of rows. After an interrupt it continues; a repeated customer stays
 * the same.
 */
export async function fillStateWords(models: Models): Promise<void> {
  const state = models.schemaState.collection
  const key = { _id: 'schema' }
  let after: mongo.ObjectId | undefined = (await state.findOne(key))?.filled_to
  for (;;) {
    const page = await models.customers.collection
      .find<Customer>({ ...(after && { _id: { $gt: after } }) }, { projection: FIELDS, batchSize: PAGE + 1 })
      .sort({ _id: 1 })
      .limit(PAGE)
      .toArray()
    after = page.at(-1)?._id
    if (!after) break
    await fillPage(models, page)
    await state.updateOne(key, { $set: { filled_to: after } })
  }
  await state.updateOne(key, { $unset: { filled_to: '' } })
}

async function fillPage(models: Models, page: readonly Customer[]) {
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
