/**
 * The words that many rows have in common (city, state, e-mail domain): stores them for up to 256 lines at
 * once, finds the rows of a word, and removes words and lines. Compares nothing with customers.
 */
export { filterBlocks, findBlockLines, removeFromBlocks } from './clean-blocks.ts'
export { findRowIds, hasSharedWord } from './find-rows.ts'
export { type LineWords, packBlocks } from './pack-blocks.ts'
export { storeBlocks } from './store-blocks.ts'
