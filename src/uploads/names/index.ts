/**
 * The words of all names, for searches with a wrong letter: stores them, finds similar ones, removes unused
 * ones.
 */
export {
  findSimilarWords,
  rememberNameWords,
  removeStaleNameWords,
  removeUnusedNameWords,
  storeNameWords,
} from './name-words.ts'
