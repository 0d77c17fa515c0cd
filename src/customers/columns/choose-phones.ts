import { isBlank, tidyText } from '../cells/index.ts'
import { isOwnRank, isSomebodyElse } from '../headings/index.ts'
import { type DummyPhones, planOfRegion, readPhones } from '../phones/index.ts'
import type { Column, ColumnRole } from './classify-columns.ts'
import { hasPhone, phoneShare } from './column-evidence.ts'
import { quote } from './quote-column.ts'

type Cells = readonly string[]

/** A person must choose the column. */
export interface PhoneQuestion {
  /** Columns that are equally likely; empty if no column is known to hold phones. */
  readonly equal: readonly Column[]
}

export interface PhoneChoice {
  /** Phone columns in the order of precedence. */
  readonly columns: readonly Column[]
  /** Columns whose numbers belong to several people: they give other phones and never the key. */
  readonly shared: ReadonlySet<Column>
  /** Columns with a phone's heading that hold words: they are kept as they are. */
  readonly words?: readonly Column[]
  /** The one phone column whose heading does not show whose phone it is. */
  readonly open?: Column
}

interface Evidence {
  /** The first rows of the file. */
  readonly rows: readonly Cells[]
  /** Columns that form a name. */
  readonly names: readonly Column[]
  readonly region: string
  readonly dummies: DummyPhones
}

interface Ranked {
  readonly column: Column
  readonly rank: number
  readonly isStated: boolean
}

/** Share of phones from which on a column evidently holds phones, whatever its header. */
const EVIDENT_SHARE = 0.8
/** If more rows than this share hold a number that also occurs with another name, the column is no key. */
const SHARED_SHARE = 0.5
/** Some callers call again, but most do not. */
const VARIED_SHARE = 0.7
const MIN_ROWS = 3
const MIN_FILLED = 0.5
/**
 * Two columns that differ in less than this share of rows with both cells hold the same phone, with few
 * exceptions.
 */
const DIFFERING_SHARE = 0.2

/** Orders the phone columns, or reports that a person must choose. */
export function choosePhones(
  columns: readonly Column[],
  roles: readonly ColumnRole[],
  evidence: Evidence,
): PhoneChoice | PhoneQuestion {
  const { ranked, words } = leaveOutWords(rankPhones(columns, roles), evidence.region, MIN_ROWS)
  const open = findOpen(columns, roles, ranked, evidence)
  if (open) return { columns: [open], shared: new Set(), open }
  if (ranked.length === 0) return { equal: [] }
  const { region } = evidence
  const isAnywhere = ranked.some(({ column: { cells } }) => cells.length === 0 || hasPhone(cells, region))
  if (!isAnywhere && isElsewhere(columns, ranked, region)) return { equal: [] }
  const shared = findUploadOfShare(ranked, evidence)
  const keys = ranked.filter(({ column }) => !shared.has(column))
  const equal = findEqual(keys, evidence)
  if (equal.length > 0) return { equal }
  const doubted = findDoubted(columns, roles, keys[0], evidence)
  if (doubted.length > 0) return { equal: doubted }
  const ordered = [...keys, ...ranked.filter(({ column }) => shared.has(column))]
  return { columns: ordered.map(({ column }) => column), shared, words }
}

const ONLY_WORDS = /^[^\p{Nd}]*\p{L}{2}[^\p{Nd}]*$/u

/**
 * Separates the columns whose every cell is words: `Telefon` with the towns. A row with words in one phone
 * column and a number in the next would else count as slipped.
 *
 * @param least a column with fewer cells proves nothing: one row may have slipped
 */
function leaveOutWords(
  ranked: readonly Ranked[],
  region: string,
  least: number,
  chosen?: Column,
): { readonly ranked: readonly Ranked[]; readonly words: readonly Column[] } {
  const isWords = ({ column }: Ranked): boolean =>
    column !== chosen && column.cells.length >= least && column.cells.every((cell) => ONLY_WORDS.test(cell))
  const words = ranked.filter(isWords)
  const others = ranked.filter((one) => !words.includes(one))
  const isReplaced = words.length > 0 && others.some(({ column: { cells } }) => hasPhone(cells, region))
  return isReplaced ? { ranked: others, words: words.map(({ column }) => column) } : { ranked, words: [] }
}

