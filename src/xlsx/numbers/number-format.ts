/** The meaning of a number by its format, for a list of customers. */
export type NumberFormat =
  | { readonly kind: 'number' | 'percent' | 'date' | 'datetime' | 'time' | 'elapsed' }
  | DigitPattern
  | Sections

/** Digits in a pattern: `000000`, `00000-0000`, `"LN-"0`. */
export interface DigitPattern {
  readonly kind: 'pattern'
  /** Literal text, or a number of digits. */
  readonly parts: readonly (string | number)[]
  /** Shorter numbers are padded with zeros. */
  readonly minDigits: number
}

/** A format that depends on the number: `[<=9999999]000-0000;(000) 000-0000`. */
interface Sections {
  readonly kind: 'sections'
  readonly sections: readonly { readonly holds: (n: number) => boolean; readonly format: NumberFormat }[]
}

export const GENERAL: NumberFormat = { kind: 'number' }

/** Excel does not keep longer ones. */
const MAX_CODE_LENGTH = 255
/** Built-in formats (ECMA-376 part 1, 18.8.30), without those of plain numbers. */
const BUILT_IN: ReadonlyMap<number, NumberFormat> = new Map([
  ...range(9, 10, { kind: 'percent' }),
  ...range(14, 17, { kind: 'date' }),
  ...range(18, 21, { kind: 'time' }),
  ...range(22, 22, { kind: 'datetime' }),
  ...range(45, 45, { kind: 'time' }),
  ...range(46, 46, { kind: 'elapsed' }),
  ...range(47, 47, { kind: 'time' }),
  // Chinese, Japanese and Korean; some are a time in one language and a date in another.
  ...range(27, 31, { kind: 'date' }),
  ...range(32, 33, { kind: 'time' }),
  ...range(34, 35, dayOrTime()),
  ...range(36, 36, { kind: 'date' }),
  ...range(50, 51, { kind: 'date' }),
  ...range(52, 53, dayOrTime()),
  ...range(54, 54, { kind: 'date' }),
  ...range(55, 56, dayOrTime()),
  ...range(57, 58, { kind: 'date' }),
  // Thai.
  ...range(67, 68, { kind: 'percent' }),
  ...range(71, 74, { kind: 'date' }),
  ...range(75, 76, { kind: 'time' }),
  ...range(77, 77, { kind: 'datetime' }),
  ...range(78, 78, { kind: 'time' }),
  ...range(79, 79, { kind: 'elapsed' }),
  ...range(80, 80, { kind: 'time' }),
  ...range(81, 81, { kind: 'date' }),
])

function range(from: number, to: number, format: NumberFormat): [number, NumberFormat][] {
  return Array.from({ length: to - from + 1 }, (_, at) => [from + at, format])
}

/** The number decides: a whole one is a day, one below 1 is a time. */
function dayOrTime(): Sections {
  return {
    kind: 'sections',
    sections: [
      { holds: (n) => n >= 1 && Number.isInteger(n), format: { kind: 'date' } },
      { holds: () => true, format: { kind: 'time' } },
    ],
  }
}

/** The format of a built-in number, if the workbook has no code for it. */
export function understandFormat(id: number): NumberFormat {
  return BUILT_IN.get(id) ?? GENERAL
}

/** The format of a code, such as `dd/mm/yyyy`. */
export function understandCode(code: string): NumberFormat {
  if (code.length > MAX_CODE_LENGTH) return GENERAL
  const sections = splitSections(code)
  const first = sections[0] ?? ''
  const conditions = sections.map(readCondition)
  if (conditions.every((condition) => condition === undefined))
    return understandSection(first, sections.length === 1)
  return {
    kind: 'sections',
    sections: sections.map((section, at) => ({
      holds: conditions[at] ?? (() => true),
      format: understandSection(section, false),
    })),
  }
}

function splitSections(code: string): string[] {
  const sections = ['']
  for (const [token] of code.matchAll(/"[^"]*"?|\\.|[_*].|\[[^\]]*\]|./gs)) {
    if (token === ';') sections.push('')
    else sections[sections.length - 1] += token
  }
  return sections
}

const COMPARE: Readonly<Record<string, (n: number, bound: number) => boolean>> = {
  '<': (n, bound) => n < bound,
  '<=': (n, bound) => n <= bound,
  '>': (n, bound) => n > bound,
  '>=': (n, bound) => n >= bound,
  '=': (n, bound) => n === bound,
  '<>': (n, bound) => n !== bound,
}

