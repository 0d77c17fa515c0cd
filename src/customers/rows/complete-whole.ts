/** A part of a name or address beside the whole. */
export interface Part {
  /** Index among the field's parts: a first name is 0. */
  readonly place: number
  readonly text: string
}

const WORD = /[\p{L}\p{M}\p{N}]+/gu
const LATIN_ACCENTS = /[\u0300-\u036f]+/gu
const FIRST = 0
const MIDDLE = 1

/** Appends each line that the address does not contain: flat, then area, then landmark. */
export function completeAddress(whole: string, parts: readonly Part[], separator: string): string {
  return [whole, ...missingFrom(whole, parts)].join(separator)
}

/**
 * `Name` is a first name beside `Surname`, a family name beside `Vorname`, and the whole name beside both. If
 * it differs from both (a company, a nickname), it stays, and the parts become attributes.
 */
export function completeName(whole: string, parts: readonly Part[], separator: string): string {
  const missing = missingFrom(whole, parts)
  if (missing.length === 0) return whole
  const joined = parts.map(({ text }) => text).join(separator)
  if (isAbbreviated(whole, joined)) return joined
  const hasFirst = parts.some(({ place }) => place === FIRST)
  const hasLast = parts.some(({ place }) => place > MIDDLE)
  if (hasFirst === hasLast) return whole
  return (hasFirst ? [...missing, whole] : [whole, ...missing]).join(separator)
}

function missingFrom(whole: string, parts: readonly Part[]): readonly string[] {
  return parts.filter(({ text }) => !holds(whole, text)).map(({ text }) => text)
}

/** True if a text contains each word of another, whatever its case, accents and order. */
export function holds(whole: string, text: string): boolean {
  if (whole === text) return true
  const words = new Set(wordsOf(whole))
  const wanted = wordsOf(text)
  return wanted.length === 0 ? whole.includes(text) : wanted.every((word) => words.has(word))
}

/** `A. Rao` and `Asha Rao` are shorter forms of `Asha Kumari Rao`. */
function isAbbreviated(short: string, long: string): boolean {
  const words = wordsOf(long)
  return wordsOf(short).every((word) =>
    words.some((other) => other === word || (word.length === 1 && other.startsWith(word))),
  )
}

function wordsOf(text: string): readonly string[] {
  return text.normalize('NFD').replace(LATIN_ACCENTS, '').toLowerCase().match(WORD) ?? []
}
