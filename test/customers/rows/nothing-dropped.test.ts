import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPlaceholder } from '../../../src/customers/cells/index.ts'
import { DEFAULT_CATALOGUE, type ReadRow } from '../../../src/customers/fields/index.ts'
import { mapHeader } from '../../../src/customers/mapping/index.ts'
import { createRowReader } from '../../../src/customers/rows/index.ts'

const PHONE = '+917417119014'

function read(header: readonly string[], cells: readonly string[]): ReadRow {
  const options = { catalogue: DEFAULT_CATALOGUE, region: 'IN', dateOrder: 'day_first' } as const
  const found = mapHeader(header, [cells], options)
  if (found.kind !== 'mapped') throw new Error('the phone column is unknown')
  const mapping = JSON.parse(JSON.stringify(found.mapping)) as typeof found.mapping
  return createRowReader(mapping, header, { ...options, clearWord: '#CLEAR' })({ line: 2, cells })
}

function values(header: readonly string[], cells: readonly string[]): unknown {
  const row = read(['Mobile', ...header], [PHONE, ...cells])
  return row.kind === 'customer' ? row.values : row
}

describe('a part beside a whole', () => {
  it.each([
    [['Name', 'Surname'], ['Thandi', 'Mokoena'], 'Thandi Mokoena'],
    [['Surname', 'Name'], ['Mokoena', 'Thandi'], 'Thandi Mokoena'],
    [['Name', 'Last Name'], ['Ana María', 'Ruiz'], 'Ana María Ruiz'],
    [['Name', 'Vorname'], ['Klein', 'Anna'], 'Anna Klein'],
    [['Name', 'Middle Name', 'Surname'], ['Thandi', 'Lindiwe', 'Mokoena'], 'Thandi Lindiwe Mokoena'],
    [['Name', 'Surname'], ['Thandi Mokoena', 'Mokoena'], 'Thandi Mokoena'],
    [['Name', 'Surname'], ['THANDI MOKOENA', 'Mokoéna'], 'THANDI MOKOENA'],
    [['Full Name', 'First Name', 'Last Name'], ['Asha Rao', 'Asha', 'Rao'], 'Asha Rao'],
    [['Full Name', 'First Name', 'Last Name'], ['Rao, Asha', 'Asha', 'Rao'], 'Rao, Asha'],
    [['Name', 'First Name', 'Middle Name', 'Last Name'], ['Asha Rao', 'Asha', 'K', 'Rao'], 'Asha K Rao'],
    [['Name', 'First Name', 'Last Name'], ['A. Rao', 'Asha', 'Rao'], 'Asha Rao'],
    [['Name', 'Surname'], ['Thandi', ''], 'Thandi'],
    [['Name', 'Surname'], ['', 'Mokoena'], 'Mokoena'],
    [['Name', 'Surname'], ['#CLEAR', 'Mokoena'], 'Mokoena'],
    [['नाम', 'उपनाम'], ['रमा', 'राम'], 'रमा राम'],
  ])('makes one name of %j in %j', (header, cells, name) => {
    expect(values(header, cells)).toEqual({ full_name: name })
  })

  it.each([
    [
      ['Name', 'First Name', 'Last Name'],
      ['Hill Stores', 'Asha', 'Rao'],
    ],
    [
      ['Display Name', 'Given Name', 'Family Name'],
      ['Bunty', 'Asha', 'Rao'],
    ],
  ])('stays beside a name that says something else (%j in %j)', (header, cells) => {
    const names = header.slice(1).map((heading) => `attributes.${heading.toLowerCase().replace(' ', '_')}`)
    expect(values(header, cells)).toEqual({
      full_name: cells[0],
      [names[0] ?? '']: 'Asha',
      [names[1] ?? '']: 'Rao',
    })
  })

  it.each([
    [['Address', 'Landmark', 'Area'], ['4 Hill View', 'Near SBI', 'Camp'], '4 Hill View, Camp, Near SBI'],
    [['Address', 'Address 2'], ['12 MG Road', 'Flat 4B'], '12 MG Road, Flat 4B'],
    [['Address', 'Address Line 2'], ['12 MG Road, Flat 4B', 'flat 4b'], '12 MG Road, Flat 4B'],
    [['Full Address', 'Street', 'Locality'], ['Camp', '12 MG Road', ''], 'Camp, 12 MG Road'],
    [['Address', 'Landmark'], ['', 'Near SBI'], 'Near SBI'],
    [['Adresse', 'Adresszusatz'], ['Hauptstr. 5', 'Hinterhaus'], 'Hauptstr. 5, Hinterhaus'],
  ])('makes one address of %j in %j', (header, cells, address) => {
    expect(values(header, cells)).toEqual({ address })
  })

  it('keeps the other value of two columns with one heading', () => {
    expect(values(['Email', 'Email'], ['a@b.co', 'c@d.co'])).toEqual({
      email: 'a@b.co',
      'attributes.email': 'c@d.co',
    })
    expect(values(['Due Amount', 'Due Amount'], ['500', '500.00'])).toEqual({ due_amount: 500 })
    expect(values(['Due Amount', 'Due Amount'], ['500', 'Rs 700/-'])).toEqual({
      due_amount: 500,
      'attributes.due_amount': 'Rs 700/-',
    })
    expect(values(['Landmark', 'Landmark'], ['Near SBI', 'Behind HDFC'])).toEqual({
      address: 'Near SBI',
      'attributes.landmark': 'Behind HDFC',
    })
  })

  it('says that of several e-mail addresses one is kept', () => {
    expect(read(['Mobile', 'Email'], [PHONE, 'a@b.co ::: c@d.co'])).toMatchObject({
      values: { email: 'a@b.co' },
      notes: [{ code: 'email_left_out', column: 'Email' }],
    })
  })
})

