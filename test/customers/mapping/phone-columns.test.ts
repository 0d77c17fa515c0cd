import { describe, expect, it } from 'vitest'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { type MappedHeader, mapHeader } from '../../../src/customers/mapping/map-header.ts'
import { createRowReader } from '../../../src/customers/rows/row-reader.ts'

type Rows = readonly (readonly string[])[]

const OPTIONS = { catalogue: DEFAULT_CATALOGUE, dateOrder: 'day_first' } as const

function map(header: string, rows: Rows, region = 'IN'): MappedHeader {
  return mapHeader(header.split(','), rows, { ...OPTIONS, region })
}

/** The key of every row, followed by its other phones. */
function phones(header: string, rows: Rows, region = 'IN'): string[] {
  const found = map(header, rows, region)
  if (found.kind !== 'mapped') throw new Error('the phone column is unknown')
  const read = createRowReader(found.mapping, header.split(','), {
    ...OPTIONS,
    region,
    clearWord: '#CLEAR',
  })
  return rows.map((cells, at) => {
    const row = read({ line: at + 2, cells })
    if (row.kind !== 'customer') return row.kind === 'invalid' ? row.problem.code : row.kind
    const others = row.values.other_phones
    return [row.phone, ...(Array.isArray(others) ? others : [])].join(' ')
  })
}

function notes(header: string, rows: Rows): readonly string[] {
  const found = map(header, rows)
  return found.kind === 'mapped' ? found.mapping.notes : []
}

const OWN = '9812345671'
const BESIDE = '9822233344'

