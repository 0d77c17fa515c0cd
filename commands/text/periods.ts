import { monthOfName } from '../../src/customers/cells/index.ts'
import { addDays, type Day, type DayOptions, dayOf, formatDay, parseDay } from './dates.ts'

/** Days from the first to the last, both included; an absent one is open. */
export interface Period {
  readonly from?: Day
  readonly until?: Day
  /**
   * The words of a reply: `yesterday`, `on 12 Jan 2026`, `since 12 Jan 2026`, `from 12 Jan 2026 to 18 Jan
   * 2026`.
   */
  readonly text: string
}

interface PeriodOptions extends DayOptions {
  /**
   * The direction in which a day without a year, or a weekday, is searched: `past` for files, `future` for
   * due dates.
   */
  readonly direction?: 'past' | 'future'
}

type Range = readonly [Day, Day]

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const MAX_LETTERS = 60
const MAX_DAYS = 3_660
const UNITS = { day: 1, week: 7, month: 30, year: 365 } as const
const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']

/**
 * Parses a period: a day as in `parseDay`, `this week`, `last week`, `last 7 days`, `next month`, `since
 * monday`, `before friday`, `from 1 Jan to 15 Jan`, `january`. Weeks begin on Monday; `last week` is the one
 * before this one.
 *
 * @returns undefined if the text names no days
 */
export function parsePeriod(text: string, options: PeriodOptions): Period | undefined {
  if (text.length > MAX_LETTERS) return undefined
  const words = text
    .trim()
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/[?!.,]+$/, '')
    .replace(/^(?:in|during|within|for|of) (?:the )?/, '')
  return readBetween(words, options) ?? readOpen(words, options) ?? readWhole(words, options)
}

/** `from 1 Jan to 15 Jan`, `1 Jan - 15 Jan`, `between monday and friday`. */
function readBetween(text: string, options: PeriodOptions): Period | undefined {
  const [, first, second] =
    /^between (.+) and (.+)$/.exec(text) ??
    /^(?:from |since )?(.+?) (?:to|until|till|-|–) (.+)$/.exec(text) ??
    []
  if (first === undefined || second === undefined) return undefined
  const [one, other] = [rangeOf(first, options), rangeOf(second, options)]
  if (!one || !other) return undefined
  const [from, until] = one[0] <= other[1] ? [one[0], other[1]] : [other[0], one[1]]
  return { from, until, text: phraseRange(from, until) }
}

/** `since monday`, `before friday`, `until 15 Jan`. */
function readOpen(text: string, options: PeriodOptions): Period | undefined {
  const isDue = options.direction === 'future'
  const [, word = '', rest = ''] =
    /^(since|after|from|before|until|till|upto|up to|by) (.+)$/.exec(text) ?? []
  // `by ravi` is a person; for files `by` never starts a day.
  if (word === '' || (word === 'by' && !isDue)) return undefined
  const range = rangeOf(rest, options)
  if (!range) return undefined
  if (word === 'before') return { until: addDays(range[0], -1), text: `before ${formatDay(range[0])}` }
  if (/^(?:until|till|upto|up to|by)$/.test(word))
    return { until: range[1], text: `until ${formatDay(range[1])}` }
  if (word === 'after' && isDue) return { from: addDays(range[1], 1), text: `after ${formatDay(range[1])}` }
  return { from: range[0], text: `since ${formatDay(range[0])}` }
}

/** `today`, `yesterday`, `monday`, `this week`, `last 7 days`, `january`, `15 Jan`. */
function readWhole(text: string, options: PeriodOptions): Period | undefined {
  const range = rangeOf(text.replace(/^on (?:the )?/, ''), options)
  if (!range) return undefined
  const [from, until] = range
  if (from !== until) return { from, until, text: phraseRange(from, until) }
  const isNamed = /^(?:today|yesterday|tomorrow)$/.test(text)
  return { from, until, text: isNamed ? text : `on ${formatDay(from)}` }
}

const phraseRange = (from: Day, until: Day): string =>
  from === until ? `on ${formatDay(from)}` : `from ${formatDay(from)} to ${formatDay(until)}`

function rangeOf(text: string, options: PeriodOptions): Range | undefined {
  const today = dayOf(options.now, options.timeZone)
  return (
    readUnit(text, today) ??
    readLength(text, today, options) ??
    readMonthEnd(text, today) ??
    readMonth(text, today, options) ??
    readComing(text, today, options) ??
    asRange(parseDay(text, options))
  )
}

const asRange = (day: Day | undefined): Range | undefined => (day === undefined ? undefined : [day, day])

const HINDI: Readonly<Record<string, string>> = {
  is: 'this',
  iss: 'this',
  pichle: 'last',
  pichhle: 'last',
  agle: 'next',
  hafte: 'week',
  hafta: 'week',
  mahine: 'month',
  mahina: 'month',
  saal: 'year',
}

/** `is hafte` is this week. */
const inEnglish = (text: string): string =>
  text
    .split(' ')
    .map((word) => (Object.hasOwn(HINDI, word) ? HINDI[word] : word))
    .join(' ')

