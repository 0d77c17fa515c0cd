import { type Models, repeatUpsert } from '../../../models/index.ts'

/** Returns the next number. Numbers ascend and are never reused; an unused one is skipped. */
export async function nextNumber(models: Models, of: 'file_uploads' | 'column_choices'): Promise<number> {
  const counters = models.counters.collection
  const take = () =>
    counters.findOneAndUpdate({ _id: of }, { $inc: { value: 1 } }, { returnDocument: 'after' })
  const counter = (await take()) ?? (await begin())

  async function begin() {
    // Not by one upsert: of two first ones at once, DocumentDB gives both the number 1.
    await repeatUpsert(() =>
      counters.updateOne({ _id: of }, { $setOnInsert: { value: 0 } }, { upsert: true }),
    )
    return await take()
  }

  return Number(counter?.value)
}