describe('the phone column', () => {
  it.each([
    ['Contact Number', 'Alternate Number'],
    ['Contact No', 'Other Contact No'],
    ['Calling No', 'Office Phone'],
    ['Contact', 'Landline'],
    ['Registered Number', 'Residence No'],
    ['Primary Contact No.', 'Work Phone'],
    ['Customer Contact', 'Secondary Mobile'],
    ['Mobile', 'Phone'],
    ['Phone', 'WhatsApp Number'],
    ['Contact Number', 'WhatsApp No'],
    ['WhatsApp', 'Home Phone'],
    ['Home Phone', 'Office Contact No'],
    ['Office Phone', 'Alternate Mobile'],
    ['Direct Phone', 'Company Phone'],
    ['Alternate Phone', 'Emergency Contact No'],
    ['Primary Phone', 'Mobile'],
    ['Phone', 'Default Address Phone'],
    ['Billing Phone', 'Shipping Phone'],
    ['Your mobile number', 'Alternate'],
    ['What is your phone number?', 'whatsapp_number'],
    ['Mobile (without country code)', 'Landline'],
    ['संपर्क नंबर', 'वैकल्पिक नंबर'],
    ['मोबाइल नंबर', 'घर का फ़ोन'],
    ['Kontaktnummer', 'Telefon geschäftlich'],
    ['Mobilfunknummer', 'Festnetz'],
    ['Telefon', 'Weitere Telefonnummer'],
    ['Número de contacto', 'Teléfono alternativo'],
    ['Celular', 'Teléfono fijo'],
    ['Numéro de contact', 'Téléphone professionnel'],
    ['Portable', 'Autre téléphone'],
    ['Telefone de contato', 'Outro telefone'],
    ['Celular', 'Telefone comercial'],
    ['No HP', 'Telp Kantor'],
    ['Nomor Kontak', 'Nomor HP Lain'],
  ])('%s comes before %s, in either order', (better, other) => {
    expect(phones(`Code,${better},${other}`, [['a', OWN, BESIDE]])).toEqual([`+91${OWN} +91${BESIDE}`])
    expect(phones(`Code,${other},${better}`, [['a', BESIDE, OWN]])).toEqual([`+91${OWN} +91${BESIDE}`])
  })

  it.each([
    'Caller Number',
    'Agent Mobile',
    'RECEIVER_MOBILE',
    'Contact Person Phone',
    'Guarantor Contact No',
    'Reference 1 Mobile',
    'Nominee Phone',
    "Father's Mobile No",
    'Spouse Number Mobile',
    'Co-Applicant Phone',
    'Applicant 2 Mobile',
    'Second Applicant Phone',
    'Joint Holder Mobile',
    'Lead Owner Phone',
    'Salesperson Mobile',
    'US Phone',
    'UAE Mobile Number',
    'पिता का मोबाइल',
    'जमानतदार का फ़ोन',
    'Telefon Bürge',
    'Teléfono del aval',
    'Téléphone du conjoint',
    'Telefone do fiador',
    'No HP Suami',
  ])('%s is never the customer', (header) => {
    const rows = [['Asha Rao', BESIDE, OWN]]
    expect(phones(`Name,${header},Alternate Mobile`, rows)).toEqual([`+91${OWN}`])
    expect(map(`Name,${header}`, [['Asha Rao', BESIDE]])).toMatchObject({ kind: 'phone_column_unknown' })
    expect(notes(`Name,${header},Alternate Mobile`, rows)).toContain(
      `Not taken for the customer's phone: "${header}"; it is kept as an attribute.`,
    )
  })

  it.each([
    ['SENDER_NAME,SENDER_MOBILE,SENDER_CITY,RECEIVER_MOBILE', ['Asha', OWN, 'Pune', BESIDE]],
    ['LEAD_NAME,LEAD_MOBILE,LEAD_CITY,AGENT_MOBILE', ['Asha', OWN, 'Pune', BESIDE]],
    ['Enq Name,Enq Mobile,Enq Email,Product', ['Asha', OWN, 'a@x.co', BESIDE]],
    ['studentName,studentPhone,studentCity,parentPhone', ['Asha', OWN, 'Pune', BESIDE]],
    ['BORROWER_NAME,BORROWER_MOBILE,COBORROWER_NAME,COBORROWER_MOBILE', ['Asha', OWN, 'Ravi', BESIDE]],
    ['Name / First Name,Phones / Primary Phone Number,City', ['Asha', OWN, 'Pune']],
    ['Person - Name,Person - Phone - Mobile,Deal - Owner', ['Asha', OWN, 'Ravi']],
  ])('is seen behind the words in front of %s', (header, row) => {
    expect(phones(header, [row])).toEqual([`+91${OWN}`])
    const found = map(header, [row])
    const named = found.kind === 'mapped' && found.mapping.columns.some(({ field }) => field === 'full_name')
    expect(named).toBe(true)
  })

  it('says which word in front was seen through', () => {
    expect(notes('SENDER_NAME,SENDER_MOBILE,SENDER_CITY', [['Asha', OWN, 'Pune']])).toContain(
      'Columns that begin with "SENDER" are read as the customer\'s own.',
    )
  })

  it.each([
    ['of somebody beside the customer', 'Name,Phone,Witness2 Name,Witness2 Phone'],
    ['of one person among two', 'Alpha Name,Alpha Mobile,Beta Name,Beta Mobile'],
  ])('is not seen behind the word %s', (_, header) => {
    const found = map(header, [['Asha', OWN, 'Ravi', BESIDE]])
    const taken =
      found.kind === 'mapped' ? found.mapping.columns.filter(({ target }) => target === 'phone') : []
    expect(taken.length).toBeLessThan(2)
  })

  it.each([
    ['Phone', 'Phone Verified', 'yes'],
    ['Phone', 'Is WhatsApp', 'yes'],
    ['Mobile', 'Customer Number', '100234'],
    ['Mobile', 'Office', 'Camp'],
    ['Mobile', 'Alternate', 'no'],
  ])('%s stands alone beside %s', (phone, header, cell) => {
    const found = map(`${phone},${header}`, [[OWN, cell]])
    expect(found).toMatchObject({ mapping: { columns: [{ target: 'phone' }, { target: 'attribute' }] } })
  })
})

