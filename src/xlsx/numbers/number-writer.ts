import { dateText, elapsedText } from './date-text.ts'
import { exactDigits, hasLostDigits, withoutAmbiguity, writeOut } from './exact-digits.ts'
import type { DigitPattern, NumberFormat } from './number-format.ts'

/** Repeated days are formatted once. */
const REMEMBERED_DAYS = 10_000

/** Formats stored numbers as text: exact digits, ISO days, nothing rounded beyond what Excel keeps. */
export class NumberWriter {
  /** True if the last written number has more digits than Excel keeps. */
  hasLostDigits = false
  /** True if the last written number has a date format and is no date. */
  isNoDate = false
  readonly #is1904: boolean
  readonly #days = new Map<string, string>()

  constructor(is1904: boolean) {
    this.#is1904 = is1904
  }

  /** @param stored the number as in the file; other text is returned unchanged */
  write(stored: string, format: NumberFormat): string {
    this.isNoDate = false
    this.hasLostDigits = false
    if (format.kind === 'date') {
      const known = this.#days.get(stored)
      if (known !== undefined) return known
    }
    const digits = exactDigits(stored)
    if (digits === null) return stored
    this.hasLostDigits = hasLostDigits(digits)
    return this.#writeDigits(stored, digits, format)
  }

  #writeDigits(stored: string, digits: string, format: NumberFormat): string {
    switch (format.kind) {
      case 'number':
        return withoutAmbiguity(digits)
      case 'percent':
        return `${withoutAmbiguity(writeOut(Number(digits) * 100))}%`
      case 'pattern':
        return fillPattern(digits, format)
      case 'sections': {
        const number = Number(digits)
        const section = format.sections.find(({ holds }) => holds(number))
        return this.#writeDigits(stored, digits, section?.format ?? { kind: 'number' })
      }
      case 'elapsed':
        return elapsedText(Number(digits)) ?? this.#noDate(digits)
      default: {
        const text = dateText(Number(digits), format.kind, this.#is1904)
        if (text === null) return this.#noDate(digits)
        if (format.kind === 'date') this.#remember(stored, text)
        return text
      }
    }
  }

  #noDate(digits: string): string {
    this.isNoDate = true
    return withoutAmbiguity(digits)
  }

  #remember(stored: string, text: string): void {
    if (this.#days.size >= REMEMBERED_DAYS) this.#days.clear()
    this.#days.set(stored, text)
  }
}

/** Digits as Excel shows them in the pattern, but with the fraction, which Excel would round. */
function fillPattern(digits: string, { parts, minDigits }: DigitPattern): string {
  if (digits.includes('.')) return withoutAmbiguity(digits)
  const sign = digits.startsWith('-') ? '-' : ''
  const rest = digits.slice(sign.length).padStart(minDigits, '0')
  const places = parts.reduce<number>((sum, part) => sum + (typeof part === 'number' ? part : 0), 0)
  const isFull = rest.length >= places
  let left = places
  let at = 0
  let text = ''
  for (const part of parts) {
    if (typeof part === 'string') {
      // The literals between missing leading digits are missing too: `(###) ###-####`.
      if (at > 0 || isFull || /[\p{L}\p{N}+]/u.test(part)) text += part
      continue
    }
    left -= part
    const end = Math.max(at, rest.length - left)
    text += rest.slice(at, end)
    at = end
  }
  return sign + text.trim()
}
