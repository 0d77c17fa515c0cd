import { isPlaceholder } from './blank-words.ts'
import { calendarOf, FIRST_NEPALI_YEAR, fromCalendar, fromNepali, monthOfName } from './calendars/index.ts'
import {
  BLANK,
  BROKEN_FORMULA,
  blankOf,
  type CellReading,
  type ColumnStyle,
  problem,
  value,
} from './cell-reading.ts'
import { cleanText, spreadsheetError } from './clean-text.ts'
import { tidyDate } from './date-writing.ts'

const ISO = /^(\d{4})-(\d{2})-(\d{2})$/u
const YEAR_FIRST = /^(\d{4})([-/. ])(\d{1,2})\2(\d{1,2})$/u
const YEAR_LAST = /^(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})$/u
const COMPACT = /^\d{8}$/u
const SERIAL = /^\d{4,5}(?:[.,]\d+)?$/u
const WEEKDAY = /^[\p{L}\p{M}-]{2,20}\.?,? (?:den )?(?=\d|[\p{L}\p{M}]+ \d)/u
const DAY_NAMED =
  /^(\d{1,2})(?:st|nd|rd|th|er|º|ª|\.)?[-/. ,]*(?:de |of |d['’])?([\p{L}\p{M}]+)\.?[-/. ,']*(?:de |del )?(\d{4}|\d{2})$/iu
const MONTH_NAMED = /^([\p{L}\p{M}]+)\.?[-/. ]*(\d{1,2})(?:st|nd|rd|th)?[-/., ']+(\d{4}|\d{2})$/iu
const YEAR_NAMED = /^(\d{4})[-/. ]{1,2}([\p{L}\p{M}]+)\.?[-/. ]+(\d{1,2})\.?$/u
const DIGIT = /\d/u
const ZERO = /^[0\-/. :T]+$/u
/** A blank cell that a spreadsheet showed as a date: day 0 of Excel (`00-Jan-1900`) or Google Sheets. */
const DAY_ZERO =
  /^(?:0?1([-/.])0?0\1(?:19)?00|0?0([-/.])(?:0?1|jan)\2(?:19)?00|1900-01-00|1899-12-30|30([-/.])12\3(?:18)?99|12\/30\/(?:18)?99)$/iu
/** vCard's birthday without a year, as Google Contacts exports it. A recurring day is no date. */
const WITHOUT_YEAR = /^--\d{2}-?\d{2}$/u
/** `03/15`, `15.3.`: a day and a month without a year. */
const TWO_NUMBERS = /^(\d{1,2})[-/. ](\d{1,2})$/u
const DAY_AND_NAME = /^(\d{1,2})(?:st|nd|rd|th|er|\.)?[-/. ]*(?:de |of )?([\p{L}\p{M}]+)\.?$/iu
const NAME_AND_DAY = /^([\p{L}\p{M}]+)\.?[-/. ]*(\d{1,2})(?:st|nd|rd|th)?$/iu
/** iPhones store a birthday without a year in 1604, other programs in year 0. */
const NO_YEAR = 1604

/**
 * Two-digit years up to 49 are in this century, from 50 in the last one, so that a loan that ends in '46 is
 * not over.
 */
const CENTURY_TURNS_AT = 50
/** Customers and their loans have years in this range; any other date is another calendar's or an error. */
const FIRST_YEAR = 1900
const LAST_YEAR = 2150
/**
 * Dates that programs write for "no date": their first or last possible day (.NET, SQL Server, Windows, Mac,
 * SAP), and day 1 of Excel.
 */
const NO_DATES = new Set(
  '1-1-1 1-1-2 1582-10-15 1601-1-1 1753-1-1 1800-1-1 1899-12-30 1899-12-31 1900-1-1 1904-1-1 2999-12-31 9999-1-1 9999-12-30 9999-12-31 4501-1-1'.split(
    ' ',
  ),
)
/** The Unix epoch, also as seen from America. It may be a birthday. */
const EPOCHS = new Set(['1970-1-1', '1969-12-31'])
/** Nepal writes 2083 for 2026; no Gregorian due date is that far away. */
const NEPALI_FROM = 2060
/** No current loan is due before the Nepali year 2040 (1983), so such a year is Gregorian. */
const FIRST_NEPALI_DUE = 2040
/** Nobody alive was born before 1933. */
const FIRST_NEPALI_BIRTH = 1990
/** Excel counts days from 1900; these are 1 January 1920 and 31 December 2100. */
const FIRST_SERIAL = 7_306
const LAST_SERIAL = 73_415
/** Day 0 of Excel's count, including its non-existent 29 February 1900. */
const SERIAL_EPOCH = Date.UTC(1899, 11, 30)
const DAY = 86_400_000

const INVALID = problem('date_invalid', 'is not a date')
const IMPOSSIBLE = problem('date_invalid', 'holds a day that is not in the calendar')
const OUT_OF_RANGE = problem('date_invalid', `holds a date before ${FIRST_YEAR} or after ${LAST_YEAR}`)
const NOT_BORN = problem('date_invalid', 'holds a day of birth in the future')
const OTHER_CALENDAR = problem('date_invalid', 'may hold a date of another calendar, which cannot be told')
const NO_DATE: CellReading<never> = { kind: 'blank', note: 'blank_date' }
const NO_YEAR_GIVEN: CellReading<never> = { kind: 'blank', note: 'date_without_year' }

/** A day as written, not yet validated. */
interface Written {
  readonly year: number
  /** The year has two digits. */
  readonly isShort: boolean
  readonly month: number
  readonly date: number
}

/**
 * Reads a calendar day as `YYYY-MM-DD`: the day as written, never moved to another time zone.
 *
 * Reads ISO dates and date-times, day/month/year in the column's order, eight digits, month names in some
 * thirty languages and Excel's day numbers. Dates that mean "no date" are blank, and so is a birthday without
 * a year. A birth in the future is invalid. So is a date outside the plausible years, unless its calendar is
 * certain.
 */
export function readDate(cell: string, style: ColumnStyle): CellReading<string> {
  const text = cleanText(cell)
  if (text === '') return BLANK
  const iso = ISO.exec(text)
  if (iso && !isZero(text)) return finish(written(iso[1], iso[2], iso[3]), text, style)
  const plain = YEAR_LAST.exec(text)
  if (plain && !isZero(text)) return finish(ordered(plain, style.dateOrder), text, style)
  if (isPlaceholder(text)) return blankOf(text)
  if (isZero(text)) return readZero(text)
  const error = spreadsheetError(text)
  if (error) return error === 'broken' ? BROKEN_FORMULA : BLANK
  const date = tidyDate(text)
  if (isZero(date)) return readZero(date)
  if (WITHOUT_YEAR.test(date)) return NO_YEAR_GIVEN
  const read = readNumeric(date, style) ?? readNamed(date.replace(WEEKDAY, '')) ?? readNamed(date)
  if (read) return finish(read, text, style)
  return style.bornUntil !== undefined && isWithoutYear(date) ? NO_YEAR_GIVEN : INVALID
}

/** `00/00/0000` and day 0 of Excel mean no date; only punctuation is a blank cell. */
function readZero(text: string): CellReading<never> {
  return DIGIT.test(text) ? NO_DATE : BLANK
}

function isZero(text: string): boolean {
  return ZERO.test(text) || DAY_ZERO.test(text)
}

function isWithoutYear(text: string): boolean {
  const numbers = TWO_NUMBERS.exec(text)
  if (numbers) {
    const [, first, second] = numbers.map(Number)
    return isDayOfMonth(first, second) || isDayOfMonth(second, first)
  }
  const [, date, name] = DAY_AND_NAME.exec(text) ?? []
  const [, otherName, otherDate] = NAME_AND_DAY.exec(text) ?? []
  const month = monthOfName(name ?? otherName ?? '')
  return month !== null && isDayOfMonth(Number(date ?? otherDate), month)
}

function isDayOfMonth(date = 0, month = 0): boolean {
  return date >= 1 && date <= 31 && month >= 1 && month <= 12
}

function readNumeric(text: string, style: ColumnStyle): Written | null {
  const yearFirst = YEAR_FIRST.exec(text)
  if (yearFirst) return written(yearFirst[1], yearFirst[3], yearFirst[4])
  const yearLast = YEAR_LAST.exec(text)
  if (yearLast) return ordered(yearLast, style.dateOrder)
  if (COMPACT.test(text)) return readCompact(text, style)
  return SERIAL.test(text) ? readSerial(text) : null
}

/** `20260131`, or `31012026` if the first four digits are no plausible year. */
function readCompact(text: string, style: ColumnStyle): Written {
  const yearFirst = written(text.slice(0, 4), text.slice(4, 6), text.slice(6))
  const { year, month, date } = yearFirst
  const isYear = (year >= FIRST_YEAR && year < 2200) || year === 9999
  if (isYear && isDayOfMonth(date, month) && date <= daysIn(year, month)) return yearFirst
  return inOrder(text.slice(0, 2), text.slice(2, 4), text.slice(4), style.dateOrder)
}

function readSerial(text: string): Written | null {
  const serial = Math.floor(Number(text.replace(',', '.')))
  if (serial < FIRST_SERIAL || serial > LAST_SERIAL) return null
  const day = new Date(SERIAL_EPOCH + serial * DAY)
  return { year: day.getUTCFullYear(), isShort: false, month: day.getUTCMonth() + 1, date: day.getUTCDate() }
}

function readNamed(text: string): Written | null {
  const dayFirst = DAY_NAMED.exec(text)
  if (dayFirst) return named(dayFirst[3], dayFirst[2], dayFirst[1])
  const monthFirst = MONTH_NAMED.exec(text)
  if (monthFirst) return named(monthFirst[3], monthFirst[1], monthFirst[2])
  const yearFirst = YEAR_NAMED.exec(text)
  return yearFirst ? named(yearFirst[1], yearFirst[2], yearFirst[3]) : null
}

function named(year = '', name = '', date = ''): Written | null {
  const month = monthOfName(name)
  return month === null ? null : written(year, String(month), date)
}

function ordered(match: RegExpExecArray, order: ColumnStyle['dateOrder']): Written {
  return inOrder(match[1] ?? '', match[3] ?? '', match[4] ?? '', order)
}

/** The column's order, unless one of the two numbers can only be a day. */
function inOrder(first: string, second: string, year: string, order: ColumnStyle['dateOrder']): Written {
  const isDayFirst = Number(first) > 12 || (Number(second) <= 12 && order === 'day_first')
  return isDayFirst ? written(year, second, first) : written(year, first, second)
}

function written(year = '', month = '', date = ''): Written {
  return { year: Number(year), isShort: year.length <= 2, month: Number(month), date: Number(date) }
}

/** The stored day, or the reason why it is invalid. */
function finish(day: Written, text: string, style: ColumnStyle): CellReading<string> {
  const { month, date, isShort } = day
  // In Thailand "26" may be 2026, or 2526, which is 1983.
  if (isShort && (style.region === 'TH' || style.calendar !== undefined)) return OTHER_CALENDAR
  if (style.calendar !== undefined) return readNepali(day, style)
  const year = isShort ? fullYear(day, style.bornUntil) : day.year
  if (year < FIRST_YEAR || year > LAST_YEAR) return readOutside(year, day, text, style)
  if (month < 1 || month > 12 || date < 1 || date > daysIn(year, month)) return IMPOSSIBLE
  if ((date === 1 && month === 1) || (date >= 30 && month === 12)) {
    const key = `${year}-${month}-${date}`
    if (NO_DATES.has(key) || (style.bornUntil === undefined && EPOCHS.has(key))) return NO_DATE
  }
  if (style.region === 'NP' && year >= NEPALI_FROM) return OTHER_CALENDAR
  return bornInTime(isoDay(year, month, date), style)
}

/** Years outside the calendar's table are not converted, because the lengths of their months are unknown. */
function readNepali({ year, month, date }: Written, style: ColumnStyle): CellReading<string> {
  if (style.calendar !== 'nepali' || !isOfNepal(year, style.bornUntil)) return OTHER_CALENDAR
  const day = fromNepali(year, month, date)
  if (day === null) return OTHER_CALENDAR
  const reading = bornInTime(day, style)
  return reading.kind === 'value' ? { ...reading, note: 'date_converted' } : reading
}

function isOfNepal(year: number, bornUntil: string | undefined): boolean {
  return year >= (bornUntil === undefined ? FIRST_NEPALI_DUE : FIRST_NEPALI_YEAR)
}

function readOutside(
  year: number,
  { month, date }: Written,
  text: string,
  style: ColumnStyle,
): CellReading<string> {
  if (NO_DATES.has(`${year}-${month}-${date}`)) return NO_DATE
  const isWithout = (year === NO_YEAR || year === 0) && style.bornUntil !== undefined
  if (isWithout && isDayOfMonth(date, month)) return NO_YEAR_GIVEN
  const calendar = calendarOf(year, text, style.region)
  if (calendar === null) return OUT_OF_RANGE
  const converted = fromCalendar(calendar, year, month, date)
  if (converted === null) return IMPOSSIBLE
  const reading = bornInTime(converted, style)
  return reading.kind === 'value' ? { ...reading, note: 'date_converted' } : reading
}

function bornInTime(day: string, { bornUntil }: ColumnStyle): CellReading<string> {
  return bornUntil !== undefined && day > bornUntil ? NOT_BORN : value(day)
}

/** A birth that would be in the future belongs to the last century. */
function fullYear({ year, month, date }: Written, bornUntil: string | undefined): number {
  if (bornUntil !== undefined) return isoDay(2000 + year, month, date) > bornUntil ? 1900 + year : 2000 + year
  return year < CENTURY_TURNS_AT ? 2000 + year : 1900 + year
}

function isoDay(year: number, month: number, date: number): string {
  return `${year}-${month < 10 ? '0' : ''}${month}-${date < 10 ? '0' : ''}${date}`
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

const SHORT_YEAR = /(?:^|[^\d])\d{1,2}[-/. ](?:\d{1,2}|[\p{L}\p{M}]+)[-/. ]\d{2}$/u

/** True if a date's year has two digits. */
export function hasShortYear(cell: string): boolean {
  const date = tidyDate(cleanText(cell))
  return SHORT_YEAR.test(date) && !isZero(date)
}

const ANY_YEAR = /(?:^|\D)(\d{4})(?:\D|$)/u

/**
 * The calendar that the year of a Nepali file's date proves. `nepali`: a birth in the future or a due date in
 * forty years. `gregorian`: a year that would be long past in the Nepali calendar. Else `either`; null
 * without a year.
 */
export function provenCalendar(
  cell: string,
  bornUntil: string | undefined,
): 'nepali' | 'gregorian' | 'either' | null {
  const text = ANY_YEAR.exec(tidyDate(cleanText(cell)))?.[1]
  if (text === undefined) return null
  const year = Number(text)
  const isBirth = bornUntil !== undefined
  if (year < FIRST_YEAR || year > LAST_YEAR) return null
  if (year < (isBirth ? FIRST_NEPALI_BIRTH : FIRST_NEPALI_DUE)) return 'gregorian'
  return year >= (isBirth ? Number(bornUntil.slice(0, 4)) + 1 : NEPALI_FROM) ? 'nepali' : 'either'
}

/** @returns the order a date proves, `either` if both are possible, null for other texts. */
export function provenOrder(cell: string): 'day_first' | 'month_first' | 'either' | null {
  const match = YEAR_LAST.exec(tidyDate(cleanText(cell)))
  if (!match) return null
  const first = Number(match[1])
  const second = Number(match[3])
  if (first < 1 || second < 1 || (first > 12 && second > 12)) return null
  if (first > 12) return 'day_first'
  if (second > 12) return 'month_first'
  return first === second ? null : 'either'
}
