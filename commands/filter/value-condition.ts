import { readYesNo } from '../../src/customers/cells/index.ts'
import { isFiltered } from '../../src/uploads/filters/index.ts'
import { lower, type Reader, type ReadOptions } from './condition.ts'
import { readAmountField, readField } from './named-field.ts'
import { isFillerWord, namesDays } from './place-condition.ts'

const LEAD = /^(?:with|having|has|have|whose|where|in|of)$/
/** Words between a field and its value. */
const BETWEEN = /^(?:is|are|was|=|:|of|hai|code|number)$/
const MAX_VALUE_WORDS = 3
const POSTAL_CODE = 'postal_code'
/** Fields whose values have no blank. */
const ONE_WORD: ReadonlySet<string> = new Set(['gender', 'language'])
/** Words that compare or say that there is a value: `other than acme`, `company given`. */
const NO_VALUE =
  /^(?:other|others|except|excluding|excl|exclude|outside|besides|apart|different|like|starts?|starting|begins?|beginning|ends?|ending|contains?|containing|equals?|between|above|below|over|under|null|none|nil|na|n\/a|unknown|absent|available|present|given|filled|known|invalid|wrong|correct|valid|duplicates?|same|ratio|breakup|split|report|data|details?)$/i
/** Words that end a value: a filler, or the first word of another condition. */
const END =
  /^(?:without|with|not|since|before|after|by|per|in|from|or|and|but|wise|missing|blank|empty|today|yesterday|tomorrow)$/i
const PLACE_FIELD = /^(?:city|town|state|district|place|file|upload|list)$/i

/** `pin code 411001`, `company acme tools`, `gender is female`, `do not call yes`; `in 411001` is a postal code. */
export const readValue: Reader = (words, options) => {
  const { catalogue } = options
  const lead = LEAD.test(lower(words)) ? 1 : 0
  const found = readField(words.slice(lead), catalogue)
  if (!found) return readPostalCode(words, catalogue.field(POSTAL_CODE) !== null)
  const { name, type } = found.field
  if (!isFiltered(found.field)) return undefined
  let start = lead + found.words
  while (BETWEEN.test(lower(words.slice(start)))) start += 1
  const rest = words.slice(start)
  let count = 0
  const max = Math.min(maxWordsOf(name, rest), rest.length)
  while (count < max && !isEnd(rest, count, options)) count += 1
  const written = rest.slice(0, count)
  if (count === 0 || NO_VALUE.test(written[0] ?? '')) return undefined
  const value = type === 'yes_no' ? toYesNo(written) : written.join(' ')
  if (value === undefined) return undefined
  const length = type === 'yes_no' ? 1 : count
  return { words: start + length, condition: { values: [{ field: name, value }] }, head: name }
}

/** `gender female pune`, `pin code 411001 pune`: the word behind the value is a place. `411 001` is one code. */
function maxWordsOf(field: string, words: readonly string[]): number {
  if (ONE_WORD.has(field)) return 1
  if (field !== POSTAL_CODE) return MAX_VALUE_WORDS
  if (/^\d{5,}/.test(words[0] ?? '')) return 1
  const end = words.findIndex((word) => !/\d/.test(word))
  return Math.min(MAX_VALUE_WORDS, end < 0 ? words.length : end)
}

/** `do not call customers` has no answer, and would count nobody. */
function toYesNo([word = '']: readonly string[]): string | undefined {
  const reading = readYesNo(word)
  if (reading.kind !== 'value') return undefined
  return reading.value ? 'yes' : 'no'
}

/** A value ends where a filler, another field or condition begins; `and` joins conditions. */
function isEnd(words: readonly string[], at: number, options: ReadOptions): boolean {
  const word = words[at] ?? ''
  const rest = words.slice(at)
  if (END.test(word) || options.begins(rest) || isFillerWord(word)) return true
  if (!/^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}'’.&/-]*$/u.test(word)) return true
  return at > 0 && (namesDays(words, at, options) || namesField(rest, options))
}

/** `city pune` behind `company acme`. */
function namesField(words: readonly string[], { catalogue }: ReadOptions): boolean {
  if (words.length < 2 && !readAmountField(words, catalogue)) return false
  return (
    PLACE_FIELD.test(words[0] ?? '') ||
    readField(words, catalogue) !== undefined ||
    readAmountField(words, catalogue)?.isShort === false
  )
}

/** Behind `in`, six digits are an Indian postal code, and five those of other countries; `of 50000` is an amount. */
function readPostalCode(words: readonly string[], isField: boolean): ReturnType<Reader> {
  const [, digits] = /^in (\d{5,6})$/.exec(lower(words, 2)) ?? []
  if (!isField || digits === undefined) return undefined
  return { words: 2, condition: { values: [{ field: POSTAL_CODE, value: digits }] }, head: POSTAL_CODE }
}
