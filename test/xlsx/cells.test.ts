import { describe, expect, it } from 'vitest'
import { inline, number, row, shared, withRows } from './support/build-workbook.ts'
import { readWorkbook } from './support/read-workbook.ts'

/** The text of a number in a format, read from a workbook. */
async function textOf(value: string, format?: number | string, is1904 = false): Promise<string | undefined> {
  const built = withRows(row(1, number('A1', value, 1)), { formats: [format ?? 'General'], is1904 })
  const { cells } = await readWorkbook(built)
  return cells[0]?.[0]
}

describe('the text of a cell', () => {
  it.each([
    ['an inline text', '<c r="A1" t="inlineStr"><is><t>0071 x</t></is></c>', '0071 x'],
    ['an inline text whose type is missing', '<c r="A1"><is><t>lata</t></is></c>', 'lata'],
    ['an inline text in the wrong element', '<c r="A1" t="inlineStr"><v>lata</v></c>', 'lata'],
    ['formatted runs', '<c r="A1" t="inlineStr"><is><r><t>La</t></r><r><t>ta</t></r></is></c>', 'Lata'],
    [
      'a phonetic guide',
      '<c r="A1" t="inlineStr"><is><t>大阪</t><rPh sb="0" eb="2"><t>オオサカ</t></rPh></is></c>',
      '大阪',
    ],
    ['the text of a formula', '<c r="A1" t="str"><f>B1&amp;"!"</f><v>007!</v></c>', '007!'],
    ['the number of a formula', '<c r="A1"><f>3+4</f><v>7</v></c>', '7'],
    ['yes', '<c r="A1" t="b"><v>1</v></c>', 'TRUE'],
    ['no', '<c r="A1" t="b"><v>0</v></c>', 'FALSE'],
    ['a yes or no that is neither', '<c r="A1" t="b"><v>maybe</v></c>', 'maybe'],
    ['an error', '<c r="A1" t="e"><v>#DIV/0!</v></c>', '#DIV/0!'],
    ['a written day', '<c r="A1" t="d"><v>2024-02-29T00:00:00Z</v></c>', '2024-02-29'],
    ['a written moment', '<c r="A1" t="d"><v>2024-02-29T07:05:09.000</v></c>', '2024-02-29 07:05:09'],
    ['a written time', '<c r="A1" t="d"><v>T07:05</v></c>', '07:05:00'],
    ['a number that is none', '<c r="A1"><v>n/a</v></c>', 'n/a'],
    ['hexadecimal, which is no number', '<c r="A1"><v>0x1F</v></c>', '0x1F'],
    ['character references', '<c r="A1" t="str"><v>&#x1F600;&#233;&apos;</v></c>', "😀é'"],
    ['a CDATA section', '<c r="A1" t="str"><v><![CDATA[a < b & c]]></v></c>', 'a < b & c'],
    ['an escaped return', '<c r="A1" t="str"><v>a_x000D_\nb</v></c>', 'a\r\nb'],
    ['an escaped escape', '<c r="A1" t="str"><v>_x005F_x0042_</v></c>', '_x0042_'],
    ['an escaped pair', '<c r="A1" t="str"><v>_xD83D__xDE00_</v></c>', '😀'],
    ['a line break written as CR LF', '<c r="A1" t="str"><v>a\r\nb</v></c>', 'a\nb'],
    ['spaces', '<c r="A1" t="str"><v xml:space="preserve"> a </v></c>', ' a '],
    ['an extension inside a cell', '<c r="A1"><v>5</v><extLst><ext><x:v>6</x:v></ext></extLst></c>', '5'],
  ])('is %s', async (_, cell, text) => {
    const { cells } = await readWorkbook(withRows(row(1, cell)))
    expect(cells).toEqual([[text]])
  })

  it.each([
    ['an empty value', '<c r="A1"><v></v></c>'],
    ['an empty shared text', '<c r="A1" t="s"><v/></c>'],
    ['a style alone', '<c r="A1" s="1"/>'],
    ['an empty inline text', '<c r="A1" t="inlineStr"><is><t/></is></c>'],
    ['a formula whose result is an empty text', '<c r="A1" t="str"><f>""</f><v></v></c>'],
  ])('is empty for %s', async (_, cell) => {
    const { cells } = await readWorkbook(withRows(row(1, cell, inline('B1', 'x'))))
    expect(cells).toEqual([['', 'x']])
  })

  it('joins the runs of shared texts and leaves phonetic guides out', async () => {
    const texts = [
      '<r><t>Lata </t></r><r><rPr><b/></rPr><t xml:space="preserve">Das</t></r>',
      '<t>大阪</t><rPh sb="0" eb="2"><t>オオサカ</t></rPh><phoneticPr fontId="1"/>',
      '',
      '<t/>',
      '<t>x_x000D_\ny</t>',
    ]
    const cells = texts.map((_, at) => shared(`${'ABCDE'.charAt(at)}1`, at))
    expect((await readWorkbook(withRows(row(1, ...cells), { texts }))).cells).toEqual([
      ['Lata Das', '大阪', '', '', 'x\r\ny'],
    ])
  })
})

