import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReadRow } from '../../../src/customers/fields/customer.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { parseFields } from '../../../src/customers/fields/parse-fields.ts'
import { mapHeader } from '../../../src/customers/mapping/map-header.ts'
import { createRowReader, type FileRow } from '../../../src/customers/rows/row-reader.ts'

interface Settings {
  readonly catalogue?: typeof DEFAULT_CATALOGUE
  readonly region?: string
}

function createReader(
  header: readonly string[],
  sample: readonly (readonly string[])[] = [],
  settings: Settings = {},
) {
  const { catalogue = DEFAULT_CATALOGUE, region = 'IN' } = settings
  const found = mapHeader(header, sample, { catalogue, region, dateOrder: 'day_first' })
  if (found.kind !== 'mapped') throw new Error('the phone column is unknown')
  // As stored in the database with the upload.
  const mapping = JSON.parse(JSON.stringify(found.mapping)) as typeof found.mapping
  return createRowReader(mapping, header, { catalogue, region, clearWord: '#CLEAR' })
}

function read(header: readonly string[], cells: readonly string[], settings: Settings = {}): ReadRow {
  return createReader(header, [cells], settings)({ line: 2, cells })
}

function values(header: readonly string[], cells: readonly string[]): unknown {
  const row = read(header, cells)
  return row.kind === 'customer' ? row.values : row
}

const KUSHAL = '7417119014'

