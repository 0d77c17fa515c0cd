import { removeQuotes, unescapeText } from './unwrap-text.ts'

/**
 * Cleans a cell before it is read. Removes escapes of web pages and databases, invisible characters, extra
 * whitespace, Excel's `="…"` and apostrophe, and quotation marks around the whole. Plain ASCII text is
 * returned without a copy.
 */

/**
 * C0 (except whitespace), C1, soft hyphen, zero-width space, word joiner, BOM, direction marks and isolates.
 */
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is removed
  /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]/gu

/**
 * Zero-width joiners belong to text between certain letters of Persian, Hindi and others and inside emoji.
 * Anywhere else they are noise.
 */
const STRAY_JOINER =
  /(?<![\p{L}\p{M}\p{Extended_Pictographic}])[\u200c\u200d]+|[\u200c\u200d]+(?![\p{L}\p{M}\p{Extended_Pictographic}])/gu
const JOINER = /[\u200c\u200d]/u
const LONE_SURROGATE = /\p{Surrogate}/gu
const WHITESPACE = /[\s\u0085\u00a0]+/gu
/**
 * The apostrophe that this program adds before a later line of a cell that a spreadsheet would run. The
 * formula must begin in that line: an apostrophe alone in its line is text.
 */
const LINE_ARMOUR =
  /([\n\r\v\f\u0085\u2028\u2029])'(?=(?:(?![\n\r\v\f\u0085\u2028\u2029])[\s\p{C}\p{Default_Ignorable_Code_Point}])*[=+\-@＝＋－＠])/gu
/**
 * The start of a cell that this program made safe for spreadsheets. A trailing space marks a cell that ends
 * in an apostrophe.
 */
