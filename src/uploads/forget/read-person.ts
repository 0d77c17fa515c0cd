import type { mongo } from 'mongoose'
import type { Customer, FieldChange, Models, StoredChanges, StoredValues } from '../../../models/index.ts'
import { toAsciiDigits } from '../../customers/cells/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'
import { nationalDigits } from '../../customers/phones/index.ts'
import {
  BOOKKEEPING,
  flattenPaths,
  foldIdentifier,
  foldWord,
  placeWord,
  readCustomerRows,
  splitName,
} from '../rows/index.ts'

/** Where one person occurs in the database. */
export interface Person {
  readonly phone: string
  /** Number of their documents in `customers`. */
  readonly customers: number
  /** Their lines, by the upload's id as text. */
  readonly ids: ReadonlySet<string>
  readonly lines: ReadonlyMap<string, ReadonlySet<number>>
  /** The words of all their current and earlier names and cities. */
  readonly nameWords: ReadonlySet<string>
  /** True if a text contains their phone in any format, an e-mail address or a loan number of theirs. */
  names(text: string): boolean
  /**
   * True if a row without their phone is theirs: it names them, or has their name and another value of
   * theirs.
   */
  isIn(cells: readonly string[]): boolean
  /** True if they have or had this value in this field. */
  had(path: string, value: FieldValue | null): boolean
  /** True if a text equals a current or earlier value of theirs, in any field. */
  hadAnywhere(text: string): boolean
}

interface PersonRow {
  readonly upload: mongo.ObjectId
  readonly line: number
  readonly phone?: string
  readonly customer_phone?: string
  readonly customer?: mongo.ObjectId
  readonly changes?: StoredChanges
  readonly values?: StoredValues
  readonly found?: StoredValues
}

/** Shorter identifiers do not identify anyone: `12` occurs in many cells. */
const MIN_LETTERS = 5
const BETWEEN_WORDS = /[\s,;:<>()[\]"'/\\|]+/u

/**
 * Reads what is stored about a phone: the customer, and every row of files and undos about them, whatever
 * phone the row has. Writes nothing.
 */
export async function readPerson(models: Models, phone: string): Promise<Person> {
  const values = new Map<string, Set<string>>()
  const remember = (path: string, value: FieldValue | null) => {
    if (value === null) return
    const known = values.get(path) ?? new Set()
    values.set(path, known.add(JSON.stringify(value)))
  }
  const customers = await models.customers.collection.find<Customer>({ primary_phone: phone }).toArray()
  for (const customer of customers)
    for (const [path, value] of Object.entries(flattenPaths<FieldValue>(customer)))
      if (!BOOKKEEPING.has(path)) remember(path, value)

  const lines = new Map<string, Set<number>>()
  const rows = readCustomerRows<PersonRow>(models, [phone], {
    projection: {
      upload: 1,
      line: 1,
      phone: 1,
      customer_phone: 1,
      customer: 1,
      changes: 1,
      values: 1,
      found: 1,
    },
  })
  const ids = new Set(customers.map(({ _id }) => String(_id)))
  for await (const row of rows) {
    if (row.customer) ids.add(String(row.customer))
    const key = String(row.upload)
    lines.set(key, (lines.get(key) ?? new Set()).add(row.line))
    for (const shown of [row.values, row.found])
      for (const [path, value] of Object.entries(flattenPaths<FieldValue | null>(shown)))
        remember(path, value)
    for (const [path, { from, to }] of Object.entries(flattenPaths<FieldChange>(row.changes))) {
      remember(path, from)
      remember(path, to)
    }
  }

  const answer = (path: string) => [...(values.get(path) ?? [])].map((text) => String(JSON.parse(text)))
  const identifiers = new Set(
    [...answer('email').map(foldWord), ...answer('loan_id').map(foldIdentifier)].filter(
      (word) => word.length >= MIN_LETTERS,
    ),
  )
  const digits = nationalDigits(phone)
  const isIdentifier = (text: string) =>
    identifiers.has(foldWord(text)) || identifiers.has(foldIdentifier(text))
  const names = (text: string) =>
    digitsOf(text).includes(digits) || isIdentifier(text) || text.split(BETWEEN_WORDS).some(isIdentifier)
  const fullNames = new Set(answer('full_name').map(foldWord))
  const others = new Set(
    [...values]
      .filter(([path]) => path !== 'full_name')
      .flatMap(([path]) => answer(path).map(foldWord))
      .filter((word) => word.length >= MIN_LETTERS),
  )
  return {
    phone,
    customers: customers.length,
    ids,
    lines,
    nameWords: new Set([
      ...answer('full_name').flatMap(splitName),
      ...[...answer('city'), ...answer('state')].map(placeWord),
    ]),
    names,
    isIn: (cells) =>
      cells.some(names) ||
      (cells.some((cell) => fullNames.has(foldWord(cell))) &&
        cells.some((cell) => others.has(foldWord(cell)))),
    had: (path, value) => value !== null && values.get(path)?.has(JSON.stringify(value)) === true,
    hadAnywhere: (text) => [...values.values()].some((known) => known.has(JSON.stringify(text.trim()))),
  }
}

/** The digits of a text, in any script. */
function digitsOf(text: string): string {
  return toAsciiDigits(text.normalize('NFKC')).replace(/[^0-9]/g, '')
}