describe('createRowReader', () => {
  it('reads a row of every type', () => {
    const header = [
      'Mobile',
      'Name',
      'Email',
      'PIN Code',
      'Loan ID',
      'Loan Amount',
      'Due Date',
      'DPD',
      'DNC',
      'Shirt Size',
    ]
    const cells = [
      '+91 74171-19014',
      ' Kushal  Rao ',
      'K@X.CO',
      '011001',
      '000123',
      '₹1,20,000.50',
      '31/01/2026',
      '12',
      'No',
      'L',
    ]
    expect(read(header, cells)).toEqual({
      kind: 'customer',
      line: 2,
      phone: '+917417119014',
      written: '+91 74171-19014',
      values: {
        full_name: 'Kushal Rao',
        email: 'k@x.co',
        postal_code: '011001',
        loan_id: '000123',
        loan_amount: 120_000.5,
        due_date: '2026-01-31',
        days_past_due: 12,
        do_not_call: false,
        'attributes.shirt_size': 'L',
      },
    })
  })

  it('has no entry for a blank cell', () => {
    const header = ['Mobile', 'Name', 'Due Amount', 'Due Date', 'Shirt Size']
    expect(values(header, [KUSHAL, ' ', 'NA', '-', '\u00a0'])).toEqual({})
    expect(values(header, [KUSHAL])).toEqual({})
  })

  it('clears a field on purpose', () => {
    const header = ['Mobile', 'City', 'Due Amount', 'Shirt Size']
    expect(values(header, [KUSHAL, '#CLEAR', ' #CLEAR ', '#CLEAR'])).toEqual({
      city: null,
      due_amount: null,
      'attributes.shirt_size': null,
    })
    expect(values(header, [KUSHAL, 'not #CLEAR', '', ''])).toEqual({ city: 'not #CLEAR' })
  })

  it('never clears the phone a customer is known by', () => {
    expect(read(['Mobile', 'Phone'], ['#CLEAR', KUSHAL])).toMatchObject({
      kind: 'invalid',
      problem: { code: 'phone_invalid', column: 'Mobile' },
    })
  })

  it.each([
    [['', '', '']],
    [[' ', '\u00a0', '\u200b']],
    [[]],
    [['', '', '', '', '']],
    [["'", '=""', '\ufeff']],
  ])('takes %j for a blank row', (cells) => {
    expect(read(['Mobile', 'Name', 'City'], cells)).toEqual({ kind: 'blank', line: 2 })
  })

  it.each([
    [['98XXXXXX10', '', '', ''], 'phone_masked', 'Mobile'],
    [['9.17417E+11', '', '', ''], 'excel_damaged', 'Mobile'],
    [['', 'Asha', '', ''], 'phone_missing', 'Mobile'],
    [[KUSHAL, '', 'twelve', ''], 'money_invalid', 'Loan Amount (INR)'],
    [[KUSHAL, '', '', '31/02/2026'], 'date_invalid', 'Due Date'],
    [[KUSHAL, '#REF!', '', ''], 'excel_damaged', 'Name'],
    [[KUSHAL, 'x'.repeat(10_001), '', ''], 'text_invalid', 'Name'],
    [[KUSHAL, '', '', '', 'more'], 'too_many_cells', null],
  ])('makes the row %j invalid', (cells, code, column) => {
    const row = read(['Mobile', 'Name', 'Loan Amount (INR)', 'Due Date'], cells)
    expect(row).toMatchObject({ kind: 'invalid', line: 2, cells, problem: { line: 2, code, column } })
    expect(row.kind === 'invalid' && row.problem.message).toMatch(/^(?:The cell |The row )[^\n]*\.$/u)
  })

  it('says that a row ends before its phone', () => {
    expect(read(['Name', 'City', 'Mobile'], ['Asha'])).toMatchObject({
      problem: { code: 'too_few_cells', column: null },
    })
  })

  it('takes empty cells behind the last column for nothing', () => {
    expect(read(['Mobile'], [KUSHAL, '', ' '])).toMatchObject({ kind: 'customer' })
  })

  it('hands on what was wrong with the form of a row', () => {
    const problem = { line: 7, column: null, code: 'quote_unbalanced', message: 'x' } as const
    const row: FileRow = { line: 7, cells: ['a'], problem }
    expect(createReader(['Mobile'])(row)).toEqual({ kind: 'invalid', line: 7, cells: ['a'], problem })
  })

  it('puts a spreadsheet error in an unknown column aside', () => {
    expect(values(['Mobile', 'Growth', 'Name'], [KUSHAL, '#DIV/0!', '#N/A'])).toEqual({})
    expect(values(['Mobile', 'Growth'], [KUSHAL, '#REF!'])).toEqual({})
  })

  describe('with several phone columns', () => {
    const header = ['Phone', 'Mobile', 'Alternate Phone']

    it('takes the better one and keeps the others', () => {
      expect(read(header, ['022 2412 3456', '9876543210', KUSHAL])).toEqual({
        kind: 'customer',
        line: 2,
        phone: '+919876543210',
        written: '9876543210',
        values: { other_phones: ['+912224123456', '+917417119014'] },
      })
    })

    it('takes the next one where the better is blank, and notes it', () => {
      expect(read(header, ['022 2412 3456', '', ''])).toMatchObject({
        phone: '+912224123456',
        values: {},
        notes: [{ code: 'phone_from_next_column', column: 'Phone' }],
      })
    })

    it('takes the next one where the better holds no phone, and notes both', () => {
      expect(read(header, ['', '98XXXXXX10', KUSHAL])).toMatchObject({
        phone: '+917417119014',
        notes: [
          { code: 'phone_left_out', column: 'Mobile' },
          { code: 'phone_from_next_column', column: 'Alternate Phone' },
        ],
      })
    })

    it('leaves out what is no phone beside the key, and notes it', () => {
      expect(read(header, ['', KUSHAL, '123'])).toMatchObject({
        values: {},
        notes: [{ code: 'phone_left_out', column: 'Alternate Phone' }],
      })
    })

    it('keeps every number once', () => {
      expect(read(header, [KUSHAL, `0${KUSHAL}`, `+91${KUSHAL}`])).toEqual({
        kind: 'customer',
        line: 2,
        phone: '+917417119014',
        written: `0${KUSHAL}`,
        values: {},
      })
    })

    it('clears the other phones', () => {
      expect(read(header, ['', KUSHAL, '#CLEAR'])).toMatchObject({ values: { other_phones: null } })
      expect(read(header, ['9876543210', KUSHAL, '#CLEAR'])).toMatchObject({
        values: { other_phones: ['+919876543210'] },
      })
    })

    it('names the better column when none holds a phone', () => {
      expect(read(header, ['123', '98XXXXXX10', ''])).toMatchObject({
        problem: { code: 'phone_masked', column: 'Mobile' },
      })
    })
  })

  describe('deciding the country of a national number', () => {
    it.each([
      ['1', '', '6502530000', '+16502530000'],
      ['+1', 'India', '6502530000', '+16502530000'],
      ['91', 'USA', KUSHAL, '+917417119014'],
      ['0044', '', '07911123456', '+447911123456'],
      ['', 'USA', '6502530000', '+16502530000'],
      ['', 'United States', '(650) 253-0000', '+16502530000'],
      ['', 'IND', KUSHAL, '+917417119014'],
      ['', 'Deutschland', '030 12345678', '+493012345678'],
      ['', '-', KUSHAL, '+917417119014'],
      ['0', 'N/A', KUSHAL, '+917417119014'],
      ['', 'Atlantis', `+91${KUSHAL}`, '+917417119014'],
      ['', 'Atlantis', `0091${KUSHAL}`, '+917417119014'],
      ['', '', KUSHAL, '+917417119014'],
      ['1', 'USA', '+917417119014', '+917417119014'],
      ['1', 'Canada', '6042530000', '+16042530000'],
    ])('reads code %j and country %j with %s as %s', (code, country, phone, expected) => {
      expect(read(['phone_code', 'Country', 'phone'], [code, country, phone])).toMatchObject({
        kind: 'customer',
        phone: expected,
      })
    })

    it('does not fall back to the default region where the row names another', () => {
      expect(read(['Country', 'phone'], ['United States', '9876543210'])).toMatchObject({
        problem: {
          code: 'phone_invalid',
          message: 'The cell under "phone" is not a valid phone number ("Country" says United States).',
        },
      })
    })

    it('refuses a number without a country code where the country is not understood', () => {
      expect(read(['Country', 'phone'], ['Atlantis', KUSHAL])).toMatchObject({
        problem: {
          code: 'country_unknown',
          column: 'phone',
          message:
            'The cell under "phone" is not a phone number with a country code, and "Country" names no country or dialling code that is known.',
        },
      })
    })
  })

  describe('putting fields together', () => {
    const header = [
      'Mobile',
      'First Name',
      'Middle Name',
      'Last Name',
      'Address Line 1',
      'Address Line 2',
      'Landmark',
    ]

    it('joins names and address lines, passing blanks over', () => {
      expect(values(header, [KUSHAL, 'Asha', '', 'Rao', '1 MG Road', ' ', 'near the lake'])).toEqual({
        full_name: 'Asha Rao',
        address: '1 MG Road, near the lake',
      })
      expect(values(header, [KUSHAL, '', '', '', '', '', ''])).toEqual({})
    })

    it('clears the whole where nothing but the clear word is there', () => {
      expect(values(header, [KUSHAL, '#CLEAR', '', '', '', '', ''])).toEqual({ full_name: null })
      expect(values(header, [KUSHAL, 'Asha', '', '#CLEAR', '', '', ''])).toEqual({ full_name: 'Asha' })
    })

    it('prefers a whole name and falls back to its parts', () => {
      const both = ['Mobile', 'First Name', 'Last Name', 'Full Name']
      expect(values(both, [KUSHAL, 'Asha', 'Rao', 'Dr. Asha Rao'])).toEqual({ full_name: 'Dr. Asha Rao' })
      expect(values(both, [KUSHAL, 'Asha', 'Rao', ''])).toEqual({ full_name: 'Asha Rao' })
    })

    it('takes the first of two columns that is not blank', () => {
      expect(values(['Mobile', 'City', 'City'], [KUSHAL, '', 'Pune'])).toEqual({ city: 'Pune' })
      expect(values(['Mobile', 'City', 'City'], [KUSHAL, 'Agra', 'Pune'])).toEqual({
        city: 'Agra',
        'attributes.city': 'Pune',
      })
      expect(values(['Mobile', 'City', 'City'], [KUSHAL, 'Agra', 'agra'])).toEqual({ city: 'Agra' })
      expect(values(['Mobile', 'Overdue Amount', 'Due Amount'], [KUSHAL, '5', '7'])).toEqual({
        due_amount: 7,
        'attributes.overdue_amount': '5',
      })
    })
  })

  it("reads a team's own phone field as one phone", () => {
    const catalogue = parseFields(
      'fields: [{name: guarantor_phone, type: phone, synonyms: [Guarantor Mobile]}]',
      'fields.yml',
    )
    const header = ['Mobile', 'Guarantor Mobile']
    expect(read(header, [KUSHAL, '09876543210'], { catalogue })).toMatchObject({
      phone: '+917417119014',
      values: { guarantor_phone: '+919876543210' },
    })
    expect(read(header, [KUSHAL, '12'], { catalogue })).toMatchObject({
      problem: { code: 'phone_invalid', column: 'Guarantor Mobile' },
    })
  })

  it('ends every row as one of three, with values that can be stored', () => {
    const header = [
      'Mobile',
      'Phone',
      'Country',
      'First Name',
      'Last Name',
      'Email',
      'Loan Amount',
      'DPD',
      'Due Date',
      'DNC',
      '__proto__',
      'x.y',
      '',
      'City',
      'City',
    ]
    const reader = createReader(header)
    const cell = fc.oneof(
      fc.constantFrom(
        '',
        KUSHAL,
        '#CLEAR',
        '#REF!',
        '#N/A',
        '9.17E+11',
        '31/02/2026',
        '1.200',
        '__proto__',
        'India',
        '+1',
        'a@b.co',
        '=',
      ),
      fc.string({ unit: 'binary', maxLength: 60 }),
    )
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 18 }), (cells) => {
        const row = reader({ line: 5, cells })
        expect(row.line).toBe(5)
        if (row.kind === 'invalid') {
          expect(row.cells).toBe(cells)
          expect(row.problem.message.length).toBeGreaterThan(5)
        }
        if (row.kind !== 'customer') return
        expect(row.phone).toMatch(/^\+[1-9]\d{5,16}$/u)
        for (const [path, value] of Object.entries(row.values)) {
          expect(path).toMatch(/^(?:attributes\.)?[\p{L}\p{N}_]+$/u)
          expect(value).not.toBeUndefined()
          expect(value).not.toBe('')
          if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true)
        }
        expect(Object.getPrototypeOf(row.values)).toBe(Object.prototype)
        expect(({} as Record<string, unknown>).x).toBeUndefined()
      }),
      { numRuns: 1_000 },
    )
  })
})
