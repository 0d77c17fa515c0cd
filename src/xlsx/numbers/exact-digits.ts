const PLAIN = /^-?\d{1,15}$/
/** A fraction that is already in its final form. */
const PLAIN_FRACTION = /^-?(?:0|[1-9]\d*)\.\d*[1-9]$/
/** A point and as many digits as Excel keeps. */
const PLAIN_FRACTION_LENGTH = 16
const INTEGER = /^-?\d+$/
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i
/** Significant digits that Excel keeps. */
const EXCEL_DIGITS = 15

/**
 * The digits of a stored number, never with an exponent. Integers stay as written; other numbers have the 15
 * digits Excel keeps, which removes errors of binary fractions (`0.30000000000000004`). Null if it is no
 * number.
 */
export function exactDigits(stored: string): string | null {
  if (PLAIN.test(stored)) return stored === '-0' ? '0' : stored
  if (stored.length <= PLAIN_FRACTION_LENGTH && PLAIN_FRACTION.test(stored)) return stored
  const text = stored.trim()
  if (INTEGER.test(text)) return /^-0+$/.test(text) ? text.slice(1) : text
  if (!NUMBER.test(text)) return null
  const number = Number(text)
  return Number.isFinite(number) ? writeOut(number) : null
}

/** A number with 15 significant digits and no exponent. */
export function writeOut(number: number): string {
  const text = String(Number(number.toPrecision(EXCEL_DIGITS)))
  const [, sign = '', whole = '', fraction = '', power] = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? []
  if (power === undefined) return text === '-0' ? '0' : text
  const digits = whole + fraction
  const point = whole.length + Number(power)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return `${sign}${digits.padEnd(point, '0')}`
}

/** True for integers Excel cannot hold exactly: their last digits may be lost. */
export function hasLostDigits(digits: string): boolean {
  return digits.length > EXCEL_DIGITS && /^-?\d{16,}$/.test(digits)
}

/**
 * Adds a fourth decimal to numbers like `1.234`, which read as thousands where the decimal mark is a comma.
 */
export function withoutAmbiguity(digits: string): string {
  return digits.length <= 8 && /^-?[1-9]\d{0,2}\.\d{3}$/.test(digits) ? `${digits}0` : digits
}
