import { describe, expect, it } from 'vitest'
import { createBlankWords } from '../../../src/customers/cells/index.ts'
import { DEFAULT_CATALOGUE, type HeaderMapping, type ReadRow } from '../../../src/customers/fields/index.ts'
import { mapHeader } from '../../../src/customers/mapping/index.ts'
import { createRowReader } from '../../../src/customers/rows/index.ts'

const PHONE = '+917417119014'

/** Rows of a file whose first column is the phone, in file order; with its stored mapping. */
function readFile(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  words: readonly string[] = [],
): { readonly rows: readonly ReadRow[]; readonly mapping: HeaderMapping } {
  const names = ['Mobile', ...header]
  const cells = rows.map((row) => [PHONE, ...row])
  const found = mapHeader(names, cells, {
    catalogue: DEFAULT_CATALOGUE,
    region: 'IN',
    dateOrder: 'day_first',
  })
  if (found.kind !== 'mapped') throw new Error('the phone column is unknown')
  const mapping = JSON.parse(JSON.stringify(found.mapping)) as typeof found.mapping
  const read = createRowReader(mapping, names, {
    catalogue: DEFAULT_CATALOGUE,
    region: 'IN',
    clearWord: '#CLEAR',
    blankWords: createBlankWords(words),
  })
  return { rows: cells.map((row, at) => read({ line: at + 2, cells: row })), mapping }
}

/** The values under one heading, or the problem code. */
function column(heading: string, cells: readonly string[]): unknown[] {
  const { rows } = readFile(
    [heading],
    cells.map((cell) => [cell]),
  )
  return rows.map((row) =>
    row.kind === 'customer'
      ? Object.values(row.values)[0]
      : row.kind === 'invalid'
        ? row.problem.code
        : row.kind,
  )
}

describe('an identifier that a spreadsheet turned into a date', () => {
  it.each(['Dec-05', 'Jan-21', '5-Dec', '05-Dec', '2-Mar-24', '05. Dez', 'Okt 07', 'août-12', '1-ene'])(
    'makes the row invalid beside other identifiers: %s',
    (cell) => {
      expect(column('Loan No', ['12-04', cell, '12-06'])).toEqual(['12-04', 'excel_damaged', '12-06'])
      expect(column('PIN', ['411001', cell])).toEqual(['411001', 'excel_damaged'])
    },
  )

  it.each([
    ['Loan No', ['Jan-21', 'Feb-21', 'Mar-21']],
    ['Loan No', ['Jan-21', 'Feb-21', 'L7']],
    ['City', ['May-21', 'Pune']],
    ['Shirt', ['Dec-05', '12-06']],
    ['Loan No', ['LN-05', 'DEC0512', '12-DEC-X']],
  ])('is kept where the column is written so, or holds words: %s %j', (heading, cells) => {
    expect(column(heading, cells)).toEqual(cells)
  })
})

describe('hidden and lost characters', () => {
  const notesOf = (heading: string, cell: string) =>
    readFile([heading], [[cell]]).rows.flatMap((row) => (row.kind === 'customer' ? (row.notes ?? []) : []))

  it.each(['A***a Rao', '****1234', 'XXXX1234', '12XXXX89', '1234**', '●●●●89', 'xxxx-9876'])(
    'are noted, and stored as written: %s',
    (cell) => {
      expect(notesOf('Loan No', cell)).toEqual([{ code: 'masked', column: 'Loan No' }])
      expect(column('Loan No', [cell])).toEqual([cell])
    },
  )

  it.each(['J?rgen', 'M?ller K?ln', 'Wei?e', 'Gro??e', '?ngel'])(
    'are noted at a question mark: %s',
    (cell) => {
      expect(notesOf('City', cell)).toEqual([{ code: 'letter_lost', column: 'City' }])
    },
  )

  it.each(['Really?', 'Why? Because', 'https://x.example/a?b=c', 'Size XXL', 'A * B', 'Maxx', '5 * 3'])(
    'are not seen in other texts: %s',
    (cell) => {
      expect(notesOf('Address', cell)).toEqual([])
    },
  )

  it.each(['XX', 'xxx', 'XXXXXX', '[]', '{}', '()', '●●●', 'nil.'])(
    'are blank if nothing else is there: %s',
    (cell) => {
      expect(column('City', [cell])).toEqual([undefined])
      expect(column('Loan No', [cell])).toEqual([undefined])
    },
  )
})

