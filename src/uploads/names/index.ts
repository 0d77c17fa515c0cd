/**
 * The words of all names and cities, for searches with a wrong letter: stores them, finds similar ones, removes unused
 * ones.
 */
export {
  findSimilarWords,
  rememberNameWords,
  removeStaleNameWords,
  removeUnusedNameWords,
  removeWordsOfDeleted,
  storeNameWords,
} from './name-words.ts'
export { rankSimilar } from './similar-words.ts'
