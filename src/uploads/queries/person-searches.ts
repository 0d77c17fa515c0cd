import type { mongo } from 'mongoose'
import type { Models, UploadRow } from '../../../models/index.ts'
import { customerPhoneOf, endingWord, formerEndingWord } from '../rows/index.ts'
import { findRowIds, hasSharedWord } from '../search-blocks/index.ts'
import { escapePattern } from './find-people.ts'

type Condition = Readonly<Record<string, unknown>>

/** Where customers are looked for. The found ones are compared with all parts. */
export type Search =
  | { readonly from: 'customers' | 'rows'; readonly condition: Condition }
  /** The rows that brought a word. Of many, only those that also brought the names. */
  | { readonly from: 'blocks'; readonly word: string | RegExp; readonly names: readonly string[] }

/** One try of a search. */
export interface Step {
  readonly search: Search
  /** Maximum of rows. */
  readonly max: number
  /** True if earlier steps find everybody unless one of them was cut. */
  readonly isOnlyIfCut?: boolean
  /** True if no further step finds anybody after the customers of all rows were compared. */
  readonly isFinal?: boolean
}

/** Maximum of rows, and so of customers, read per search. */
export const MAX_ROWS = 1_000
/** Maximum of rows read where the first `MAX_ROWS` are all outdated. */
const MAX_ROWS_IF_NONE = 20_000
/** Rows fetched at once. */
const PAGE = 500
/** Number of ending digits in the search words that earlier versions wrote. */
const FORMER_DIGITS = 5

/** Where the word of a place or a domain occurs. Rows have such words from earlier versions only. */
export interface Sources {
  readonly inBlocks: boolean
  readonly inRows: boolean
}

/**
 * Looks for the beginning of a word. In the rows, first for the whole word: a beginning makes the embedded engine
 * collect all rows, and an earlier version may have written many.
 */
export async function findSources(models: Models, word: string): Promise<Sources> {
  const isInRows = async (search: string | RegExp) =>
    (await models.uploadRows.collection.findOne({ search }, { projection: { _id: 1 } })) !== null
  const [inBlocks, inRows] = await Promise.all([
    hasSharedWord(models, startsWith(word)),
    isInRows(word).then((isFound) => isFound || isInRows(startsWith(word))),
  ])
  return { inBlocks, inRows }
}

/** A few rows first: they usually give enough people. */
export const tryOften = (search: Search, few: number): Step[] =>
  [few, MAX_ROWS, MAX_ROWS_IF_NONE].map((max) => ({ search, max }))

/**
 * The searches for names and a place or a domain, the cheapest first.
 * @param word the word of the place or the domain
 * @param few rows that usually give enough people
 */
export function planShared(names: readonly string[], word: string, { inRows }: Sources, few: number): Step[] {
  const rows = (...words: (string | RegExp)[]): Step[] => (inRows ? tryOften(rowsWith(...words), few) : [])
  const blocks = (wanted: string | RegExp): Search => ({ from: 'blocks', word: wanted, names })
  if (names.length === 0)
    return [word, startsWith(word)].flatMap((wanted) => [...tryOften(blocks(wanted), few), ...rows(wanted)])
  const starts = names.map(startsWith)
  const [exact, begun, shared] = [rowsWith(...names), rowsWith(...starts), blocks(startsWith(word))]
  const sharedOf = (max: number): Step => ({
    search: shared,
    max,
    isOnlyIfCut: true,
    isFinal: !inRows,
  })
  return [
    ...rows(...names, word),
    ...rows(...starts, startsWith(word)),
    // Few rows would seldom be enough: many people with the name live elsewhere.
    { search: exact, max: MAX_ROWS },
    sharedOf(MAX_ROWS),
    { search: begun, max: MAX_ROWS },
    sharedOf(MAX_ROWS),
    sharedOf(MAX_ROWS_IF_NONE),
    { search: exact, max: MAX_ROWS_IF_NONE },
    { search: begun, max: MAX_ROWS_IF_NONE },
  ]
}

