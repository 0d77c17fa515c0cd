import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CellReading, ColumnStyle } from '../../../src/customers/cells/cell-reading.ts'
import { readEmail } from '../../../src/customers/cells/read-email.ts'
import { readMoney } from '../../../src/customers/cells/read-money.ts'
import { provenMark, readNumber, usualDecimalMark } from '../../../src/customers/cells/read-number.ts'
import { readText } from '../../../src/customers/cells/read-text.ts'
import { readYesNo } from '../../../src/customers/cells/read-yes-no.ts'

const INDIA: ColumnStyle = { dateOrder: 'day_first', decimalMark: null, usualMark: 'point' }
const GERMANY: ColumnStyle = { ...INDIA, usualMark: 'comma' }
const POINT: ColumnStyle = { ...INDIA, decimalMark: 'point' }
const COMMA: ColumnStyle = { ...INDIA, decimalMark: 'comma' }

function outcome(reading: CellReading): unknown {
  if (reading.kind === 'value') return reading.value
  return reading.kind === 'blank' ? undefined : reading.code
}

/** Digits with commas and decimals in valid and invalid positions. */
const groupedText = fc
  .tuple(
    fc.array(fc.constantFrom('0', '5', '12', '123', '000', '450', '1234'), { minLength: 1, maxLength: 6 }),
    fc.constantFrom('', '.', '.5', '.50', '.500', '.5000'),
  )
  .map(([groups, decimals]) => groups.join(',') + decimals)
const styles = fc.constantFrom(INDIA, GERMANY, POINT, COMMA)