describe('letters as programs write them', () => {
  it.each([
    ['M\\u00fcller', 'Müller'],
    ['\\u0906\\u0936\\u093e', 'आशा'],
    ['\\ud83d\\ude00 Rao', '😀 Rao'],
    ['\\ud83d Rao', '\\ud83d Rao'],
    ['12 MG Road_x000D_Camp', '12 MG Road Camp'],
    ['a_x_b', 'a_x_b'],
    ['C:\\users', 'C:\\users'],
  ])('become letters: %s', (cell, text) => {
    expect(column('City', [cell])).toEqual([text])
  })
})

describe('a postal code', () => {
  it.each([[['411001', 'abc']], [['10115', '20095', 'Berlin']], [['SW1A 1AA', 'London', 'EC1A 1BB']]])(
    'without digits makes its row invalid, also in a short list: %j',
    (cells) => {
      const codes = column('PIN', cells)
      expect(codes.filter((code) => code === 'text_invalid')).toHaveLength(1)
    },
  )

  it('of a box in Bermuda has none', () => {
    expect(column('Postal Code', ['HM 12', 'HM CX', 'DV 04'])).toEqual(['HM 12', 'HM CX', 'DV 04'])
  })

  it('is kept with a note if no cell of the column has digits', () => {
    const { mapping } = readFile(['PIN'], [['abc'], ['def']])
    expect(column('PIN', ['abc', 'def'])).toEqual(['abc', 'def'])
    expect(mapping.notes).toEqual([expect.stringMatching(/^"PIN" holds no digits/u)])
  })

  it.each([
    [['02139', '2134', '94107'], 1],
    [['1067', '10115', '20095'], 1],
    [['1067', '1010', '10115'], 0],
    [['411001', '4110'], 0],
  ])('of four digits beside five is noted: %j', (cells, notes) => {
    const { mapping } = readFile(
      ['ZIP'],
      cells.map((cell) => [cell]),
    )
    expect(mapping.notes.filter((note) => note.includes('leading zero'))).toHaveLength(notes)
    expect(column('ZIP', cells)).toEqual(cells)
  })
})

describe('cells that mean nothing', () => {
  it('overwrite no known value, and the receipt says so', () => {
    const { rows } = readFile(
      ['First Name', 'Last Name', 'City', 'Loan No', 'Shirt Size'],
      [['NULL', 'NULL', 'N/A', '\\N', 'nan']],
    )
    expect(rows).toEqual([
      {
        kind: 'customer',
        line: 2,
        phone: '+917417119014',
        values: {},
        notes: [{ code: 'blank_word', column: 'Shirt Size' }],
      },
    ])
  })

  it.each([
    ['Due Amount', 'NULL'],
    ['DOB', 'NA'],
    ['Email', 'anonymous'],
    ['DPD', 'None'],
    ['Alternate Phone', 'n/a'],
  ])('are noted under %s, whatever its type', (heading, cell) => {
    const { rows } = readFile([heading], [[cell], ['-']])
    expect(rows[0]).toMatchObject({ notes: [{ code: 'blank_word', column: heading }] })
    expect(rows[1]).not.toHaveProperty('notes')
  })

  it('leave the other parts of a name', () => {
    const { rows } = readFile(
      ['First Name', 'Last Name'],
      [
        ['Asha', 'NA'],
        ['.', 'Rao'],
        ['Meena', '#N/A'],
      ],
    )
    expect(rows).toMatchObject([
      { values: { full_name: 'Asha' }, notes: [{ code: 'blank_word', column: 'Last Name' }] },
      { values: { full_name: 'Rao' } },
      { values: { full_name: 'Meena' } },
    ])
    expect(rows[1]).not.toHaveProperty('notes')
  })

  it('keep the code of Namibia among codes of countries', () => {
    expect(column('Country', ['IN', 'IN', 'NA'])[2]).toBe('NA')
    expect(column('Country', ['India', 'India', 'NA'])[2]).toBeUndefined()
  })

  it('are also those of the team, in columns of every type', () => {
    const { rows } = readFile(
      ['Name', 'Due Amount', 'Due Date', 'Phone 2', 'Shirt Size'],
      [['xxxx', 'xxxx', 'XXXX', 'xxxx', 'xxxx']],
      ['xxxx'],
    )
    expect(rows).toMatchObject([{ kind: 'customer', values: {} }])
  })
})