const WRITTEN_SAFE = /^'(?:[\t\r\n]|[\s\p{C}\p{Default_Ignorable_Code_Point}]*[=+\-@＝＋－＠])/u
const WRITTEN_BREAK = /^'[\t\r\n]/
/** `="00123"`, which keeps Excel from dropping zeros; also with typographic marks. */
const FORMULA_ARMOUR = /^=\s*["“”„]((?:[^"]|"")*)["“”]$/u

/**
 * Trimmed, single spaces, NFC, no invisible characters, no Excel prefix, no quotes around. Empty if blank.
 */
export function cleanText(cell: string): string {
  if (isPlain(cell)) return cell
  const bare = cell.replace(LINE_ARMOUR, '$1')
  return removeArmour(tidyText(unescapeText(bare)), bare)
}

/** True if a cleaned cell is empty. */
export function isBlank(cell: string): boolean {
  if (cell === '') return true
  const code = cell.charCodeAt(0)
  return code > 0x20 &&
    code < 0x7f &&
    !isWrapper(code) &&
    code !== 0x26 &&
    code !== 0x3c &&
    code !== 0x5c &&
    code !== 0x5f
    ? false
    : cleanText(cell) === ''
}

/** True for printable ASCII with single inner spaces, and without signs of escaping or Excel prefixes. */
function isPlain(cell: string): boolean {
  const last = cell.length - 1
  if (last < 0) return true
  let previous = 0x20
  let isOpen = false
  for (let at = 0; at <= last; at += 1) {
    const code = cell.charCodeAt(at)
    if (code === 0x20) {
      if (previous === 0x20 || at === last) return false
    } else if (code < 0x20 || code > 0x7e || beginsCode(code, previous)) return false
    // `AT&T` is not escaped: an entity ends with a semicolon, and a tag with a bracket.
    else if (code === 0x26 || code === 0x3c) isOpen = true
    else if ((code === 0x3b || code === 0x3e) && isOpen) return false
    previous = code
  }
  return !isWrapper(cell.charCodeAt(0))
}

/** True at a backslash, and in `_x000D_`, a line break of Excel's files. */
function beginsCode(code: number, previous: number): boolean {
  return code === 0x5c || (code === 0x78 && previous === 0x5f)
}

/** Quotation marks, and the first character of a formula. */
function isWrapper(code: number): boolean {
  return code === 0x22 || code === 0x27 || code === 0x3d || code === 0x60
}

/** Without invisible characters that affect the rest; line breaks stay. */
export function removeInvisible(text: string): string {
  const visible = text.replace(LONE_SURROGATE, '').replace(INVISIBLE, '')
  return JOINER.test(visible) ? visible.replace(STRAY_JOINER, '') : visible
}

/** Trimmed, single spaces, NFC, no invisible characters. Empty if nothing is left. */
export function tidyText(text: string): string {
  return removeInvisible(text.normalize('NFC')).replace(WHITESPACE, ' ').trim()
}

/** A leading apostrophe marks text in a spreadsheet; two are quotes around a value. */
function removeArmour(text: string, cell: string): string {
  if (text === "'") return ''
  const formula = FORMULA_ARMOUR.exec(text)
  if (formula) return tidyText((formula[1] ?? '').replaceAll('""', '"'))
  const isWrittenSafe = WRITTEN_SAFE.test(cell) && cell.endsWith(' ')
  const isArmoured = text.startsWith("'") && (!text.endsWith("'") || isWrittenSafe)
  if (!isArmoured) return removeQuotes(text)
  const bare = text.slice(1).trimStart()
  // A cell that began with a line break is read as if it had no apostrophe.
  if (WRITTEN_BREAK.test(cell)) return removeArmour(bare, cell.slice(1))
  const armoured = FORMULA_ARMOUR.exec(bare)
  return armoured ? tidyText((armoured[1] ?? '').replaceAll('""', '"')) : bare
}

const digitValues = new Map<string, string>()
const DIGIT = /\p{Nd}/u
const FOREIGN_DIGIT = /[^\P{Nd}0-9]/gu

/** Converts decimal digits of any script (full-width, Arabic-Indic, Devanagari, …) to 0 to 9. */
export function toAsciiDigits(text: string): string {
  return text.replace(FOREIGN_DIGIT, asciiDigit)
}

/** Also converts the Arabic marks for decimals (`٫`) and thousands (`٬`, to the unambiguous `'`). */
export function toAsciiNumber(text: string): string {
  return toAsciiDigits(text).replaceAll('٫', '.').replaceAll('٬', "'")
}

/** Unicode arranges a script's digits in runs of ten that start with zero. */
function asciiDigit(digit: string): string {
  const kept = digitValues.get(digit)
  if (kept !== undefined) return kept
  const code = digit.codePointAt(0) ?? 0
  let start = code
  while (DIGIT.test(String.fromCodePoint(start - 1))) start -= 1
  const value = String((code - start) % 10)
  digitValues.set(digit, value)
  return value
}

/** A formula without a value. Nothing was lost. */
const NO_VALUE = /^#(?:n\/[abd]|nv|н\/д|yok|saknas!|¡?(?:div|дел|deel|dziel)\/0!|division\/0!|sayı\/0!)$/iu
/**
 * A spreadsheet's error: the value is lost. `#REF!` in all languages (`#BEZUG!`, `#¡VALOR!`, `#ССЫЛКА!`),
 * Google's `#ERROR!` (it reads `+91 74171` as a sum) and LibreOffice's `Err:502`.
 */
const BROKEN = /^(?:#[¡¿]?[\p{Lu}_]{2,15}[!?]|#(?:NUM|CALC|SPILL|FIELD|GETTING_DATA)|#{3,}|Err:\d{3})$/u

export type SpreadsheetError = 'no_value' | 'broken'

/**
 * @returns the meaning of a spreadsheet's error text such as `#N/A` or `#REF!`, or null for any other text.
 */
export function spreadsheetError(text: string): SpreadsheetError | null {
  const first = text.charCodeAt(0)
  if (first !== 0x23 && first !== 0x45) return null
  if (NO_VALUE.test(text)) return 'no_value'
  return BROKEN.test(text) ? 'broken' : null
}

/** `9.17417E+11`: the short form of a long number in spreadsheets and programs. */
const SCIENTIFIC = /^([+-]?)(\d+)(?:[.,](\d+))?\s?e\s?\+?(\d{1,3})$/iu

export type Scientific =
  | { readonly kind: 'exact'; readonly digits: string }
  | { readonly kind: 'damaged' }
  | null

/**
 * Reads scientific notation if no digit is lost.
 *
 * `9.17417119014E+11` has all twelve digits of its number, so it is read. In `9.17417E+11` six digits are
 * missing, and the cell does not show them.
 */
export function readScientific(text: string): Scientific {
  const match = SCIENTIFIC.exec(text)
  if (!match) return null
  const [, , whole = '', fraction = '', exponent = ''] = match
  return whole.length === 1 && fraction.length === Number(exponent)
    ? { kind: 'exact', digits: whole + fraction }
    : { kind: 'damaged' }
}
