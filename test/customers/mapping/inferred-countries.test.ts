import { describe, expect, it } from 'vitest'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { mapHeader } from '../../../src/customers/mapping/map-header.ts'
import { createRowReader } from '../../../src/customers/rows/row-reader.ts'

const OPTIONS = { catalogue: DEFAULT_CATALOGUE, clearWord: '#CLEAR', dateOrder: 'day_first' } as const

/** The phone or the problem's code of each row of `Name, heading, Mobile`. */
function read(region: string, heading: string, rows: readonly (readonly [cell: string, phone: string])[]) {
  const header = ['Name', heading, 'Mobile']
  const cells = rows.map(([cell, phone], at) => [`Person ${at}`, cell, phone])
  const mapped = mapHeader(header, cells, { ...OPTIONS, region })
  if (mapped.kind !== 'mapped') return { phones: [], notes: [] }
  const readRow = createRowReader(mapped.mapping, header, { ...OPTIONS, region })
  const phones = cells.map((row, at) => {
    const found = readRow({ line: at + 2, cells: row })
    return found.kind === 'customer' ? found.phone : found.kind === 'invalid' ? found.problem.code : 'blank'
  })
  return { phones, notes: mapped.mapping.notes }
}

const ABROAD = ['+14155550132', '+33612345678', '+919876543210']
const note = (heading: string) => `The country of phones without a country code is taken from "${heading}".`

describe('a column whose cells are dialling codes', () => {
  it.each([
    'Int. Code',
    'Cntry Code',
    'Ctry Cod',
    'Phone Ext Code',
    'Internationale Vorwahl',
    'Cod. País',
    'Lada internacional',
    'رمز الدولة',
    'مفتاح البلد',
    '国家代码',
    '国番号',
    'Landkod',
    'Kod kraju',
    'Код страны',
    'Area/Country Code',
    'STD/ISD Code',
    'Mobile ISD',
    'Dialling',
    'Code',
    'Column 7',
  ])('decides the country under %j', (heading) => {
    const rows = [
      ['1', '4155550132'],
      ['33', '612345678'],
      ['91', '9876543210'],
    ] as const
    expect(read('IN', heading, rows)).toEqual({
      phones: ABROAD,
      notes: expect.arrayContaining([note(heading)]),
    })
  })
})

describe('a column whose cells are countries', () => {
  it.each([
    'Residing Country',
    'Country Living In',
    'Mailing Country/Territory',
    'ISO2',
    'ISO Code',
    'Phone Region',
    'Wohnsitzland',
    'Negara asal',
    'ship-country',
    'addresses[0].country',
    'geo_country',
    'Market',
  ])('decides the country under %j', (heading) => {
    for (const names of [
      ['US', 'FR', 'IN'],
      ['United States', 'France', 'India'],
    ]) {
      const numbers = ['4155550132', '612345678', '9876543210']
      const rows = names.map((name, at) => [name, numbers[at] ?? ''] as const)
      expect(read('IN', heading, rows)).toEqual({
        phones: ABROAD,
        notes: expect.arrayContaining([note(heading)]),
      })
    }
  })

  it('makes later rows invalid where it is not understood', () => {
    const rows = [
      ['US', '4155550132'],
      ['FR', '612345678'],
    ] as const
    const mapped = mapHeader(
      ['Name', 'Market', 'Mobile'],
      rows.map((row) => ['Asha', ...row]),
      { ...OPTIONS, region: 'IN' },
    )
    if (mapped.kind !== 'mapped') throw new Error('the columns were not understood')
    const readRow = createRowReader(mapped.mapping, ['Name', 'Market', 'Mobile'], {
      ...OPTIONS,
      region: 'IN',
    })
    expect(readRow({ line: 9, cells: ['Ravi', 'Atlantis', '9876543210'] })).toMatchObject({
      kind: 'invalid',
      problem: { code: 'country_unknown' },
    })
  })
})

describe('a column of other short texts', () => {
  const INDIAN = ['9876543210', '9845012345', '9900011122', '9812345678']
  it.each([
    ['Class', '1 7 20 30'],
    ['DPD', '30 60 90 30'],
    ['Qty', '1 1 1 1'],
    ['Code', '1 1 1 1'],
    ['Language', 'MR MR GU BN'],
    ['Segment', 'US GB AE IN'],
    ['Product', 'CA SA CC LC'],
    ['Branch Code', '44 44 61 1'],
    ['State Code', 'MH KA TN GJ'],
    ['Day', 'MO TU SA FR'],
  ])('changes no number under %j', (heading, cells) => {
    const rows = cells.split(' ').map((cell, at) => [cell, INDIAN[at] ?? ''] as const)
    expect(read('IN', heading, rows).phones).toEqual(INDIAN.map((phone) => `+91${phone}`))
  })

  it('changes no number in a country with numbers of any length', () => {
    const rows = [
      ['AT', '0171 6783154'],
      ['CH', '030 2345678'],
      ['DE', '0151 50405214'],
    ] as const
    expect(read('DE', 'Typ', rows).phones).toEqual(['+491716783154', '+49302345678', '+4915150405214'])
  })
})