describe('identifiers that a spreadsheet or a program changed', () => {
  it.each([
    ['3.45679E+15'],
    ['3,45679E+15'],
    ['3.45679e+15'],
    ['3.45679E15'],
    ['1E+05'],
    ['=A2&B2'],
    ['=VLOOKUP(A2,Sheet2!A:B,2,0)'],
    ['=CONCATENATE(A2,"-",B2)'],
    ['=$B$4'],
    ['#REF!'],
  ])('makes a row with %j for its loan ID invalid', (cell) => {
    expect(column('Loan No', [cell])).toEqual(['excel_damaged'])
  })

  it.each([
    ['3.45679E+5', '345679'],
    ['12E4', '12E4'],
    ['0012E', '0012E'],
    ['="00123"', '00123'],
    ['000123', '000123'],
    ["'000123", '000123'],
    ['=)', '=)'],
    ['= 12', '= 12'],
  ])('reads the loan ID %j as %j', (cell, value) => {
    expect(column('Loan No', [cell])).toEqual([value])
  })

  it.each([
    ['PIN Code', ['411001.0', '411002.0'], ['411001', '411002']],
    ['PIN Code', ['411001.00', 'SW1A 1AA'], ['411001', 'SW1A 1AA']],
    ['PIN Code', ['4,11,001', '411002'], ['411001', '411002']],
    ['PLZ', ['10.115', '01.067'], ['10115', '01067']],
    ['Loan No', ['100234.0', '', '100235.0'], ['100234', undefined, '100235']],
    ['Loan No', ['LN1', '100235.0'], ['LN1', '100235']],
    ['Loan No', ['00123.0'], ['00123']],
    ['Loan No', ['1,00,234', '1,00,235', '999'], ['100234', '100235', '999']],
    ['Loan No', ['100,234.00', '100,235.00'], ['100234', '100235']],
    ['Aadhaar', ['123456789012.0', 'nan', '123456789013.0'], ['123456789012', undefined, '123456789013']],
  ])('keeps the digits alone under %j in %j', (heading, cells, values) => {
    expect(column(heading, cells)).toEqual(values)
  })

  it.each([
    ['Loan No', ['1234.0', '1234.1', '1234.2']],
    ['Loan No', ['100,101', '100102']],
    ['Loan No', ['1,2', '100,101']],
    ['Score', ['12.0', '13.0']],
    ['Remark', ['1234.0', 'paid']],
    ['Address', ['12.0']],
  ])('leaves cells under %j alone where %j show no such thing', (heading, cells) => {
    expect(column(heading, cells)).toEqual(cells)
  })

  it('says once what the column shows', () => {
    const { mapping } = readFile(['PIN Code'], [['411001.0'], ['411002.0']])
    expect(mapping.notes).toEqual([expect.stringContaining('"PIN Code"')])
  })

  it('points out long numbers whose last digits are all zeros', () => {
    const rounded = ['4567890123456000', '4567890123457000', '45678901234580000'].map((cell) => [cell])
    expect(readFile(['Loan No'], rounded).mapping.notes).toEqual([expect.stringContaining('"Loan No"')])
    expect(readFile(['Loan No'], [...rounded, ['4567890123456001']]).mapping.notes).toEqual([])
  })

  it.each([['1.23457E+11'], ['#REF!']])('leaves %j out of a column it does not know, and says so', (cell) => {
    expect(readFile(['Aadhaar'], [[cell]]).rows).toMatchObject([
      { kind: 'customer', values: {}, notes: [{ code: 'damaged_left_out', column: 'Aadhaar' }] },
    ])
  })

  it('keeps a formula in a column it does not know, and takes none for a name', () => {
    expect(column('Remark', ['=A2&B2'])).toEqual(['=A2&B2'])
    expect(readFile(['Remark'], [['=VLOOKUP(A2;B:B;2;0)']]).mapping.notes).toEqual([
      '"Remark" holds formulas in place of their values. They are kept as text.',
    ])
    expect(column('Name', ['=2+3', '=A2&B2'])).toEqual(['excel_damaged', 'excel_damaged'])
    expect(readFile(['Remark'], [['=1,200*12']]).mapping.notes).toHaveLength(1)
  })
})
