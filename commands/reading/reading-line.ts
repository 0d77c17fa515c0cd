import type { FileUpload } from '../../models/index.ts'
import { type ColumnMapping, type HeaderMapping, regionsOf } from '../../src/customers/fields/index.ts'
import { nameOfRegion } from '../../src/customers/phones/index.ts'
import { nameEncoding } from '../../src/encoding-names.ts'
import { type Button, type Inline, pageButton, pageValue, type ReplyPart } from '../reply/index.ts'
import { shortColumn } from './name-column.ts'

/** Name of the page with every column. */
export const COLUMNS_PAGE = 'columns'

/** Opens the modal that corrects columns. */
export const WRONG_COLUMN = 'wrong_column'

/** Maximum of columns named per kind; the page of all columns has the rest. */
const MAX_NAMED = 3
const MAX_LETTERS = 40

type Fact = readonly Inline[]

/**
 * One short line about how a file was read: its phone and name columns, and the form of its cells. Empty if
 * the file was not read yet.
 */
export function describeReading(upload: FileUpload): ReplyPart[] {
  const { mapping } = upload.file
  if (!mapping) return []
  const facts = [
    nameColumns('phone ', phonesOf(mapping), ', then '),
    nameColumns('name ', fieldsOf(mapping, 'full_name'), ' and '),
    countryOf(mapping),
    datesOf(mapping),
    encodingOf(upload),
    sheetOf(upload),
  ].filter((fact) => fact !== undefined)
  return [
    { kind: 'text', text: ['Read as: ', ...joinFacts(facts), '.'] },
    {
      kind: 'buttons',
      buttons: [pageButton('All columns', pageValue(COLUMNS_PAGE, upload.number)), ...wrongColumn(upload)],
    },
  ]
}

/** Columns can be corrected while the file waits, and while its import can be undone. */
export function wrongColumn({ kind, status, source, retention, counts, number }: FileUpload): Button[] {
  const isDone = status === 'done' && !retention && (counts?.rows ?? 0) > 0
  if (kind !== 'import' || source.kind !== 'slack' || !(status === 'held' || isDone)) return []
  return [{ label: 'Wrong column?', action: WRONG_COLUMN, value: String(number) }]
}

function joinFacts(facts: readonly Fact[]): Inline[] {
  return facts.flatMap((fact, at) => (at === 0 ? fact : ['; ', ...fact]))
}

function phonesOf({ columns }: HeaderMapping): readonly ColumnMapping[] {
  return columns.filter(({ target, isKey }) => target === 'phone' && isKey !== false).sort(byRank)
}

/** The columns of a field, in order: a later one counts only if the earlier ones are empty. */
function fieldsOf({ columns }: HeaderMapping, wanted: string): readonly ColumnMapping[] {
  const all = columns.filter(({ target, field }) => target === 'field' && field === wanted).sort(byRank)
  return all.filter(({ rank = 0 }) => rank === 0)
}

const byRank = (a: ColumnMapping, b: ColumnMapping): number => (a.rank ?? 0) - (b.rank ?? 0)

function nameColumns(before: string, columns: readonly ColumnMapping[], between: string): Fact | undefined {
  if (columns.length === 0) return before === 'name ' ? ['no name'] : undefined
  const named = columns.slice(0, MAX_NAMED).flatMap((column, at): Inline[] => {
    const name: Inline = { bold: shortColumn(column, MAX_LETTERS) }
    return at === 0 ? [name] : [between, name]
  })
  const rest = columns.length - MAX_NAMED
  return [before, ...named, ...(rest > 0 ? [` and ${rest} more`] : [])]
}

/** The columns with the country of phones, dialling codes first, and the default country of other numbers. */
function countryOf(mapping: HeaderMapping): Fact | undefined {
  const columns = regionsOf(mapping)
    .filter(({ kind }) => kind !== 'area')
    .sort((a, b) => Number(b.kind === 'code') - Number(a.kind === 'code'))
    .flatMap(({ index }) => mapping.columns[index] ?? [])
  const usual = mapping.region === undefined ? undefined : nameOfRegion(mapping.region)
  const named = nameColumns('country ', columns, ', then ')
  if (named) return [...named, ...(usual === undefined ? [] : [`, else ${usual}`])]
  return usual === undefined ? undefined : [`country ${usual}`]
}

function datesOf({ dateOrder }: HeaderMapping): Fact | undefined {
  const orders = new Set(Object.values(dateOrder))
  if (orders.size === 0) return undefined
  if (orders.size > 1) return ['dates day first or month first, by column']
  return [orders.has('day_first') ? 'dates day first' : 'dates month first']
}

function encodingOf({ file }: FileUpload): Fact | undefined {
  return file.encoding === undefined ? undefined : [nameEncoding(file.encoding)]
}

function sheetOf({ file }: FileUpload): Fact | undefined {
  return file.sheet && ['sheet ', { bold: file.sheet.name }]
}
