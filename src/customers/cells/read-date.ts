import { isPlaceholder } from './blank-words.ts'
import { BLANK, BROKEN_FORMULA, type CellReading, type ColumnStyle, problem, value } from './cell-reading.ts'
import { cleanText, spreadsheetError } from './clean-text.ts'
import { tidyDate } from './date-writing.ts'
import { monthOfName } from './month-names.ts'

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
const ZERO = /^[0\-/. :T]+$/u
/** An empty cell that a spreadsheet showed as a date: day 0 of Excel (`00-Jan-1900`), and of Google Sheets. */
const DAY_ZERO =
  /^(?:0?1([-/.])0?0\1(?:19)?00|0?0([-/.])(?:0?1|jan)\2(?:19)?00|1900-01-00|1899-12-30|30([-/.])12\3(?:18)?99|12\/30\/(?:18)?99)$/iu
/** vCard's birthday without its year, as Google Contacts exports it. A day that recurs is no date. */
const WITHOUT_YEAR = /^--\d{2}-?\d{2}$/u

/** Two digits of a year: up to 49 this century, from 50 the last one, so that a loan ending in '46 is not over. */
const CENTURY_TURNS_AT = 50
const FIRST_YEAR = 1800
/** Excel counts days from 1900; these are 1 January 1920 and 31 December 2100. */
const FIRST_SERIAL = 7_306
const LAST_SERIAL = 73_415
/** Day 0 of Excel's count, with its 29 February 1900 that never was. */
const SERIAL_EPOCH = Date.UTC(1899, 11, 30)
const DAY = 86_400_000

const INVALID = problem('date_invalid', 'is not a date')
const IMPOSSIBLE = problem('date_invalid', 'holds a day that is not in the calendar')

/**
 * A calendar day as `YYYY-MM-DD`: the day as written, never moved to another time zone.
 *
 * Reads ISO dates and date-times, day/month/year in the order the column was found to use, eight digits, month names
 * in some thirty languages and Excel's day numbers.
 */
export function readDate(cell: string, style: ColumnStyle): CellReading<string> {
  const text = cleanText(cell)
  if (text === '') return BLANK
  const iso = ISO.exec(text)
  if (iso && !isZero(text)) return day(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const plain = YEAR_LAST.exec(text)
  if (plain && !isZero(text)) return ordered(plain, style.dateOrder)
  if (isPlaceholder(text) || isZero(text)) return BLANK
  const error = spreadsheetError(text)
  if (error) return error === 'broken' ? BROKEN_FORMULA : BLANK
  const date = tidyDate(text)
  if (isZero(date) || WITHOUT_YEAR.test(date)) return BLANK
  return readNumeric(date, style) ?? readNamed(date.replace(WEEKDAY, '')) ?? readNamed(date) ?? INVALID
}

function isZero(text: string): boolean {
  return ZERO.test(text) || DAY_ZERO.test(text)
}

function readNumeric(text: string, style: ColumnStyle): CellReading<string> | null {
  const yearFirst = YEAR_FIRST.exec(text)
  if (yearFirst) return day(Number(yearFirst[1]), Number(yearFirst[3]), Number(yearFirst[4]))
  const yearLast = YEAR_LAST.exec(text)
  if (yearLast) return ordered(yearLast, style.dateOrder)
  if (COMPACT.test(text)) return readCompact(text, style)
  if (SERIAL.test(text)) return readSerial(text)
  return null
}

/** `20260131`, or `31012026` where the first four digits are no year of our time. */
function readCompact(text: string, style: ColumnStyle): CellReading<string> {
  const year = Number(text.slice(0, 4))
  if ((year >= 1900 && year < 2200) || year === 9999) {
    const reading = day(year, Number(text.slice(4, 6)), Number(text.slice(6)))
    if (reading.kind === 'value') return reading
  }
  return inOrder(Number(text.slice(0, 2)), Number(text.slice(2, 4)), Number(text.slice(4)), style.dateOrder)
}

function readSerial(text: string): CellReading<string> {
  const serial = Math.floor(Number(text.replace(',', '.')))
  if (serial < FIRST_SERIAL || serial > LAST_SERIAL) return INVALID
  return value(new Date(SERIAL_EPOCH + serial * DAY).toISOString().slice(0, 10))
}

function readNamed(text: string): CellReading<string> | null {
  const dayFirst = DAY_NAMED.exec(text)
  if (dayFirst) return named(dayFirst[3], dayFirst[2], dayFirst[1])
  const monthFirst = MONTH_NAMED.exec(text)
  if (monthFirst) return named(monthFirst[3], monthFirst[1], monthFirst[2])
  const yearFirst = YEAR_NAMED.exec(text)
  return yearFirst ? named(yearFirst[1], yearFirst[2], yearFirst[3]) : null
}

function named(year = '', name = '', date = ''): CellReading<string> | null {
  const month = monthOfName(name)
  return month === null ? null : day(fullYear(year), month, Number(date))
}

function ordered(match: RegExpExecArray, order: ColumnStyle['dateOrder']): CellReading<string> {
  return inOrder(Number(match[1]), Number(match[3]), fullYear(match[4] ?? ''), order)
}

/** The column's order, unless one of the two can only be a day. */
function inOrder(
  first: number,
  second: number,
  year: number,
  order: ColumnStyle['dateOrder'],
): CellReading<string> {
  const isDayFirst = first > 12 || (second <= 12 && order === 'day_first')
  return isDayFirst ? day(year, second, first) : day(year, first, second)
}

function fullYear(digits: string): number {
  const year = Number(digits)
  if (digits.length > 2) return year
  return year < CENTURY_TURNS_AT ? 2000 + year : 1900 + year
}

function day(year: number, month: number, date: number): CellReading<string> {
  if (year < FIRST_YEAR || month < 1 || month > 12 || date < 1 || date > daysIn(year, month))
    return IMPOSSIBLE
  return value(`${year}-${month < 10 ? '0' : ''}${month}-${date < 10 ? '0' : ''}${date}`)
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** @returns the order a date proves by itself, `either` where it could be read both ways, null where it is no such date. */
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
