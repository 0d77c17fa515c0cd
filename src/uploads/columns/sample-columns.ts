import type { ColumnSample } from '../../../models/index.ts'
import { cleanText, isBlank } from '../../customers/cells/index.ts'
import type { ListFile } from '../../lists/index.ts'

/** Maximum of cells per column, and of characters per cell; longer cells are cut. */
const MAX_CELLS = 3
const MAX_LETTERS = 40
/** Maximum of sampled columns: a few pages of the modal. */
const MAX_COLUMNS = 500

/**
 * The first non-blank cells of every column, for the person who corrects how a file was read. Customer data.
 */
export function sampleColumns({ header, sample }: Pick<ListFile, 'header' | 'sample'>): ColumnSample[] {
  return header.slice(0, MAX_COLUMNS).flatMap((_, index): ColumnSample[] => {
    const cells: ColumnSample['cells'] = []
    for (const { line, cells: row } of sample) {
      if (cells.length === MAX_CELLS) break
      const cell = row[index] ?? ''
      if (!isBlank(cell)) cells.push({ line, text: cut(cleanText(cell)) })
    }
    return cells.length > 0 ? [{ index, cells }] : []
  })
}

/** Never splits a surrogate pair: half of one is no text. */
const cut = (text: string): string => text.slice(0, MAX_LETTERS).replace(/[\uD800-\uDBFF]$/, '')
