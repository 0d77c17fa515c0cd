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
  readCustomerRows,
  splitName,
} from '../rows/index.ts'

/** Everything that tells where in the database one person stands. */
export interface Person {
  readonly phone: string
  /** How many documents of `customers` are theirs. */
  readonly customers: number
  /** `_id`s their documents have or had, as text. */
  readonly ids: ReadonlySet<string>
  /** Lines on which they stand, by the id of the upload as text. */
  readonly lines: ReadonlyMap<string, ReadonlySet<number>>
  /** The words of every name they have or had. */
  readonly nameWords: ReadonlySet<string>
  /** Whether a text names them: by the phone in any way of writing, by an e-mail address or a loan ID in it. */
  names(text: string): boolean
  /** Whether a row without their phone is theirs all the same: it names them, or has their name and another value of theirs. */
  isIn(cells: readonly string[]): boolean
  /** Whether a value of a field is, or once was, theirs. */
  had(path: string, value: FieldValue | null): boolean
  /** Whether a text is, or once was, one of their values, whatever the field. */
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

/** A shorter identifier is not one: `12` stands in many cells. */
const MIN_LETTERS = 5
const BETWEEN_WORDS = /[\s,;:<>()[\]"'/\\|]+/u

/**
 * Reads what is stored about a phone: the customer, and every row of every file and undo about them, whatever its own
 * phone. Writes nothing.
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
    nameWords: new Set(answer('full_name').flatMap(splitName)),
    names,
    isIn: (cells) =>
      cells.some(names) ||
      (cells.some((cell) => fullNames.has(foldWord(cell))) &&
        cells.some((cell) => others.has(foldWord(cell)))),
    had: (path, value) => value !== null && values.get(path)?.has(JSON.stringify(value)) === true,
    hadAnywhere: (text) => [...values.values()].some((known) => known.has(JSON.stringify(text.trim()))),
  }
}

/** The digits of a text, in whichever script they are written. */
function digitsOf(text: string): string {
  return toAsciiDigits(text.normalize('NFKC')).replace(/[^0-9]/g, '')
}