describe('a formula without a stored result', () => {
  it.each([
    ['no value', '<c r="A1"><f>B1*2</f></c>'],
    ['an empty value', '<c r="A1"><f>B1*2</f><v></v></c>'],
    ['an empty shared formula', '<c r="A1"><f t="shared" si="0"/><v/></c>'],
    ['no value, and the type of a text', '<c r="A1" t="str"><f>B1</f></c>'],
  ])('is marked and noted: %s', async (_, cell) => {
    const { cells, notes } = await readWorkbook(withRows(row(4, cell.replace('A1', 'A4'))))
    expect(cells).toEqual([['#UNCALCULATED!']])
    expect(notes).toEqual([{ kind: 'formulas_without_result', count: 1, firstRow: 4 }])
  })

  it('is a zero where the file asks to be calculated; other results get a note', async () => {
    const rows = row(
      1,
      '<c r="A1"><f>B1</f><v>0</v></c>',
      '<c r="B1"><f>C1</f><v>8</v></c>',
      number('C1', '0'),
    )
    const calculation = '<calcPr calcId="1" fullCalcOnLoad="1"/>'
    const { cells, notes } = await readWorkbook(withRows(rows, { calculation }))
    expect(cells).toEqual([['#UNCALCULATED!', '8', '0']])
    expect(notes).toEqual([
      { kind: 'formulas_without_result', count: 1, firstRow: 1 },
      { kind: 'formulas_to_recalculate', count: 1, firstRow: 1 },
    ])
    expect((await readWorkbook(withRows(rows))).cells).toEqual([['0', '8', '0']])
  })
})

describe('the digits of a number', () => {
  it.each([
    ['919820098200', '919820098200'],
    ['9.198200982E11', '919820098200'],
    ['9.198200982e+11', '919820098200'],
    ['919820098200.0', '919820098200'],
    [' 42 ', '42'],
    ['0.20000000000000001', '0.2'],
    ['1999.9899999999998', '1999.99'],
    ['2.5E-9', '0.0000000025'],
    ['-12', '-12'],
    ['-0', '0'],
    ['-0.0', '0'],
    ['+7', '7'],
    ['.5', '0.5'],
    ['1e400', '1e400'],
    ['9876543210987654321', '9876543210987654321'],
    ['3.9876543210987654E+20', '398765432109877000000'],
    ['2.125', '2.1250'],
    ['-21.125', '-21.1250'],
    ['2125.125', '2125.125'],
    ['0.125', '0.125'],
  ])('%s is %s', async (stored, text) => {
    expect(await textOf(stored)).toBe(text)
  })

  it('notes numbers with more digits than Excel keeps, and the row of the first', async () => {
    const rows = row(2, number('A2', '123456789012345')) + row(5, number('A5', '4000123412341230'))
    const { notes } = await readWorkbook(withRows(rows + row(6, number('A6', '1.5E+17'))))
    expect(notes).toEqual([{ kind: 'long_numbers', count: 2, firstRow: 5 }])
  })
})

