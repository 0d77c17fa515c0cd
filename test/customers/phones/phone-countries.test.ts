import { describe, expect, it } from 'vitest'
import type { ReadRow } from '../../../src/customers/fields/customer.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { mapHeader } from '../../../src/customers/mapping/map-header.ts'
import { createRowReader } from '../../../src/customers/rows/row-reader.ts'

type Rows = readonly (readonly string[])[]

const OPTIONS = { catalogue: DEFAULT_CATALOGUE, dateOrder: 'day_first', clearWord: '#CLEAR' } as const

function read(
  header: readonly string[],
  rows: Rows,
  region = 'IN',
): { rows: ReadRow[]; notes: readonly string[] } {
  const found = mapHeader(header, rows, { ...OPTIONS, region })
  if (found.kind !== 'mapped') throw new Error('the phone column is unknown')
  const readRow = createRowReader(found.mapping, header, { ...OPTIONS, region })
  return {
    rows: rows.map((cells, at) => readRow({ line: at + 2, cells })),
    notes: found.mapping.notes,
  }
}

/** The phones of the rows, or the problem code. */
function phones(header: readonly string[], rows: Rows, region = 'IN'): string[] {
  return read(header, rows, region).rows.map((row) =>
    row.kind === 'customer' ? row.phone : row.kind === 'invalid' ? row.problem.code : row.kind,
  )
}

const AMERICAN = '4155550132'
const INDIAN = '9876543210'

describe('a country beside a phone', () => {
  it.each([
    'ISD',
    'ISD Code',
    'phone_prefix',
    'Mobile Prefix',
    'Country Prefix',
    'Calling Code',
    'Dial Code',
    'Country Dialling Code',
    'Phone Country Code',
    'Mobile Country Code',
    'Country Code (Mobile)',
    'WhatsApp Country Code',
    'Phone Number Country',
    'phoneCountryIso',
    'Phones / Primary Phone Calling Code',
    'International Code',
    'DDI',
    'Ländervorwahl',
    'Landesvorwahl',
    'Indicatif pays',
    'Prefijo del país',
    'Código de país',
    'Código do país',
    'Kode Negara',
    'देश कोड',
  ])('decides under %s, as a dialling code or as an ISO code', (heading) => {
    const codes = [
      ['Asha', '+91', INDIAN],
      ['Maria', '+1', AMERICAN],
      ['Jean', '33', '612345678'],
    ]
    expect(phones(['Name', heading, 'Mobile'], codes)).toEqual([
      '+919876543210',
      '+14155550132',
      '+33612345678',
    ])
    const countries = [
      ['Asha', 'IN', INDIAN],
      ['Maria', 'US', AMERICAN],
    ]
    expect(phones(['Name', heading, 'Mobile'], countries)).toEqual(['+919876543210', '+14155550132'])
    expect(read(['Name', heading, 'Mobile'], codes).notes).toContain(
      `The country of phones without a country code is taken from "${heading}".`,
    )
  })

  it.each([
    'Country',
    'Country Name',
    'Address Country',
    'POCountry',
    'Country of Residence',
    'Residence Country',
    'Billing Country',
    'Default Address Country Code',
    'Home Country/Region',
    'Country ISO Code',
    'mx_Country',
    'Land',
    'Pays',
    'País',
    'Negara',
    'देश',
  ])('decides under %s', (heading) => {
    const rows = [
      ['Asha', INDIAN, 'India'],
      ['Maria', AMERICAN, 'USA'],
    ]
    expect(phones(['Name', 'Contact No', heading], rows)).toEqual(['+919876543210', '+14155550132'])
  })

  it.each([
    ['+1', AMERICAN],
    ['001', AMERICAN],
    ['1.0', AMERICAN],
    ["'+1", AMERICAN],
    ['US (+1)', AMERICAN],
    ['+1 US', AMERICAN],
    ['🇺🇸', AMERICAN],
    ['🇺🇸 +1', AMERICAN],
    ['usa.', AMERICAN],
    ['United States (US)', AMERICAN],
    ['San Francisco, USA', AMERICAN],
    ['US/Canada', AMERICAN],
    ['EEUU', AMERICAN],
    ['EE.UU.', AMERICAN],
    ['Estados Unidos de América', AMERICAN],
    ['États-Unis d’Amérique', AMERICAN],
    ['Vereinigte Staaten von Amerika', AMERICAN],
    ['Amerika Serikat', AMERICAN],
    ['United States of America (the)', AMERICAN],
  ])('is understood as %s', (country, phone) => {
    const header = ['Name', 'Country', 'Phone']
    expect(phones(header, [['Maria', country, phone]])).toEqual(['+14155550132'])
  })

  it.each(['United Sates', 'Atlantis', 'Sector 44', 'India (+1)', 'IN/US', 'San Diego, CA', 'Pune, MH'])(
    'makes the row invalid as %s, unless the phone has its own code',
    (country) => {
      const header = ['Name', 'Country', 'Phone']
      const rows = [
        ['Maria', country, AMERICAN],
        ['Asha', country, INDIAN],
        ['Maria', country, `+1 ${AMERICAN}`],
        ['Maria', country, `001${AMERICAN}`],
      ]
      expect(phones(header, rows)).toEqual([
        'country_unknown',
        'country_unknown',
        '+14155550132',
        '+14155550132',
      ])
    },
  )

  it.each(['', ' ', '-', 'N/A', 'null', '0', '+'])('says nothing as %j', (country) => {
    expect(phones(['Country', 'Phone'], [[country, INDIAN]])).toEqual(['+919876543210'])
  })

  it('belongs to the phone its heading names', () => {
    const header = ['Mobile Country Code', 'Mobile', 'WhatsApp Country Code', 'WhatsApp']
    expect(read(header, [['+91', INDIAN, '+1', AMERICAN]]).rows).toMatchObject([
      { phone: '+919876543210', values: { other_phones: ['+14155550132'] } },
    ])
    const address = ['Name', 'Home Phone', 'Work Phone', 'Home Country', 'Work Country']
    expect(read(address, [['Asha', INDIAN, AMERICAN, 'India', 'USA']]).rows).toMatchObject([
      { phone: '+919876543210', values: { other_phones: ['+14155550132'] } },
    ])
  })

  it.each([
    'Country Code,Mobile,Alternate Country Code,Alternate Mobile',
    'Mobile Code,Mobile,Home Code,Home Phone',
    'Code 1,Phone 1,Code 2,Phone 2',
    'Mobile Country,Mobile,Landline Country,Landline',
  ])('belongs to its phone among %s', (headings) => {
    const rows = [
      ['1', '4155550132', '33', '142685300'],
      ['91', INDIAN, '1', '4155550133'],
      ['44', '2079460958', '91', '02227801234'],
    ]
    const found = read(headings.split(','), rows).rows
    expect(found).toMatchObject([
      { phone: '+14155550132', values: { other_phones: ['+33142685300'] } },
      { phone: '+919876543210', values: { other_phones: ['+14155550133'] } },
      { phone: '+442079460958', values: { other_phones: ['+912227801234'] } },
    ])
  })

  it.each([
    ['Prefix', 'Mr'],
    ['CC', 'boss@example.com'],
    ['Country of Birth', 'United States'],
    ['Nationality', 'US'],
    ['Guarantor Country', 'US'],
    ['Contact Code', '1'],
    ['Land', '2 acres'],
  ])('is not what stands under %s', (heading, cell) => {
    expect(phones(['Name', heading, 'Mobile'], [['Asha', cell, INDIAN]])).toEqual(['+919876543210'])
  })

  it.each([
    ['Prefix', '+1'],
    ['CC', 'us'],
    ['Prefijo', '+1'],
    ['Indicatif', '001'],
  ])('is what stands under %s where the cells agree', (heading, cell) => {
    expect(phones(['Name', heading, 'Mobile'], [['Maria', cell, AMERICAN]])).toEqual(['+14155550132'])
  })
})