/** The chosen column first, the others after it in their order. */
export function putFirst(
  chosen: Column,
  columns: readonly Column[],
  roles: readonly ColumnRole[],
  evidence: Evidence,
): PhoneChoice {
  const first = { column: chosen, rank: -1, isStated: true }
  const others = rankPhones(columns, roles).filter(({ column }) => column !== chosen)
  const { ranked, words } = leaveOutWords([first, ...others], evidence.region, 1, chosen)
  const shared = findUploadOfShare(ranked, evidence)
  shared.delete(chosen)
  return { columns: ranked.map(({ column }) => column), shared, words }
}

/** Exactly the columns a person chose or an earlier file used, in this order. */
export function takeGiven(given: readonly Column[], evidence: Evidence): PhoneChoice {
  const shared = findUploadOfShare(
    given.map((column, rank) => ({ column, rank, isStated: true })),
    evidence,
  )
  const [first] = given
  if (first) shared.delete(first)
  return { columns: given, shared }
}

/**
 * Finds the only column such as `Caller Number` that may be the customer's phone. Its cells must be phones
 * that differ from row to row. Each other phone column, if any, must have one number in most rows: the number
 * that was called.
 */
function findOpen(
  columns: readonly Column[],
  roles: readonly ColumnRole[],
  ranked: readonly Ranked[],
  evidence: Evidence,
): Column | undefined {
  const open = columns.filter((column, at) => {
    const role = roles[at]
    return role?.kind === 'attribute' && role.isOpenPhone && isVaried(column, evidence)
  })
  const [only] = open
  if (!only || open.length > 1) return undefined
  return ranked.every(({ column }) => isOneNumber(column, evidence)) ? only : undefined
}

function isVaried({ cells }: Column, { region, dummies }: Evidence): boolean {
  if (cells.length < MIN_ROWS || phoneShare(cells, region) < EVIDENT_SHARE) return false
  const phones = new Set(cells.map((cell) => phoneOf(cell, region, dummies)))
  return phones.size >= cells.length * VARIED_SHARE
}

function isOneNumber({ cells }: Column, { region, dummies }: Evidence): boolean {
  const phones = cells.map((cell) => phoneOf(cell, region, dummies)).filter((phone) => phone !== null)
  const times = new Map<string, number>()
  for (const phone of phones) times.set(phone, (times.get(phone) ?? 0) + 1)
  return phones.length >= MIN_ROWS && Math.max(...times.values()) > phones.length * SHARED_SHARE
}

function rankPhones(columns: readonly Column[], roles: readonly ColumnRole[]): readonly Ranked[] {
  return columns
    .flatMap((column, at) => {
      const role = roles[at]
      return role?.kind === 'phone' ? [{ column, rank: role.rank, isStated: role.isStated }] : []
    })
    .sort((a, b) => a.rank - b.rank || a.column.index - b.column.index)
}

function isElsewhere(columns: readonly Column[], ranked: readonly Ranked[], region: string): boolean {
  return columns.some(
    (column) =>
      !ranked.some((one) => one.column === column) && phoneShare(column.cells, region) >= EVIDENT_SHARE,
  )
}

/**
 * Columns whose numbers repeat with different names: an office, a branch, a seller. If no other column is
 * filled, the file has one phone for several people, and no column is better.
 */
function findUploadOfShare(ranked: readonly Ranked[], evidence: Evidence): Set<Column> {
  if (ranked.length < 2 || evidence.names.length === 0) return new Set()
  const shared = new Set(ranked.map(({ column }) => column).filter((column) => isShared(column, evidence)))
  const isReplaced = ranked.some(({ column }) => !shared.has(column) && isWellFilled(column, evidence.rows))
  return isReplaced ? shared : new Set()
}

function isShared(column: Column, { rows, names, region, dummies }: Evidence): boolean {
  const namesOf = new Map<string, { rows: number; readonly names: Set<string> }>()
  let filled = 0
  for (const row of rows) {
    const name = nameOf(row, names)
    const phone = phoneOf(row[column.index] ?? '', region, dummies)
    if (name === '' || phone === null) continue
    filled += 1
    const known = namesOf.get(phone) ?? { rows: 0, names: new Set() }
    known.rows += 1
    known.names.add(name)
    namesOf.set(phone, known)
  }
  let repeated = 0
  for (const known of namesOf.values()) if (known.names.size > 1) repeated += known.rows
  return filled >= MIN_ROWS && repeated > filled * SHARED_SHARE
}