function readCondition(section: string): ((n: number) => boolean) | undefined {
  const [, sign = '', bound = ''] =
    /^(?:\[[^<>=\]][^\]]*\])*\[([<>=]{1,2})\s*(-?[\d.]+)\]/.exec(section) ?? []
  const compare = COMPARE[sign]
  return compare && ((n) => compare(n, Number(bound)))
}

const LITERALS = /"[^"]*"?|\\.|[_*]./gs
/** `General` in the spellings of programs, including Chinese and German ones. */
const GENERAL_NAMES = /general|standard|G\/通用格式/gi
const HALF_DAY = /上午\/下午|AM\/PM|A\/P/gi

/** @param isOnly true if negative numbers are written in the same way */
function understandSection(section: string, isOnly: boolean): NumberFormat {
  const bare = section.replace(LITERALS, '').replace(GENERAL_NAMES, '')
  if (/\[(h+|m+|s+)\]/i.test(bare)) return { kind: 'elapsed' }
  const signs = bare
    .replace(/\[[^\]]*\]/g, '')
    .replace(HALF_DAY, 'h')
    .replace(/E[+-]/gi, ',')
  return (
    understandDate(signs) ??
    (signs.includes('%') ? { kind: 'percent' } : understandPattern(section, signs, isOnly))
  )
}

function understandDate(signs: string): NumberFormat | undefined {
  const hasDay = /[ydbeg]|aaa/i.test(signs)
  const hasTime = /[hs]/i.test(signs)
  if (!hasDay && !hasTime && !/m/i.test(signs)) return undefined
  // Next to digits, except for fractions of a second, these letters are an unquoted unit: `0 days`.
  if (/[0#?]/.test(signs.replace(/s[.,]0+/gi, ''))) return undefined
  if (hasTime) return { kind: hasDay ? 'datetime' : 'time' }
  return { kind: 'date' }
}

/** Names of currencies before amounts; signs such as ₹ are recognised by their Unicode class. */
const MONEY = /\p{Sc}|^\s*\(?\s*(Rs|INR|USD|EUR|GBP|AED|SAR|SGD|AUD|CAD|NZD|HKD|JPY|CNY|CHF|kr|Fr)\.?\s*$/iu
/** Literal text that joins the number (`LN-`, `+91 `) and is part of it; `Total ` is not. */
const PREFIX = /[\p{L}\p{N}][-/_.#]?$|\+\d+[\s-]*$/u
const PLUS = /^\s*\+\s*$/
/** A literal after the digits that starts with a space is a unit. */
const UNIT = /^\s+[^\d\s]/

/** Quoted text, one letter after a backslash, padding, brackets, digits; anything else is literal. */
const PATTERN_TOKENS =
  /"(?<quoted>[^"]*)"?|\\(?<escaped>.)|[_*].|\[\$(?<currency>[^\]-]*)[^\]]*\]|\[[^\]]*\]|(?<general>general|standard|G\/通用格式)|(?<digits>[0#?]+)|(?<other>.)/gis

/** Digits and literals only: postal codes, ids, phones. Any other format is a plain number. */
function understandPattern(section: string, signs: string, isOnly: boolean): NumberFormat {
  if (/[.,/@]/.test(signs)) return GENERAL
  const parts: (string | number)[] = []
  let places = ''
  for (const { groups = {} } of section.matchAll(PATTERN_TOKENS)) {
    const { quoted, escaped, currency, digits, other } = groups
    const run = groups.general === undefined ? digits : '0'
    if (run === undefined) join(parts, quoted ?? escaped ?? currency ?? other ?? '')
    else {
      places += run
      parts.push(run.length)
    }
  }
  const prefix = typeof parts[0] === 'string' ? parts[0] : ''
  const suffix = parts.at(-1)
  if (places === '' || parts.some((part) => typeof part === 'string' && MONEY.test(part))) return GENERAL
  const minDigits = places.includes('0') ? places.length - places.indexOf('0') : 0
  // With a section for negative numbers, a plus is a sign: `+0;-0`.
  const isPart = PREFIX.test(prefix) || (isOnly && PLUS.test(prefix))
  if (minDigits <= 1 && !(isPart && typeof suffix === 'number')) return GENERAL
  if (typeof suffix === 'string' && UNIT.test(suffix)) parts.pop()
  return { kind: 'pattern', parts, minDigits }
}

function join(parts: (string | number)[], text: string): void {
  if (text === '') return
  const last = parts.at(-1)
  if (typeof last === 'string') parts[parts.length - 1] = last + text
  else parts.push(text)
}
