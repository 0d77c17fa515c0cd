import type { Models } from '../models/index.ts'
import { type Day, finalDocuments } from './final-documents.ts'

/**
 * Writes one row after the other: find by phone, save, one history document, like the system this one
 * replaced. It gets the values, so it does no reading and comparing.
 * @returns seconds
 */
export async function writePerRow(models: Models, day: Day): Promise<number> {
  const { customers, uploadRows } = models
  let ms = 0
  for (let index = 0; index < day.rows; index++) {
    const { phone, customer, first, row } = finalDocuments(day, index)
    const started = performance.now()
    const found =
      (await customers.findOne({ primary_phone: phone })) ?? new customers({ primary_phone: phone, ...first })
    found.set(customer)
    await found.save()
    await uploadRows.create(row)
    ms += performance.now() - started
  }
  return ms / 1000
}
