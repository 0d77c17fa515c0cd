import { isFiltered } from '../../src/uploads/filters/index.ts'
import { lower, type Reader } from './condition.ts'
import { readField } from './named-field.ts'
import { isFillerWord } from './place-condition.ts'

const LEAD = /^(?:with|having|has|have|whose|where|in|of)$/
/** Words between a field and its value. */
const BETWEEN = /^(?:is|are|was|=|:|of|hai|code|number)$/
const MAX_VALUE_WORDS = 3
const POSTAL_CODE = 'postal_code'

/** `pin code 411001`, `company acme tools`, `gender is female`, `do not call yes`; `in 411001` is a postal code. */
export const readValue: Reader = (words, { catalogue, begins }) => {
  const lead = LEAD.test(lower(words)) ? 1 : 0
  const found = readField(words.slice(lead), catalogue)
  if (!found) return readPostalCode(words, lead, catalogue.field(POSTAL_CODE) !== null)
  if (!isFiltered(found.field)) return undefined
  let start = lead + found.words
  while (BETWEEN.test(lower(words.slice(start)))) start += 1
  const rest = words.slice(start)
  let count = 0
  while (count < Math.min(MAX_VALUE_WORDS, rest.length) && !isEnd(rest, count, begins)) count += 1
  if (count === 0) return undefined
  const value = rest.slice(0, count).join(' ')
  return {
    words: start + count,
    condition: { values: [{ field: found.field.name, value }] },
    head: found.field.name,
  }
}

/** A value ends where a filler or another condition begins; `and` joins conditions. */
function isEnd(words: readonly string[], at: number, begins: (words: readonly string[]) => boolean): boolean {
  const word = words[at] ?? ''
  if (
    /^(?:without|with|not|since|before|after|by|per|in|from|or|and|but|wise|missing|blank|empty)$/i.test(word)
  )
    return true
  return (
    begins(words.slice(at)) ||
    (at > 0 && isFillerWord(word)) ||
    !/^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}'’.&/-]*$/u.test(word)
  )
}

/** Behind `in`, six digits are an Indian postal code, and five those of other countries. */
function readPostalCode(words: readonly string[], lead: number, isField: boolean): ReturnType<Reader> {
  const [, digits] = /^(?:in|of|from|at) (\d{5,6})$/.exec(lower(words, 2)) ?? []
  if (!isField || digits === undefined || lead === 0) return undefined
  return { words: 2, condition: { values: [{ field: POSTAL_CODE, value: digits }] }, head: POSTAL_CODE }
}
