import type { FieldChange, FileUpload, Models, UndoRow } from '../../../models/index.ts'
import { rememberNameWords } from '../names/index.ts'
import { flattenPaths, searchWordsOf, sharedWordsOf } from '../rows/index.ts'
import { type LineWords, packBlocks, storeBlocks } from '../search-blocks/index.ts'

/**
 * Adds the search words of restored values to the rows of an undo, and stores the shared ones. The retention
 * policy deletes words that customers do not have at that time; an undo can restore the values later.
 *
 * @param first a line of the batch, the same if the batch is repeated
 * @param rows not recorded yet
 */
export async function restoreWords(
  models: Models,
  undo: Pick<FileUpload, '_id' | 'number' | 'shared_at'>,
  first: number,
  rows: readonly UndoRow[],
): Promise<UndoRow[]> {
  const shared: LineWords[] = []
  const withWords = rows.map((row): UndoRow => {
    const changes = flattenPaths<FieldChange>(row.changes)
    shared.push({ line: row.line, words: sharedWordsOf(changes) })
    const search = searchWordsOf(changes, row.before === null ? row.phone : undefined)
    return search.length > 0 ? { ...row, search } : row
  })
  await rememberNameWords(models, undo, withWords, shared)
  await storeBlocks(models, packBlocks(undo, first, shared))
  return withWords
}
