import fc from 'fast-check'
import { format, isDateFormat, isPercentFormat } from 'numfmt'
import { describe, expect, it } from 'vitest'
import { NumberWriter, understandCode } from '../../src/xlsx/numbers/index.ts'

const write = (value: number, code: string) =>
  new NumberWriter(false).write(String(value), understandCode(code))

const CODES = [
  'General',
  '0',
  '0.00',
  '#,##0',
  '#,##0.00',
  '0%',
  '0.00%',
  '0.00E+00',
  '##0.0E+0',
  '# ?/?',
  '# ??/??',
  '@',
  '#,##0 ;(#,##0)',
  '#,##0.00;[Red](#,##0.00)',
  '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)',
  '[$€-407] #,##0.00',
  '[$-409]General',
  'd/m/yyyy',
  'yyyy-mm-dd',
  'dd-mmm-yy',
  'd-mmm',
  'mmm-yy',
  'h:mm AM/PM',
  'h:mm:ss AM/PM',
  'h:mm',
  'h:mm:ss',
  'm/d/yy h:mm',
  'mm:ss',
  'mm:ss.0',
  '[h]:mm:ss',
  '[mm]:ss',
  '[$-409]dd\\-mmm\\-yyyy',
  '[$-F800]dddd, mmmm dd, yyyy',
  'dddd',
  '"year "yyyy',
  'yyyy"-W"',
  '\\y0',
  '"dmy"0',
  '[Red]0',
  '[Yellow]dd',
  '0" hours"',
  '0_d',
  'm',
  'mmmmm',
  's',
] as const

describe('formats', () => {
  it.each(CODES)('%s is a date, a percentage or a number as it is to numfmt', (code) => {
    const { kind } = understandCode(code)
    expect(['date', 'datetime', 'time', 'elapsed'].includes(kind)).toBe(isDateFormat(code))
    expect(kind === 'percent').toBe(isPercentFormat(code))
  })

  it('fill patterns of digits with what numfmt shows', () => {
    const piece = fc.constantFrom('0', '00', '000', '0000', '"AB"', '"-"', '\\ ', '\\-', '"x1"', '(', ')')
    const code = fc
      .array(piece, { minLength: 1, maxLength: 6 })
      .map((pieces) => `${pieces.join('')}00`)
      .filter((text) => understandCode(text).kind === 'pattern')
    fc.assert(
      fc.property(code, fc.nat({ max: 10 ** 12 }), (text, value) => {
        expect(write(value, text)).toBe(format(text, value).trim())
      }),
      { numRuns: 500 },
    )
  })

  it('give days, times and elapsed hours as numfmt shows them', () => {
    const serial = fc.integer({ min: 0, max: 2_958_465 * 86_400 - 1 }).map((seconds) => seconds / 86_400)
    fc.assert(
      fc.property(serial, (value) => {
        expect(write(value, 'yyyy-mm-dd hh:mm:ss')).toBe(format('yyyy-mm-dd hh:mm:ss', value))
        expect(write(value, '[h]:mm:ss').padStart(2, '0')).toBe(format('[hh]:mm:ss', value))
        expect(write(value % 1, 'h:mm')).toBe(format('hh:mm:ss', value % 1))
      }),
      { numRuns: 1000 },
    )
  })

  it('keep every digit of a number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), (value) => {
        const text = write(value, 'General')
        expect(text).toMatch(/^-?\d+(\.\d+)?$/)
        expect(Number(text)).toBe(Number(value.toPrecision(15)) + 0)
      }),
      { numRuns: 1000 },
    )
  })

  it('never fail, whatever the code and the number are', () => {
    const code = fc.array(
      fc.constantFrom(...'0#?.,%;@"\\_*[]<>=$-/:dmyhsEGeneral AP()é', '[h]', '[<5]', '[$-409]', 'AM/PM'),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(code, fc.oneof(fc.double(), fc.integer(), fc.string()), (pieces, value) => {
        const text = new NumberWriter(false).write(String(value), understandCode(pieces.join('')))
        expect(text).not.toMatch(/undefined|\[object|NaN./)
      }),
      { numRuns: 2000 },
    )
  })
})
