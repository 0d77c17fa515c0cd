import type { mongo } from 'mongoose'
import type { Models, SearchBlock } from '../../../models/index.ts'
import { lineOfRow, rowId, rowIdAtLine, type UploadKey } from '../rows/index.ts'
import { BLOCK_LINES, unpackWords } from './pack-blocks.ts'
import { rewriteBlock } from './rewrite-block.ts'

type BlockModels = Pick<Models, 'searchBlocks'>

/** Lines of an upload, both included. */
interface LineRange {
  readonly first: number
  readonly last: number
}

/**
 * The blocks that can have these lines. An interrupted import may have left several for one line.
 * @param id any row's of the upload
 */
function readBlocks({ searchBlocks }: BlockModels, id: mongo.ObjectId, { first, last }: LineRange) {
  return searchBlocks.collection
    .find<SearchBlock>({
      _id: { $gte: rowIdAtLine(id, Math.max(0, first - BLOCK_LINES + 1)), $lte: rowIdAtLine(id, last) },
    })
    .toArray()
}

/** The lines of an upload that have words in a block. */
export async function findBlockLines(
  models: BlockModels,
  upload: UploadKey,
  range: LineRange,
): Promise<ReadonlySet<number>> {
  const blocks = await readBlocks(models, rowId(upload, 0), range)
  const lines = blocks.flatMap((block) => [...unpackWords(block).values()].flatMap((some) => [...some]))
  return new Set(lines.filter((line) => line >= range.first && line <= range.last))
}

/**
 * Removes lines of an upload from words, words without lines, and blocks without words. Safe to repeat.
 *
 * @param isKept decides for each line of the range and each word
 * @returns the removed words; other blocks may have them
 */
export async function filterBlocks(
  models: BlockModels,
  upload: UploadKey,
  range: LineRange,
  isKept: (line: number, word: string) => boolean,
): Promise<string[]> {
  return await filterLines(models, rowId(upload, 0), range, isKept)
}

/**
 * Removes rows from all words that they brought.
 * @param ids the rows' `_id`s
 */
export async function removeFromBlocks(models: BlockModels, ids: Iterable<mongo.ObjectId>): Promise<void> {
  for (const id of ids) {
    const line = lineOfRow(id)
    await filterLines(models, id, { first: line, last: line }, () => false)
  }
}

async function filterLines(
  models: BlockModels,
  id: mongo.ObjectId,
  range: LineRange,
  isKept: (line: number, word: string) => boolean,
): Promise<string[]> {
  const removed = new Set<string>()
  const isRemoved = (line: number, word: string) =>
    line >= range.first && line <= range.last && !isKept(line, word)
  for (const block of await readBlocks(models, id, range)) {
    const hasRemoved = [...unpackWords(block)].some(([word, lines]) =>
      [...lines].some((line) => isRemoved(line, word)),
    )
    if (!hasRemoved) continue
    await rewriteBlock(models, block._id, (words) => {
      for (const [word, lines] of words)
        for (const line of lines)
          if (isRemoved(line, word)) {
            lines.delete(line)
            removed.add(word)
          }
    })
  }
  return [...removed]
}