/** Headings of every kind: fields, parts, several addresses, repeated columns, unknown columns. */
const HEADINGS = [
  ...DEFAULT_CATALOGUE.fields.flatMap(({ synonyms, parts }) => [
    ...synonyms.slice(0, 12),
    ...(parts?.synonyms ?? []).flatMap((part) => part.slice(0, 4)),
  ]),
  ...['', 'Shirt Size', 'Remarks', 'Mailing City', 'Billing Street', 'Home Address', 'Address 2 - City'],
  ...['Fax', 'Guarantor Mobile', 'E-mail 2 - Value', 'Name 2', 'Loan Amount (in Lakhs)', 'Contact', 'Number'],
]

/** "nil" and "nan" are blank words, also inside a name. */
function isWord(text: string): boolean {
  return !text.split(' ').some(isPlaceholder) && !isPlaceholder(text)
}

const cell = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 6, arbitrary: fc.stringMatching(/^[a-z]{3,8}( [a-z]{3,8})?$/u).filter(isWord) },
  { weight: 2, arbitrary: fc.integer({ min: 6_000_000_000, max: 9_999_999_999 }).map(String) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 99_999_999 }).map(String) },
  { weight: 1, arbitrary: fc.stringMatching(/^[a-z]{3,8}@[a-z]{3,8}\.com$/u) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('2026-01-31', '31/12/1985', 'yes', 'No', '500.50', '#REF!', '1.2E+14'),
  },
)

/** The content of a row as one text: its phones, values, and the headings in its notes and problem. */
function shown(row: ReadRow): string {
  if (row.kind !== 'customer') return ''
  const texts = Object.values(row.values).flat().map(String)
  return ` ${[row.phone, ...texts].join(' ')} `.toLowerCase()
}

const YES_NO: Readonly<Record<string, string>> = { yes: 'true', no: 'false', 1: 'true', 0: 'false' }

function isFound(text: string, row: ReadRow): boolean {
  const all = shown(row)
  const lower = text.toLowerCase()
  const answer = YES_NO[lower]
  if (answer !== undefined && all.includes(answer)) return true
  const isNumber = /^[\d.]+$/u.test(lower)
  if (isNumber && all.includes(String(Number(lower)))) return true
  const date = /^(\d\d)\/(\d\d)\/(\d{4})$/u.exec(lower)
  if (date && all.includes(`${date[3]}-${date[2]}-${date[1]}`)) return true
  // An eight-digit date or an Excel day number occurs as its day.
  if (/^\d{4,8}$/u.test(lower) && / \d{4}-\d\d-\d\d /u.test(all)) return true
  return lower.split(' ').every((word) => all.includes(word))
}

/** The row without the cells that make it invalid, so that the result is always a customer. */
function readUsable(header: readonly string[], cells: readonly string[]) {
  for (let left = [...cells]; ; ) {
    const row = read(header, left)
    if (row.kind !== 'invalid') return { cells: left, row }
    const column = row.problem.column
    expect(column, row.problem.message).not.toBeNull()
    left = left.map((text, at) => (header[at] === column ? '' : text))
    if (left[0] === '') left[0] = PHONE
  }
}

describe('an imported row', () => {
  it('has every cell that is not blank in the customer, in other phones or in a note', () => {
    const column = fc.tuple(fc.constantFrom(...HEADINGS), cell)
    const table = fc.array(column, { minLength: 1, maxLength: 14 })
    fc.assert(
      fc.property(table, (columns) => {
        const header = ['Mobile', ...columns.map(([heading]) => heading)]
        const { cells, row } = readUsable(header, [PHONE, ...columns.map(([, text]) => text)])
        const noted = new Set(row.kind === 'customer' ? row.notes?.map((note) => note.column) : [])
        header.forEach((heading, at) => {
          const text = cells[at] ?? ''
          if (text === '' || noted.has(heading)) return
          expect(isFound(text, row), `"${text}" under "${heading}" is lost: ${JSON.stringify(row)}`).toBe(
            true,
          )
        })
      }),
      { numRuns: 700 },
    )
  })
})
