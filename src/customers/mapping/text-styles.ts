import {
  cleanText,
  isFormulaText,
  isPlaceholder,
  isSpreadsheetDate,
  repairOf,
  wholeNumberStyle,
} from '../cells/index.ts'
import type { Column } from '../columns/index.ts'
import { quote } from '../columns/index.ts'
import type { ColumnMapping, FieldCatalogue, RegionColumn, WholeNumberStyle } from '../fields/index.ts'

/** Text fields whose numbers are no quantities: each digit matters. */
const NO_IDENTIFIERS = new Set([
  'full_name',
  'address',
  'city',
  'state',
  'country',
  'company',
  'gender',
  'language',
])
const PLACES = new Set(['country', 'state'])
const CODE = /^[A-Z]{2}$/u
const CODES_SHARE = 0.8
/** An attribute may be any number: only long ones are certainly identifiers. */
const LONG_DECIMAL = /^\d{4,}\.0$/u
/** Spreadsheets replace digits from the 16th on by zeros. */
const BEYOND_PRECISION = /^\d{15}0+$/u
const LONG_NUMBER = /^\d{16,}$/u
const MIN_ROUNDED = 3

const WRITTEN: Readonly<Record<WholeNumberStyle, string>> = {
  decimal_zeros: 'with decimal zeros (12345.0)',
  comma_groups: 'with commas (12,345)',
  point_groups: 'with points (12.345)',
}

interface TextStyles {
  readonly columns: readonly ColumnMapping[]
  readonly notes: readonly string[]
}

/** Finds how a file's identifiers are written, if the sample shows that a program changed them. */
export function findTextStyles(
  columns: readonly Column[],
  mapped: readonly ColumnMapping[],
  catalogue: FieldCatalogue,
  regions: readonly RegionColumn[],
): TextStyles {
  const notes: string[] = []
  const isPlace = ({ field, index }: ColumnMapping): boolean =>
    PLACES.has(field) || regions.some((region) => region.index === index && region.kind !== 'area')
  const styled = mapped.map((mapping): ColumnMapping => {
    const column = columns[mapping.index]
    if (!column || !isText(mapping, catalogue)) return mapping
    const texts = column.cells.map(cleanText).filter((text) => text === 'NA' || !isPlaceholder(text))
    if (isPlace(mapping) && areCodes(texts)) return { ...mapping, holdsCodes: true }
    const wholeNumbers = findWholeNumbers(mapping, texts)
    if (isRounded(texts)) {
      notes.push(
        `The long numbers in ${quote(column)} all end in zeros: a spreadsheet may have replaced their last digits. Format the column as Text and export again.`,
      )
    }
    const isCode = mapping.target === 'field' && mapping.field === 'postal_code'
    const proved = {
      ...(isCode && haveDigits(texts) && { holdsDigits: true }),
      ...(isIdentifier(mapping) && areIdentifiers(texts) && { holdsIdentifiers: true }),
    }
    if (isCode) notes.push(...describeCodes(column, texts))
    if (wholeNumbers === null) return { ...mapping, ...proved }
    notes.push(`${quote(column)} holds whole numbers ${WRITTEN[wholeNumbers]}: their digits alone are kept.`)
    return { ...mapping, ...proved, wholeNumbers }
  })
  return {
    columns: styled,
    notes: [...notes, ...describeFormulas(columns, mapped), ...describeRepairs(columns)],
  }
}

/** In a column without a field a formula may be intended: it is kept, with a note. */
function describeFormulas(columns: readonly Column[], mapped: readonly ColumnMapping[]): readonly string[] {
  const found = mapped.flatMap(({ target, index }): Column[] => {
    const column = columns[index]
    return target === 'attribute' && column?.cells.some(isFormulaText) ? [column] : []
  })
  if (found.length === 0) return []
  const verb = found.length === 1 ? 'holds' : 'hold'
  return [`${found.map(quote).join(', ')} ${verb} formulas in place of their values. They are kept as text.`]
}

