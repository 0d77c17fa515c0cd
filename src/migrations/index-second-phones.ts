import type { mongo } from 'mongoose'
import type { Customer, FieldChange, Models, UploadRow } from '../../models/index.ts'
import { searchWordsOf } from '../uploads/rows/index.ts'

const PAGE = 500

type ChangedRow = Pick<UploadRow, '_id' | 'upload' | 'line' | 'changes'>

/**
 * Adds the search words of second phones to older rows. If a customer's rows have lost their values, the last
 * row that mentions the customer gets the words.
 */
export async function indexSecondPhones(models: Models): Promise<void> {
  await indexRows(models)
  await indexCustomers(models)
}

async function indexRows({ uploadRows }: Models): Promise<void> {
  for (let after: mongo.ObjectId | undefined; ; ) {
    const rows = await uploadRows.collection
      .find<ChangedRow>(
        {
          ...(after && { _id: { $gt: after } }),
          phone: { $exists: true },
          outcome: { $in: ['created', 'updated', 'duplicate'] },
          'changes.other_phones': { $exists: true },
        },
        { projection: { upload: 1, line: 1, 'changes.other_phones': 1 } },
      )
      .sort({ _id: 1 })
      .limit(PAGE)
      .toArray()
    after = rows.at(-1)?._id
    if (!after) return
    const updates = rows.flatMap(({ _id, upload, line, changes }) =>
      addWords({ _id, upload, line }, searchWordsOf({ other_phones: changes?.other_phones as FieldChange })),
    )
    if (updates.length > 0) await uploadRows.collection.bulkWrite(updates, { ordered: false })
  }
}

async function indexCustomers({ customers, uploadRows }: Models): Promise<void> {
  for (let after: mongo.ObjectId | undefined; ; ) {
    const page = await customers.collection
      .find<Customer>(
        { ...(after && { _id: { $gt: after } }), other_phones: { $exists: true } },
        { projection: { primary_phone: 1, other_phones: 1, last_upload: 1 } },
      )
      .sort({ _id: 1 })
      .limit(PAGE)
      .toArray()
    after = page.at(-1)?._id
    if (!after) return
    const known = new Map<string, Set<string>>()
    const rows = uploadRows.collection.find<Pick<UploadRow, 'phone' | 'search'>>(
      { phone: { $in: page.map(({ primary_phone }) => primary_phone) }, search: { $exists: true } },
      { projection: { phone: 1, search: 1 } },
    )
    for await (const { phone = '', search = [] } of rows)
      known.set(phone, new Set([...(known.get(phone) ?? []), ...search]))
    const updates = page.flatMap(({ primary_phone, other_phones, last_upload }) => {
      const words = searchWordsOf({ other_phones: { from: null, to: other_phones as string[] } })
      const missing = words.filter((word) => !known.get(primary_phone)?.has(word))
      return last_upload ? addWords({ upload: last_upload.upload, line: last_upload.line }, missing) : []
    })
    if (updates.length > 0) await uploadRows.collection.bulkWrite(updates, { ordered: false })
  }
}

function addWords(
  filter: Readonly<Record<string, unknown>>,
  words: readonly string[],
): mongo.AnyBulkWriteOperation[] {
  if (words.length === 0) return []
  // Rows of people forgotten in the meantime have no phone and get no words.
  return [
    {
      updateOne: {
        filter: { ...filter, phone: { $exists: true } },
        update: { $addToSet: { search: { $each: [...words] } } },
      },
    },
  ]
}