function nameOf(row: Cells, names: readonly Column[]): string {
  const words = names.map(({ index }) => tidyText(row[index] ?? '').toLowerCase())
  return words.join(' ').trim()
}

function phoneOf(cell: string, region: string, dummies: DummyPhones): string | null {
  if (isBlank(cell)) return null
  const reading = readPhones(cell, region)
  const [phone] = reading.kind === 'phones' ? reading.phones : []
  return phone === undefined || dummies.has(phone) ? null : phone
}

/** Two equally ranked columns, both mostly filled, with different numbers. */
function findEqual(keys: readonly Ranked[], evidence: Evidence): readonly Column[] {
  const [first] = keys
  const equal = keys.filter(({ rank, isStated }) => rank === first?.rank && !isStated)
  const filled = equal.filter(({ column }) => isWellFilled(column, evidence.rows))
  const [one, ...others] = filled.map(({ column }) => column)
  const differing = one ? others.filter((column) => differ(one, column, evidence)) : []
  return one && differing.length > 0 ? [one, ...differing] : []
}

/**
 * The best phone by heading is an office's, an alternate one, or one number in most rows, and a column with
 * an unknown heading (`From`) holds other phones: that may be the person's own.
 *
 * @returns both; empty without such a column
 */
function findDoubted(
  columns: readonly Column[],
  roles: readonly ColumnRole[],
  best: Ranked | undefined,
  evidence: Evidence,
): readonly Column[] {
  const isOne = best !== undefined && isOneNumber(best.column, evidence)
  if (!best || (isOwnRank(best.rank) && !isOne)) return []
  const { region, rows } = evidence
  // In countries with numbers of any length an account number looks like a phone.
  const provesPhones = isOne || planOfRegion(region)?.hasLooseLengths === false
  const unknown = columns.filter((column, at) => {
    const role = roles[at]
    if (role?.kind !== 'attribute' || isSomebodyElse(column.words.words)) return false
    const mayBeOwn = role.isUnknownPhone === true || (provesPhones && role.isStrangePhone !== true)
    const isFilled = column.cells.length >= MIN_ROWS && isWellFilled(column, rows)
    return mayBeOwn && isFilled && phoneShare(column.cells, region) >= EVIDENT_SHARE
  })
  const differing = unknown.filter((column) => differ(best.column, column, evidence))
  return differing.length > 0 ? [best.column, ...differing] : []
}

function isWellFilled({ cells }: Column, rows: readonly Cells[]): boolean {
  const filled = rows.filter((row) => row.some((cell) => !isBlank(cell))).length
  return filled > 0 && cells.length >= filled * MIN_FILLED
}

function differ(a: Column, b: Column, { rows, region, dummies }: Evidence): boolean {
  let both = 0
  let differing = 0
  for (const row of rows) {
    const [x, y] = [a, b].map(({ index }) => phoneOf(row[index] ?? '', region, dummies))
    if (x === null || y === null) continue
    both += 1
    if (x !== y) differing += 1
  }
  return differing > 0 && differing >= both * DIFFERING_SHARE
}

/** The decisions about the phones, for the receipt. */
export function describePhones({ columns, shared, words = [], open }: PhoneChoice): readonly string[] {
  if (open)
    return [
      `${quote(open)} is taken for the customer's phone: its numbers differ from row to row, and those of no other column do.`,
    ]
  const [first, ...others] = columns.filter((column) => !shared.has(column))
  const notes: string[] = []
  if (first && others.length > 0) {
    const rest = others.map(quote).join(', then ')
    notes.push(
      `The phone is taken from ${quote(first)}; where that holds none, from ${rest}. The others are kept as other phones.`,
    )
  }
  for (const column of words)
    notes.push(`${quote(column)} holds words and no phone numbers, so it is kept as it is.`)
  for (const column of shared)
    notes.push(`${quote(column)} repeats numbers under different names, so it gives other phones only.`)
  return notes
}