const REPAIRS = {
  entities:
    'signs of web pages or programs (&amp;, <br>, \\u00e9), which were turned into the text they stand for',
  quotes: 'quotation marks around values, or backslashes before them, which were taken off',
} as const

/** Notes about what was removed from the sample's cells, one per kind. */
function describeRepairs(columns: readonly Column[]): readonly string[] {
  const repaired = columns.map((column) => ({ column, kinds: new Set(column.cells.map(repairOf)) }))
  return (['entities', 'quotes'] as const).flatMap((kind) => {
    const found = repaired.filter(({ kinds }) => kinds.has(kind)).map(({ column }) => column)
    return found.length === 0 ? [] : [`${found.map(quote).join(', ')} had ${REPAIRS[kind]}.`]
  })
}

function isText({ target, field }: ColumnMapping, catalogue: FieldCatalogue): boolean {
  return target === 'attribute' || (target === 'field' && catalogue.field(field)?.type === 'text')
}

function findWholeNumbers(
  { target, field }: ColumnMapping,
  texts: readonly string[],
): WholeNumberStyle | null {
  if (target === 'attribute')
    return texts.length > 0 && texts.every((text) => LONG_DECIMAL.test(text)) ? 'decimal_zeros' : null
  if (NO_IDENTIFIERS.has(field)) return null
  const isOneNumber = field === 'postal_code'
  return wholeNumberStyle(
    texts.filter((text) => text !== 'NA'),
    isOneNumber,
  )
}

/** `IN`, `US`, `NA`: next to other codes, `NA` is Namibia. */
function areCodes(texts: readonly string[]): boolean {
  const codes = texts.filter((text) => CODE.test(text))
  return codes.some((text) => text !== 'NA') && codes.length >= texts.length * CODES_SHARE
}

function isRounded(texts: readonly string[]): boolean {
  const long = texts.filter((text) => LONG_NUMBER.test(text))
  return long.length >= MIN_ROUNDED && long.every((text) => BEYOND_PRECISION.test(text))
}

/** In a column with fewer, the heading does not mean postal codes. */
const WITH_DIGITS_SHARE = 0.5

/** Postal codes of every country have digits, so a few cells are enough. */
function haveDigits(texts: readonly string[]): boolean {
  const found = texts.filter((text) => /\p{Nd}/u.test(text)).length
  return found > 0 && found >= texts.length * WITH_DIGITS_SHARE
}

/** Postal codes of most countries whose codes may begin with a zero have five digits. */
const SHORT_CODE = /^[1-9]\d{3}$/u
const FULL_CODE = /^\d{5}(?:-\d{4})?$/u

function describeCodes(column: Column, texts: readonly string[]): readonly string[] {
  if (texts.length > 0 && !texts.some((text) => /\p{Nd}/u.test(text)))
    return [
      `${quote(column)} holds no digits, so its values may be no postal codes. They are stored as written.`,
    ]
  const short = texts.filter((text) => SHORT_CODE.test(text)).length
  const full = texts.filter((text) => FULL_CODE.test(text)).length
  if (short === 0 || full <= short) return []
  return [
    `${quote(column)} holds codes of 4 digits beside codes of 5: a spreadsheet may have removed a leading zero. They are stored as written.`,
  ]
}

const isIdentifier = ({ target, field }: ColumnMapping): boolean =>
  target === 'field' && !NO_IDENTIFIERS.has(field)

/** Words without digits are no identifiers, and neither are sentences. */
const IDENTIFIER = /^\S*\p{Nd}\S*$/u
const IDENTIFIER_SHARE = 0.7

/** True if most cells are identifiers, and dates that a spreadsheet writes are not their usual form. */
function areIdentifiers(texts: readonly string[]): boolean {
  const others = texts.filter((text) => !isSpreadsheetDate(text))
  const found = others.filter((text) => IDENTIFIER.test(text)).length
  return found > 0 && found >= others.length * IDENTIFIER_SHARE && found * 2 >= texts.length
}
