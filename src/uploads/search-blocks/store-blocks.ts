import { isDuplicateKey, type Models, type SearchBlock } from '../../../models/index.ts'
import { addLine, unpackWords } from './pack-blocks.ts'
import { rewriteBlock } from './rewrite-block.ts'

/**
 * Stores the blocks of a batch before its rows. Safe to repeat: an earlier run's block keeps its words, because
 * that run may have recorded rows with them. Words without a row are harmless: what is found is compared with
 * the customers.
 *
 * @throws AppError database_failed; driver errors; the batch is then repeated
 */
export async function storeBlocks(
  models: Pick<Models, 'searchBlocks'>,
  blocks: readonly SearchBlock[],
): Promise<void> {
  const [first, ...others] = blocks
  if (!first) return
  const { collection } = models.searchBlocks
  try {
    // Nearly always there is one. The driver's bulk writer takes longer.
    if (others.length === 0) await collection.insertOne(first)
    else await collection.insertMany([...blocks], { ordered: false })
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    for (const block of blocks) await mergeBlock(models, block)
  }
}

async function mergeBlock(models: Pick<Models, 'searchBlocks'>, block: SearchBlock): Promise<void> {
  const added = unpackWords(block)
  const isThere = await rewriteBlock(models, block._id, (words) => {
    for (const [word, lines] of added) for (const line of lines) addLine(words, word, line)
  })
  if (!isThere) await models.searchBlocks.collection.insertOne(block)
}