describe('a number that repeats under different names', () => {
  const shared: Rows = [
    ['Asha', BESIDE, '9812345671'],
    ['Ravi', BESIDE, '9812345672'],
    ['Meena', BESIDE, '9812345673'],
  ]

  it('is no key where another column is filled, and stays an other phone', () => {
    expect(phones('Name,Mobile,Alternate Mobile', shared)).toEqual([
      `+919812345671 +91${BESIDE}`,
      `+919812345672 +91${BESIDE}`,
      `+919812345673 +91${BESIDE}`,
    ])
    expect(notes('Name,Mobile,Alternate Mobile', shared)).toEqual([
      '"Mobile" repeats numbers under different names, so it gives other phones only.',
    ])
  })

  it('never stands in for a row without a phone of its own', () => {
    const rows = [...shared, ['Sunil', BESIDE, '']]
    expect(phones('Name,Mobile,Alternate Mobile', rows).at(-1)).toBe('phone_missing')
  })

  it('is the key where there is no other phone, one name, or a number people type for none', () => {
    expect(
      phones(
        'Name,Mobile,Alternate Mobile',
        shared.map(([name = '', phone = '']) => [name, phone, '']),
      ),
    ).toEqual(Array.from({ length: 3 }, () => `+91${BESIDE}`))
    const sameName = shared.map((row) => ['Asha', ...row.slice(1)])
    expect(phones('Name,Mobile,Alternate Mobile', sameName)[0]).toBe(`+91${BESIDE} +919812345671`)
    const dummies = [
      ...shared.map((row) => [row[0] ?? '', '9999999999', row[2] ?? '']),
      ['Sunil', OWN, '9812345674'],
    ]
    expect(phones('Name,Mobile,Alternate Mobile', dummies).at(-1)).toBe(`+91${OWN} +919812345674`)
  })
})

describe('two columns of one rank', () => {
  const apart: Rows = [
    ['Asha', '9812345671', '9822233341'],
    ['Ravi', '9812345672', '9822233342'],
  ]

  it.each([
    ['Phone', 'Contact Number'],
    ['Contact No', 'Calling No'],
    ['Phone', 'Telephone'],
  ])('are asked about where %s and %s differ', (a, b) => {
    expect(map(`Name,${a},${b}`, apart)).toMatchObject({
      kind: 'phone_column_unknown',
      equal: [`"${a}"`, `"${b}"`],
      candidates: [{ header: a }, { header: b }, { header: 'Name' }],
    })
  })

  it.each([
    ['Phone 1', 'Phone 2'],
    ['Mobile', 'Cell Phone'],
    ['Phone', 'Mobile'],
    ['Home Phone', 'Residence Phone'],
  ])('are not asked about where the headings tell %s from %s', (a, b) => {
    expect(map(`Name,${a},${b}`, apart).kind).toBe('mapped')
  })

  it('are not asked about where one is mostly empty, or both hold the same', () => {
    const empty = [...apart.map(([name = '', phone = '']) => [name, phone, '']), ['Meena', OWN, BESIDE]]
    expect(map('Name,Phone,Contact Number', empty).kind).toBe('mapped')
    const same = apart.map(([name = '', phone = '']) => [name, phone, `0${phone}`])
    expect(map('Name,Phone,Contact Number', same).kind).toBe('mapped')
  })
})

describe('a phone of whoever called, or gets a parcel', () => {
  const calls: Rows = [
    ['Asha', '9812345671', '18001234567'],
    ['Ravi', '9812345672', '18001234567'],
    ['Meena', '9812345673', '18001234567'],
    ['Asha', '9812345671', '18001234567'],
  ]

  it.each([
    'Caller Number',
    'Receiver Mobile',
    'Recipient Phone',
    'Consignee Contact No',
    'Teléfono del destinatario',
  ])("is the customer's where it is the only phone, and differs from row to row: %s", (heading) => {
    const rows = calls.map((row) => row.slice(0, 2))
    expect(phones(`Name,${heading}`, rows)[1]).toBe('+919812345672')
    expect(notes(`Name,${heading}`, rows)).toEqual([expect.stringContaining('differ from row to row')])
  })

  it("is the customer's beside the one line that everybody called", () => {
    expect(phones('Name,Caller Number,Called Number', calls)[0]).toBe('+919812345671')
    expect(phones('Agent,Caller Number,Called Number', calls)[0]).toBe('+919812345671')
  })

  it.each([
    ['in few rows', calls.slice(0, 2).map((row) => row.slice(0, 2))],
    ['with one number in most rows', calls.map((row) => [row[0] ?? '', row[2] ?? ''])],
    ['with no phones', calls.map((row) => [row[0] ?? '', 'busy'])],
  ])('is asked about %s', (_, rows) => {
    expect(map('Name,Caller Number', rows).kind).toBe('phone_column_unknown')
  })

  it("is nobody's beside a phone of the customer", () => {
    const rows = calls.map(([name = '', phone = ''], at) => [name, phone, `982223334${at}`])
    expect(phones('Name,Caller Number,Mobile', rows)[0]).toBe('+919822233340')
    expect(map('Name,Agent Phone', calls).kind).toBe('phone_column_unknown')
  })
})

