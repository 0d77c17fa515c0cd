import type { mongo } from 'mongoose'
import type { Models, SearchBlock } from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import { lineOfRow } from '../rows/index.ts'
import { packWords, unpackWords, type WordLines } from './pack-blocks.ts'

/** How often a block is read again when another process changes it. */
const MAX_ROUNDS = 10

/**
 * Changes the words of a stored block, and deletes it without any. An import, the retention policy and a forget
 * upload may change one block at a time, so a write matches only the lines that were read.
 *
 * @param change changes the words in place
 * @returns false if there is no such block
 * @throws AppError database_failed if the block keeps changing; driver errors
 */
export async function rewriteBlock(
  { searchBlocks: { collection } }: Pick<Models, 'searchBlocks'>,
  _id: mongo.ObjectId,
  change: (words: WordLines) => void,
): Promise<boolean> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const block = await collection.findOne<SearchBlock>({ _id })
    if (!block) return false
    const words = unpackWords(block)
    change(words)
    for (const [word, lines] of words) if (lines.size === 0) words.delete(word)
    const asRead = { _id, lines: block.lines }
    const { deletedCount, matchedCount } =
      words.size === 0
        ? { ...(await collection.deleteOne(asRead)), matchedCount: 0 }
        : // Also if nothing changes: a read may come from a primary that was replaced.
          {
            ...(await collection.updateOne(asRead, { $set: packWords(lineOfRow(_id), words) })),
            deletedCount: 0,
          }
    if (deletedCount + matchedCount > 0) return true
  }
  throw new AppError('database_failed', {}, new Error('a search block keeps changing'))
}
