import { isPlaceholder } from './blank-words.ts'
import {
  BLANK,
  BROKEN_FORMULA,
  blankOf,
  type CellReading,
  type ColumnStyle,
  DAMAGED,
  problem,
  value,
} from './cell-reading.ts'
import { cleanText, readScientific, spreadsheetError, toAsciiNumber } from './clean-text.ts'
import { parseAmount, readGroups, splitSign } from './read-number.ts'

const PLAIN = /^\d{1,15}(?:\.\d{1,2})?$/u
/** ISO 4217 codes and common names of currencies, before or after an amount. */
const CURRENCY =
  'inr|rs\\.?|re\\.?|rupees?|usd|us\\$|eur|euros?|gbp|aed|dhs?\\.?|sar|qar|kwd|omr|bhd|sgd|s\\$|myr|rm|idr|rp\\.?|php|thb|vnd|pkr|bdt|lkr|npr|mur|kes|ksh|ngn|zar|ghs|ugx|tzs|egp|mad|try|tl|brl|r\\$|mxn|mx\\$|cop|clp|ars|pen|cad|c\\$|ca\\$|aud|a\\$|au\\$|nzd|nz\\$|chf|fr\\.?|tk\\.?|د\\.إ|درهم|ر\\.س|ريال|sek|nok|dkk|kr\\.?|fcfa|cfa|xof|xaf|tsh|ush|gh₵|gh¢|ghc|birr|etb|s\\/\\.?|rd\\$|pln|zł|czk|kč|huf|ft|ron|lei|bgn|rub|руб\\.?|uah|ils|jpy|cny|rmb|hkd|hk\\$|twd|krw|\\p{Sc}'
/** One letter is a currency only before its amount: the South African rand, the Nigerian naira. */
const LETTERS = 'r|n'
const BEFORE = new RegExp(`^([-−+(]?) ?(?:${CURRENCY}|${LETTERS}) ?(?=[-−+(\\d.,])`, 'iu')
const AFTER = new RegExp(` ?(?:${CURRENCY}) ?([-−)]?)$`, 'iu')
/** `500/-` and `500/=`, the end of amounts on Indian and East African paper. */
const CLOSED = / ?\/[-=]?(\)?)$/u
const ONLY = / only$/iu
/** Accounting formats show zero as a dash next to the currency: `₹ -`. */
const DASH_ALONE = /^[-–—]+$/u

const INVALID = problem('money_invalid', 'is not an amount of money')
const AMBIGUOUS = problem(
  'money_invalid',
  'holds an ambiguous amount: its separator can mean thousands or decimals',
)
const TOO_MANY_DIGITS = problem('money_invalid', 'has more digits than can be kept exactly')
const CREDIT_OR_DEBIT = problem(
  'money_invalid',
  'is marked Cr or Dr, which means plus in one ledger and minus in another',
)

/**
 * Reads an amount without its currency, with all written decimals: nothing is rounded.
 *
 * `1.200` alone is 1200 for some people and 1.2 for others. The column decides if any of its cells proves one
 * form. Otherwise the region's usual mark decides if it gives thousands. If it would give a third decimal,
 * which money rarely has, the cell is invalid rather than wrong by a factor of a thousand.
 */
export function readMoney(cell: string, style: ColumnStyle): CellReading<number> {
  const text = cleanText(cell)
  if (text === '') return BLANK
  if (PLAIN.test(text) && text.length <= 16) return value(Number(text))
  const grouped = readGroups(text)
  if (grouped !== null) return value(grouped)
  if (isPlaceholder(text)) return blankOf(text)
  const error = spreadsheetError(text)
  if (error) return error === 'broken' ? BROKEN_FORMULA : BLANK
  const ascii = toAsciiNumber(text)
  const scientific = readScientific(ascii)
  if (scientific?.kind === 'damaged') return DAMAGED
  if (scientific) return value(Number(scientific.digits))
  if (isCreditOrDebit(ascii)) return CREDIT_OR_DEBIT
  return readAmount(ascii.replace(ONLY, ''), style)
}

/** `500.00 Dr`, the mark of every balance in a ledger. */
export function isCreditOrDebit(text: string): boolean {
  return /\d ?[cd]r\.?$/iu.test(text.trim())
}

function readAmount(ascii: string, style: ColumnStyle): CellReading<number> {
  const closed = ascii.replace(CLOSED, '$1')
  const bare = closed.replace(BEFORE, '$1').replace(AFTER, '$1')
  if (DASH_ALONE.test(bare)) return BLANK
  const { text, isNegative } = splitSign(bare)
  // A sign may be on either side of the currency: "-₹500" and "₹ -500".
  const unsigned = text.replace(BEFORE, '')
  let amount = parseAmount(unsigned, style.decimalMark)
  if (amount.kind === 'ambiguous') {
    const groups = style.usualMark === 'point' ? ',' : '.'
    if (!unsigned.includes(groups)) return AMBIGUOUS
    amount = parseAmount(unsigned, style.usualMark)
  }
  if (amount.kind === 'number') return value(isNegative ? 0 - amount.number : amount.number)
  return amount.kind === 'too_many_digits' ? TOO_MANY_DIGITS : INVALID
}
