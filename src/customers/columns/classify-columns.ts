import { cleanText, isBlank, isCreditOrDebit } from '../cells/index.ts'
import {
  type FieldCatalogue,
  type HeaderMatch,
  type HeaderWords,
  normaliseHeader,
  ownAttribute,
  synonymKey,
} from '../fields/index.ts'
import {
  type AddressWords,
  classifyPhoneHeader,
  classifyRegionHeader,
  type PhoneHeader,
  splitAddressHeader,
} from '../headings/index.ts'
import { phoneShare } from './column-evidence.ts'
import { FIELD_READERS } from './field-readers.ts'
import { quote } from './quote-column.ts'

/** One column with its header and sample. */
export interface Column {
  readonly index: number
  /** As written in the file. */
  readonly header: string
  /** Another column has the same heading: sentences name it by position. */
  readonly isRepeated: boolean
  readonly words: HeaderWords
  /** Non-blank cells of the sample. */
  readonly cells: readonly string[]
}

/** The role of a column, before columns are compared. */
export type ColumnRole =
  | { readonly kind: 'ours' }
  | { readonly kind: 'phone'; readonly rank: number; readonly isStated: boolean }
  /** A person excluded the column. */
  | { readonly kind: 'left_out' }
  | {
      readonly kind: 'field'
      readonly match: HeaderMatch
      readonly which: string
      /** A person chose it: the column precedes those chosen by heading. */
      readonly isChosen?: true
    }
  | {
      readonly kind: 'attribute'
      readonly note?: string
      /** The header names a phone that is not certainly the customer's. */
      readonly isStrangePhone?: true
      /** The phone may be the customer's; the cells decide. */
      readonly isOpenPhone?: true
      /** The owner of the phone is unclear. */
      readonly isUnknownPhone?: true
    }

export function describeColumns(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): readonly Column[] {
  const times = new Map<string, number>()
  for (const text of header) times.set(text.trim(), (times.get(text.trim()) ?? 0) + 1)
  return header.map((text, index) => ({
    index,
    header: text,
    isRepeated: (times.get(text.trim()) ?? 0) > 1,
    words: normaliseHeader(cleanText(text)),
    cells: rows.map((row) => row[index] ?? '').filter((cell) => !isBlank(cell)),
  }))
}

/** The columns the bot adds to a CSV of failed rows, in their compared form. */
const OURS = ['line', 'problem', 'how to fix']

/** Only all three together are the bot's; a single "Line" or "Problem" is data. */
export function findOwnColumns(columns: readonly Column[]): ReadonlySet<number> {
  const found = OURS.map((name) => columns.findLast(({ words }) => words.words.join(' ') === name))
  return new Set(found.every((column) => column !== undefined) ? found.map((column) => column.index) : [])
}

/** Half the cells of a column named "Contact" must be phones before it counts as one. */
const MAYBE_SHARE = 0.5

/** @param words the words to compare the header by, if not all of them */
export function classifyColumn(
  column: Column,
  catalogue: FieldCatalogue,
  region: string,
  words: readonly string[] = column.words.words,
): ColumnRole {
  if (ownAttribute(column.header) !== undefined) return { kind: 'attribute' }
  const match = matchField(words, catalogue)
  const isPhoneField =
    match?.match.field.name === 'primary_phone' || match?.match.field.name === 'other_phones'
  const phone = classifyPhoneHeader(words)
  const isPhone = isPhoneColumn(phone, column, region)
  if (match && !isPhoneField) {
    if (isPhone && phone.kind === 'maybe')
      return { kind: 'phone', rank: phone.rank, isStated: phone.isStated }
    return column.words.scale !== null && match.match.field.type === 'money'
      ? { kind: 'attribute' }
      : classifyField(column, match, catalogue, region)
  }
  if (isPhone && holdsCodes(column, words)) return { kind: 'attribute' }
  if (isPhone) return { kind: 'phone', rank: phone.rank, isStated: phone.isStated }
  if (match && (phone?.kind !== 'other' || isSynonym(words, match.match)))
    return {
      kind: 'phone',
      rank: match.match.field.name === 'primary_phone' ? UNRANKED_PRIMARY : UNRANKED_OTHER,
      isStated: true,
    }
  return phone?.kind === 'other' ? strangePhone(phone) : scaledMoney(column, catalogue)
}

function strangePhone({ isOpen, isUnknown }: Extract<PhoneHeader, { kind: 'other' }>): ColumnRole {
  return {
    kind: 'attribute',
    isStrangePhone: true,
    ...(isOpen && { isOpenPhone: true }),
    ...(isUnknown && { isUnknownPhone: true }),
  }
}

function isPhoneColumn(
  phone: PhoneHeader | null,
  { cells }: Column,
  region: string,
): phone is Exclude<PhoneHeader, { kind: 'other' }> {
  if (phone?.kind === 'maybe') return phoneShare(cells, region) >= MAYBE_SHARE
  return phone?.kind === 'phone'
}

const SHORT_CODE = /^\(?\+?\d{1,6}\)?(?:\.0+)?$/u

