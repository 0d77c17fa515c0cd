import { monthOfName } from '../../src/customers/cells/index.ts'
import type { FieldCatalogue } from '../../src/customers/fields/index.ts'
import type { AmountCondition } from '../../src/uploads/filters/index.ts'
import { readAmountField } from './named-field.ts'

type Comparison = AmountCondition['is']

/** Comparisons before an amount, the longer ones first. */
const BEFORE: readonly (readonly [RegExp, Comparison])[] = [
  [/^(?:not (?:less|lower|smaller|below) than|at least|minimum|min|>=|starting from)(?= |$)/, '>='],
  [/^(?:not (?:more|greater|higher) than|at most|up to|upto|maximum|max|<=)(?= |$)/, '<='],
  [
    /^(?:(?:more|greater|higher|bigger|larger) (?:than|then)|over|above|exceeding|exceeds|beyond|>)(?= |$)/,
    '>',
  ],
  [/^(?:(?:less|lower|smaller|fewer) (?:than|then)|under|below|<)(?= |$)/, '<'],
  [/^(?:equal to|equals|exactly|=)(?= |$)/, '='],
]
/** Comparisons behind an amount: `50000 or more`, `50000 se zyada`. */
const BEHIND: readonly (readonly [RegExp, Comparison])[] = [
  [/^(?:(?:or|and) (?:more|above|over|higher)|\+|plus)(?= |$)/, '>='],
  [/^(?:(?:or|and) (?:less|below|under|lower))(?= |$)/, '<='],
  [/^se (?:zyada|jyada|jada|zada|upar|ooper)(?= |$)/, '>'],
  [/^se (?:kam|niche|neeche)(?= |$)/, '<'],
]
const MULTIPLES: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  hazar: 1e3,
  hazaar: 1e3,
  l: 1e5,
  lac: 1e5,
  lacs: 1e5,
  lakh: 1e5,
  lakhs: 1e5,
  m: 1e6,
  mn: 1e6,
  million: 1e6,
  cr: 1e7,
  crore: 1e7,
  crores: 1e7,
}
const CURRENCY = /^(?:rs\.?|inr|rupees?|₹|\$|usd|eur|€|£|gbp)$/
/** Whole groups only: `50,00` and `50.000` can mean two numbers. */
const NUMBER =
  /^(?:rs\.?|inr|\p{Sc})?((?:\d{1,3}(?:,\d{2,3})*,\d{3}|\d{1,12})(?:\.\d{1,2})?)([a-z]*)(?:\/[-=])?(\+?)$/u
/** Behind a number it is a day or a length of time, and no amount. */
const TIME = /^(?:days?|weeks?|months?|years?|din|hafte|mahine)$/
const LEAD = /^(?:with|having|has|have|whose|where)$/
/** Words between a field and its comparison. */
const BETWEEN = /^(?:is|are|was|of|hai)$/

interface Amount {
  readonly value: number
  readonly words: number
  readonly isOpen: boolean
  /** True if it is written like money: `₹ 500`, `5,000`, `5 lakh`. */
  readonly isMoney: boolean
}

interface Limits {
  readonly words: number
  readonly limits: readonly Omit<AmountCondition, 'field'>[]
  /** True if a comparison or money was written, and not only a number. */
  readonly isCompared: boolean
}

/** A condition on an amount at the beginning of the words, and the number of its words. */
interface ReadAmounts {
  readonly words: number
  readonly amounts: readonly AmountCondition[]
}

/** `loan amount over 50000`, `due amount between 1000 and 5000`, `more than 5 lakh loan`, `loan 5 lakh se zyada`. */
export function readAmounts(words: readonly string[], catalogue: FieldCatalogue): ReadAmounts | undefined {
  const lower = words.map((word) => word.toLowerCase())
  const lead = LEAD.test(lower[0] ?? '') ? (/^(?:an?|the)$/.test(lower[1] ?? '') ? 2 : 1) : 0
  const found = readAmountField(words.slice(lead), catalogue)
  if (found) {
    let count = lead + found.words
    while (BETWEEN.test(lower[count] ?? '')) count += 1
    const limits = readLimits(lower.slice(count))
    // `loan 1001` is rather a loan ID.
    if (!limits || (found.isShort && !limits.isCompared)) return undefined
    return complete(found.field.name, count + limits.words, limits)
  }
  const limits = readLimits(lower.slice(lead))
  if (!limits?.isCompared) return undefined
  const at = lead + limits.words
  const skipped = /^(?:of|as|in|for|ka|ke|ki|wala|wale|wali)$/.test(lower[at] ?? '') ? 1 : 0
  const behind = readAmountField(words.slice(at + skipped), catalogue)
  return behind && complete(behind.field.name, at + skipped + behind.words, limits)
}

