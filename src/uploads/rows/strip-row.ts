import type { mongo } from 'mongoose'
import type { UploadRow, WithoutValues } from '../../../models/index.ts'
import { listPaths } from './field-path.ts'

type Row = Pick<UploadRow, 'changes' | 'values' | 'without_values'>

/** Replaces a problem text, because the text quotes the cell. */
export const PROBLEM_WITHOUT_CELL = 'The cell is no longer kept.'

/** The fields a row had values for, also after their deletion. */
export function pathsWithValues({
  values,
  without_values,
}: Pick<Row, 'values' | 'without_values'>): string[] {
  return without_values?.said ?? listPaths(values)
}

/** The fields a row changed, also after the deletion of their values. */
export function pathsChanged({ changes, without_values }: Pick<Row, 'changes' | 'without_values'>): string[] {
  return without_values?.changed ?? listPaths(changes)
}

/** What stays of a row without its values: the fields it named and changed. */
function withoutValues(row: Row): WithoutValues {
  const [changed, named] = [pathsChanged(row), pathsWithValues(row)]
  return { ...(changed.length > 0 && { changed }), ...(named.length > 0 && { said: named }) }
}

/**
 * Deletes the values of a row. Safe to repeat.
 * @param words the customer's current search words; words of earlier names are deleted
 */
export function stripRow(row: UploadRow, words: ReadonlySet<string>): mongo.AnyBulkWriteOperation {
  const search = row.search?.filter((word) => words.has(word)) ?? []
  return {
    updateOne: {
      filter: { _id: row._id, upload: row.upload, line: row.line },
      update: {
        $set: {
          without_values: withoutValues(row),
          ...(search.length > 0 && { search }),
          ...(row.problem && { 'problem.message': PROBLEM_WITHOUT_CELL }),
        },
        $unset: { changes: '', values: '', found: '', cells: '', ...(search.length === 0 && { search: '' }) },
      },
    },
  }
}