describe('a number in a format', () => {
  it.each([
    ['0000000', '4321', '0004321'],
    ['00000-0000', '987654321', '98765-4321'],
    ['00000-0000', '12345', '00001-2345'],
    ['000-00-0000', '1234567', '001-23-4567'],
    ['"ID-"0000', '42', 'ID-0042'],
    ['"ID-"0', '42', 'ID-42'],
    ['"ID-"General', '42', 'ID-42'],
    ['"ID-"#', '42', 'ID-42'],
    ['\\K0000', '7', 'K0007'],
    ['+00 00000 00000', '919820098200', '+91 98200 98200'],
    ['"+91 "0', '9820098200', '+91 9820098200'],
    ['+91\\ 00000\\ 00000', '9820098200', '+91 98200 98200'],
    ['"[A]-"000', '5', '[A]-005'],
    ['"General "000', '5', 'General 005'],
    ['[$INR] 00', '5', '5'],
    ['[$INR-4009]\\ 00', '5', '5'],
    ['"+"0', '919820098200', '+919820098200'],
    ['+#', '919820098200', '+919820098200'],
    ['+0;-0', '5', '5'],
    ['??0000', '123', '0123'],
    ['000\\-000\\-####', '123456789', '012-345-6789'],
    ['(000) 000-0000', '123456789', '(012) 345-6789'],
    ['(###) 000-0000', '5551234', '555-1234'],
    ['###-####', '5551234', '5551234'],
    ['[<=9999999]000-0000;(000) 000-0000', '5551234', '555-1234'],
    ['[<=9999999]000-0000;(000) 000-0000', '2125551234', '(212) 555-1234'],
    ['[Red]0000', '5', '0005'],
    ['0000;-0000;"none"', '0', '0000'],
    ['0000', '-5', '-0005'],
    ['00000', '12.5', '12.5'],
    ['00000"-A"', '12', '00012-A'],
    ['00" days"', '5', '05'],
    ['0" days"', '30', '30'],
    ['"Total "0', '30', '30'],
    ['0', '12.75', '12.75'],
    ['#,##0.00', '1234567.5', '1234567.5'],
    ['[$₹-4009] #,##0.00', '1234.5', '1234.5'],
    ['"$"00', '5', '5'],
    ['"Rs. "00', '5', '5'],
    ['_-* #,##0.00_-', '99.5', '99.5'],
    ['0.0%', '0.125', '12.5%'],
    ['0%', '0.07', '7%'],
    ['"100%" 0', '5', '5'],
    ['0.00E+00', '919820098200', '919820098200'],
    ['0E+00', '919820098200', '919820098200'],
    ['# ?/?', '0.5', '0.5'],
    ['0,', '12345', '12345'],
    ['@', '919820098200', '919820098200'],
    ['General" km"', '12', '12'],
    ['G/通用格式', '46053', '46053'],
    ['Standard', '46053', '46053'],
    ['0 days', '5', '5'],
    [';;;', '5', '5'],
    [`${'0'.repeat(256)}`, '5', '5'],
    ['[', '5', '5'],
    ['"open', '5', '5'],
  ])('%s shows %s as %s', async (format, stored, text) => {
    expect(await textOf(stored, format)).toBe(text)
  })

  it('is plain where the style is unknown or there are no styles', async () => {
    expect((await readWorkbook(withRows(row(1, number('A1', '5', 9))))).cells).toEqual([['5']])
    expect((await readWorkbook(withRows(row(1, number('A1', '5', 9)), { formats: [14] }))).cells).toEqual([
      ['5'],
    ])
  })
})

/** 2023-12-25 07:30:00. */
const DAY = '45285'
const TIME = '0.3125'
const MOMENT = '45285.3125'