/** `this week`, `last month`, `next year`, `is hafte`. */
function readUnit(text: string, today: Day): Range | undefined {
  const [, word = '', unit = ''] =
    /^(?:the )?(this|current|last|past|previous|next|coming) (week|weekend|fortnight|month|year)$/.exec(
      inEnglish(text),
    ) ?? []
  if (unit === '') return undefined
  const step = /^(?:last|past|previous)$/.test(word) ? -1 : /^(?:next|coming)$/.test(word) ? 1 : 0
  if (unit === 'week') {
    const monday = addDays(today, -((weekdayOf(today) + 6) % 7) + 7 * step)
    return [monday, addDays(monday, 6)]
  }
  if (unit === 'weekend') {
    const saturday = addDays(today, 6 - ((weekdayOf(today) + 6) % 7) - 1 + 7 * step)
    return [saturday, addDays(saturday, 1)]
  }
  if (unit === 'fortnight') return step > 0 ? [today, addDays(today, 13)] : [addDays(today, -13), today]
  const [year = 0, month = 1] = today.split('-').map(Number)
  if (unit === 'year') return [`${year + step}-01-01`, `${year + step}-12-31`]
  return monthRange(year, month + step)
}

/**
 * `last 7 days`, `past two weeks`, `7 days`: including today. `next 7 days` begins today, and so does `7 days` of
 * due dates.
 */
function readLength(text: string, today: Day, { direction }: PeriodOptions): Range | undefined {
  const [, word = direction === 'future' ? 'next' : 'last', many = '', unit = ''] =
    /^(?:the )?(?:(last|past|previous|next|coming) )?(\d{1,4}|[a-z]{3,5}) (day|week|month|year)s?$/.exec(
      text,
    ) ?? []
  const count = /^\d/.test(many) ? Number(many) : NUMBERS.indexOf(many) + 1
  const days = count * UNITS[unit as keyof typeof UNITS]
  if (!(days >= 1 && days <= MAX_DAYS)) return undefined
  return /^(?:next|coming)$/.test(word)
    ? [today, addDays(today, days - 1)]
    : [addDays(today, 1 - days), today]
}

/** `month end`, `end of this month`: the last day. */
function readMonthEnd(text: string, today: Day): Range | undefined {
  if (!/^(?:(?:the |this )?month[ -]?end|(?:the )?end of (?:the |this )?month)$/.test(text)) return undefined
  const [year = 0, month = 1] = today.split('-').map(Number)
  return asRange(monthRange(year, month)[1])
}

/** `january`, `jan 2026`; `jan 26` is a day. */
function readMonth(text: string, today: Day, { direction }: PeriodOptions): Range | undefined {
  const [, name = '', written] = /^(\p{L}[\p{L}\p{M}]{2,})\.?(?: (\d{4}))?$/u.exec(text) ?? []
  // `mar` and `may` start no weekday's name, `sun` and `sat` no month's.
  const month = name === '' ? null : monthOfName(name)
  if (month === null) return undefined
  if (written !== undefined) return monthRange(Number(written), month)
  const [year = 0, current = 1] = today.split('-').map(Number)
  if (direction === 'future') return monthRange(month < current - 6 ? year + 1 : year, month)
  return monthRange(month > current ? year - 1 : year, month)
}

function monthRange(year: number, month: number): Range {
  const first = new Date(Date.UTC(year, month - 1, 1)).toISOString().slice(0, 10)
  const last = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)
  return [first, last]
}

/** For due dates: `friday` is the next one, `15 Jan` the nearest one. */
function readComing(text: string, today: Day, options: PeriodOptions): Range | undefined {
  if (options.direction !== 'future') return undefined
  if (text === 'kal') return asRange(addDays(today, 1))
  if (/^parson?$/.test(text)) return asRange(addDays(today, 2))
  const [, word, name = ''] = /^(?:(this|next|coming) )?([a-z]{3,9})$/.exec(text) ?? []
  const weekday = WEEKDAYS.findIndex((one) => one === name || (name.length >= 3 && one.startsWith(name)))
  if (weekday >= 0) {
    const ahead = (weekday - weekdayOf(today) + 7) % 7
    return asRange(addDays(today, ahead === 0 && word === 'next' ? 7 : ahead))
  }
  // Searched backwards from a year ahead, a day without a year can be a future one.
  const past = parseDay(text, options)
  const later = parseDay(text, { ...options, now: new Date(options.now.getTime() + UNITS.year * 86_400_000) })
  if (past === undefined || later === undefined || !isWithoutYear(past, later)) return undefined
  return asRange(distance(later, today) < distance(past, today) ? later : past)
}

/** A written year gives the same day whenever it is read; `tomorrow` moves along with today. */
const isWithoutYear = (past: Day, later: Day): boolean => past !== later && past.slice(5) === later.slice(5)

const distance = (a: Day, b: Day): number => Math.abs(Date.parse(a) - Date.parse(b))

const weekdayOf = (day: Day): number => new Date(`${day}T00:00:00Z`).getUTCDay()
