import { monthOfName, readDate } from '../../src/customers/cells/index.ts'

/** A calendar day `YYYY-MM-DD`, in the team's time zone. */
export type Day = string

/** A time on a clock. */
export interface TimeOfDay {
  readonly hour: number
  readonly minute: number
}

export interface DayOptions {
  readonly now: Date
  /** IANA name. */
  readonly timeZone: string
  readonly dateOrder: 'day_first' | 'month_first'
}

const DAY_MS = 86_400_000
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']
const YEAR_FIRST = 1900
/** `2026-01-15`, `15.01.26`, `15 01 2026`, `20260115`, with or without a time of day. */
const WRITTEN_DAY =
  /^(?:\p{Nd}{1,4} ?[-/.年] ?\p{Nd}{1,2} ?[-/.月] ?\p{Nd}{1,4}日?|\p{Nd}{1,4} \p{Nd}{1,2} \p{Nd}{1,4}|\p{Nd}{8})\.?(?:[ t].*)?$/iu

/** Maximum characters; some patterns take quadratic time, and forty thousand characters can be typed. */
const LONGEST_DAY = 200

/**
 * Parses a day: `2026-01-15`, `15/01/2026`, `15 Jan`, `Jan 15th`, `today`, `yesterday`, `friday`, `last
 * friday`, `3 days ago`, `a week ago`, `last month`. A day without a year, and a weekday, is the latest one
 * up to today.
 *
 * @returns undefined if the text names no day
 */
export function parseDay(text: string, options: DayOptions): Day | undefined {
  if (text.length > LONGEST_DAY) return undefined
  const today = dayOf(options.now, options.timeZone)
  const words = text
    .trim()
    .toLowerCase()
    .replace(/^(?:on|the|of)\s+/, '')
    .replace(/[?!.]+$/, '')
    .replace(/\s+/g, ' ')
  return (
    readRelative(words, today) ??
    readWeekday(words, today) ??
    readWithoutYear(words, today, options.dateOrder) ??
    readWritten(words, options.dateOrder)
  )
}

/** A process serves one team and so one time zone; creating a format takes longer than using it. */
let daysIn: { readonly timeZone: string; readonly format: Intl.DateTimeFormat } | undefined

function dayFormatIn(timeZone: string): Intl.DateTimeFormat {
  if (daysIn?.timeZone === timeZone) return daysIn.format
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    calendar: 'gregory',
    numberingSystem: 'latn',
  })
  daysIn = { timeZone, format }
  return format
}

