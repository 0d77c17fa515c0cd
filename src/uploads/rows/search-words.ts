import type { FieldChange } from '../../../models/index.ts'

/** Fields people are looked up by, beside their phone. */
const SEARCHED_FIELDS = ['full_name', 'email', 'loan_id', 'city'] as const

/**
 * Marks in front of a word that is no name, address or loan ID. None of those begins with one: names and loan IDs
 * are letters and digits, and an address needs letters before its `@`.
 */
const CITY_MARK = ':'
const ENDING_MARK = ';'
const DOMAIN_MARK = '@'

/** Last digits of a phone in a word. More of them are compared with the customer. */
const ENDING_DIGITS = 5

/** Words of one name, and letters of one word, that are looked at: nobody types more, and an index entry has an end. */
const MAX_WORDS = 8
const MAX_LETTERS = 60
const E164 = /^\+\d{5,15}$/

/**
 * What a row makes its customer findable by: the words of a name, an address, a loan ID, a city, and second phones, as
 * they became new with this row; and how phones end that became new. A row that changes none of them has no words, which
 * is most rows of a usual day.
 *
 * @param changes by path, as the row records them
 * @param newPhone the phone of a customer whom no row has named before
 */
export function searchWordsOf(changes: Readonly<Record<string, FieldChange>>, newPhone?: string): string[] {
  const words = SEARCHED_FIELDS.flatMap((field) => {
    const value = changes[field]?.to
    return typeof value === 'string' ? wordsOf(field, value) : []
  })
  const phones = secondPhonesOf(changes.other_phones)
  const endings = [...(newPhone === undefined ? [] : [newPhone]), ...phones].map(endingWord)
  return [...new Set([...words, ...phones, ...endings])]
}

/** Words of these values alone, as if they were new. For a migration, and for what customers are found by now. */
export function searchWordsOfValues(values: Readonly<Record<string, unknown>>, phone?: string): string[] {
  const changes = Object.entries(values).map(([path, to]) => [path, { from: null, to }])
  return searchWordsOf(Object.fromEntries(changes) as Record<string, FieldChange>, phone)
}

/** The word that phones with such an ending begin with: its digits from the last one on. */
export function endingWord(phone: string): string {
  const digits = phone.replace(/\D/g, '').slice(-ENDING_DIGITS)
  return ENDING_MARK + [...digits].reverse().join('')
}

/** The word of a city, `:navimumbai`; a beginning of it is one of a city that begins so. */
export function cityWord(city: string): string {
  return CITY_MARK + foldIdentifier(city)
}

/** The word of what stands behind the `@` of an address. */
export function domainWord(email: string): string {
  return foldWord(email.slice(email.lastIndexOf(DOMAIN_MARK)))
}

/** A phone is a word with a plus in front, which no name, address or loan ID begins with. */
function secondPhonesOf(change: FieldChange | undefined): string[] {
  const known = Array.isArray(change?.from) ? change.from : []
  const phones: readonly unknown[] = Array.isArray(change?.to) ? change.to : []
  return phones.filter(
    (phone): phone is string => typeof phone === 'string' && E164.test(phone) && !known.includes(phone),
  )
}

function wordsOf(field: (typeof SEARCHED_FIELDS)[number], value: string): string[] {
  if (field === 'full_name') return splitName(value)
  if (field === 'email') return emailWords(value)
  const word = foldIdentifier(value)
  if (word === '') return []
  return field === 'city' ? [CITY_MARK + word] : [word]
}

function emailWords(email: string): string[] {
  const word = foldWord(email)
  if (word === '') return []
  return word.lastIndexOf(DOMAIN_MARK) > 0 ? [word, domainWord(email)] : [word]
}

/**
 * The words of a name, in lower case and without accents. `D'Souza` is one word, and its second half another: people
 * look for both.
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

/** A loan ID: `SL-1001`, `sl 1001` and `SL1001` are the same. */
export function foldIdentifier(text: string): string {
  return cut(foldText(text).replace(/[^\p{L}\p{M}\p{N}]+/gu, ''))
}

/** An e-mail address, or the beginning of one. */
export function foldWord(text: string): string {
  return cut(foldText(text).replace(/\s+/g, ''))
}

function cut(word: string): string {
  return [...word].slice(0, MAX_LETTERS).join('')
}

/** Lower case, and Latin accents off; the vowel signs of other scripts are letters and stay. */
function foldText(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase()
    .trim()
}