/** True if the words begin with an amount that names no field: `over 5000`. */
export function isBareAmount(words: readonly string[]): boolean {
  return readLimits(words.map((word) => word.toLowerCase()))?.isCompared === true
}

const complete = (field: string, words: number, { limits }: Limits): ReadAmounts => ({
  words,
  amounts: limits.map((limit) => ({ field, ...limit })),
})

function readLimits(words: readonly string[]): Limits | undefined {
  const text = words.slice(0, 4).join(' ')
  if (words[0] === 'between') {
    const pair = readPair(words.slice(1), /^(?:and|to|-|–)$/)
    return pair && { ...pair, words: pair.words + 1 }
  }
  for (const [pattern, is] of BEFORE) {
    const [written] = pattern.exec(text) ?? []
    if (written === undefined) continue
    const count = written.split(' ').length
    const pair = is === '>=' ? readPair(words.slice(count), /^to$/) : undefined
    if (pair) return { ...pair, words: pair.words + count }
    const amount = readAmount(words.slice(count))
    return amount && { words: count + amount.words, limits: [{ is, value: amount.value }], isCompared: true }
  }
  return readPair(words, /^(?:to|-|–)$/) ?? readAlone(words)
}

/** `1000 and 5000` */
function readPair(words: readonly string[], and: RegExp): Limits | undefined {
  const first = readAmount(words)
  if (!first || !and.test(words[first.words] ?? '')) return undefined
  const second = readAmount(words.slice(first.words + 1))
  if (!second) return undefined
  const [from, to] = [first.value, second.value].sort((a, b) => a - b)
  return {
    words: first.words + 1 + second.words,
    limits: [
      { is: '>=', value: from ?? first.value },
      { is: '<=', value: to ?? second.value },
    ],
    isCompared: true,
  }
}

function readAlone(words: readonly string[]): Limits | undefined {
  const amount = readAmount(words)
  if (!amount) return undefined
  const { value } = amount
  if (amount.isOpen) return { words: amount.words, limits: [{ is: '>=', value }], isCompared: true }
  const behind = words.slice(amount.words, amount.words + 2).join(' ')
  for (const [pattern, is] of BEHIND) {
    const [written] = pattern.exec(behind) ?? []
    if (written === undefined) continue
    return {
      words: amount.words + written.split(' ').length,
      limits: [{ is, value }],
      isCompared: true,
    }
  }
  return { words: amount.words, limits: [{ is: '=', value }], isCompared: amount.isMoney }
}

/** `50000`, `₹ 1,20,000`, `5 lakh`, `2.5cr`, `50k`, `50000+`. */
function readAmount(words: readonly string[]): Amount | undefined {
  const before = CURRENCY.test(words[0] ?? '') ? 1 : 0
  const [, digits = '', unit = '', plus] = NUMBER.exec(words[before] ?? '') ?? []
  if (digits === '') return undefined
  const next = unit === '' ? (words[before + 1] ?? '') : ''
  const isUnit = Object.hasOwn(MULTIPLES, next)
  const multiple = unit === '' ? (isUnit ? MULTIPLES[next] : 1) : multipleOf(unit)
  if (multiple === undefined) return undefined
  const count = before + (isUnit ? 2 : 1)
  const after = CURRENCY.test(words[count] ?? '') ? 1 : 0
  const behind = words[count + after] ?? ''
  if (TIME.test(behind) || monthOfName(behind) !== null) return undefined
  // 2.3 times a lakh is 229999.99999999997.
  const value = Math.round(Number(digits.replaceAll(',', '')) * multiple * 100) / 100
  const isMoney = digits.includes(',') || multiple > 1 || before + after > 0
  return { value, words: count + after, isOpen: plus === '+', isMoney }
}

const multipleOf = (unit: string): number | undefined =>
  Object.hasOwn(MULTIPLES, unit) ? MULTIPLES[unit] : undefined
