import { isDuplicateKey, type Models } from '../../../models/index.ts'

/** Returns the next number. Numbers ascend and are never reused; an unused one is skipped. */
export async function nextNumber(models: Models, of: 'file_uploads' | 'column_choices'): Promise<number> {
  const counters = models.counters.collection
  const take = () =>
    counters.findOneAndUpdate({ _id: of }, { $inc: { value: 1 } }, { upsert: true, returnDocument: 'after' })
  let counter: Awaited<ReturnType<typeof take>>
  try {
    counter = await take()
  } catch (error) {
    // Two processes created the counter at the same time.
    if (!isDuplicateKey(error)) throw error
    counter = await take()
  }
  return Number(counter?.value)
}
