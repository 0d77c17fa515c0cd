import type { mongo } from 'mongoose'
import type { Models } from '../../../models/index.ts'
import type { HeaderMapping } from '../../customers/fields/index.ts'
import { formatNumber } from '../../locale.ts'

interface DummyCount {
  /** As written in the file. */
  readonly number: string
  readonly rows: number
  /** Number of different names with it; 0 if the file has no names. */
  readonly names: number
}

const MAX_DESCRIBED = 3

/**
 * Counts the rows of each dummy number of an upload, and the names that share it, from the stored rows. Most
 * rows first.
 */
export async function countDummies(
  models: Models,
  upload: mongo.ObjectId,
  { columns }: HeaderMapping,
): Promise<DummyCount[]> {
  const phones = columns.filter(({ target }) => target === 'phone')
  const cellOf = (index: number) => ({ $ifNull: [{ $arrayElemAt: ['$cells', index] }, ''] })
  const phoneOf = phones.reduce<unknown>(
    (otherwise, { header, index }) => ({
      $cond: [{ $eq: ['$problem.column', header] }, cellOf(index), otherwise],
    }),
    '',
  )
  const names = columns.filter(({ target, field }) => target === 'field' && field === 'full_name')
  const name = { $toLower: { $concat: ['', ...names.map(({ index }) => cellOf(index))] } }
  const groups = await models.uploadRows.collection
    .aggregate<{ _id: string; rows: number; names: number }>([
      { $match: { upload, outcome: 'invalid', 'problem.code': 'phone_dummy' } },
      { $group: { _id: { phone: phoneOf, name }, rows: { $sum: 1 } } },
      {
        $group: {
          _id: '$_id.phone',
          rows: { $sum: '$rows' },
          names: { $sum: { $cond: [{ $eq: ['$_id.name', ''] }, 0, 1] } },
        },
      },
      { $sort: { rows: -1, _id: 1 } },
      { $limit: MAX_DESCRIBED + 1 },
    ])
    .toArray()
  return groups.map(({ _id, rows, names: count }) => ({ number: _id.trim(), rows, names: count }))
}

export function describeDummies(counts: readonly DummyCount[]): string[] {
  const described = counts.slice(0, MAX_DESCRIBED).map(({ number, rows, names }) => {
    const who = names > 1 ? `${formatNumber(names)} names share ${number}` : `${number} is in the file`
    const what =
      rows === 1 ? '1 row with it was not imported' : `${formatNumber(rows)} rows with it were not imported`
    return `${who}, a dummy number: ${what}.`
  })
  return counts.length > MAX_DESCRIBED
    ? [...described, 'Other dummy numbers are among the rows to correct.']
    : described
}