describe('an area code beside a phone', () => {
  it.each([
    ['DE', 'Vorwahl', '030', '2345678', '+49302345678'],
    ['DE', 'Ortsvorwahl', '(0511)', '345678', '+49511345678'],
    ['DE', 'Vorwahl', '511', '345678', '+49511345678'],
    ['DE', 'Vorwahl', '0171', '2345678', '+491712345678'],
    ['DE', 'Vorwahl', '+49', '1712345678', '+491712345678'],
    ['DE', 'Vorwahl', '0043', '6641234567', '+436641234567'],
    ['DE', 'Vorwahl', '030', '030 2345678', '+49302345678'],
    ['DE', 'Vorwahl', '030', '0171 2345678', '+491712345678'],
    ['DE', 'Vorwahl', '', '01712345678', '+491712345678'],
    ['DE', 'Vorwahl', 'Berlin', '0302345678', '+49302345678'],
    ['IN', 'STD Code', '022', '27801234', '+912227801234'],
    ['IN', 'STD Code', '22', '27801234', '+912227801234'],
    ['IN', 'STD Code', '022', INDIAN, '+919876543210'],
    ['IN', 'Area Code', '91', INDIAN, '+919876543210'],
    ['IN', 'Phone Area Code', '', INDIAN, '+919876543210'],
    ['BR', 'DDD', '11', '987654321', '+5511987654321'],
    ['BR', 'DDD', '11', '11987654321', '+5511987654321'],
    ['MX', 'Lada', '55', '12345678', '+525512345678'],
    ['US', 'Area Code', '415', '5550132', '+14155550132'],
    ['US', 'Area Code', '415', '4155550132', '+14155550132'],
    ['IT', 'Prefisso', '06', '69812345', '+390669812345'],
    ['ID', 'Kode Area', '021', '5551234', '+62215551234'],
  ])('in %s is joined under %s: %s and %s', (region, heading, area, phone, expected) => {
    expect(phones(['Name', heading, 'Phone'], [['Asha', area, phone]], region)).toEqual([expected])
  })

  it.each([
    ['DE', '', '2345678', '"Vorwahl" is empty'],
    ['DE', 'Berlin', '2345678', '"Vorwahl" holds no area code'],
    ['DE', '030', '302345678', '"Vorwahl" holds its area code'],
    ['IN', '044', '12', '"Vorwahl" holds its area code'],
    ['IN', '44', '7911123456', '"Vorwahl" holds its area code'],
    ['IN', '1', AMERICAN, '"Vorwahl" holds its area code'],
  ])('in %s is refused as %j before %s, with the column named', (region, area, phone, why) => {
    const { rows } = read(['Name', 'Vorwahl', 'Phone'], [['Asha', area, phone]], region)
    expect(rows).toMatchObject([{ problem: { code: 'phone_invalid' } }])
    expect(JSON.stringify(rows)).toContain(JSON.stringify(why).slice(1, -1))
  })

  it('stands beside a country', () => {
    const header = ['Name', 'DDI', 'DDD', 'Celular']
    const rows = [
      ['Ana', '55', '11', '987654321'],
      ['Maria', '1', '415', '5550132'],
    ]
    expect(phones(header, rows, 'BR')).toEqual(['+5511987654321', '+14155550132'])
  })
})
