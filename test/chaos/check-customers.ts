import { CUSTOMER_INDEXES, type Customer, type Models } from '../../models/index.ts'
import { asModelled, expectCustomers } from '../uploads/undo/undo-model.ts'
import { isVisitor } from './customer-files.ts'
import { hold } from './hold.ts'
import type { UploadStory } from './upload-story.ts'

/**
 * Customers equal the result of applying the files again under the current record kind, and that kind's
 * unique index exists.
 */
export async function checkCustomers(models: Models, { uploads, choice }: UploadStory): Promise<void> {
  const expected = [
    ...expectCustomers(
      uploads.map(({ model }) => model),
      choice,
    ).values(),
  ].map(writeDown)
  const stored = await models.customers.collection.find<Customer>({}).toArray()
  const found = stored.map((customer) => writeDown(asModelled(customer)))
  const wanted = new Set(expected)
  const odd = found.find((customer) => !wanted.has(customer))
  const there = new Set(found)
  const missing = expected.find((customer) => !there.has(customer))
  const phoneOf = (text: string) => String(JSON.parse(text).primary_phone)
  const odds = found.filter((customer) => !wanted.has(customer)).map(phoneOf)
  const instead = odd === undefined ? missing : expected.find((one) => phoneOf(one) === phoneOf(odd))
  hold(
    odd === undefined && missing === undefined,
    `as ${choice.kind} the files come to ${instead ?? missing ?? 'nothing more'}, the database has ${odd ?? 'nothing else'}; ${odds.length} customers differ: ${odds.slice(0, 20).join(', ')}`,
  )
  hold(found.length === expected.length, `${found.length} customers of ${expected.length}`)
  await checkIndexes(models, choice.kind)
}

async function checkIndexes(models: Models, kind: keyof typeof CUSTOMER_INDEXES): Promise<void> {
  const { name, key } = CUSTOMER_INDEXES[kind]
  const indexes = await models.customers.collection.indexes()
  const names = indexes.map((index) => String(index.name)).filter((one) => one !== '_id_')
  hold(names.join() === name, `customers have the indexes ${names.join(', ')}, not ${name} alone`)
  hold(
    indexes.some((index) => index.name === name && index.unique === true),
    `${name} is not unique`,
  )
  const ids = Object.fromEntries(Object.keys(key).map((path, at) => [`key${at}`, `$${path}`]))
  const twice = await models.customers.collection
    .aggregate([{ $group: { _id: ids, count: { $sum: 1 } } }, { $match: { count: { $gt: 1 } } }])
    .toArray()
  hold(twice.length === 0, `${twice.length} customers have two documents under ${name}`)
}

/** The same text for the same content, in any key order. */
function writeDown(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && Object.getPrototypeOf(part) === Object.prototype
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/**
 * Watches `first_uploaded_at` of every customer during the storm: it never changes. Only a switch may set it
 * to an earlier file.
 */
export function watchFirstUploads(models: Models): { look(): Promise<void>; readonly looks: number } {
  const first = new Map<string, number>()
  let seenIn: string | undefined
  let looks = 0
  const readEpoch = async () => JSON.stringify(await models.settings.collection.findOne({}))
  return {
    get looks() {
      return looks
    },
    async look() {
      const epoch = await readEpoch()
      const found = await models.customers.collection
        .find<Customer>({}, { projection: { primary_phone: 1, first_uploaded_at: 1 } })
        .toArray()
      const isSwitching = epoch.includes('"switching"') || epoch !== (await readEpoch())
      if (seenIn !== epoch || isSwitching) first.clear()
      seenIn = epoch
      if (isSwitching) return
      looks += 1
      for (const { _id, primary_phone: phone, first_uploaded_at: at } of found) {
        // The file that created them may be undone.
        if (isVisitor(phone)) continue
        const before = first.get(String(_id))
        hold(before === undefined || before === at.getTime(), `customer ${phone}: first_uploaded_at moved`)
        first.set(String(_id), at.getTime())
      }
    },
  }
}
