import { parsePeriod } from '../text/index.ts'
import { type FilterOptions, lower, type Reader } from './condition.ts'
import { readField } from './named-field.ts'

/** Words without meaning. */
const FILLERS: ReadonlySet<string> = new Set(
  'all any the a an customer customers people persons person clients client borrower borrowers who that which what where are is was were be been of and or ya have has had in from at living live lives for their them how many much number numbers no. count please pls plz kindly those having whose only list lists do does we you our i got there total altogether hai hain ke ki ka ko me mein wale wali wala log logo kitne kitna kitni kaun kon sab saare sare ji show get give find see tell want need send data record records details entries currently now still top most everything everyone everybody anyone anybody share provide fetch display check both jinka jinke jinki abhi tak but se'.split(
    ' ',
  ),
)
const MAX_PLACE_WORDS = 3
const BEGINS_SOMETHING =
  /^(?:without|with|no|not|due|overdue|since|after|before|by|per|changed|and|or|aur|ya|but|file|upload|in|from|city|state|stale|who|that|whose|missing|wise|as|to|over|above|under|below|more|less|than|between)$/i

export const isFillerWord = (word: string): boolean => FILLERS.has(word.toLowerCase())

export const readFiller: Reader = ([word = '']) => (isFillerWord(word) ? { words: 1 } : undefined)

/** `city pune`, `state goa`: the field's word before the place. */
export const readState: Reader = (words, options) => {
  if (!/^(?:city|town|state|district|place)$/.test(lower(words)) || words.length < 2) return undefined
  const place = readPlace(words.slice(1), options)
  return place && { ...place, words: 1 + place.words }
}

/** The remaining words are a place: `pune`, `navi mumbai`. It ends where another condition begins. */
export const readPlace: Reader = (words, options) => {
  let count = 0
  const isEnd = (at: number) =>
    namesDays(words, at, options) ||
    (at > 0 && (isFillerWord(words[at] ?? '') || options.begins(words.slice(at))))
  while (count < Math.min(MAX_PLACE_WORDS, words.length) && isPlaceWord(words[count] ?? '') && !isEnd(count))
    count += 1
  // `gender male` names a field, and no place.
  if (count === 0 || (count > 1 && readField(words.slice(0, count - 1), options.catalogue))) return undefined
  return { words: count, condition: { places: [words.slice(0, count).join(' ')] } }
}

/** `today` or `last week`, which does not name the field whose days are meant. */
export const namesDays = (words: readonly string[], at: number, options: FilterOptions): boolean =>
  [1, 2].some((many) => parsePeriod(words.slice(at, at + many).join(' '), options) !== undefined)

const isPlaceWord = (word: string): boolean =>
  /^[\p{L}\p{M}][\p{L}\p{M}'’.-]*$/u.test(word) && !BEGINS_SOMETHING.test(word)
