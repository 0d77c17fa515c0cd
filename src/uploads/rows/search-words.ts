import type { FieldChange } from '../../../models/index.ts'

/** Fields by which people are looked up, beside the phone. Few rows have the same words of these. */
const OWN_FIELDS = ['full_name', 'email', 'loan_id'] as const
/** Fields whose words many rows share. */
const PLACE_FIELDS = ['city', 'state'] as const

/**
 * Prefixes of words that are no name, address or loan number. None of those begins with a prefix: names and
 * loan numbers are letters and digits, and an address has letters before `@`.
 */
const PLACE_MARK = ':'
const ENDING_MARK = ';'
const DOMAIN_MARK = '@'

/**
 * Last digits of a phone in a word. Further digits are compared with the row. With three digits, many rows
 * share an index entry: five made the indexes of a first load a sixth larger (docs/performance.md).
 */
const ENDING_DIGITS = 3
/** The digits in words of earlier versions. */
const FORMER_ENDING_DIGITS = 5

/** Maximum of words per name and letters per word, because an index entry has a size limit. */
const MAX_WORDS = 8
const MAX_LETTERS = 60
const E164 = /^\+\d{5,15}$/

type Changes = Readonly<Record<string, FieldChange>>

/**
 * The words by which a row's customer can be found: words of a name, an address, a loan number, second phones,
 * and phone endings. Only words new with this row; a row that changes none of these fields has none, which is
 * usual.
 *
 * @param changes by path, as the row records them
 * @param newPhone the phone of a customer whom no row has named before
 */
export function searchWordsOf(changes: Changes, newPhone?: string): string[] {
  const words = OWN_FIELDS.flatMap((field) => {
    const value = changes[field]?.to
    return typeof value === 'string' ? wordsOf(field, value) : []
  })
  const phones = secondPhonesOf(changes.other_phones)
  const endings = [...(newPhone === undefined ? [] : [newPhone]), ...phones].map(endingWord)
  return [...new Set([...words, ...phones, ...endings])]
}

/**
 * The words that many rows have in common: city, state, and the domain of the address. They are stored for
 * many rows at once (`search_blocks`), not in the row.
 */
export function sharedWordsOf(changes: Changes): string[] {
  const places = PLACE_FIELDS.flatMap((field) => {
    const value = changes[field]?.to
    return typeof value === 'string' ? [placeWord(value)] : []
  })
  const email = changes.email?.to
  const domain = typeof email === 'string' ? domainWord(email) : undefined
  const words = new Set(places.filter((word) => word !== PLACE_MARK))
  if (domain !== undefined) words.add(domain)
  return [...words]
}

/** All words of these values, as if they were new. For a migration, and for a customer's current words. */
export function searchWordsOfValues(values: Readonly<Record<string, unknown>>, phone?: string): string[] {
  const changes = Object.fromEntries(
    Object.entries(values).map(([path, to]) => [path, { from: null, to }]),
  ) as Record<string, FieldChange>
  return [...searchWordsOf(changes, phone), ...sharedWordsOf(changes)]
}

/** The word of phones with this ending: its digits in reverse order. */
export function endingWord(phone: string): string {
  return endingOf(phone, ENDING_DIGITS)
}

/**
 * The same as earlier versions wrote it. For an ending with fewer digits, it is the start of their words.
 */
export function formerEndingWord(phone: string): string {
  return endingOf(phone, FORMER_ENDING_DIGITS)
}

function endingOf(phone: string, count: number): string {
  const digits = phone.replace(/\D/g, '').slice(-count)
  return ENDING_MARK + [...digits].reverse().join('')
}

/** The word of a city or a state, `:navimumbai`; the start of a word matches places that start so. */
export function placeWord(place: string): string {
  return remember(PLACE_MARK + place, () => PLACE_MARK + foldIdentifier(place))
}

/** Maximum of remembered words. Folding a text costs more than planning the rest of a row. */
const MAX_REMEMBERED = 2_000
/** Words of cities, states and domains, which many rows share, by the text as written. */
const remembered = new Map<string, string>()

function remember(text: string, fold: () => string): string {
  const known = remembered.get(text)
  if (known !== undefined) return known
  const word = fold()
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  if (text.length <= MAX_LETTERS) remembered.set(text, word)
  return word
}

/** The word of an address's domain; undefined for a text without one. */
function domainWord(email: string): string | undefined {
  const at = email.lastIndexOf(DOMAIN_MARK)
  if (at < 0 || email.slice(0, at).trim() === '') return undefined
  const domain = email.slice(at)
  return remember(domain, () => foldWord(domain))
}

/** A phone's word starts with a plus, which no name, address or loan number does. */
function secondPhonesOf(change: FieldChange | undefined): string[] {
  const known = Array.isArray(change?.from) ? change.from : []
  const phones: readonly unknown[] = Array.isArray(change?.to) ? change.to : []
  return phones.filter(
    (phone): phone is string => typeof phone === 'string' && E164.test(phone) && !known.includes(phone),
  )
}

function wordsOf(field: (typeof OWN_FIELDS)[number], value: string): string[] {
  if (field === 'full_name') return splitName(value)
  return [field === 'email' ? foldWord(value) : foldIdentifier(value)].filter((word) => word !== '')
}

/**
 * The words of a name, in lower case and without accents. `D'Souza` gives the whole word and its second half,
 * because people search for both.
 */
export function splitName(name: string): string[] {
  const halves = foldText(name)
    .split(/[^\p{L}\p{M}\p{N}'’]+/u)
    .flatMap((word) => {
      const [, ...rest] = word.split(/['’]/)
      return [word.replace(/['’]/g, ''), ...rest.filter((half) => half.length > 1)]
    })
  return [...new Set(halves.map(cut).filter((word) => word !== ''))].slice(0, MAX_WORDS)
}

/** A loan number: `SL-1001`, `sl 1001` and `SL1001` are equal. */
export function foldIdentifier(text: string): string {
  return cut(foldText(text).replace(/[^\p{L}\p{M}\p{N}]+/gu, ''))
}

/** An e-mail address, or the start of one. */
export function foldWord(text: string): string {
  return cut(foldText(text).replace(/\s+/g, ''))
}

function cut(word: string): string {
  return [...word].slice(0, MAX_LETTERS).join('')
}

/** Lower case, and without Latin accents; vowel signs of other scripts are letters and stay. */
function foldText(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase()
    .trim()
}
