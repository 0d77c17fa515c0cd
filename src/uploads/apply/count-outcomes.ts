import type { mongo } from 'mongoose'
import {
  type Models,
  ROW_OUTCOMES,
  type RowOutcome,
  type UploadCounts,
  type UploadRow,
} from '../../../models/index.ts'

export function emptyCounts(): UploadCounts {
  return { rows: 0, created: 0, updated: 0, unchanged: 0, duplicate: 0, invalid: 0, blank: 0 }
}

/** The counts with these rows added. */
export function addRows(counts: UploadCounts, rows: readonly UploadRow[]): UploadCounts {
  const sum = { ...counts }
  for (const row of rows) {
    sum.rows++
    sum[row.outcome]++
  }
  return sum
}

/** What a receipt is made of: the rows of an upload as they stand in the database. */
export async function countOutcomes(models: Models, upload: mongo.ObjectId): Promise<UploadCounts> {
  const groups = await models.uploadRows.collection
    .aggregate<{ _id: RowOutcome; n: number }>([
      { $match: { upload } },
      { $group: { _id: '$outcome', n: { $sum: 1 } } },
    ])
    .toArray()
  const counts = emptyCounts()
  for (const { _id, n } of groups) {
    counts[_id] += n
    counts.rows += n
  }
  return counts
}

/** Whether the six outcomes add up to the rows. */
export function isBalanced(counts: UploadCounts): boolean {
  return ROW_OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0) === counts.rows
}

/** The first rows that could not be used, in the order of the file. */
export async function findProblems(
  models: Models,
  upload: mongo.ObjectId,
  limit: number,
): Promise<UploadRow[]> {
  return await models.uploadRows.collection
    .find<UploadRow>({ upload, outcome: 'invalid' })
    .sort({ line: 1 })
    .limit(limit)
    .toArray()
}