describe('grouped digits', () => {
  it('are the same amount with a currency and without', () => {
    fc.assert(
      fc.property(groupedText, styles, (text, style) => {
        expect(readMoney(text, style)).toEqual(readMoney(`INR ${text}`, style))
      }),
      { numRuns: 2_000 },
    )
  })

  it('are the same number with a percent sign and without', () => {
    fc.assert(
      fc.property(groupedText, styles, (text, style) => {
        expect(readNumber(text, style)).toEqual(readNumber(`${text}%`, style))
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('an e-mail address', () => {
  it('is the same alone and in the brackets of a mail program', () => {
    const part = fc.stringMatching(/^['A-Za-z0-9._+,-]{1,12}$/u)
    fc.assert(
      fc.property(part, part, (name, domain) => {
        const address = `${name}@${domain}.example`
        expect(readEmail(address)).toEqual(readEmail(`Asha <${address}>`))
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('readMoney', () => {
  it.each([
    ['₹1,20,000.50', 120_000.5],
    ['1.200,50', 1200.5],
    ['1 200,50', 1200.5],
    ['1\u00a0200,50 €', 1200.5],
    ["1'200.50", 1200.5],
    ['1,200,000', 1_200_000],
    ['1.200.000', 1_200_000],
    ['1,200', 1200],
    ['(500)', -500],
    ['(₹ 500)', -500],
    ['₹(500)', -500],
    ['-500', -500],
    ['−500', -500],
    ['500-', -500],
    ['-₹500', -500],
    ['₹ -500', -500],
    ['+500', 500],
    ['INR 500', 500],
    ['500 INR', 500],
    ['inr500', 500],
    ['Rs. 500/-', 500],
    ['Rs.500', 500],
    ['Rs 1,20,000/-', 120_000],
    ['500/=', 500],
    ['500 only', 500],
    ['Rs 500/- only', 500],
    ['₹ -', undefined],
    ['$ - ', undefined],
    ['١٬٢٣٤٫٥٦', 1234.56],
    ['$1,234.56', 1234.56],
    ['US$ 1,234.56', 1234.56],
    ['1.234,56 EUR', 1234.56],
    ['AED 1,000', 1000],
    ['12.000000', 12],
    ['0', 0],
    ['-0', 0],
    ['.50', 0.5],
    ['500.', 500],
    ['1234.567', 1234.567],
    ['0.500', 0.5],
    ['१,२०,०००.५०', 120_000.5],
    ['='.concat('"1,200.50"'), 1200.5],
    ['9.17417119014E+11', 917_417_119_014],
    ['', undefined],
    ['-', undefined],
    ['N/A', undefined],
    ['#N/A', undefined],
    ['#DIV/0!', undefined],
    ['#REF!', 'excel_damaged'],
    ['#ERROR!', 'excel_damaged'],
    ['#BEZUG!', 'excel_damaged'],
    ['#¡VALOR!', 'excel_damaged'],
    ['#ССЫЛКА!', 'excel_damaged'],
    ['Err:502', 'excel_damaged'],
    ['#NV', undefined],
    ['#Н/Д', undefined],
    ['1.2E+06', 'excel_damaged'],
    ['500 Cr', 'money_invalid'],
    ['500.00Dr', 'money_invalid'],
    ['1.2 lakh', 'money_invalid'],
    ['five', 'money_invalid'],
    ['12,34', 12.34],
    ['1,2,3', 'money_invalid'],
    ['1,20,00', 'money_invalid'],
    ['1.200.50', 'money_invalid'],
    ['1,200,50', 'money_invalid'],
    ['1.2,3.4', 'money_invalid'],
    ['1234567890123456', 'money_invalid'],
    ['12345678901234.56', 'money_invalid'],
    ['--5', 'money_invalid'],
    ['₹', 'money_invalid'],
  ])('reads %j as %j', (cell, expected) => {
    expect(outcome(readMoney(cell, INDIA))).toBe(expected)
  })

  it('lets the column decide what 1.200 and 1,200 are', () => {
    expect(outcome(readMoney('1.200', COMMA))).toBe(1200)
    expect(outcome(readMoney('1.200', POINT))).toBe(1.2)
    expect(outcome(readMoney('1,200', COMMA))).toBe(1.2)
    expect(outcome(readMoney('1,200', POINT))).toBe(1200)
  })

  it('reads thousands the way of the region and refuses to guess three decimals', () => {
    expect(outcome(readMoney('1,200', INDIA))).toBe(1200)
    expect(outcome(readMoney('1.200', INDIA))).toBe('money_invalid')
    expect(outcome(readMoney('1.200', GERMANY))).toBe(1200)
    expect(outcome(readMoney('1,200', GERMANY))).toBe('money_invalid')
  })

  it('gives back every amount it is given in Indian and in German writing', () => {
    fc.assert(
      fc.property(fc.integer({ min: -99_999_999_999, max: 99_999_999_999 }), (paise) => {
        const amount = paise / 100
        const indian = new Intl.NumberFormat('en-IN', { minimumFractionDigits: 2 }).format(amount)
        const german = new Intl.NumberFormat('de-DE', { minimumFractionDigits: 2 }).format(amount)
        const expected = amount === 0 ? 0 : amount
        expect(outcome(readMoney(indian, INDIA))).toBe(expected)
        expect(outcome(readMoney(`${german} €`, INDIA))).toBe(expected)
        expect(outcome(readMoney(String(amount), INDIA))).toBe(expected)
      }),
    )
  })

  it('knows how regions write decimals', () => {
    expect(['IN', 'US', 'GB', 'DE', 'FR', 'BR', 'ZZ', ''].map(usualDecimalMark)).toEqual([
      'point',
      'point',
      'point',
      'comma',
      'comma',
      'comma',
      'point',
      'point',
    ])
  })

  it.each([
    ['1,200.50', 'point'],
    ['1.200,50', 'comma'],
    ['99.5', 'point'],
    ['99,5', 'comma'],
    ['1,200,000', 'point'],
    ['1.200.000', 'comma'],
    ['₹ 1,200.50', 'point'],
    ['1.200', 'either'],
    ['1200', null],
    ['abc', null],
  ])('takes %s as proof of %s', (cell, mark) => {
    expect(provenMark(cell)).toBe(mark)
  })
})

describe('readNumber', () => {
  it.each([
    ['12', 12],
    ['-12.5', -12.5],
    ['12.5%', 12.5],
    ['12.500', 12.5],
    ['1,20,000', 120_000],
    ['(5)', -5],
    ['12 days', 'number_invalid'],
    ['₹5', 'number_invalid'],
    ['1E+12', 'excel_damaged'],
    ['nil', undefined],
    ['Infinity', 'number_invalid'],
    ['0x10', 'number_invalid'],
  ])('reads %j as %j', (cell, expected) => {
    expect(outcome(readNumber(cell, INDIA))).toBe(expected)
  })
})

describe('readEmail', () => {
  it.each([
    ['Asha.Rao+x@Example.COM', 'asha.rao+x@example.com'],
    [' a@b.co ', 'a@b.co'],
    ['mailto:a@b.co', 'a@b.co'],
    ['Asha Rao <asha@example.com>', 'asha@example.com'],
    ['आशा@उदाहरण.भारत', 'आशा@उदाहरण.भारत'],
    ['mia@münchen.de', 'mia@münchen.de'],
    ['-', undefined],
    ['NA', undefined],
    ['none@none.com', undefined],
    ['NA@na.co.in', undefined],
    ['noemail@noemail.com', undefined],
    ['guest@guest.com', 'guest@guest.com'],
    ['none@example.com', 'none@example.com'],
    ['asha@none.com', 'asha@none.com'],
    ['a@b.co;', 'a@b.co'],
    ["'a@b.co'", 'a@b.co'],
    ['a@b.co ::: c@d.co', 'a@b.co'],
    ['a@b', 'email_invalid'],
    ['a@b..co', 'email_invalid'],
    ['@b.co', 'email_invalid'],
    ['a b@c.co', 'email_invalid'],
    ['a@b.co; c@d.co', 'email_invalid'],
    ['asha', 'email_invalid'],
    [`${'a'.repeat(300)}@b.co`, 'email_invalid'],
    ['#REF!', 'excel_damaged'],
  ])('reads %j as %j', (cell, expected) => {
    expect(outcome(readEmail(cell))).toBe(expected)
  })

  it('says so when there are two addresses', () => {
    expect(readEmail('a@b.co, c@d.co')).toMatchObject({ why: expect.stringContaining('several') })
  })
})

describe('readYesNo', () => {
  it.each([
    ['Yes', true],
    ['Y', true],
    ['TRUE', true],
    ['1', true],
    ['✓', true],
    ['हाँ', true],
    ['Haan', true],
    ['nahi', false],
    ['sí', true],
    ['No', false],
    ['0', false],
    ['nein', false],
    ['नहीं', false],
    ['WAHR', true],
    ['ЛОЖЬ', false],
    ['はい', true],
    ['否', false],
    ['نعم', true],
    ['YANLIŞ', false],
    ['1.0', true],
    ['', undefined],
    ['-', undefined],
    ['maybe', 'yes_no_invalid'],
  ])('reads %j as %j', (cell, expected) => {
    expect(outcome(readYesNo(cell))).toBe(expected)
  })
})

describe('readText', () => {
  it.each([
    ['  Kushal \t Rao ', 'Kushal Rao'],
    ['00123', '00123'],
    ["'00123", '00123'],
    ['="00123"', '00123'],
    ['="say ""hi"""', 'say "hi"'],
    ["O'Brien", "O'Brien"],
    ["'quoted'", 'quoted'],
    ['a\u0000b\u200bc\ufeff', 'abc'],
    ['line one\r\nline two', 'line one line two'],
    ['e\u0301', 'é'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['क्\u200dष', 'क्\u200dष'],
    ['👨\u200d👩\u200d👧', '👨\u200d👩\u200d👧'],
    ['abc\u200d', 'abc'],
    ['\ud800x', 'x'],
    ['None', 'None'],
    ['Na', 'Na'],
    ['\u00a0\u3000', undefined],
    ["'", undefined],
    ['x'.repeat(10_001), 'text_invalid'],
  ])('reads %j as %j', (cell, expected) => {
    expect(outcome(readText(cell))).toBe(expected)
  })

  it('reads what it has read as the same text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (cell) => {
        const once = readText(cell)
        if (once.kind !== 'value') return
        expect(once.value).toBe(once.value.trim())
        expect(once.value).not.toMatch(/\p{Surrogate}/u)
        expect(outcome(readText(once.value))).toBeDefined()
      }),
    )
  })
})
