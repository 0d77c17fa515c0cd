import { hasShortYear, provenCalendar } from '../cells/index.ts'
import type { ColumnMapping, DateCalendar, FieldCatalogue, HeaderMapping } from '../fields/index.ts'
import type { Column } from './classify-columns.ts'
import { type DateEvidence, dateEvidence, decimalMark } from './column-evidence.ts'
import { quote } from './quote-column.ts'

export interface StyleOptions {
  readonly catalogue: FieldCatalogue
  readonly dateOrder: DateEvidence['order']
  /** ISO 3166 region of the files. */
  readonly region?: string
}

type Styles = Pick<HeaderMapping, 'dateOrder' | 'calendars' | 'notes'> &
  Required<Pick<HeaderMapping, 'decimalMark'>>

const ORDER_TEXT = { day_first: 'day first', month_first: 'month first' } as const

/**
 * Decides how a file's dates and amounts are written: by the header, then by the cells, then by default with
 * a note.
 */
export function findColumnStyles(
  columns: readonly Column[],
  mapped: readonly ColumnMapping[],
  { catalogue, dateOrder: fallback, region }: StyleOptions,
): Styles {
  const dateOrder: Record<string, DateEvidence['order']> = {}
  const marks: Record<string, 'point' | 'comma'> = {}
  const calendars: Record<string, DateCalendar> = {}
  const notes: string[] = []
  const today = new Date().toISOString().slice(0, 10)
  for (const { index, target, field } of mapped) {
    const column = columns[index]
    const definition = target === 'field' ? catalogue.field(field) : null
    if (!column || !definition) continue
    if (definition.type === 'date') {
      const dates = findDateStyle(column, {
        fallback,
        region,
        ...(definition.isBirth && { bornUntil: today }),
      })
      dateOrder[index] = dates.order
      if (dates.calendar) calendars[index] = dates.calendar
      notes.push(...dates.notes)
    } else if (definition.type === 'money' || definition.type === 'number') {
      const mark = decimalMark(column.cells)
      if (mark !== null) marks[index] = mark
    }
  }
  return { dateOrder, decimalMark: marks, ...(Object.keys(calendars).length > 0 && { calendars }), notes }
}

interface DateStyle {
  readonly order: DateEvidence['order']
  readonly calendar?: DateCalendar
  readonly notes: readonly string[]
}

/** @param options `bornUntil` is the last possible birthday; absent if the column holds no births */
function findDateStyle(
  column: Column,
  options: {
    readonly fallback: DateEvidence['order']
    readonly region: string | undefined
    readonly bornUntil?: string | undefined
  },
): DateStyle {
  const { fallback, region, bornUntil } = options
  const evidence = dateEvidence(column.cells, fallback)
  const named = column.words.dateOrder
  const notes: string[] = []
  if (named === null && evidence.example !== undefined) notes.push(...describe(column, evidence))
  const calendar = findCalendar(column, region, bornUntil)
  const isConverted = calendar !== undefined || region === 'TH'
  if (bornUntil !== undefined && !isConverted && column.cells.some(hasShortYear))
    notes.push(
      `Years in ${quote(column)} have two digits. They are read so that no birthday is in the future.`,
    )
  if (calendar !== undefined) notes.push(CALENDAR_NOTES[calendar](quote(column)))
  return { order: named ?? evidence.order, ...(calendar && { calendar }), notes }
}

/** `Date of Birth (BS)`: Bikram Sambat, Nepal's calendar. */
const NEPALI_HEADING =
  /(?:^|[\s([_-])(?:b\.?\s?s\.?|bikram\s?samba[td]|vikram\s?samva[td]|[वब]ि\.?\s?सं\.?)(?=$|[\s)\]_-])/iu

const CALENDAR_NOTES: Readonly<Record<DateCalendar, (column: string) => string>> = {
  nepali: (column) => `${column} contains dates of the Nepali calendar. They are converted.`,
  mixed_nepali: (column) =>
    `${column} contains dates of the Nepali and of the Gregorian calendar, which cannot be told apart. Write all of them in the Gregorian calendar.`,
}

/** The heading names the calendar; in Nepal the years of the first rows can prove it too. */
function findCalendar(
  { header, cells }: Column,
  region: string | undefined,
  bornUntil: string | undefined,
): DateCalendar | undefined {
  if (NEPALI_HEADING.test(header)) return 'nepali'
  if (region !== 'NP') return undefined
  const proven = new Set(cells.map((cell) => provenCalendar(cell, bornUntil)))
  if (!proven.has('nepali')) return undefined
  return proven.has('gregorian') ? 'mixed_nepali' : 'nepali'
}

function describe(column: Column, { by, order, example = '' }: DateEvidence): readonly string[] {
  if (by === 'proven') return []
  const why = by === 'contradicted' ? 'holds dates in both orders' : 'does not tell day from month'
  return [`${quote(column)} ${why}: dates such as ${inNotationOf(example)} are read ${ORDER_TEXT[order]}.`]
}

/** An invented date in a cell's notation: notes stay when the retention policy deletes values. */
function inNotationOf(cell: string): string {
  const [, first = '/', second = '/'] =
    /^\s*\p{Nd}{1,2}([^\p{Nd}\s]{1,2})\s?\p{Nd}{1,2}([^\p{Nd}\s]{1,2})\s?\p{Nd}{2,4}/u.exec(cell) ?? []
  return `03${first}04${second}2026`
}
