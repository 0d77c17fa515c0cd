import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recogniseForm } from '../../../src/csv/detect/text-form.ts'
import { createFilter } from '../../../src/csv/text-filters.ts'
import { readRefusal, readWhole } from '../read-csv.ts'

const FORMS: readonly (readonly [
  name: string,
  text: string,
  rows: readonly (readonly string[])[],
  note: RegExp,
])[] = [
  [
    'lines in quotation marks',
    '"Name,Phone,City"\n"Uma ""U"" Das,9812300011,Pune"\n"Jai,9812300012,""7, Mall"""\n',
    [
      ['Uma "U" Das', '9812300011', 'Pune'],
      ['Jai', '9812300012', '7, Mall'],
    ],
    /^Every line stands in quotation marks/,
  ],
  [
    'lines in quotation marks, padded',
    '"Name;Phone",,\r\n"Uma;9812300011",,\r\n',
    [['Uma', '9812300011']],
    /^Every line stands in quotation marks/,
  ],
  [
    'rows in quotation marks below a header without',
    'Name,Phone,City\n"Uma,9812300011,Pune"\n"Jai,9812300012,""7, Mall"""\n',
    [
      ['Uma', '9812300011', 'Pune'],
      ['Jai', '9812300012', '7, Mall'],
    ],
    /^Some lines stand in quotation marks/,
  ],
  [
    'a header in quotation marks above rows without',
    '"Name,Phone,City"\nUma,9812300011,Pune\n"Das, Jai",9812300012,Agra\n',
    [
      ['Uma', '9812300011', 'Pune'],
      ['Das, Jai', '9812300012', 'Agra'],
    ],
    /^Some lines stand in quotation marks/,
  ],
  [
    'lines in apostrophes',
    "'Name,Phone,City'\n'Uma,9812300011,Pune'\n",
    [['Uma', '9812300011', 'Pune']],
    /^Every line stands in quotation marks/,
  ],
  [
    'lines in curly marks',
    '“Name;Phone;City”\n“Uma;9812300011;Pune”\n',
    [['Uma', '9812300011', 'Pune']],
    /^Every line stands in quotation marks/,
  ],
  [
    'one JSON string',
    '"Name,Phone,City\\nUma,9812300011,\\"7, Mall\\"\\r\\nAndr\\u00e9,9812300012,A\\/B\\n"',
    [
      ['Uma', '9812300011', '7, Mall'],
      ['André', '9812300012', 'A/B'],
    ],
    /one JSON string/,
  ],
  [
    'apostrophes, as in SQL',
    `'Name','Phone','City'\n'Uma O''Hara','9812300011','7, Mall'\n'Jai O\\'Dea','9812300012','5" x 7"'\n'D'Mello',9812300013,'Goa'\n`,
    [
      ["Uma O'Hara", '9812300011', '7, Mall'],
      ["Jai O'Dea", '9812300012', '5" x 7"'],
      ["D'Mello", '9812300013', 'Goa'],
    ],
    /apostrophes/,
  ],
  [
    'backslashes',
    '"Name";"Phone";"City"\n"Uma \\"U\\" Das";"9812300011";"7 \\"A\\"; Mall"\n"Jai";"9812300012";"C:\\\\"\n',
    [
      ['Uma "U" Das', '9812300011', '7 "A"; Mall'],
      ['Jai', '9812300012', 'C:\\'],
    ],
    /backslash/,
  ],
  [
    'curly marks',
    '“Name”,“Phone”,“City”\n“Uma”,“9812300011”,“7, Mall”\n',
    [['Uma', '9812300011', '7, Mall']],
    /ypographic/,
  ],
  ['guillemets', '«Name»;«Phone»\n«Uma»;«9812300011»\n', [['Uma', '9812300011']], /guillemets/],
]

describe('marks that are not those of CSV', () => {
  it.each(FORMS)('are read and told of: %s', async (_, text, expected, note) => {
    const { file, rows } = await readWhole(text)
    expect(file.header.slice(0, 2)).toEqual(['Name', 'Phone'])
    expect(rows.map(({ cells }) => cells)).toEqual(expected)
    expect(file.notes).toEqual([expect.stringMatching(note)])
  })

  it.each(FORMS)('are read the same wherever the text is cut: %s', (_, text) => {
    const form = recogniseForm(text)
    expect(form).not.toBeNull()
    if (!form) return
    const whole = createFilter(form).pass(text, true)
    fc.assert(
      fc.property(fc.array(fc.nat({ max: text.length }), { maxLength: 8 }), (places) => {
        const filter = createFilter(form)
        const cuts = [0, ...[...places].sort((a, b) => a - b), text.length]
        const parts = cuts.slice(1).map((cut, at) => filter.pass(text.slice(cuts[at], cut), false))
        expect([...parts, filter.pass('', true)].join('')).toBe(whole)
      }),
      { numRuns: 100 },
    )
  })

  it.each([
    '"Name","Phone"\n"Das, Uma","9812300011"\n',
    'Name,Phone\n"Das, Uma",9812300011\n',
    '"Phone"\n"9812300011"\n"9812300012"\n',
    "Name,Phone\n'Uma,'9812300011\n",
    '"Path","Phone"\n"C:\\","9812300011"\n',
  ])('are not seen in CSV: %j', (text) => {
    expect(recogniseForm(text)).toBeNull()
  })
})

it('names quotation marks around lines of which one is missing, not the separator', async () => {
  const text = '"Name,Phone,City"\n"Uma Das,9812300011,Pune"\n"Mina,9812300013,Pune\n"Tara,9812300014,Goa"\n'
  const { code, message, next } = await readRefusal(text)
  expect(code).toBe('not_csv')
  expect(message).toContain('whole lines stand in quotation marks, some of which are missing')
  expect(next).toContain('Remove the quotation marks')
})
