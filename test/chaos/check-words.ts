import type { Customer, Models, SearchBlock, UploadRow } from '../../models/index.ts'
import { customerPhoneOf, rowIdAtLine, searchWordsOfValues } from '../../src/uploads/rows/index.ts'
import { unpackWords } from '../../src/uploads/search-blocks/pack-blocks.ts'
import { hold } from './hold.ts'

/** The fields whose words are in blocks, and in rows of earlier versions. */
const SHARED = ['city', 'state', 'email'] as const

/**
 * Each customer is found by city, state and domain through some row, and each line of a search block has a row of
 * a person who was not forgotten.
 */
export async function checkWords({ customers, uploadRows, searchBlocks }: Models): Promise<void> {
  const words = new Map<string, string[]>()
  for await (const block of searchBlocks.collection.find<SearchBlock>({})) {
    hold(block.words.length > 0, `the search block ${block._id} has no words`)
    for (const [word, lines] of unpackWords(block)) {
      hold(lines.size > 0, `${word} of the search block ${block._id} has no lines`)
      for (const line of lines) {
        const id = String(rowIdAtLine(block._id, line))
        words.set(id, [...(words.get(id) ?? []), word])
      }
    }
  }
  const found = new Map<string, Set<string>>()
  const rows = uploadRows.collection.find<UploadRow>(
    {},
    { projection: { phone: 1, customer_phone: 1, search: 1, forgotten_by: 1 } },
  )
  for await (const { _id, search = [], forgotten_by, ...row } of rows) {
    const own = words.get(String(_id)) ?? []
    words.delete(String(_id))
    hold(forgotten_by === undefined || own.length === 0, `a forgotten row is in search blocks: ${own.join()}`)
    const phone = customerPhoneOf(row)
    if (phone === undefined) continue
    found.set(phone, new Set([...(found.get(phone) ?? []), ...search, ...own]))
  }
  hold(words.size === 0, `${words.size} lines of search blocks have no row: ${[...words.keys()].slice(0, 5)}`)
  for await (const customer of customers.collection.find<Customer>({})) {
    const values = Object.fromEntries(SHARED.map((field) => [field, customer[field]]))
    const missing = searchWordsOfValues(values).filter(
      (word) => !found.get(customer.primary_phone)?.has(word),
    )
    hold(missing.length === 0, `${customer.primary_phone} is not found by ${missing.join(' or ')}`)
  }
}
