import type { RowProblemCode } from '../../errors.ts'
import { cleanText, isBlank } from '../cells/index.ts'
import { nameCell } from '../columns/index.ts'
import type { ColumnMapping, FieldCatalogue, HeaderMapping, RowNote } from '../fields/index.ts'
import { readPhones, regionOfCallingCode, regionOfCountry } from '../phones/index.ts'
import { isClearWord } from './row-steps.ts'

export type PickedPhone =
  | {
      readonly kind: 'phone'
      readonly phone: string
      /** The phone as typed, where that is asked for and not the E.164 form. */
      readonly written?: string
      /** Other phones of the row, null where they are to be cleared, absent where the row says nothing of them. */
      readonly others?: readonly string[] | null
      readonly notes?: readonly RowNote[]
      /** The region this row's national numbers were read in. */
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
  readonly keepsWritten?: boolean
}

type Cells = readonly string[]

/**
 * Makes the function that finds the key of a row among its phone columns: the first number of the first column that
 * holds one. The rest become other phones.
 */
export function createPhonePicker(
  mapping: HeaderMapping,
  options: PickerOptions,
): (cells: Cells) => PickedPhone {
  const columns = mapping.columns
    .filter(({ target }) => target === 'phone')
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
  const regionOf = createRegionFinder(mapping, options.region)
  const keepsOthers = options.catalogue.field('other_phones') !== null

  return (cells) => {
    const region = regionOf(cells)
    const found: FoundPhones = { phones: [], notes: [], failed: null, isCleared: false, written: undefined }
    for (const column of columns) {
      const cell = cells[column.index]
      if (cell === undefined || cell === '') continue
      if (!isClearWord(cell, options.clearWord)) addPhones(found, column, cell, region, options)
      else if (column.rank === 0) return cannotClear(column)
      else found.isCleared = true
    }
    const [phone, ...rest] = found.phones
    if (phone === undefined) return found.failed ?? missing(columns[0])
    const others = [...new Set(rest)].filter((other) => other !== phone)
    const { written, notes, isCleared } = found
    return {
      kind: 'phone',
      phone,
      region,
      ...(written !== undefined && { written }),
      ...(keepsOthers && others.length > 0 && { others }),
      ...(keepsOthers && others.length === 0 && isCleared && { others: null }),
      ...(notes.length > 0 && { notes }),
    }
  }
}

/** What the phone columns of a row hold, as far as they are read. */
interface FoundPhones {
  readonly phones: string[]
  readonly notes: RowNote[]
  /** The first cell that cannot be read: the problem of a row without any phone. */
  failed: PickedPhone | null
  isCleared: boolean
  written: string | undefined
}

function addPhones(
  found: FoundPhones,
  column: ColumnMapping,
  cell: string,
  region: string,
  { keepsWritten }: PickerOptions,
): void {
  const { phones, notes } = found
  const reading = readPhones(cell, region)
  if (reading.kind === 'blank') return
  if (reading.kind === 'problem') {
    const message = `${nameCell(column)} ${reading.why}.`
    found.failed ??= { kind: 'problem', code: reading.code, column: column.header, message }
    notes.push({ code: 'phone_left_out', column: column.header })
    return
  }
  if (phones.length === 0 && column.rank !== 0)
    notes.push({ code: 'phone_from_next_column', column: column.header })
  if (phones.length === 0 && keepsWritten) found.written = writtenIn(cell, reading.phones)
  if (reading.leftOut > 0) notes.push({ code: 'phone_left_out', column: column.header })
  phones.push(...reading.phones)
}

/** Of several numbers in one cell none is as typed: what stands between them belongs to nobody. */
function writtenIn(cell: string, [phone, ...others]: readonly string[]): string | undefined {
  const text = others.length === 0 ? cleanText(cell) : phone
  return text === phone ? undefined : text
}

function cannotClear(column: ColumnMapping): PickedPhone {
  const message = `${nameCell(column)} cannot be cleared: a customer is known by the phone.`
  return { kind: 'problem', code: 'phone_invalid', column: column.header, message }
}

function missing(column: ColumnMapping | undefined): PickedPhone {
  const message = column ? `${nameCell(column)} is empty.` : 'There is no phone.'
  return { kind: 'problem', code: 'phone_missing', column: column?.header ?? null, message }
}

/** Countries of a file are few; a hostile one may hold a different text in every row. */
const MAX_REMEMBERED = 2_000

/** The region of a row's national numbers: a dialling code beside it first, then its country, then the default. */
function createRegionFinder(mapping: HeaderMapping, fallback: string): (cells: Cells) => string {
  const find = (field: string): number =>
    mapping.columns.find(
      (column) => column.target === 'field' && column.field === field && (column.rank ?? 0) === 0,
    )?.index ?? -1
  const code = find('phone_code')
  const country = find('country')
  if (code < 0 && country < 0) return () => fallback
  const remembered = new Map<string, string>()
  return (cells) => {
    const codeCell = cells[code] ?? ''
    const countryCell = cells[country] ?? ''
    const key = `${codeCell}\n${countryCell}`
    const known = remembered.get(key)
    if (known !== undefined) return known
    const region = decideRegion(codeCell, countryCell, fallback)
    if (remembered.size < MAX_REMEMBERED) remembered.set(key, region)
    return region
  }
}

function decideRegion(codeCell: string, countryCell: string, fallback: string): string {
  const country = isBlank(countryCell) ? null : regionOfCountry(cleanText(countryCell))
  const code = isBlank(codeCell) ? null : regionOfCallingCode(cleanText(codeCell), country ?? fallback)
  return code ?? country ?? fallback
}
