import type { RowProblemCode } from '../../row-problems.ts'
import { type CellProblem, cleanText, isBlank } from '../cells/index.ts'
import { nameCell } from '../columns/index.ts'
import type { ColumnMapping, FieldCatalogue, HeaderMapping, RowNote } from '../fields/index.ts'
import { rankPhoneText, UNLABELLED } from '../headings/index.ts'
import { createDummyPhones, type DummyPhones, readPhones } from '../phones/index.ts'
import { createRegionFinders, type FindRegion, type RowRegion } from './row-region.ts'
import { isClearWord } from './row-steps.ts'

export type PickedPhone =
  | {
      readonly kind: 'phone'
      readonly phone: string
      /** The phone as typed, if it is not E.164. */
      readonly written?: string
      /** Other phones of the row, null to clear them, absent if the row has none. */
      readonly others?: readonly string[] | null
      readonly notes?: readonly RowNote[]
      /** The region in which this row's national numbers were read. */
      readonly region: string
    }
  | {
      readonly kind: 'problem'
      readonly code: RowProblemCode
      readonly column: string | null
      readonly message: string
    }

interface PickerOptions {
  readonly catalogue: FieldCatalogue
  readonly region: string
  readonly clearWord: string
  /** Numbers that mean "none"; the built-in ones by default. */
  readonly dummyPhones?: readonly string[]
}

type FoundPhone = Extract<PickedPhone, { kind: 'phone' }>

type Cells = readonly string[]

interface PhoneColumn {
  readonly column: ColumnMapping
  readonly regionOf: FindRegion
  /** The labels of this row put another column first; this is not reported. */
  readonly isLabelled?: boolean
  /** By the label of this row, the number is a fax or another person's. */
  readonly isLeftOut?: boolean
}

/** What the row's phone columns have given so far. */
interface Picking {
  readonly phones: string[]
  /** Numbers that belong to several people and never identify one. */
  readonly shared: string[]
  readonly notes: RowNote[]
  failed: PickedPhone | null
  /** Index of the phone column that contains words. */
  words: number
  /** Index of the key's column. */
  from: number
  isCleared: boolean
  written: string | undefined
}

/**
 * Creates the function that finds a row's key among its phone columns: the first number of the first column
 * that has one. The rest become other phones.
 */
export function createPhonePicker(
  mapping: HeaderMapping,
  options: PickerOptions,
): (cells: Cells) => PickedPhone {
  const findersOf = createRegionFinders(mapping, options.region)
  const columns = mapping.columns
    .filter(({ target }) => target === 'phone')
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
    .map((column): PhoneColumn => ({ column, regionOf: findersOf(column.index) }))
  const labelOf = new Map(mapping.labels?.map(({ phone, index }) => [phone, index]))
  const [first] = columns
  const keepsOthers = options.catalogue.field('other_phones') !== null
  const dummies = createDummyPhones(options.dummyPhones ?? [], options.region)

  return (cells) => {
    const asked = labelOf.size === 0 ? columns : orderByLabels(columns, labelOf, cells)
    const picking = pickAll(asked, cells, dummies, options.clearWord)
    if ('kind' in picking) return picking
    const [phone] = picking.phones
    if (phone === undefined) return picking.failed ?? missing(first?.column, picking.shared.length > 0)
    const { words } = picking
    if (words >= 0 && picking.from === words + 1) return mayHaveSlipped(columns, words)
    const region = first?.regionOf(cells).region ?? options.region
    return describePicked(phone, region, picking, keepsOthers)
  }
}

function describePicked(phone: string, region: string, picking: Picking, keepsOthers: boolean): FoundPhone {
  const { written, notes, isCleared } = picking
  const picked: { -readonly [K in keyof FoundPhone]: FoundPhone[K] } = { kind: 'phone', phone, region }
  // One after the other: spreading what may be there took a third of the time of picking a phone.
  if (written !== undefined) picked.written = written
  if (notes.length > 0) picked.notes = notes
  if (!keepsOthers) return picked
  const others = othersOf(phone, picking)
  if (others.length > 0) picked.others = others
  else if (isCleared) picked.others = null
  return picked
}

/** The row's phones beside its key. */
function othersOf(phone: string, { phones, shared }: Picking): readonly string[] {
  if (phones.length === 1 && shared.length === 0) return NO_PHONES
  return [...new Set([...phones, ...shared])].filter((other) => other !== phone)
}

const NO_PHONES: readonly string[] = []

/** Orders a row's phones by their labels; a fax or another person's phone comes last and gives no phone. */
function orderByLabels(
  columns: readonly PhoneColumn[],
  labelOf: ReadonlyMap<number, number>,
  cells: Cells,
): readonly PhoneColumn[] {
  const ranked = columns.map((one) => {
    const label = labelOf.get(one.column.index)
    const rank = label === undefined ? null : rankPhoneText(cells[label] ?? '')
    return rank === 'other'
      ? { one: { ...one, isLeftOut: true }, rank: Infinity }
      : { one, rank: rank ?? UNLABELLED }
  })
  const ordered = ranked.toSorted((a, b) => a.rank - b.rank).map(({ one }) => one)
  const isMoved = ordered[0]?.column !== columns[0]?.column
  return isMoved ? ordered.map((one) => ({ ...one, isLabelled: true })) : ordered
}

