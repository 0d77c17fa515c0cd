import type { mongo } from 'mongoose'
import type { Customer, Models, UploadRow } from '../../models/index.ts'
import { storeNameWords } from '../uploads/names/index.ts'
import {
  customerPhoneOf,
  endingWord,
  placeWord,
  searchWordsOfValues,
  splitName,
} from '../uploads/rows/index.ts'
import { pageCustomers } from './page-customers.ts'

const PAGE = 500
/** The customer fields that give words; the name only for the words of names, which rows have already. */
const FIELDS = { primary_phone: 1, full_name: 1, email: 1, city: 1, last_upload: 1 } as const

type FoundRow = Pick<UploadRow, '_id' | 'upload' | 'line' | 'phone' | 'customer_phone' | 'search'>
type RowPlace = Partial<Pick<FoundRow, '_id'>> & Pick<FoundRow, 'upload' | 'line'>

/**
 * Adds search words for city, phone endings and e-mail domain to rows of older customers, and stores the
 * words of all names. The words go to the row with the name's words, so that one row matches a name with a
 * city.
 *
 * After an interrupt it continues; a repeated customer stays the same.
 */
export async function fillSearchWords(models: Models): Promise<void> {
  await pageCustomers(models, FIELDS, (page) => fillPage(models, page))
}

/** The rows with search words, by the phone of their customer. */
export async function findSearchRows(
  { uploadRows }: Models,
  customers: readonly Customer[],
): Promise<ReadonlyMap<string, FoundRow[]>> {
  const rows = new Map<string, FoundRow[]>()
  const found = uploadRows.collection.find<FoundRow>(
    { phone: { $in: customers.map(({ primary_phone }) => primary_phone) }, search: { $exists: true } },
    { projection: { upload: 1, line: 1, phone: 1, customer_phone: 1, search: 1 }, batchSize: 10 * PAGE },
  )
  for await (const row of found) {
    const phone = customerPhoneOf(row) ?? ''
    rows.set(phone, [...(rows.get(phone) ?? []), row])
  }
  return rows
}

async function fillPage(models: Models, page: readonly Customer[]): Promise<void> {
  const { nameWords, uploadRows } = models
  const rows = await findSearchRows(models, page)
  const updates = page.flatMap((customer) => fillCustomer(customer, rows.get(customer.primary_phone) ?? []))
  if (updates.length > 0) await uploadRows.collection.bulkWrite(updates, { ordered: false })
  const names = page.flatMap(({ full_name }) => (typeof full_name === 'string' ? splitName(full_name) : []))
  await storeNameWords({ nameWords }, new Set(names))
}

function fillCustomer(customer: Customer, rows: readonly FoundRow[]): mongo.AnyBulkWriteOperation[] {
  const { primary_phone, email, city } = customer
  const wanted = searchWordsOfValues({ email, city }, primary_phone)
  const known = new Set(rows.flatMap(({ search = [] }) => search))
  const missing = wanted.filter((word) => !known.has(word))
  const place = chooseRow(customer, rows)
  return [
    ...(place ? addWords(place, missing) : []),
    // A second phone's ending is stored beside the phone, and deleted with it.
    ...rows.flatMap((row) => addWords(row, endingsMissing(row))),
  ]
}

/**
 * The row for further words: the one that last set the name, so that a search for name and city needs one
 * query; else the customer's last row.
 */
export function chooseRow(
  { full_name, last_upload }: Customer,
  rows: readonly FoundRow[],
): RowPlace | undefined {
  const names = typeof full_name === 'string' ? splitName(full_name) : []
  const target =
    rows.findLast(({ search = [] }) => names.length > 0 && names.every((name) => search.includes(name))) ??
    rows.at(-1)
  return target ?? (last_upload && { upload: last_upload.upload, line: last_upload.line })
}

function endingsMissing({ search = [] }: FoundRow): string[] {
  return search.flatMap((word) =>
    word.startsWith('+') && !search.includes(endingWord(word)) ? [endingWord(word)] : [],
  )
}

export function addWords(row: RowPlace, words: readonly string[]): mongo.AnyBulkWriteOperation[] {
  if (words.length === 0) return []
  const { upload, line } = row
  // Rows of people forgotten in the meantime have no phone and get no words.
  return [
    {
      updateOne: {
        filter: { ...(row._id && { _id: row._id }), upload, line, phone: { $exists: true } },
        update: { $addToSet: { search: { $each: [...words] } } },
      },
    },
  ]
}

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
    words.add(placeWord(String(_id)))
    if (words.size < PAGE) continue
    await storeNameWords({ nameWords }, words)
    words = new Set()
  }
  await storeNameWords({ nameWords }, words)
}