describe('a day or time', () => {
  it.each([14, 15, 16, 17, 27, 30, 31, 34, 36, 50, 54, 57, 58, 71, 81])(
    'built-in format %i is a day',
    async (id) => {
      expect(await textOf(DAY, id)).toBe('2023-12-25')
    },
  )

  it.each([18, 19, 20, 21, 32, 33, 34, 45, 47, 55, 75, 78])('built-in format %i is a time', async (id) => {
    expect(await textOf(TIME, id)).toBe('07:30:00')
  })

  it.each([0, 1, 2, 3, 4, 11, 12, 37, 40, 44, 48, 49, 59, 61, 70, 163])(
    'built-in format %i is a number',
    async (id) => {
      expect(await textOf(DAY, id)).toBe(DAY)
    },
  )

  it.each([
    ['dd/mm/yyyy', DAY, '2023-12-25'],
    ['d.m.yy;@', DAY, '2023-12-25'],
    ['[$-409]dd\\-mmm\\-yyyy', DAY, '2023-12-25'],
    ['[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy', DAY, '2023-12-25'],
    ['[$-411]ggge"年"m"月"d"日"', DAY, '2023-12-25'],
    ['yyyy"年"m"月"d"日"', DAY, '2023-12-25'],
    ['aaaa', DAY, '2023-12-25'],
    ['mm/yyyy', DAY, '2023-12-25'],
    ['mmmm', DAY, '2023-12-25'],
    ['[Blue]yyyy', DAY, '2023-12-25'],
    ['dd.mm.yyyy hh:mm', MOMENT, '2023-12-25 07:30:00'],
    ['m/d/yy h:mm AM/PM', MOMENT, '2023-12-25 07:30:00'],
    ['yyyy-mm-dd', MOMENT, '2023-12-25'],
    ['hh:mm', TIME, '07:30:00'],
    ['hh:mm:ss.000', TIME, '07:30:00'],
    ['mm:ss.0', TIME, '07:30:00'],
    ['上午/下午h"時"mm"分"', TIME, '07:30:00'],
    ['hh:mm', MOMENT, '2023-12-25 07:30:00'],
    ['[h]:mm', '1.3125', '31:30:00'],
    ['[mm]:ss', '0.0625', '01:30:00'],
    ['[h]:mm', '-0.0625', '-01:30:00'],
    ['[=0]0;[hh]:mm', '1.5', '36:00:00'],
    ['[=0]0;[hh]:mm', '0', '0'],
    ['"day "0', DAY, DAY],
    ['\\d0', DAY, 'd45285'],
  ])('%s shows %s as %s', async (format, stored, text) => {
    expect(await textOf(stored, format)).toBe(text)
  })

  it.each([
    ['0', '1900-01-00'],
    ['1', '1900-01-01'],
    ['59', '1900-02-28'],
    ['60', '1900-02-29'],
    ['61', '1900-03-01'],
    ['2958465', '9999-12-31'],
    ['45284.999999999', '2023-12-25'],
    ['45285.000000001', '2023-12-25'],
  ])('day %s is %s', async (stored, text) => {
    expect(await textOf(stored, 14)).toBe(text)
  })

  it.each([
    ['43823', 14, '2023-12-25'],
    ['43823.3125', 22, '2023-12-25 07:30:00'],
    ['0', 14, '1904-01-01'],
    ['0.3125', 20, '07:30:00'],
    ['1.3125', 46, '31:30:00'],
    ['43823', 0, '43823'],
    ['2957003', 14, '9999-12-31'],
    ['2957004', 14, '2957004'],
  ])('counts from 1904 where the workbook does: %s in format %i is %s', async (stored, format, text) => {
    expect(await textOf(stored, format, true)).toBe(text)
  })

  it.each([
    ['919820098200', 14],
    ['919820098200', 20],
    ['919820098200', 46],
    ['-1', 14],
    ['2958466', 14],
  ])('%s in format %i is no day, so it stays a number and is noted', async (stored, format) => {
    const built = withRows(row(3, number('A3', stored, 1)), { formats: [format] })
    const { cells, notes } = await readWorkbook(built)
    expect(cells).toEqual([[stored]])
    expect(notes).toEqual([{ kind: 'no_dates', count: 1, firstRow: 3 }])
  })
})
