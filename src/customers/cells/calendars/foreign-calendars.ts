/** Calendars whose dates are converted, by the names of Unicode CLDR. */
type ForeignCalendar = 'buddhist' | 'persian' | 'islamic-umalqura'

const DAY = 86_400_000
/** Days of a mean year and the first day of year 1, to start the search close to the date. */
const CALENDARS = {
  persian: { year: 365.2422, month: 30.44, epoch: Date.UTC(622, 2, 22) },
  'islamic-umalqura': { year: 354.367, month: 29.53, epoch: Date.UTC(622, 6, 19) },
} as const
/** More than means and leap days can differ. */
const MAX_DISTANCE = 5
const BUDDHIST_AHEAD = 543

const THAI = /\p{Script=Thai}/u
const MAX_REMEMBERED = 5_000

/**
 * The calendar of a year: Buddhist in Thailand and with Thai words, Persian in Iran and Afghanistan, Umm
 * al-Qura in Saudi Arabia. Null if the year alone does not prove it: other countries count such years by
 * other rules, so a date would be a guess.
 */
export function calendarOf(year: number, text: string, region: string | undefined): ForeignCalendar | null {
  if (year >= 2_400 && year < 2_700) return region === 'TH' || THAI.test(text) ? 'buddhist' : null
  if (year < 1_250 || year > 1_500) return null
  if (region === 'IR' || region === 'AF') return 'persian'
  return region === 'SA' ? 'islamic-umalqura' : null
}

const remembered = new Map<string, string | null>()

/**
 * @returns the date as `YYYY-MM-DD` in the Gregorian calendar, or null if the other calendar has no such day
 */
export function fromCalendar(
  calendar: ForeignCalendar,
  year: number,
  month: number,
  date: number,
): string | null {
  if (calendar === 'buddhist') {
    const day = new Date(Date.UTC(year - BUDDHIST_AHEAD, month - 1, date))
    return day.getUTCMonth() === month - 1 && day.getUTCDate() === date
      ? day.toISOString().slice(0, 10)
      : null
  }
  const key = `${calendar} ${year} ${month} ${date}`
  const known = remembered.get(key)
  if (known !== undefined) return known
  const found = findDay(calendar, year, month, date)
  if (remembered.size < MAX_REMEMBERED) remembered.set(key, found)
  return found
}

function findDay(
  calendar: Exclude<ForeignCalendar, 'buddhist'>,
  year: number,
  month: number,
  date: number,
): string | null {
  const means = CALENDARS[calendar]
  const days = Math.round((year - 1) * means.year + (month - 1) * means.month + date - 1)
  for (let away = 0; away <= MAX_DISTANCE; away += 1) {
    for (const offset of away === 0 ? [0] : [away, -away]) {
      const moment = means.epoch + (days + offset) * DAY
      if (isDay(calendar, moment, year, month, date)) return new Date(moment).toISOString().slice(0, 10)
    }
  }
  return null
}

const formats = new Map<string, Intl.DateTimeFormat>()

function isDay(calendar: string, moment: number, year: number, month: number, date: number): boolean {
  let format = formats.get(calendar)
  if (!format) {
    format = new Intl.DateTimeFormat(`en-u-ca-${calendar}-nu-latn`, {
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      timeZone: 'UTC',
    })
    formats.set(calendar, format)
  }
  const parts = format.formatToParts(moment)
  const numberOf = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  return numberOf('year') === year && numberOf('month') === month && numberOf('day') === date
}
