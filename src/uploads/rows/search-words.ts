import type { FieldChange } from '../../../models/index.ts'

/** Fields people are looked up by, beside their phone. */
const SEARCHED_FIELDS = ['full_name', 'email', 'loan_id'] as const

/** Words of one name, and letters of one word, that are looked at: nobody types more, and an index entry has an end. */
const MAX_WORDS = 8
const MAX_LETTERS = 60
const E164 = /^\+\d{5,15}$/

/**
 * What a row makes its customer findable by: the words of a name, an address, a loan number, and second phones, as they
 * became new with this row. A row that changes none of them has no words, which is most rows of a usual day.
 *
 * @param changes by path, as the row records them
 */
export function searchWordsOf(changes: Readonly<Record<string, FieldChange>>): string[] {
  const words = SEARCHED_FIELDS.flatMap((field) => {
    const value = changes[field]?.to
    return typeof value === 'string' ? wordsOf(field, value) : []
  })
  return [...new Set([...words, ...secondPhonesOf(changes.other_phones)])]
}

/** A phone is a word with a plus in front, which no name, address or loan number begins with. */
function secondPhonesOf(change: FieldChange | undefined): string[] {
  const known = Array.isArray(change?.from) ? change.from : []
  const phones: readonly unknown[] = Array.isArray(change?.to) ? change.to : []
  return phones.filter(
    (phone): phone is string => typeof phone === 'string' && E164.test(phone) && !known.includes(phone),
  )
}

function wordsOf(field: (typeof SEARCHED_FIELDS)[number], value: string): string[] {
  if (field === 'full_name') return splitName(value)
  const word = field === 'email' ? foldWord(value) : foldIdentifier(value)
  return word === '' ? [] : [word]
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

/** A loan number: `SL-1001`, `sl 1001` and `SL1001` are the same. */
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
