/**
 * Splits several numbers in one cell, as people and exporters write them: `98765 43210, 91234 56789`,
 * Google's ` ::: `, one per line. The reader checks whether the pieces are phones.
 */
const SEPARATORS =
  /\s*(?::::|[;|,、]|\s&\s|(?<=\d{8})(?:&|\s[•·]\s)(?=[+\d])|\s(?:and|or|und|oder|et|ou|y|o|e|ya|aur|then|या|और)\s)\s*/iu
/** `1) 98765 43210 2) 91234 56789`: the numbering of a list. */
const NUMBERING = /(?:^|(?<=[\s,;]))[1-9](?:\)|[.:](?=\s))\s*(?=\+?\d{5})/gu
/** `Mob1: 98765 43210`: the number of a label. */
const LABEL_NUMBER = /(?<=\p{L}{2})[-.\s]?[1-9]\s*(?=[:=])/gu
/** `S/o 98765 43210`: no separator. */
const SON_OF = /\b([sdwc])\/o\b\.?/giu
/** A cell that begins with a label has one before each number. */
const STARTS_LABELLED = /^\(?\p{L}[^\d]{0,30}\d/u
const NEXT_LABEL = /(?<=\d)\s+(?=\(?\p{L}[^\d,;|]{0,30}[+\d][\d\s()-]{5,})/gu
/** A spreadsheet's thousands in a phone column: `9,876,543,210`. No piece is long enough to be a phone. */
const THOUSANDS = /^\d{1,3}(?:,\d{2,3})+$/u
const SLASH = /\s*[/\\]\s*/u
/** Two full numbers separated only by a space, a dash or a bracket. */
const NEXT_NUMBER = /\s+-\s+|\s\+\s(?=\d{10})|\s+(?=\+)|(?<=\d{8})(?=\+)|(?<=\d{10})[\s(-]+(?=\d{10}(?!\d))/u

/** Fewer digits before a slash are an area code (`030/123456`), not a phone. */
const SHORTEST_PHONE = 6

export function splitPhones(text: string): readonly string[] {
  if (THOUSANDS.test(text)) return [text.replaceAll(',', '')]
  const isNumbered = (text.match(NUMBERING)?.length ?? 0) > 1
  const bare = isNumbered ? text.replace(NUMBERING, ' ; ') : text
  const plain = bare.replace(LABEL_NUMBER, '').replace(SON_OF, '$1.o. ')
  const pieces = plain.split(SEPARATORS).filter((piece) => piece !== '')
  return STARTS_LABELLED.test(plain) ? pieces.flatMap((piece) => piece.split(NEXT_LABEL)) : pieces
}

/** For a piece that is no phone as a whole. */
export function splitAtSpaces(piece: string): readonly string[] {
  return piece.split(NEXT_NUMBER)
}

/** A piece that starts with an area code stays whole: its slashes may replace spaces. */
export function splitAtSlash(piece: string): readonly string[] {
  const parts = piece.split(SLASH).filter((part) => part !== '')
  const [first = ''] = parts
  return isShort(first) && countDigits(first) > 0 ? [parts.join('/')] : parts
}

/**
 * Splits a piece that is no phone as a whole at slashes. After an area code the first slash belongs to the
 * number, and a second one starts another number. After a country code nothing is split, because the end of a
 * number could be a phone.
 */
export function splitAfterAreaCode(piece: string): readonly string[] {
  const parts = piece.split('/')
  const [first = '', second = '', ...others] = parts
  if (parts.length === 1 || /^(?:\+|00)/u.test(first)) return []
  return [`${first}/${second}`, second, ...others].filter((part) => !isShort(part))
}

/** Too short for a phone: an area code, an extension, a group of digits. */
function isShort(part: string): boolean {
  return countDigits(part) < SHORTEST_PHONE
}

export function countDigits(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code >= 0x30 && code <= 0x39) count += 1
  }
  return count
}
