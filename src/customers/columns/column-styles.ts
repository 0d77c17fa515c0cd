import { hasShortYear, isNepaliYear } from '../cells/index.ts'
import type { ColumnMapping, FieldCatalogue, HeaderMapping } from '../fields/index.ts'
import type { Column } from './classify-columns.ts'
import { type DateEvidence, dateEvidence, decimalMark } from './column-evidence.ts'
import { quote, shorten } from './quote-column.ts'

export interface StyleOptions {
  readonly catalogue: FieldCatalogue
  readonly dateOrder: DateEvidence['order']
  /** ISO 3166 region of the files. */
  readonly region?: string
}

type Styles = Pick<HeaderMapping, 'dateOrder' | 'calendars' | 'notes'> &
  Required<Pick<HeaderMapping, 'decimalMark'>>

const MAX_EXAMPLE = 30
const SAID = { day_first: 'day first', month_first: 'month first' } as const

/** How the dates and amounts of a file are written: by the header, then by the cells, then by default and said. */
export function findColumnStyles(
  columns: readonly Column[],
  mapped: readonly ColumnMapping[],
  { catalogue, dateOrder: fallback, region }: StyleOptions,
): Styles {
  const dateOrder: Record<string, DateEvidence['order']> = {}
  const marks: Record<string, 'point' | 'comma'> = {}
  const calendars: Record<string, 'nepali'> = {}
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
  readonly calendar?: 'nepali'
  readonly notes: readonly string[]
}

/** @param options `bornUntil` is the last day on which somebody can be born; absent if the column holds no births */
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
  if (bornUntil !== undefined && column.cells.some(hasShortYear))
    notes.push(
      `Years in ${quote(column)} have two digits. They are read so that no birthday is in the future.`,
    )
  const isNepali = region === 'NP' && column.cells.some((cell) => isNepaliYear(cell, bornUntil))
  if (isNepali)
    notes.push(
      `${quote(column)} contains dates of the Nepali calendar, which are not read. Write them in the Gregorian calendar.`,
    )
  return { order: named ?? evidence.order, ...(isNepali && { calendar: 'nepali' as const }), notes }
}

function describe(column: Column, { by, order, example = '' }: DateEvidence): readonly string[] {
  if (by === 'proven') return []
  const why = by === 'contradicted' ? 'holds dates in both orders' : 'does not tell day from month'
  return [
    `${quote(column)} ${why}: dates such as ${shorten(example.trim(), MAX_EXAMPLE)} are read ${SAID[order]}.`,
  ]
}
