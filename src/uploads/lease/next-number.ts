import { isDuplicateKey, type Models } from '../../../models/index.ts'

/** Numbers ascend and are never given twice; one is skipped where it turns out not to be needed. */
export async function nextNumber(models: Models, of: 'file_uploads' | 'column_choices'): Promise<number> {
  const counters = models.counters.collection
  const take = () =>
    counters.findOneAndUpdate(
      { _id: of as never },
      { $inc: { value: 1 } },
      { upsert: true, returnDocument: 'after' },
    )
  let counter: Awaited<ReturnType<typeof take>>
  try {
    counter = await take()
  } catch (error) {
    // The very first number, wanted by two at once.
    if (!isDuplicateKey(error)) throw error
    counter = await take()
  }
  return Number(counter?.value)
}
