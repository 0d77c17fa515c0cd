import type { Column } from '../columns/index.ts'
import { quote } from '../columns/index.ts'
import type { HeaderMatch } from '../fields/index.ts'
import { classifyListedName } from '../headings/index.ts'

/** A column whose header names a field. */
export interface FieldColumn {
  readonly column: Column
  readonly match: HeaderMatch
  /** The address the header means; empty if it names none. */
  readonly which: string
  /** True if a person chose this field for the column. */
  readonly isChosen?: true | undefined
}

interface RankedField {
  readonly place: { readonly field: string; readonly rank: number; readonly part?: number }
  /**
   * - `always`: another column with another header precedes this one; this one may mean something else.
   * - `missing`: the field usually holds this value: a second column of the same header, or a part beside the
   *   whole.
   */
  readonly keeps?: 'always' | 'missing'
}

interface RankedFields {
  readonly columns: ReadonlyMap<number, RankedField>
  readonly notes: readonly string[]
}

/**
 * Chooses the customer's address among several: the one with most non-blank cells in the sample, the first
 * among equals. Columns without a particular address complete it, and vice versa. Other columns become
 * attributes, so that two addresses are never mixed.
 *
 * @returns the indexes of the columns that form the address
 */
export function chooseAddress(columns: readonly FieldColumn[]): ReadonlySet<number> {
  const byWhich = groupBy(columns, ({ which }) => which)
  const ranked = [...byWhich].sort(([, a], [, b]) => countCells(b) - countCells(a)).map(([which]) => which)
  const [main = ''] = ranked
  const second = main === '' ? ranked[1] : ''
  const covered = new Set(byWhich.get(main)?.map(({ match }) => match.field.name))
  const completing = second === undefined ? [] : (byWhich.get(second) ?? [])
  return new Set(
    [...(byWhich.get(main) ?? []), ...completing.filter(({ match }) => !covered.has(match.field.name))].map(
      ({ column }) => column.index,
    ),
  )
}

/** A column of names without a word for a name has more different cells than this share. */
const VARIED_SHARE = 0.5

/**
 * Finds the name in a list that calls its people something else: `Student Name`, `Patient`. Only used if no
 * other column is a name. Of several the one with the phone's words counts: `Consignee Name` for `Consignee
 * Phone`.
 *
 * @param phones the phone columns by heading
 */
export function findListedName(columns: readonly Column[], phones: readonly Column[]): Column | undefined {
  const found = columns.filter(({ words, cells }) => {
    const kind = classifyListedName(words.words)
    if (kind === 'named' || cells.length === 0) return kind !== null
    const isVaried = new Set(cells).size > cells.length * VARIED_SHARE
    return kind === 'alone' && isVaried && cells.every((cell) => /\p{L}{2}/u.test(cell))
  })
  const owned = found.find((name) =>
    phones.some((phone) => phone.words.words.some((word) => name.words.words.includes(word))),
  )
  return owned ?? found[0]
}

function countCells(members: readonly FieldColumn[]): number {
  return members.reduce((sum, { column }) => sum + column.cells.length, 0)
}

/** Orders columns of the same field: better synonyms first, then from left to right. */
export function rankFields(found: readonly FieldColumn[]): RankedFields {
  const columns = new Map<number, RankedField>()
  const notes: string[] = []
  for (const [field, members] of groupBy(found, ({ match }) => match.field.name)) {
    const whole = members.filter(({ match }) => match.part === null).sort(byRank)
    const parts = members.filter(({ match }) => match.part !== null)
    rankMembers(field, whole, columns)
    const isBesideName = whole.length > 0 && members[0]?.match.field.group !== 'address'
    for (const [, same] of groupBy(parts, ({ match }) => match.part))
      rankMembers(field, same.sort(byRank), columns, isBesideName)
    notes.push(...describe(members[0]?.match.field.label ?? field, whole, parts))
  }
  return { columns, notes }
}

function rankMembers(
  field: string,
  members: readonly FieldColumn[],
  into: Map<number, RankedField>,
  isBesideName = false,
): void {
  const [first] = members
  members.forEach(({ column, match: { part } }, rank) => {
    const isSameHeader = column.words.words.join(' ') === first?.column.words.words.join(' ')
    into.set(column.index, {
      place: { field, rank, ...(part !== null && { part }) },
      ...(rank > 0 && { keeps: isSameHeader ? 'missing' : 'always' }),
      ...(rank === 0 && isBesideName && { keeps: 'missing' }),
    })
  })
}

function describe(
  label: string,
  whole: readonly FieldColumn[],
  parts: readonly FieldColumn[],
): readonly string[] {
  const notes: string[] = []
  const [first, ...rest] = whole
  if (first && rest.length > 0) {
    notes.push(`${label} is taken from ${quote(first.column)}, or from ${listed(rest)} if that is empty.`)
  }
  if (parts.length > 1 && whole.length === 0)
    notes.push(`${label} is combined from ${listed(inOrder(parts))}.`)
  if (parts.length > 0 && first) {
    notes.push(`${label} is taken from ${quote(first.column)} and completed from ${listed(inOrder(parts))}.`)
  }
  return notes
}

function inOrder(parts: readonly FieldColumn[]): readonly FieldColumn[] {
  return parts.toSorted((a, b) => (a.match.part ?? 0) - (b.match.part ?? 0))
}

function listed(members: readonly FieldColumn[]): string {
  return members.map(({ column }) => quote(column)).join(', ')
}

function byRank(a: FieldColumn, b: FieldColumn): number {
  const byChoice = Number(b.isChosen ?? false) - Number(a.isChosen ?? false)
  return (
    byChoice || numberOf(a) - numberOf(b) || a.match.rank - b.match.rank || a.column.index - b.column.index
  )
}

/** `E-mail 2 - Value` comes after every first e-mail. */
function numberOf({ column }: FieldColumn): number {
  return Number(column.words.words.find((word) => /^[1-9]$/u.test(word)) ?? 1)
}

function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group) group.push(item)
    else groups.set(key(item), [item])
  }
  return groups
}