/** Whole words first, then beginnings. */
export function searchesOfNames(names: readonly string[]): Search[] {
  const last = names.at(-1)
  const halves = last === undefined ? [] : [...names.slice(0, -1), startsWith(last)]
  return [rowsWith(...names), rowsWith(...halves), rowsWith(...names.map(startsWith))]
}

/** By the digits in the word, and the further ones by the phones of the row; then as earlier versions wrote them. */
export function searchesOfEnding(ending: string): Search[] {
  const isEnd = new RegExp(`${ending}$`)
  const holders = [{ phone: isEnd }, { customer_phone: isEnd }, { search: new RegExp(`^\\+\\d*${ending}$`) }]
  const former = formerEndingWord(ending)
  return [
    { from: 'rows', condition: { search: endingWord(ending), $or: holders } },
    rowsWith(ending.length >= FORMER_DIGITS ? former : startsWith(former)),
  ]
}

export function searchOfBeginning(beginning: string): Search {
  return { from: 'customers', condition: { primary_phone: startsWith(beginning) } }
}

const rowsWith = (...words: (string | RegExp)[]): Search => ({
  from: 'rows',
  condition: { $and: words.map((word) => ({ search: word })) },
})

function startsWith(text: string): RegExp {
  return new RegExp(`^${escapePattern(text)}`)
}

interface FoundPhones {
  /** The phones of the customers of the rows, read page by page. */
  readonly pages: AsyncIterable<readonly string[]>
  /** False if there are more rows. */
  readonly isWhole: boolean
  /** True if the customers of all rows are in `pages`. */
  readonly hasEverybody: boolean
}

/** The customers of the rows that a search finds, by phone. @param max maximum of rows */
export async function findPhones(
  models: Models,
  search: Exclude<Search, { from: 'customers' }>,
  max: number,
): Promise<FoundPhones> {
  if (search.from === 'blocks') return await findSharedPhones(models, search, max)
  const rows = await models.uploadRows.collection
    .find<FoundRow>(search.condition, { projection: FIELDS, batchSize: max + 1 })
    .limit(max)
    .toArray()
  const isWhole = rows.length < max
  return { pages: pagesOf([rows], () => true), isWhole, hasEverybody: isWhole }
}

type FoundRow = Pick<UploadRow, 'phone' | 'customer_phone' | 'search'>
const FIELDS = { _id: 0, phone: 1, customer_phone: 1 } as const

async function findSharedPhones(
  models: Models,
  { word, names }: Extract<Search, { from: 'blocks' }>,
  max: number,
): Promise<FoundPhones> {
  const { ids, isWhole } = await findRowIds(models, word, max)
  const hasEverybody = isWhole && ids.length <= MAX_ROWS
  const isNamed = ({ search = [] }: FoundRow) =>
    names.every((name) => search.some((one) => one.startsWith(name)))
  const isRead = hasEverybody || names.length === 0 ? () => true : isNamed
  return { pages: pagesOf(readRows(models, ids), isRead), isWhole, hasEverybody }
}

async function* readRows(
  { uploadRows }: Models,
  ids: readonly mongo.ObjectId[],
): AsyncGenerator<readonly FoundRow[]> {
  for (let at = 0; at < ids.length; at += PAGE)
    yield await uploadRows.collection
      .find<FoundRow>(
        { _id: { $in: ids.slice(at, at + PAGE) } },
        { projection: { ...FIELDS, search: 1 }, batchSize: PAGE + 1 },
      )
      .toArray()
}

async function* pagesOf(
  pages: Iterable<readonly FoundRow[]> | AsyncIterable<readonly FoundRow[]>,
  isRead: (row: FoundRow) => boolean,
): AsyncGenerator<readonly string[]> {
  for await (const rows of pages) yield rows.filter(isRead).flatMap((row) => customerPhoneOf(row) ?? [])
}