/** The calendar day of a time in a time zone. */
export function dayOf(moment: Date, timeZone: string): Day {
  const parts = dayFormatIn(timeZone).formatToParts(moment)
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}`
}

/** The first moment of a day in a time zone, also if a clock change moves it. */
export function startOfDay(day: Day, timeZone: string): Date {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  const guess = midnight - offsetAt(midnight, timeZone)
  // The first guess may use the offset from the other side of a clock change.
  const start = midnight - offsetAt(guess, timeZone)
  return new Date(dayOf(new Date(start), timeZone) < day ? guess : start)
}

/** The first moment after a day. */
export function endOfDay(day: Day, timeZone: string): Date {
  return startOfDay(addDays(day, 1), timeZone)
}

/** The moment of a clock time on a day; if the clocks skip it, later by the skipped time. */
export function momentOn(day: Day, { hour, minute }: TimeOfDay, timeZone: string): Date {
  const shown = Date.parse(`${day}T00:00:00Z`) + (hour * 60 + minute) * 60_000
  return new Date(shown - offsetAt(shown - offsetAt(shown, timeZone), timeZone))
}

export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

const dayFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
})

/** `15 Jan 2026`; other texts are unchanged. */
export function formatDay(day: Day): string {
  const time = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN
  return Number.isNaN(time) ? day : dayFormat.format(time)
}

let clockIn: { readonly timeZone: string; readonly format: Intl.DateTimeFormat } | undefined

function clockFormatIn(timeZone: string): Intl.DateTimeFormat {
  if (clockIn?.timeZone === timeZone) return clockIn.format
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  clockIn = { timeZone, format }
  return format
}

/** Milliseconds by which a zone's clocks are ahead of UTC at a time. */
function offsetAt(time: number, timeZone: string): number {
  const parts = clockFormatIn(timeZone).formatToParts(time)
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value)
  const shown = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return shown - Math.floor(time / 1000) * 1000
}

function readRelative(text: string, today: Day): Day | undefined {
  // In Hindi one word means yesterday and tomorrow. Days of files and of customers are in the past.
  if (/^(?:today|tdy|now|aaj|todays|today['’]s|this (?:morning|afternoon|evening)|tonight)$/.test(text))
    return today
  if (/^(?:yesterday|yday|ystd?y|kal|yesterdays|yesterday['’]s|last night)$/.test(text))
    return addDays(today, -1)
  if (/^(?:day before yesterday|parson?)$/.test(text)) return addDays(today, -2)
  if (/^(?:tomorrow|tmrw|tmr|tommorow|tommorrow|tomorow)$/.test(text)) return addDays(today, 1)
  if (/^day after(?: (?:tomorrow|tmrw))?$/.test(text)) return addDays(today, 2)
  const [, many, unit] = /^(\d{1,4}|[a-z]+) (day|week|month|year)s? ago$/.exec(text) ?? []
  if (many !== undefined && unit !== undefined) {
    const count = toNumber(many)
    return count === undefined ? undefined : goBack(today, count, unit)
  }
  const last = /^last (week|month|year)$/.exec(text)?.[1]
  return last === undefined ? undefined : goBack(today, 1, last)
}

function toNumber(word: string): number | undefined {
  if (/^\d+$/.test(word)) return Number(word)
  if (word === 'a' || word === 'an') return 1
  const index = NUMBERS.indexOf(word)
  return index < 0 ? undefined : index + 1
}

function goBack(today: Day, count: number, unit: string): Day | undefined {
  if (unit === 'day') return addDays(today, -count)
  if (unit === 'week') return addDays(today, -7 * count)
  const months = unit === 'year' ? 12 * count : count
  const [year = 0, month = 1, date = 1] = today.split('-').map(Number)
  const first = new Date(Date.UTC(year, month - 1 - months, 1))
  // A month before the 31st is the last day of a shorter month.
  const lastDate = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  first.setUTCDate(Math.min(date, lastDate))
  return first.getUTCFullYear() < YEAR_FIRST ? undefined : first.toISOString().slice(0, 10)
}

function readWeekday(text: string, today: Day): Day | undefined {
  const [, last, name = ''] = /^(last |this |past )?([a-z]{3,9})$/.exec(text) ?? []
  const wanted = WEEKDAYS.findIndex(
    (weekday) =>
      weekday === name || weekday.slice(0, 3) === name || (name.length > 3 && weekday.startsWith(name)),
  )
  if (wanted < 0) return undefined
  const back = (new Date(`${today}T00:00:00Z`).getUTCDay() - wanted + 7) % 7
  return addDays(today, back === 0 && last === 'last ' ? -7 : -back)
}

/** `15 Jan`, `Jan 15`, `15/1`, `15th`: the latest such day up to today. */
function readWithoutYear(text: string, today: Day, order: DayOptions['dateOrder']): Day | undefined {
  const ordinal = /^(\d{1,2})(?:st|nd|rd|th)$/.exec(text)?.[1]
  if (ordinal !== undefined) return latestOrdinal(Number(ordinal), today)
  const year = Number(today.slice(0, 4))
  const named =
    /^(\d{1,2})(?:st|nd|rd|th)?[ -]?(?:of )?(\p{L}[\p{L}\p{M}]*)\.?$/u.exec(text) ??
    /^(\p{L}[\p{L}\p{M}]*)\.?[ -]?(\d{1,2})(?:st|nd|rd|th)?$/u.exec(text)
  if (named) {
    const [date, month] = /^\d/.test(named[1] ?? '') ? [named[1], named[2]] : [named[2], named[1]]
    return latest(monthOfName(month ?? ''), Number(date), year, today)
  }
  const [, first, second] = /^(\d{1,2})[/.-](\d{1,2})\.?$/.exec(text) ?? []
  if (first !== undefined && second !== undefined) {
    const isDayFirst = Number(first) > 12 || (Number(second) <= 12 && order === 'day_first')
    const [date, month] = isDayFirst ? [first, second] : [second, first]
    return latest(Number(month), Number(date), year, today)
  }
  return undefined
}

function latestOrdinal(date: number, today: Day): Day | undefined {
  for (let back = 0; back < 62; back += 1) {
    const day = addDays(today, -back)
    if (Number(day.slice(8)) === date) return day
  }
  return undefined
}

function latest(month: number | null, date: number, year: number, today: Day): Day | undefined {
  if (month === null) return undefined
  // The 29th of February comes every fourth year, and once after eight.
  for (let back = 0; back <= 8; back += 1) {
    const text = `${year - back}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`
    const day = readWritten(text, 'day_first')
    if (day !== undefined && day <= today) return day
  }
  return undefined
}

function readWritten(text: string, dateOrder: DayOptions['dateOrder']): Day | undefined {
  // A bare number is no day for a person, although a spreadsheet reads it as one.
  if (/^\d{1,7}(?:[.,]\d+)?$/.test(text)) return undefined
  // Digits alone are a day where they are written as one; `(74171) 19014` is a phone.
  if (!/\p{L}/u.test(text) && !WRITTEN_DAY.test(text)) return undefined
  const reading = readDate(text, { dateOrder, decimalMark: null, usualMark: 'point' })
  return reading.kind === 'value' ? reading.value : undefined
}
