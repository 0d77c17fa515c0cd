import type { FileUpload, Models } from '../../../models/index.ts'
import { createPhoneSet, customerPhoneOf, rowsBehind } from '../rows/index.ts'
import { type CustomerFilter, dayAfter } from './customer-filter.ts'
import { findChangedSince } from './find-changed-customers.ts'

const PAGE = 500

/**
 * Streams the phones of customers that a filter selects through uploads: those one upload mentions, or those
 * changed since a day. In pages, each phone once; some of these customers may be deleted.
 *
 * @returns undefined if the filter has conditions on documents only
 */
export function listFilteredPhones(
  models: Models,
  { changedSince, changedUntil }: CustomerFilter,
  upload: FileUpload | undefined,
  startOfDay: (day: string) => Date,
): AsyncIterable<readonly string[]> | undefined {
  const before = changedUntil === undefined ? undefined : startOfDay(dayAfter(changedUntil))
  const changed =
    changedSince === undefined ? undefined : findChangedSince(models, startOfDay(changedSince), before)
  if (!upload) return changed
  const mentioned = listMentioned(models, upload)
  return changed ? intersect(changed, mentioned) : mentioned
}

async function* listMentioned(models: Models, upload: FileUpload): AsyncGenerator<readonly string[]> {
  const seen = createPhoneSet()
  for (let after = 0; ; ) {
    const rows = await models.uploadRows.collection
      .find<{ phone: string; customer_phone?: string; line: number }>(
        { ...rowsBehind(upload, after), phone: { $exists: true } },
        { projection: { _id: 0, phone: 1, customer_phone: 1, line: 1 }, batchSize: PAGE + 1 },
      )
      .sort({ _id: 1 })
      .limit(PAGE)
      .toArray()
    const last = rows.at(-1)
    if (!last) return
    const fresh = [...new Set(rows.flatMap((row) => customerPhoneOf(row) ?? []))].filter(
      (phone) => !seen.has(phone),
    )
    for (const phone of fresh) seen.add(phone)
    if (fresh.length > 0) yield fresh
    after = last.line
  }
}

async function* intersect(
  some: AsyncIterable<readonly string[]>,
  others: AsyncIterable<readonly string[]>,
): AsyncGenerator<readonly string[]> {
  const known = createPhoneSet()
  for await (const page of some) for (const phone of page) known.add(phone)
  for await (const page of others) {
    const both = page.filter((phone) => known.has(phone))
    if (both.length > 0) yield both
  }
}
