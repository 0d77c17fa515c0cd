import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ColumnStyle } from '../../../src/customers/cells/cell-reading.ts'
import { provenOrder, readDate } from '../../../src/customers/cells/read-date.ts'

const DAY_FIRST: ColumnStyle = { dateOrder: 'day_first', decimalMark: null, usualMark: 'point' }
const MONTH_FIRST: ColumnStyle = { ...DAY_FIRST, dateOrder: 'month_first' }

function read(cell: string, style = DAY_FIRST): unknown {
  const reading = readDate(cell, style)
  if (reading.kind === 'value') return reading.value
  return reading.kind === 'blank' ? undefined : reading.code
}

describe('readDate', () => {
  it.each([
    '2026-01-31',
    '2026/01/31',
    '2026.1.31',
    '2026-01-31T00:00:00Z',
    '2026-01-31T23:30:00.000+05:30',
    '2026-01-31T23:59:59Z',
    '2026-01-31 18:30',
    '2026-01-31 06:30:00 PM',
    '31/01/2026',
    '31-01-2026',
    '31.01.2026',
    '31 01 2026',
    '31/1/26',
    '31/01/2026 00:00',
    '31/01/2026, 10:15 am',
    '20260131',
    '31012026',
    '46053',
    '46053.75',
    '31 Jan 2026',
    '31-Jan-26',
    '31-JAN-2026',
    '31st January 2026',
    '31 January, 2026',
    'Jan 31, 2026',
    'January 31st, 2026',
    'Sat, 31 Jan 2026',
    'Saturday, January 31, 2026',
    '2026-Jan-31',
    '31. Januar 2026',
    '31 janvier 2026',
    '31 de enero de 2026',
    '31 gennaio 2026',
    '31 января 2026',
    '31 जनवरी 2026',
    '31 जन॰ 2026, 3:05 pm',
    'शनिवार, 31 जनवरी 2026',
    '31 janvier 2026 à 15 h 05',
    '31 gennaio 2026 alle ore 15:05',
    'terça-feira, 31 de janeiro de 2026',
    '31 มกราคม 2026',
    '2026. január 31.',
    '٣١ يناير ٢٠٢٦',
    '2026/1/31 下午3:05',
    '३१/०१/२०२६',
    "'31/01/2026",
    "31 Jan '26",
    "Jan 31 '26",
    '31. 1. 2026',
    '31 / 01 / 2026',
    '2026. 1. 31.',
    '2026.01.31.',
    '31–01–2026',
    '31.01.2026 г.',
    '31 января 2026 г.',
    '2026年1月31日',
    '2026年01月31日 10:22',
    '2026年1月31日(土)',
    '2026년 1월 31일',
    'Sat Jan 31 2026 10:22:33 GMT+0530 (India Standard Time)',
    'Sat Jan 31 10:22:33 IST 2026',
    '31 Jan, 2026 at 10:22',
    '31.01.2026 um 10:22 Uhr',
    '31/01/2026 à 10h22',
    '31/01/2026 22:10:05 hrs',
    '2026-01-31T10:22:33+05',
    '2026-01-31Z',
    '2026-01-31+05:30',
  ])('reads %s as 31 January 2026', (cell) => {
    expect(read(cell)).toBe('2026-01-31')
  })

  it.each([
    ['03/04/2026', '2026-04-03', '2026-03-04'],
    ['3-4-26', '2026-04-03', '2026-03-04'],
    ['31/12/2026', '2026-12-31', '2026-12-31'],
    ['12/31/2026', '2026-12-31', '2026-12-31'],
  ])('reads %s in the order of its column', (cell, dayFirst, monthFirst) => {
    expect(read(cell, DAY_FIRST)).toBe(dayFirst)
    expect(read(cell, MONTH_FIRST)).toBe(monthFirst)
  })

  it.each([
    ['01/01/49', '2049-01-01'],
    ['01/01/50', '1950-01-01'],
    ['29/02/2024', '2024-02-29'],
    ['1 mars 2026', '2026-03-01'],
    ['1er mars 2026', '2026-03-01'],
  ])('reads %s as %s', (cell, expected) => {
    expect(read(cell)).toBe(expected)
  })

  it.each([
    '31/02/2026',
    '29/02/2026',
    '2026-13-01',
    '2026-00-10',
    '2026-02-30',
    '32/01/2026',
    '13/13/2026',
    '01/01/0026',
    '2026',
    '123',
    '7305',
    '99999',
    '1767225600000',
    'tomorrow',
    '31 Foo 2026',
    'Jan 2026',
    '31/01-2026',
    '1/2/3/4',
    '10:30',
  ])('refuses %s', (cell) => {
    expect(read(cell)).toBe('date_invalid')
  })

  it.each([
    '00/01/1900',
    '1/0/1900',
    '00-Jan-1900',
    '0-Jan-00',
    '1900-01-00',
    '1899-12-30',
    '30/12/1899',
    '12/30/1899 0:00:00',
  ])('takes %s for the empty cell that a spreadsheet showed as a date', (cell) => {
    expect(readDate(cell, DAY_FIRST)).toEqual({ kind: 'blank', note: 'blank_date' })
  })

  it('says nothing of a cell that holds no digit', () => {
    expect(readDate('/  /', DAY_FIRST)).toEqual({ kind: 'blank' })
    expect(readDate('-', DAY_FIRST)).toEqual({ kind: 'blank' })
  })

  it('takes a birthday without its year for no date', () => {
    expect(read('--01-31')).toBeUndefined()
    expect(read(' --0131')).toBeUndefined()
  })

  it.each([
    '0001-01-01',
    '01/01/0001 00:00:00',
    '0001-01-01T00:00:00',
    '1900-01-01',
    '01/01/1900',
    '1/1/1753',
    '1753-01-01 00:00:00.000',
    '1601-01-01',
    '1970-01-01',
    '1970-01-01T00:00:00Z',
    '01.01.1970',
    '1 Jan 1970',
    '9999-12-31',
    '31-12-9999',
    '99991231',
    '1/1/4501',
    '00.00.0000',
    '00000000',
  ])('takes %s for a date that a program wrote for none', (cell) => {
    expect(readDate(cell, DAY_FIRST).kind).toBe('blank')
  })

  it.each(['1899-06-01', '31/12/1850', '2151-01-01', '15/08/2530', '2569-01-31', '1405-03-15', '01/01/2999'])(
    'refuses %s, which is not of our times',
    (cell) => {
      expect(read(cell)).toBe('date_invalid')
    },
  )

  it.each(['', ' ', '-', 'N/A', 'null', '0000-00-00', '00/00/0000', '0', '#N/A', '0000-00-00 00:00:00'])(
    'takes %j for no date',
    (cell) => {
      expect(read(cell)).toBeUndefined()
    },
  )

  it('gives back every day in every way of writing it', () => {
    const days = fc
      .date({ min: new Date('1950-01-01'), max: new Date('2049-12-31'), noInvalidDate: true })
      .filter((moment) => !/^19(?:70-01-01|69-12-31)/u.test(moment.toISOString()))
    fc.assert(
      fc.property(days, (moment) => {
        const iso = moment.toISOString().slice(0, 10)
        const [year = '', month = '', day = ''] = iso.split('-')
        const serial = Math.floor(Date.parse(iso) / 86_400_000) + 25_569
        const written = [
          `${day}/${month}/${year}`,
          `${Number(day)}.${Number(month)}.${year}`,
          `${day}-${month}-${year.slice(2)}`,
          `${year}${month}${day}`,
          String(serial),
          new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(iso)),
          new Intl.DateTimeFormat('en-US', { dateStyle: 'full', timeZone: 'UTC' }).format(Date.parse(iso)),
          new Intl.DateTimeFormat('de-DE', { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(iso)),
          new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(iso)),
          new Intl.DateTimeFormat('es-ES', { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(iso)),
          new Intl.DateTimeFormat('pt-BR', { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(iso)),
          new Intl.DateTimeFormat('pl-PL', { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(iso)),
          new Intl.DateTimeFormat('hi-IN', { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(iso)),
        ]
        for (const text of written) expect([text, read(text)]).toEqual([text, iso])
        expect(read(`${month}/${day}/${year}`, MONTH_FIRST)).toBe(iso)
      }),
    )
  })

  it.each([
    ['31/01/2026', 'day_first'],
    ['01/31/2026', 'month_first'],
    ['03/04/2026', 'either'],
    ['03/03/2026', null],
    ['2026-01-31', null],
    ['31 Jan 2026', null],
    ['13/13/2026', null],
    ['31/01/2026 10:30', 'day_first'],
  ])('takes %s as proof of %s', (cell, order) => {
    expect(provenOrder(cell)).toBe(order)
  })
})

describe('days of birth', () => {
  const BIRTH: ColumnStyle = { ...DAY_FIRST, bornUntil: '2026-11-26' }

  it.each([
    ['15/08/47', '1947-08-15'],
    ['31/12/38', '1938-12-31'],
    ['01/02/85', '1985-02-01'],
    ['01/02/05', '2005-02-01'],
    ['26/11/26', '2026-11-26'],
    ['27/11/26', '1926-11-27'],
    ['15-Aug-47', '1947-08-15'],
    ['Aug 15, 47', '1947-08-15'],
    ['1970-01-01', '1970-01-01'],
    ['15/08/1947', '1947-08-15'],
  ])('reads %s as %s', (cell, day) => {
    expect(read(cell, BIRTH)).toBe(day)
  })

  it.each(['15/08/2047', '2026-11-27', '2047-08-15', '15 Aug 2047'])(
    'refuses %s, which is to come',
    (cell) => {
      expect(read(cell, BIRTH)).toBe('date_invalid')
    },
  )

  it.each([
    '03/15',
    '15/03',
    '15.3.',
    '3-15',
    '15 Mar',
    '15-Mar',
    'March 15',
    'Mar 15th',
    '--03-15',
    '1604-03-15',
    '03/15/0000',
    '0000-03-15',
  ])('leaves the birthday %s blank, because it has no year, and says so', (cell) => {
    expect(readDate(cell, BIRTH)).toEqual({ kind: 'blank', note: 'date_without_year' })
  })

  it.each(['13/13', '32/1', 'Foo 15', 'Mar 85', '0/3'])('refuses %s, which is no birthday', (cell) => {
    expect(read(cell, BIRTH)).toBe('date_invalid')
  })

  it('refuses a due date without its year', () => {
    expect(read('03/15')).toBe('date_invalid')
    expect(read('15 Mar')).toBe('date_invalid')
  })
})

describe('other calendars', () => {
  const of = (region: string): ColumnStyle => ({ ...DAY_FIRST, region })

  it.each([
    ['TH', '15/08/2530', '1987-08-15'],
    ['TH', '31/12/2541', '1998-12-31'],
    ['TH', '2569-01-31', '2026-01-31'],
    ['TH', '29/02/2567', '2024-02-29'],
    ['TH', '31/01/2026', '2026-01-31'],
    ['IN', '15 สิงหาคม 2530', '1987-08-15'],
    ['IN', '15 ส.ค. 2530', '1987-08-15'],
    ['TH', '15 สิงหาคม พ.ศ. 2530', '1987-08-15'],
    ['TH', '๑๕/๐๘/๒๕๓๐', '1987-08-15'],
    ['SA', '23/06/1405', '1985-03-15'],
    ['SA', '1405-06-23', '1985-03-15'],
    ['IR', '1363/12/24', '1985-03-15'],
    ['AF', '۱۳۶۳/۱۲/۲۴', '1985-03-15'],
  ])('converts in %s the day %s to %s', (region, cell, day) => {
    expect(read(cell, of(region))).toBe(day)
  })

  it('says that a day was converted', () => {
    expect(readDate('15/08/2530', of('TH'))).toMatchObject({ note: 'date_converted' })
    expect(readDate('15/08/1987', of('TH'))).not.toHaveProperty('note')
  })

  it.each([
    ['TH', '15/08/30'],
    ['TH', '29/02/2566'],
    ['AE', '23/06/1405'],
    ['SA', '31/02/1405'],
    ['IR', '1363/12/31'],
    ['NP', '2083-02-10'],
    ['IN', '2083/13/10'],
  ])('refuses in %s the day %s, which cannot be told', (region, cell) => {
    expect(read(cell, of(region))).toBe('date_invalid')
  })

  it('converts every day of the Iranian and the Saudi calendar of our times', () => {
    const days = fc.date({ min: new Date('1940-01-01'), max: new Date('2040-12-31'), noInvalidDate: true })
    const written = (calendar: string, moment: Date) => {
      const parts = new Intl.DateTimeFormat(`en-u-ca-${calendar}-nu-latn`, {
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        timeZone: 'UTC',
      }).formatToParts(moment)
      return ['year', 'month', 'day'].map((type) => parts.find((part) => part.type === type)?.value).join('/')
    }
    fc.assert(
      fc.property(days, (moment) => {
        const iso = moment.toISOString().slice(0, 10)
        expect(read(written('persian', moment), of('IR'))).toBe(iso)
        expect(read(written('islamic-umalqura', moment), of('SA'))).toBe(iso)
      }),
      { numRuns: 300 },
    )
  })
})
