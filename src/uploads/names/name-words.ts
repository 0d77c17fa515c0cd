import type { mongo } from 'mongoose'
import type { FieldChange, FileUpload, Models, NameWord, UploadRow } from '../../../models/index.ts'
import { editDistance } from '../../edit-distance.ts'
import {
  customerRowFilters,
  flattenPaths,
  LAST_LINE,
  placeWord,
  splitName,
  type UploadKey,
} from '../rows/index.ts'
import { filterBlocks, hasSharedWord, type LineWords } from '../search-blocks/index.ts'
import { isNameWord, keysNear, keysOfWord, rankSimilar } from './similar-words.ts'

/** Maximum of words a run remembers as stored; only a file without real names has more. */
const MAX_KNOWN = 50_000
/** Maximum of words compared with a mistyped one. */
const MAX_COMPARED = 4_000
/** A word this recent may belong to a row that is being written. */
const FRESH_MS = 10 * 60_000

/**
 * The words each run has stored. A run has its own object for its upload, and ends before a forget upload
 * starts.
 */
const knownWords = new WeakMap<object, Set<string>>()

/**
 * Stores the words of new names, cities and states, each once per run. Also those of a late share that later files
 * kept from being new: an undo can restore them.
 *
 * @param upload the object that the run claimed
 * @param rows with the search words of their names
 * @param shared the words of their cities and states
 * @throws driver errors; the batch is then repeated
 */
export async function rememberNameWords(
  { nameWords }: Pick<Models, 'nameWords'>,
  upload: Pick<FileUpload, '_id'>,
  rows: readonly Pick<UploadRow, 'changes' | 'values' | 'search'>[],
  shared: readonly LineWords[],
): Promise<void> {
  const known = knownWords.get(upload) ?? new Set()
  knownWords.set(upload, known)
  const words = new Set([...rows.flatMap(nameWordsOf), ...shared.flatMap((row) => row.words)])
  const fresh = [...words].filter((word) => !known.has(word) && isNameWord(word))
  if (fresh.length === 0) return
  await storeNameWords({ nameWords }, fresh)
  if (known.size + fresh.length > MAX_KNOWN) known.clear()
  for (const word of fresh) known.add(word)
}

/** The name's words among a row's search words. */
function nameWordsOf({ changes, values, search = [] }: Pick<UploadRow, 'changes' | 'values' | 'search'>) {
  if (search.length === 0) return []
  const names = new Set([flattenPaths<FieldChange>(changes).full_name?.to, values?.full_name])
  const words = [...names].flatMap((name) => (typeof name === 'string' ? splitName(name) : []))
  return words.filter((word) => search.includes(word))
}

/** The words of a name, a city and a state that a search with a wrong letter can find. */
export function wordsToRemember(name: unknown, places: readonly unknown[]): string[] {
  return [
    ...(typeof name === 'string' ? splitName(name) : []),
    ...places.flatMap((place) => (typeof place === 'string' ? [placeWord(place)] : [])),
  ]
}

/** @param words folded words of names and cities, as in a row's `search` */
export async function storeNameWords(
  { nameWords }: Pick<Models, 'nameWords'>,
  words: Iterable<string>,
): Promise<void> {
  const updates = [...words].filter(isNameWord).map(
    (word): mongo.AnyBulkWriteOperation<NameWord> => ({
      updateOne: {
        filter: { _id: word },
        update: { $set: { keys: keysOfWord(word), seen_at: new Date() }, $unset: { unused: '' } },
        upsert: true,
      },
    }),
  )
  if (updates.length > 0) await nameWords.collection.bulkWrite(updates, { ordered: false })
}

/**
 * Finds stored words similar to a word, the nearest first: names for a name, cities and states for the word of one. None
 * for a word that is too short.
 * @param max maximum of words
 */
export async function findSimilarWords(models: Models, word: string, max: number): Promise<string[]> {
  if (!isNameWord(word)) return []
  const found = new Set<string>()
  for (const wrong of [1, 2] as const) {
    const words = await models.nameWords.collection
      .find<{ _id: string }>({ keys: { $in: keysNear(word, wrong) } }, { projection: { _id: 1 } })
      .limit(MAX_COMPARED)
      .toArray()
    for (const { _id } of words) found.add(_id)
    const similar = rankSimilar(word, [...found])
    const [nearest] = similar
    // Two swapped letters can break both halves; thirds find them, also in a short word.
    if (wrong === 2 || (nearest !== undefined && editDistance(word, nearest) === 1))
      return similar.slice(0, max)
  }
  return []
}

/**
 * Deletes words that no row and no search block contains any more. A word that a row in progress may contain
 * waits for `removeStaleNameWords`.
 * @param words folded words of names and cities
 * @param phone the phone of the person being forgotten: their rows do not count. They are in no block any more
 */
export async function removeUnusedNameWords(
  { nameWords, uploadRows, searchBlocks }: Pick<Models, 'nameWords' | 'uploadRows' | 'searchBlocks'>,
  words: Iterable<string>,
  phone?: string,
): Promise<void> {
  for (const word of new Set([...words].filter(isNameWord))) {
    if (await hasSharedWord({ searchBlocks }, word)) continue
    const used = await uploadRows.collection.findOne(
      { search: word, ...(phone !== undefined && { $nor: [...customerRowFilters([phone])] }) },
      { projection: { _id: 1 } },
    )
    if (used) continue
    // No import runs during a forget upload, so a recent word belongs to no other row.
    const isOld = phone === undefined && { seen_at: { $lt: new Date(Date.now() - FRESH_MS) } }
    const { deletedCount } = await nameWords.collection.deleteOne({ _id: word, ...isOld })
    if (deletedCount === 0) await nameWords.collection.updateOne({ _id: word }, { $set: { unused: true } })
  }
}

/**
 * Deletes the words of an upload's deleted rows. Also of rows that were never recorded, because words are stored
 * before their rows.
 *
 * @param after the last line that is not checked
 * @param kept the lines of the remaining rows behind it
 * @param own the words of the deleted rows
 */
export async function removeWordsOfDeleted(
  models: Pick<Models, 'nameWords' | 'uploadRows' | 'searchBlocks'>,
  upload: UploadKey,
  { after, kept, own }: { after: number; kept: ReadonlySet<number>; own: readonly string[] },
): Promise<void> {
  const range = { first: after + 1, last: LAST_LINE }
  const shared = await filterBlocks(models, upload, range, (line) => kept.has(line))
  await removeUnusedNameWords(models, [...own, ...shared])
}

/**
 * Deletes the words that were too recent when their last row was deleted. @returns the number of words
 * checked
 */
export async function removeStaleNameWords(
  models: Pick<Models, 'nameWords' | 'uploadRows' | 'searchBlocks'>,
  now: Date,
): Promise<number> {
  const { collection } = models.nameWords
  const stale = await collection
    .find<Pick<NameWord, '_id'>>(
      { unused: true, seen_at: { $lt: new Date(now.getTime() - FRESH_MS) } },
      { projection: { _id: 1 } },
    )
    .toArray()
  const words = stale.map(({ _id }) => _id)
  await removeUnusedNameWords(models, words)
  // The remaining ones came with another row since.
  await collection.updateMany({ _id: { $in: [...words] } }, { $unset: { unused: '' } })
  return words.length
}
