import type { mongo } from 'mongoose'
import type { Customer, Models } from '../../models/index.ts'

const PAGE = 500

/**
 * Calls a step of a migration for all customers, page by page. After an interrupt it continues with the page
 * it was in, so the step must leave a repeated customer the same.
 * @param fields the fields that the step reads
 */
export async function pageCustomers(
  { schemaState, customers }: Models,
  fields: Readonly<Record<string, 1>>,
  work: (page: readonly Customer[]) => Promise<void>,
): Promise<void> {
  const state = schemaState.collection
  const key = { _id: 'schema' }
  let after: mongo.ObjectId | undefined = (await state.findOne(key))?.filled_to
  for (;;) {
    const page = await customers.collection
      .find<Customer>({ ...(after && { _id: { $gt: after } }) }, { projection: fields, batchSize: PAGE + 1 })
      .sort({ _id: 1 })
      .limit(PAGE)
      .toArray()
    after = page.at(-1)?._id
    if (!after) break
    await work(page)
    await state.updateOne(key, { $set: { filled_to: after } })
  }
  await state.updateOne(key, { $unset: { filled_to: '' } })
}
