import { removeQuotes, unescapeText } from './unwrap-text.ts'

/**
 * What every cell goes through before it means anything: what a web page or a database escaped is what it was, the
 * invisible is removed, whitespace made plain, Excel's armour and quotation marks around the whole are taken off. Text that is already plain ASCII is returned as it is, without a copy.
 */

/** C0 (but for whitespace), C1, soft hyphen, zero-width space, word joiner, BOM, direction marks and isolates. */
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is removed
  /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]/gu

/**
 * Zero-width joiners shape letters in Persian, Hindi and others and build emoji: between two such characters they are
 * part of the text, anywhere else they are dirt.
 */
const STRAY_JOINER =
  /(?<![\p{L}\p{M}\p{Extended_Pictographic}])[\u200c\u200d]+|[\u200c\u200d]+(?![\p{L}\p{M}\p{Extended_Pictographic}])/gu
const JOINER = /[\u200c\u200d]/u
const LONE_SURROGATE = /\p{Surrogate}/gu
const WHITESPACE = /[\s\u0085\u00a0]+/gu
/** The apostrophe our own files put before a later line of a cell that a spreadsheet would run. */
const LINE_ARMOUR =
  /([\n\r\v\f\u0085\u2028\u2029])'(?=[\s\p{C}\p{Default_Ignorable_Code_Point}]*[=+\-@＝＋－＠])/gu