/** Reads all phone columns of a row. @returns the problem if the key itself would be cleared */
function pickAll(
  columns: readonly PhoneColumn[],
  cells: Cells,
  dummies: DummyPhones,
  clearWord: string,
): Picking | PickedPhone {
  const picking: Picking = {
    phones: [],
    shared: [],
    notes: [],
    failed: null,
    words: -1,
    from: -1,
    isCleared: false,
    written: undefined,
  }
  for (const one of columns) {
    const cell = cells[one.column.index]
    if (cell === undefined || cell === '') continue
    if (one.isLeftOut) {
      if (!isBlank(cell)) leaveOut(one.column, picking)
      continue
    }
    if (!isClearWord(cell, clearWord)) pickFrom(one, cell, one.regionOf(cells), dummies, picking)
    else if (one.column.rank === 0) return cannotClear(one.column)
    else picking.isCleared = true
  }
  return picking
}

function leaveOut(column: ColumnMapping, picking: Picking): void {
  const message = `${nameCell(column)} is labelled as a fax, or as somebody else's phone.`
  picking.failed ??= { kind: 'problem', code: 'phone_invalid', column: column.header, message }
  picking.notes.push({ code: 'phone_left_out', column: column.header })
}

function pickFrom(
  { column, isLabelled }: PhoneColumn,
  cell: string,
  { region, area, because }: RowRegion,
  dummies: DummyPhones,
  picking: Picking,
): void {
  const reading = readPhones(cell, region, area)
  const { header } = column
  if (reading.kind === 'blank') {
    if (reading.note !== undefined) picking.notes.push({ code: reading.note, column: header })
    return
  }
  if (reading.kind === 'problem') {
    if (picking.words < 0 && hasOnlyWords(cell)) picking.words = column.index
    picking.failed ??= dummies.isTyped(cell)
      ? dummyPhone(column)
      : unreadable(column, reading, region, because)
    picking.notes.push({ code: 'phone_left_out', column: header })
    return
  }
  const phones = reading.phones.filter((phone) => !dummies.has(phone))
  if (phones.length === 0) picking.failed ??= dummyPhone(column)
  if (phones.length < reading.phones.length || reading.leftOut > 0)
    picking.notes.push({ code: 'phone_left_out', column: header })
  if (column.isKey === false) picking.shared.push(...phones)
  if (phones.length === 0 || column.isKey === false) return
  if (picking.phones.length === 0) {
    if (column.rank !== 0 && !isLabelled)
      picking.notes.push({ code: 'phone_from_next_column', column: header })
    picking.written = writtenIn(cell, reading.phones)
    picking.from = column.index
  }
  picking.phones.push(...phones)
}

/** The problem of a number, and why it was read so if another column affected it. */
function unreadable(
  column: ColumnMapping,
  { code, why }: CellProblem,
  region: string,
  because: string | null,
): PickedPhone {
  const cell = nameCell(column)
  const isPlain = because === null || code !== 'phone_invalid'
  if (isPlain) return { kind: 'problem', code, column: column.header, message: `${cell} ${why}.` }
  return region === ''
    ? {
        kind: 'problem',
        code: 'country_unknown',
        column: column.header,
        message: `${cell} is not a phone number with a country code, and ${because}.`,
      }
    : { kind: 'problem', code, column: column.header, message: `${cell} ${why} (${because}).` }
}

function dummyPhone(column: ColumnMapping): PickedPhone {
  const message = `${nameCell(column)} is a dummy number: one digit repeated, 1234567890, or one listed in DUMMY_PHONES.`
  return { kind: 'problem', code: 'phone_dummy', column: column.header, message }
}

/** Of several numbers in one cell none is stored as typed: the text between them belongs to no number. */
function writtenIn(cell: string, [phone, ...others]: readonly string[]): string | undefined {
  if (others.length > 0) return undefined
  const text = cleanText(cell)
  return text === phone ? undefined : text
}

/** A separator inside an address moves the phone one cell to the right, where another phone column may be. */
function mayHaveSlipped(columns: readonly PhoneColumn[], words: number): PickedPhone {
  const column = columns.find((one) => one.column.index === words)?.column ?? { header: '', index: words }
  const message = `${nameCell(column)} holds words and the next cell a phone, so the cells of the row may have slipped.`
  return { kind: 'problem', code: 'phone_invalid', column: column.header, message }
}

/** Letters without a digit. */
/** Two expressions, each linear: one for both looks at a long text again from every letter. */
const hasOnlyWords = (cell: string): boolean => /\p{L}{2}/u.test(cell) && !/\p{Nd}/u.test(cell)

function cannotClear(column: ColumnMapping): PickedPhone {
  const message = `${nameCell(column)} cannot be cleared, because customers are matched by phone.`
  return { kind: 'problem', code: 'phone_invalid', column: column.header, message }
}

function missing(column: ColumnMapping | undefined, hasShared: boolean): PickedPhone {
  const rest = hasShared ? ', and the other phones of the row are shared by several names' : ''
  const message = column ? `${nameCell(column)} is empty${rest}.` : 'There is no phone.'
  return { kind: 'problem', code: 'phone_missing', column: column?.header ?? null, message }
}