it('says nothing of another country where a column tells the area code', () => {
  const rows: Rows = [
    ['A', '011', '25550132'],
    ['B', '022', '25550133'],
    ['C', '020', '25550134'],
  ]
  expect(notes('Name,STD Code,Phone', rows)).toEqual([expect.stringContaining('area code')])
})

describe('a column of words under the heading of a phone', () => {
  const header = 'Name,Phone,Mobile'
  const rows = [
    ['Asha', 'Pune', '9876543210'],
    ['Ravi', 'Thane', '9812345678'],
    ['Mira', 'Nashik', '9845012345'],
  ]

  it('is kept as it is, and the rows are read', () => {
    expect(phones(header, rows)).toEqual(['+919876543210', '+919812345678', '+919845012345'])
    expect(notes(header, rows)).toContain('"Phone" holds words and no phone numbers, so it is kept as it is.')
  })

  it('proves nothing in a single row, whose cells may have slipped', () => {
    expect(phones(header, rows.slice(0, 1))).not.toEqual(['+919876543210'])
  })
})

describe("an office's or alternate phone beside a column with an unknown heading", () => {
  const rows = [
    ['Asha', '022-27801234', '9876543210'],
    ['Ravi', '022-27801235', '9812345678'],
    ['Mira', '022-27801236', '9845012345'],
  ]

  it.each(['Landline', 'Office No', 'Alternate Mobile', 'Old Mobile'])(
    'is asked about under %j',
    (heading) => {
      for (const unknown of ['Borrower Ring', 'Reachable Mobile', 'TeleNum X']) {
        const found = map(`Name,${heading},${unknown}`, rows)
        expect(found).toMatchObject({ kind: 'phone_column_unknown', equal: [`"${heading}"`, `"${unknown}"`] })
      }
    },
  )

  it.each(['RMN', 'Reg Mobile', 'Latest Mobile', 'Working Number', 'Contactable No'])(
    'comes after %j',
    (heading) => {
      const own = ['+919876543210', '+919812345678', '+919845012345']
      const keys = phones(`Name,Alternate Mobile,${heading}`, rows).map((row) => row.split(' ')[0])
      expect(keys).toEqual(own)
    },
  )

  it('is asked about where most rows hold one number', () => {
    const calls = rows.map(([name = '', , phone = '']) => [name, phone, '08047112233'])
    expect(map('Call,From,To', calls)).toMatchObject({
      kind: 'phone_column_unknown',
      equal: ['"To"', '"From"'],
    })
    expect(map('Name,Zeta,Mobile', calls)).toMatchObject({ kind: 'phone_column_unknown' })
  })

  it.each(['Guarantor', 'Driver Mobile', 'Agent Ring', 'Father'])('is the phone beside %j', (heading) => {
    const found = map(`Name,Landline,${heading}`, rows)
    expect(found.kind).toBe('mapped')
  })

  it('is the phone where the other column is mostly empty, or holds the same', () => {
    const empty = rows.map(([name = '', office = '']) => [name, office, ''])
    const same = rows.map(([name = '', office = '']) => [name, office, office])
    for (const some of [empty, same]) expect(map('Name,Landline,Zeta', some).kind).toBe('mapped')
  })

  it('is the phone beside an account number, in a country with numbers of any length', () => {
    const german = [
      ['Anna', '030 2345678', '301234567'],
      ['Jens', '0511 345678', '301234568'],
      ['Ina', '0511 345679', '301234569'],
    ]
    expect(map('Name,Telefon privat,Vertrag', german, 'DE').kind).toBe('mapped')
  })
})

describe('a column of types beside the only phone', () => {
  it('leaves a fax out if every cell is a label', () => {
    const rows = [
      ['Asha', 'Mobile', '9876543210'],
      ['Ravi', 'Fax', '022-27801234'],
    ]
    expect(phones('Name,Type,Phone', rows)).toEqual(['+919876543210', 'phone_invalid'])
  })

  it('changes nothing if it is of something else', () => {
    const rows = [
      ['Asha', 'Mobile', '9876543210'],
      ['Ravi', 'Prepaid', '9812345678'],
    ]
    expect(phones('Name,Type,Phone', rows)).toEqual(['+919876543210', '+919812345678'])
  })
})
