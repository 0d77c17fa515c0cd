const DAY_MS = 86_400_000
const DAY_SECONDS = 86_400
/** 9999-12-31, Excel's last day. */
const LAST_DAY = 2_958_465
/** Day 0 of workbooks that count from 1904, in days from 1900. */
const DAYS_TO_1904 = 1462
/** 1900-02-29, which exists only in Excel; earlier days are one off. */
const LEAP_DAY_1900 = 60
const EPOCH_MS = Date.UTC(1899, 11, 30)

/**
 * Days since 1900 (or 1904) as text: `2026-01-31`, `2026-01-31 14:30:00`, `14:30:00`. Null if Excel has no
 * such day: then it is a number.
 */
export function dateText(serial: number, kind: 'date' | 'datetime' | 'time', is1904: boolean): string | null {
  if (!(serial >= 0)) return null
  const [whole, seconds] = splitDay(serial)
  if (kind === 'time' && whole === 0) return clock(seconds)
  const days = whole + (is1904 ? DAYS_TO_1904 : 0)
  if (days > LAST_DAY) return null
  return kind === 'date' ? day(days) : `${day(days)} ${clock(seconds)}`
}

/** Hours beyond a day: `36:30:00`. Null beyond Excel's range. */
export function elapsedText(serial: number): string | null {
  if (Math.abs(serial) > LAST_DAY) return null
  const seconds = Math.round(Math.abs(serial) * DAY_SECONDS)
  return `${serial < 0 ? '-' : ''}${clock(seconds)}`
}

/** Whole days and seconds; errors of binary fractions are rounded off. */
function splitDay(serial: number): [days: number, seconds: number] {
  const days = Math.floor(serial)
  const hundredths = Math.round((serial - days) * DAY_SECONDS * 100)
  const nearest = Math.round(hundredths / 100)
  const seconds = Math.abs(hundredths - nearest * 100) <= 1 ? nearest : Math.floor(hundredths / 100)
  return seconds >= DAY_SECONDS ? [days + 1, seconds - DAY_SECONDS] : [days, seconds]
}

function day(days: number): string {
  if (days === 0) return '1900-01-00'
  if (days === LEAP_DAY_1900) return '1900-02-29'
  const sinceEpoch = days < LEAP_DAY_1900 ? days + 1 : days
  return new Date(EPOCH_MS + sinceEpoch * DAY_MS).toISOString().slice(0, 10)
}

function clock(seconds: number): string {
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

const two = (n: number): string => String(n).padStart(2, '0')

const ISO = /^(\d{4}-\d{2}-\d{2})?[T ]?(\d{2}:\d{2}(?::\d{2})?)?(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?$/

/** A day or time in ISO 8601; a midnight is left out. Other text stays as it is. */
export function isoText(text: string): string {
  const [, date = '', time = ''] = ISO.exec(text.trim()) ?? []
  if (date === '' && time === '') return text
  const full = time.length === 5 ? `${time}:00` : time
  if (date === '') return full
  return full === '' || full === '00:00:00' ? date : `${date} ${full}`
}