/** `Mobile ISD`, `Tel. STD`: the codes before the numbers of another column, or whole numbers. */
function holdsCodes({ cells }: Column, words: readonly string[]): boolean {
  const header = classifyRegionHeader(words)
  return (
    header !== null &&
    header.kind !== 'country' &&
    cells.length > 0 &&
    cells.every((cell) => SHORT_CODE.test(cleanText(cell)))
  )
}

/** A team's own synonym that the phone words do not include. */
const UNRANKED_PRIMARY = 5
const UNRANKED_OTHER = 65

/** True if the whole header is a synonym, not only its part without number or owner. */
function isSynonym(words: readonly string[], { field }: HeaderMatch): boolean {
  const key = words.join('')
  return [field.name, ...field.synonyms].some((name) => synonymKey(name) === key)
}

interface FieldMatch {
  readonly match: HeaderMatch
  readonly which: string
}

/** The whole header first; then, for addresses, without the words that identify the address. */
function matchField(words: readonly string[], catalogue: FieldCatalogue): FieldMatch | null {
  const whole = catalogue.match(words)
  if (whole) return { match: whole, which: '' }
  const split: AddressWords = splitAddressHeader(words)
  const match = split.which === '' ? null : catalogue.match(split.words)
  return match?.field.group === 'address' ? { match, which: split.which } : null
}

const DIALLING_CODE = /^\s*(?:\+|00)?\d{1,4}\s*$/u

/** `country_code` is `IN` in one dialer's export and `91` in another's. */
function classifyField(
  column: Column,
  { match, which }: FieldMatch,
  catalogue: FieldCatalogue,
  region: string,
): ColumnRole {
  const phoneCode = catalogue.field('phone_code')
  const codes = column.cells.filter((cell) => DIALLING_CODE.test(cell)).length
  if (match.field.name === 'country' && phoneCode && codes > column.cells.length / 2) {
    return { kind: 'field', match: { field: phoneCode, part: null, rank: match.rank }, which: '' }
  }
  if (match.field.type === 'date' && isPieceOfDate(column)) return { kind: 'attribute' }
  return doubtType(column, match, region) ?? { kind: 'field', match, which }
}

const DAY_OF_MONTH = /^\s*(?:0?[1-9]|[12]\d|3[01])(?:\.0)?\s*$/u

/** Thunderbird's `Birth Day` is next to `Birth Month` and `Birth Year`: its cells are days of a month. */
function isPieceOfDate({ words: { words }, cells }: Column): boolean {
  return cells.length === 0
    ? words.length > 1 && words.at(-1) === 'day'
    : cells.every((cell) => DAY_OF_MONTH.test(cell))
}

/**
 * Headers with one of these words state their type; "Due" or "Last payment" may be an amount, a date or a
 * remark.
 */
const TYPE_WORDS = new Set(
  'amount date dob birth birthdate birthday balance value limit lim days राशि तिथि तारीख betrag montant importe importo сумма дата data fecha datum'.split(
    ' ',
  ),
)
const DOUBTED = ['money', 'number', 'date'] as const
const BELIEVED_SHARE = 0.5

/** A header without a type counts only if the cells agree. A header with one always counts. */
function doubtType(column: Column, { field, part }: HeaderMatch, region: string): ColumnRole | null {
  const type = DOUBTED.find((doubted) => doubted === field.type)
  const { cells, words } = column
  if (type === 'money' && cells.filter(isCreditOrDebit).length > cells.length * BELIEVED_SHARE) {
    return {
      kind: 'attribute',
      note: `${quote(column)} is marked Cr or Dr, which means plus in one ledger and minus in another, so it is kept beside and not as ${field.label.toLowerCase()}.`,
    }
  }
  const isName = field.name === 'full_name' && part === null
  if (isName && cells.filter((cell) => !/\p{L}/u.test(cell)).length > cells.length * BELIEVED_SHARE)
    return {
      kind: 'attribute',
      note: `${quote(column)} mostly holds something else than names, so it is kept beside and not as ${field.label.toLowerCase()}.`,
    }
  if (
    type === undefined ||
    part !== null ||
    cells.length === 0 ||
    words.words.some((word) => TYPE_WORDS.has(word))
  )
    return null
  const style = { dateOrder: 'day_first', decimalMark: 'point', usualMark: 'point', region } as const
  const readable = cells.filter((cell) => FIELD_READERS[type](cell, style, '').kind !== 'problem').length
  if (readable / cells.length > BELIEVED_SHARE) return null
  const expected = type === 'money' ? 'money' : `${type}s`
  return {
    kind: 'attribute',
    note: `${quote(column)} mostly holds something else than ${expected}, so it is kept beside and not as ${field.label.toLowerCase()}.`,
  }
}

/** `Loan Amount (in Lakhs)` is not the loan amount: it is kept as an attribute, with a note. */
function scaledMoney({ header, words: { words, scale } }: Column, catalogue: FieldCatalogue): ColumnRole {
  if (scale === null) return { kind: 'attribute' }
  const scaleWords = new Set(['in', ...scale.split(' '), ...normaliseHeader(scale).words])
  const match = catalogue.match(words.filter((word) => !scaleWords.has(word)))
  if (match?.field.type !== 'money') return { kind: 'attribute' }
  return {
    kind: 'attribute',
    note: `"${header.trim()}" counts in ${scale}, so it is kept beside and not as ${match.field.label.toLowerCase()}.`,
  }
}