/** How our own files begin a cell that a spreadsheet would run; a space ends it where it ends in an apostrophe. */
const WRITTEN_SAFE = /^'(?:[\t\r\n]|[\s\p{C}\p{Default_Ignorable_Code_Point}]*[=+\-@＝＋－＠])/u
/** `="00123"`, which keeps Excel from dropping zeros; also with the marks that a word processor makes of these. */
const FORMULA_ARMOUR = /^=\s*["“”„]((?:[^"]|"")*)["“”]$/u

/** Trimmed, whitespace runs as one space, NFC, nothing invisible, without armour and quotes around. Empty where blank. */
export function cleanText(cell: string): string {
  if (isPlain(cell)) return cell
  const bare = cell.replace(LINE_ARMOUR, '$1')
  return removeArmour(tidyText(unescapeText(bare)), bare)
}

/** Whether nothing is left of a cell once it is cleaned. */
export function isBlank(cell: string): boolean {
  if (cell === '') return true
  const code = cell.charCodeAt(0)
  return code > 0x20 && code < 0x7f && !isWrapper(code) && code !== 0x26 && code !== 0x3c && code !== 0x5c
    ? false
    : cleanText(cell) === ''
}

/** Printable ASCII with single spaces inside only, and no sign that something is escaped or armour is on. */
function isPlain(cell: string): boolean {
  const last = cell.length - 1
  if (last < 0) return true
  let previous = 0x20
  let isOpen = false
  for (let at = 0; at <= last; at += 1) {
    const code = cell.charCodeAt(at)
    if (code === 0x20) {
      if (previous === 0x20 || at === last) return false
    } else if (code < 0x20 || code > 0x7e || code === 0x5c) return false
    // `AT&T` escapes nothing: an entity ends with a semicolon, and a tag with a bracket.
    else if (code === 0x26 || code === 0x3c) isOpen = true
    else if ((code === 0x3b || code === 0x3e) && isOpen) return false
    previous = code
  }
  return !isWrapper(cell.charCodeAt(0))
}

/** Quotation marks, and the sign a formula begins with. */
function isWrapper(code: number): boolean {
  return code === 0x22 || code === 0x27 || code === 0x3d || code === 0x60
}

/** Without what is not seen and changes how the rest is read; line breaks stay. */
export function removeInvisible(text: string): string {
  const visible = text.replace(LONE_SURROGATE, '').replace(INVISIBLE, '')
  return JOINER.test(visible) ? visible.replace(STRAY_JOINER, '') : visible
}

/** Trimmed, whitespace runs as one space, NFC, nothing invisible. Empty where nothing is left. */
export function tidyText(text: string): string {
  return removeInvisible(text.normalize('NFC')).replace(WHITESPACE, ' ').trim()
}

/** An apostrophe in front tells a spreadsheet "this is text"; two are quotes around a value. */
function removeArmour(text: string, cell: string): string {
  if (text === "'") return ''
  const formula = FORMULA_ARMOUR.exec(text)
  if (formula) return tidyText((formula[1] ?? '').replaceAll('""', '"'))
  const isWrittenSafe = WRITTEN_SAFE.test(cell) && cell.endsWith(' ')
  const isArmoured = text.startsWith("'") && (!text.endsWith("'") || isWrittenSafe)
  if (!isArmoured) return removeQuotes(text)
  const bare = text.slice(1).trimStart()
  const armoured = FORMULA_ARMOUR.exec(bare)
  return armoured ? tidyText((armoured[1] ?? '').replaceAll('""', '"')) : bare
}

const digitValues = new Map<string, string>()
const DIGIT = /\p{Nd}/u
const FOREIGN_DIGIT = /[^\P{Nd}0-9]/gu

/** Decimal digits of every script (full-width, Arabic-Indic, Devanagari, …) as 0 to 9. */
export function toAsciiDigits(text: string): string {
  return text.replace(FOREIGN_DIGIT, asciiDigit)
}

/** Digits of a number, and the Arabic signs for decimals (`٫`) and thousands (`٬`, as the unambiguous `'`). */
export function toAsciiNumber(text: string): string {
  return toAsciiDigits(text).replaceAll('٫', '.').replaceAll('٬', "'")
}

/** Unicode lays the digits of a script out in runs of ten beginning with its zero. */
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

/** A formula that had no value to show. Nothing was damaged: there was nothing. */
const NO_VALUE = /^#(?:n\/[abd]|nv|н\/д|yok|saknas!|¡?(?:div|дел|deel|dziel)\/0!|division\/0!|sayı\/0!)$/iu
/**
 * A spreadsheet that could not show or compute the cell: the value is gone from the file. `#REF!` in all its languages
 * (`#BEZUG!`, `#¡VALOR!`, `#ССЫЛКА!`), Google's `#ERROR!` (it takes `+91 74171` for a sum) and LibreOffice's `Err:502`.
 */
const BROKEN = /^(?:#[¡¿]?[\p{Lu}_]{2,15}[!?]|#(?:NUM|CALC|SPILL|FIELD|GETTING_DATA)|#{3,}|Err:\d{3})$/u

export type SpreadsheetError = 'no_value' | 'broken'

/** @returns what a spreadsheet's error text such as `#N/A` or `#REF!` stands for, or null for any other text. */
export function spreadsheetError(text: string): SpreadsheetError | null {
  const first = text.charCodeAt(0)
  if (first !== 0x23 && first !== 0x45) return null
  if (NO_VALUE.test(text)) return 'no_value'
  return BROKEN.test(text) ? 'broken' : null
}

/** `9.17417E+11`: how spreadsheets and programs shorten a long number. */
const SCIENTIFIC = /^([+-]?)(\d+)(?:[.,](\d+))?\s?e\s?\+?(\d{1,3})$/iu

export type Scientific =
  | { readonly kind: 'exact'; readonly digits: string }
  | { readonly kind: 'damaged' }
  | null

/**
 * Reads scientific notation where it lost nothing.
 *
 * `9.17417119014E+11` names all twelve digits of its number, so they are read. In `9.17417E+11` six digits are missing:
 * they may be zeros or may have been anything, and nobody can tell from the cell.
 */
export function readScientific(text: string): Scientific {
  const match = SCIENTIFIC.exec(text)
  if (!match) return null
  const [, , whole = '', fraction = '', exponent = ''] = match
  return whole.length === 1 && fraction.length === Number(exponent)
    ? { kind: 'exact', digits: whole + fraction }
    : { kind: 'damaged' }
}
