import type { mongo } from 'mongoose'
import type { Models, SearchBlock } from '../../../models/index.ts'
import { rowIdAtLine } from '../rows/index.ts'
import { unpackWords } from './pack-blocks.ts'

/** A frequent word is in every block, many times; a rare one is in few blocks, once in each. */
const FIRST_BLOCKS = 8
const GROWTH = 8

/** True if any row brought the word. @param word a folded word, or the pattern of its beginning */
export async function hasSharedWord(
  { searchBlocks }: Pick<Models, 'searchBlocks'>,
  word: string | RegExp,
): Promise<boolean> {
  const found = await searchBlocks.collection.findOne({ words: word }, { projection: { _id: 1 } })
  return found !== null
}

/**
 * The ids of rows that brought a word. Some of them may not exist, because a block is stored before its rows.
 *
 * @param word a folded word, or the pattern of its beginning
 * @param max maximum of ids
 * @returns also whether these are all
 */
export async function findRowIds(
  { searchBlocks }: Pick<Models, 'searchBlocks'>,
  word: string | RegExp,
  max: number,
): Promise<{ readonly ids: readonly mongo.ObjectId[]; readonly isWhole: boolean }> {
  for (let limit = Math.min(FIRST_BLOCKS, max); ; limit = Math.min(limit * GROWTH, max)) {
    // The embedded engine finds as many blocks as it may return before it returns one.
    const blocks = await searchBlocks.collection
      .find<SearchBlock>({ words: word }, { projection: { words: 1, lines: 1 }, batchSize: limit + 1 })
      .limit(limit)
      .toArray()
    const ids = blocks.flatMap((block) => idsIn(block, word))
    if (ids.length >= max || blocks.length < limit)
      return { ids: ids.slice(0, max), isWhole: blocks.length < limit && ids.length <= max }
  }
}

function idsIn(block: SearchBlock, wanted: string | RegExp): mongo.ObjectId[] {
  const isWanted = (word: string) => (typeof wanted === 'string' ? word === wanted : wanted.test(word))
  const lines = new Set<number>()
  for (const [word, found] of unpackWords(block))
    if (isWanted(word)) for (const line of found) lines.add(line)
  return [...lines].map((line) => rowIdAtLine(block._id, line))
}
