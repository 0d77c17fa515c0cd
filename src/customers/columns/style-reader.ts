import { isBlank, provenMark, provenOrder } from '../cells/index.ts'
import type { HeaderMapping } from '../fields/index.ts'
import { type Column, describeColumns } from './classify-columns.ts'
import { dateEvidence, decimalMark } from './column-evidence.ts'
import { findColumnStyles, type StyleOptions } from './column-styles.ts'

type Cells = readonly string[]
type ReadStyle = (cell: string) => string | null

/** A column whose first cells do not show how they are written. */
interface OpenColumn {
  readonly index: number
  readonly rate: ReadStyle
  /** The two kinds of evidence; once both are found, nothing more can be learned. */
  readonly poles: readonly [string, string]
  /** The first cell of each kind. */
  readonly proofs: Map<string, string>
  lastCell: string
}

const STYLE_CHECKS = {
  date: { rate: provenOrder, poles: ['day_first', 'month_first'] },
  money: { rate: provenMark, poles: ['point', 'comma'] },
  number: { rate: provenMark, poles: ['point', 'comma'] },
} as const satisfies Record<string, { rate: ReadStyle; poles: readonly [string, string] }>

/**
 * Finds evidence in the rows after the first ones: a list sorted by date starts with 01/02 and ends with
 * 31/12.
 */
export interface StyleReader {
  /** True if further rows cannot change anything. */
  readonly isComplete: boolean
  add(cells: Cells): void
  /** The mapping by all rows so far; it has the columns that this reader was made for. */
  finish(mapping: HeaderMapping): HeaderMapping
}

/**
 * @param rows the first rows, which the mapping is based on
 * @returns null if they already decide how every date and amount is written
 */
export function createStyleReader(
  mapping: HeaderMapping,
  header: Cells,
  rows: readonly Cells[],
  options: StyleOptions,
): StyleReader | null {
  const names = mapping.isHeaderRow ? header.map(() => '') : header
  const columns = describeColumns(names, mapping.isHeaderRow ? [header, ...rows] : rows)
  const open = findOpenColumns(mapping, columns, options)
  if (open.length === 0) return null
  const isDone = ({ poles, proofs }: OpenColumn) => poles.every((pole) => proofs.has(pole))
  return {
    get isComplete() {
      return open.every(isDone)
    },
    add(cells) {
      for (const column of open) learn(column, cells[column.index])
    },
    finish(found) {
      const before = findColumnStyles(columns, found.columns, options)
      const proven = columns.map((column) => {
        const proofs = open.find(({ index }) => index === column.index)?.proofs
        return proofs ? { ...column, cells: [...column.cells, ...proofs.values()] } : column
      })
      const { dateOrder, decimalMark: marks, notes } = findColumnStyles(proven, found.columns, options)
      const others = found.notes.filter((note) => !before.notes.includes(note))
      return { ...found, dateOrder, decimalMark: marks, notes: [...others, ...notes] }
    },
  }
}

function learn(column: OpenColumn, cell: string | undefined): void {
  // Many columns hold the same date in every row.
  if (cell === undefined || cell === column.lastCell || isBlank(cell)) return
  column.lastCell = cell
  const kind = column.rate(cell)
  if (kind !== null && !column.proofs.has(kind)) column.proofs.set(kind, cell)
}

function findOpenColumns(
  mapping: HeaderMapping,
  columns: readonly Column[],
  { catalogue, dateOrder }: StyleOptions,
): readonly OpenColumn[] {
  return mapping.columns.flatMap(({ index, target, field }): OpenColumn[] => {
    const type = target === 'field' ? catalogue.field(field)?.type : undefined
    const column = columns[index]
    if (!column || (type !== 'date' && type !== 'money' && type !== 'number')) return []
    const { rate: check, poles } = STYLE_CHECKS[type]
    const isStated = column.words.dateOrder !== null || isDecided(type, column.cells, dateOrder)
    const isPlain = column.cells.length > 0 && !column.cells.some((cell) => check(cell) === 'either')
    return isStated || isPlain ? [] : [{ index, rate: check, poles, proofs: new Map(), lastCell: '' }]
  })
}

function isDecided(
  type: keyof typeof STYLE_CHECKS,
  cells: Cells,
  fallback: StyleOptions['dateOrder'],
): boolean {
  return type === 'date' ? dateEvidence(cells, fallback).by !== 'assumed' : decimalMark(cells) !== null
}
