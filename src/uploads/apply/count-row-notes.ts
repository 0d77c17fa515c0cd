import type { mongo } from 'mongoose'
import type { Models } from '../../../models/index.ts'
import type { RowNote } from '../../customers/fields/index.ts'
import { formatNumber } from '../../locale.ts'

export type RowNoteCount = RowNote & { readonly rows: number }

/** How often each choice was made that is made row by row, from the rows in the database. Most frequent first. */
export async function countRowNotes(models: Models, upload: mongo.ObjectId): Promise<RowNoteCount[]> {
  const groups = await models.uploadRows.collection
    .aggregate<{ _id: RowNote; n: number }>([
      { $match: { upload, notes: { $exists: true } } },
      { $unwind: '$notes' },
      { $group: { _id: { code: '$notes.code', column: '$notes.column' }, n: { $sum: 1 } } },
    ])
    .toArray()
  return groups.map(({ _id, n }) => ({ ..._id, rows: n })).sort((a, b) => b.rows - a.rows)
}

export function describeRowNotes(counts: readonly RowNoteCount[]): string[] {
  return counts.map(({ code, column, rows }) => {
    const where = `In ${formatNumber(rows)} ${rows === 1 ? 'row' : 'rows'}`
    return code === 'phone_from_next_column'
      ? `${where} the phone comes from "${column}".`
      : `${where} a value in "${column}" is not a phone number of the customer and was left out.`
  })
}
