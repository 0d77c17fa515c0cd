import type { DigestKind } from '../../models/index.ts'
import type { Span } from '../../src/uploads/queries/index.ts'
import { addDays, type Day, dayOf, formatDay, momentOn, startOfDay, type TimeOfDay } from '../text/index.ts'

/** When digests of a kind are posted. */
export interface DigestTime extends TimeOfDay {
  /** 0 is Sunday. Absent: every day. */
  readonly weekday?: number
}

const DAYS: Readonly<Record<DigestKind, number>> = { daily: 1, weekly: 7 }
/** Number of spans in the trend, and days per span. */
const TREND: Readonly<Record<DigestKind, { readonly stretches: number; readonly days: number }>> = {
  daily: { stretches: 14, days: 1 },
  weekly: { stretches: 8, days: 7 },
}

/** The last due digest of a kind: whole days, up to the day before it is due. */
export function findDue(
  kind: DigestKind,
  time: DigestTime,
  now: Date,
  timeZone: string,
): { readonly day: Day; readonly dueAt: Date; readonly period: Span } {
  let day = dayOf(now, timeZone)
  while (!isDueOn(day, time) || momentOn(day, time, timeZone) > now) day = addDays(day, -1)
  return { day, dueAt: momentOn(day, time, timeZone), period: spanBefore(day, DAYS[kind], timeZone) }
}

function isDueOn(day: Day, { weekday }: DigestTime): boolean {
  return weekday === undefined || new Date(`${day}T00:00:00Z`).getUTCDay() === weekday
}

/** Whole days up to the start of a day. */
export function spanBefore(day: Day, days: number, timeZone: string): Span {
  return { from: startOfDay(addDays(day, -days), timeZone), until: startOfDay(day, timeZone) }
}

/** The spans of a trend with their labels; the last one ends with the period. */
export function trendOf(
  kind: DigestKind,
  { until }: Span,
  timeZone: string,
): { readonly spans: readonly Span[]; readonly labels: readonly string[] } {
  const { stretches, days } = TREND[kind]
  // The last day of the period, even if it is not over.
  const end = addDays(dayOf(new Date(until.getTime() - 1), timeZone), 1)
  const ends = Array.from({ length: stretches }, (_, index) => addDays(end, (index - stretches + 1) * days))
  return {
    spans: ends.map((day) => spanBefore(day, days, timeZone)),
    // 15 Jan: the year is obvious.
    labels: ends.map((day) => formatDay(addDays(day, -days)).replace(/ \d{4}$/, '')),
  }
}

/** `15 Jan 2026`, or `12 Jan 2026 – 15 Jan 2026`. */
export function namePeriod({ from, until }: Span, timeZone: string): string {
  const [first, last] = [dayOf(from, timeZone), dayOf(new Date(until.getTime() - 1), timeZone)]
  return first === last ? formatDay(first) : `${formatDay(first)} – ${formatDay(last)}`
}
