import type { mongo } from 'mongoose'
import type { Customer, Models, UploadRow } from '../../models/index.ts'
import { storeNameWords } from '../uploads/names/index.ts'
import { customerPhoneOf, endingWord, searchWordsOfValues, splitName } from '../uploads/rows/index.ts'

const PAGE = 500
/** What of a customer gives words: the name for the words of names alone, which the rows have already. */
const FIELDS = { primary_phone: 1, full_name: 1, email: 1, city: 1, last_upload: 1 } as const

type FoundRow = Pick<UploadRow, '_id' | 'upload' | 'line' | 'phone' | 'customer_phone' | 'search'>

/**
 * People are found by their city, by the last digits of a phone and by where their e-mail address is, through words in the
 * rows; and by a name with a wrong letter, through the words of all names. Customers from before get both. The words go to the row
 * that has those of the name, so that one row fits a name with a city.
 *
 * It goes on where it broke off: a customer that is done again stays as it is.
 */
export async function fillSearchWords(models: Models): Promise<void> {
  const state = models.schemaState.collection
  const key = { _id: 'schema' as never }
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

async function fillPage({ nameWords, uploadRows }: Models, page: readonly Customer[]): Promise<void> {
  const rows = new Map<string, FoundRow[]>()
  const found = uploadRows.collection.find<FoundRow>(
    { phone: { $in: page.map(({ primary_phone }) => primary_phone) }, search: { $exists: true } },
    { projection: { upload: 1, line: 1, phone: 1, customer_phone: 1, search: 1 }, batchSize: 10 * PAGE },
  )
  for await (const row of found) {
    const phone = customerPhoneOf(row) ?? ''
    rows.set(phone, [...(rows.get(phone) ?? []), row])
  }
  const updates = page.flatMap((customer) => fillCustomer(customer, rows.get(customer.primary_phone) ?? []))
  if (updates.length > 0) await uploadRows.collection.bulkWrite(updates, { ordered: false })
  const names = page.flatMap(({ full_name }) => (typeof full_name === 'string' ? splitName(full_name) : []))
  await storeNameWords({ nameWords }, new Set(names))
}

function fillCustomer(customer: Customer, rows: readonly FoundRow[]): mongo.AnyBulkWriteOperation[] {
  const { primary_phone, full_name, email, city, last_upload } = customer
  const wanted = searchWordsOfValues({ email, city }, primary_phone)
  const names = typeof full_name === 'string' ? splitName(full_name) : []
  const known = new Set(rows.flatMap(({ search = [] }) => search))
  const missing = wanted.filter((word) => !known.has(word))
  // The row that named the customer last: a name with a city is then found in one look.
  const target =
    rows.findLast(({ search = [] }) => names.length > 0 && names.every((name) => search.includes(name))) ??
    rows.at(-1)
  const place = target ?? (last_upload && { upload: last_upload.upload, line: last_upload.line })
  return [
    ...(place ? addWords(place, missing) : []),
    // How a second phone ends stands beside the phone, and goes with it.
    ...rows.flatMap((row) => addWords(row, endingsMissing(row))),
  ]
}

function endingsMissing({ search = [] }: FoundRow): string[] {
  return search.flatMap((word) =>
    word.startsWith('+') && !search.includes(endingWord(word)) ? [endingWord(word)] : [],
  )
}

function addWords(
  row: Partial<Pick<FoundRow, '_id'>> & Pick<FoundRow, 'upload' | 'line'>,
  words: readonly string[],
): mongo.AnyBulkWriteOperation[] {
  if (words.length === 0) return []
  const { upload, line } = row
  // Who was forgotten meanwhile has no phone on the row, and gets no words.
  return [
    {
      updateOne: {
        filter: { ...(row._id && { _id: row._id }), upload, line, phone: { $exists: true } },
        update: { $addToSet: { search: { $each: [...words] } } },
      },
    },
  ]
}
