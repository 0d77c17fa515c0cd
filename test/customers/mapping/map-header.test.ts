import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RESERVED_NAMES } from '../../../src/customers/fields/attribute-name.ts'
import type { ColumnMapping, HeaderMapping } from '../../../src/customers/fields/customer.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import {
  type MapHeaderOptions,
  type MappedHeader,
  mapHeader,
} from '../../../src/customers/mapping/map-header.ts'

const OPTIONS: MapHeaderOptions = { catalogue: DEFAULT_CATALOGUE, region: 'IN', dateOrder: 'day_first' }

function map(
  header: readonly string[],
  rows: readonly (readonly string[])[] = [],
  options = {},
): MappedHeader {
  return mapHeader(header, rows, { ...OPTIONS, ...options })
}

function mapped(
  header: readonly string[],
  rows: readonly (readonly string[])[] = [],
  options = {},
): HeaderMapping {
  const found = map(header, rows, options)
  if (found.kind !== 'mapped') throw new Error('the phone column is unknown')
  return found.mapping
}

/** The role of each column in one word: `phone:0`, `email`, `full_name#0`, `@shirt_size`, `-`. */
function targets({ columns }: HeaderMapping): Record<string, string> {
  return Object.fromEntries(columns.map((column) => [column.header, targetOf(column)]))
}

function targetOf({ target, field, rank, part }: ColumnMapping): string {
  if (target === 'phone') return `phone:${rank}`
  if (target === 'attribute') return `@${field}`
  if (target === 'ignored') return '-'
  return `${field}${part === undefined ? '' : `#${part}`}${rank ? `:${rank}` : ''}`
}

function list(header: string): string[] {
  return header.split(',')
}

describe('mapHeader with the exports of', () => {
  it.each([
    [
      'HubSpot',
      'Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Contact owner,Lead Status,City,State/Region,Postal Code,Country/Region,Street Address,Associated Company',
      {
        'First Name': 'full_name#0',
        'Last Name': 'full_name#2',
        Email: 'email',
        'Phone Number': 'phone:1',
        'Mobile Phone Number': 'phone:0',
        'Contact owner': '@contact_owner',
        City: 'city',
        'State/Region': 'state',
        'Postal Code': 'postal_code',
        'Country/Region': 'country',
        'Street Address': 'address#0',
        'Associated Company': 'company',
        'Record ID': '@record_id',
        'Lead Status': '@lead_status',
      },
    ],
    [
      'Salesforce',
      'Salutation,First Name,Last Name,Account Name,Mailing Street,Mailing City,Mailing State/Province,Mailing Zip/Postal Code,Mailing Country,Phone,Fax,Mobile,Home Phone,Other Phone,Asst. Phone,Email,Birthdate,Do Not Call',
      {
        'First Name': 'full_name#0',
        'Last Name': 'full_name#2',
        'Account Name': 'company',
        'Mailing Street': 'address#0',
        'Mailing City': 'city',
        'Mailing State/Province': 'state',
        'Mailing Zip/Postal Code': 'postal_code',
        'Mailing Country': 'country',
        Phone: 'phone:1',
        Fax: '@fax',
        Mobile: 'phone:0',
        'Home Phone': 'phone:2',
        'Other Phone': 'phone:3',
        'Asst. Phone': '@asst_phone',
        Email: 'email',
        Birthdate: 'date_of_birth',
        'Do Not Call': 'do_not_call',
        Salutation: '@salutation',
      },
    ],
    [
      'the Salesforce data loader',
      'FirstName,LastName,MobilePhone,HomePhone,MailingStreet,MailingPostalCode,DoNotCall',
      {
        FirstName: 'full_name#0',
        LastName: 'full_name#2',
        MobilePhone: 'phone:0',
        HomePhone: 'phone:1',
        MailingStreet: 'address#0',
        MailingPostalCode: 'postal_code',
        DoNotCall: 'do_not_call',
      },
    ],
    [
      'Zoho',
      'Record Id,Lead Owner,Full Name,First Name,Last Name,Email,Phone,Mobile,Fax,Date of Birth,Street,City,State,Zip Code,Country',
      {
        'Record Id': '@record_id',
        'Lead Owner': '@lead_owner',
        'Full Name': 'full_name',
        'First Name': 'full_name#0',
        'Last Name': 'full_name#2',
        Email: 'email',
        Phone: 'phone:1',
        Mobile: 'phone:0',
        Fax: '@fax',
        'Date of Birth': 'date_of_birth',
        Street: 'address#0',
        City: 'city',
        State: 'state',
        'Zip Code': 'postal_code',
        Country: 'country',
      },
    ],
    [
      'Outlook',
      "First Name,Middle Name,Last Name,Company,Business Street,Business City,Business Postal Code,Home Street,Assistant's Phone,Business Fax,Business Phone,Business Phone 2,Home Phone,Mobile Phone,Pager,E-mail Address,E-mail Type,Birthday,Gender",
      {
        'First Name': 'full_name#0',
        'Middle Name': 'full_name#1',
        'Last Name': 'full_name#2',
        Company: 'company',
        'Business Street': 'address#0',
        'Business City': 'city',
        'Business Postal Code': 'postal_code',
        'Home Street': '@home_street',
        "Assistant's Phone": '@assistant_s_phone',
        'Business Fax': '@business_fax',
        'Business Phone': 'phone:2',
        'Business Phone 2': 'phone:3',
        'Home Phone': 'phone:1',
        'Mobile Phone': 'phone:0',
        Pager: '@pager',
        'E-mail Address': 'email',
        'E-mail Type': '@e_mail_type',
        Birthday: 'date_of_birth',
        Gender: 'gender',
      },
    ],
    [
      'Google Contacts',
      'First Name,Middle Name,Last Name,Organization Name,Birthday,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - Postal Code,Address 1 - Country,Address 2 - City',
      {
        'First Name': 'full_name#0',
        'Middle Name': 'full_name#1',
        'Last Name': 'full_name#2',
        'Organization Name': 'company',
        Birthday: 'date_of_birth',
        'E-mail 1 - Label': '@e_mail_1_label',
        'E-mail 1 - Value': 'email',
        'E-mail 2 - Value': 'email:1',
        'Phone 1 - Label': '@phone_1_label',
        'Phone 1 - Value': 'phone:0',
        'Phone 2 - Label': '@phone_2_label',
        'Phone 2 - Value': 'phone:1',
        'Address 1 - Formatted': 'address',
        'Address 1 - Street': 'address#0',
        'Address 1 - City': 'city',
        'Address 1 - Postal Code': 'postal_code',
        'Address 1 - Country': 'country',
        'Address 2 - City': '@address_2_city',
      },
    ],
    [
      'VICIdial',
      'vendor_lead_code,source_id,list_id,phone_code,phone_number,title,first_name,middle_initial,last_name,address1,address2,address3,city,state,province,postal_code,country_code,gender,date_of_birth,alt_phone,email,security_phrase,comments',
      {
        phone_code: 'phone_code',
        phone_number: 'phone:0',
        first_name: 'full_name#0',
        middle_initial: 'full_name#1',
        last_name: 'full_name#2',
        address1: 'address#0',
        address2: 'address#1',
        address3: 'address#2',
        city: 'city',
        state: 'state',
        province: 'state:1',
        postal_code: 'postal_code',
        country_code: 'country',
        gender: 'gender',
        date_of_birth: 'date_of_birth',
        alt_phone: 'phone:1',
        email: 'email',
        vendor_lead_code: '@vendor_lead_code',
        source_id: '@source_id',
        list_id: '@list_id',
        title: '@title',
        security_phrase: '@security_phrase',
        comments: '@comments',
      },
    ],
    [
      'Ozonetel',
      'PhoneNumber,Name,Priority',
      { PhoneNumber: 'phone:0', Name: 'full_name', Priority: '@priority' },
    ],
    [
      'Finacle',
      'FORACID,CIF_ID,ACCT_NAME,CUST_COMU_PHONE_NUM_1,CUST_COMU_PHONE_NUM_2,EMAIL_ID,CUST_COMU_ADDR1,CUST_COMU_ADDR2,CUST_COMU_CITY_CODE,CUST_COMU_PIN_CODE,SANCT_LIM,CLR_BAL_AMT',
      {
        FORACID: 'loan_id',
        CIF_ID: '@cif_id',
        ACCT_NAME: 'full_name',
        CUST_COMU_PHONE_NUM_1: 'phone:0',
        CUST_COMU_PHONE_NUM_2: 'phone:1',
        EMAIL_ID: 'email',
        CUST_COMU_ADDR1: 'address#0',
        CUST_COMU_ADDR2: 'address#1',
        CUST_COMU_CITY_CODE: 'city',
        CUST_COMU_PIN_CODE: 'postal_code',
        SANCT_LIM: 'loan_amount',
        CLR_BAL_AMT: '@clr_bal_amt',
      },
    ],
    [
      'Flexcube',
      'CUSTOMER_NO,CUSTOMER_NAME1,ADDRESS_LINE1,ADDRESS_LINE2,MOBILE_NUMBER,TELEPHONE,E_MAIL,CONTRACT_REF_NO,AMOUNT_FINANCED,MATURITY_DATE,AMOUNT_DUE,DUE_DATE',
      {
        CUSTOMER_NO: '@customer_no',
        CUSTOMER_NAME1: 'full_name',
        ADDRESS_LINE1: 'address#0',
        ADDRESS_LINE2: 'address#1',
        MOBILE_NUMBER: 'phone:0',
        TELEPHONE: 'phone:1',
        E_MAIL: 'email',
        CONTRACT_REF_NO: 'loan_id',
        AMOUNT_FINANCED: 'loan_amount',
        MATURITY_DATE: 'maturity_date',
        AMOUNT_DUE: 'due_amount',
        DUE_DATE: 'due_date',
      },
    ],
    [
      'a Hindi spreadsheet',
      'ग्राहक का नाम,मोबाइल नंबर,पता,शहर,पिन कोड,ऋण संख्या,बकाया राशि,देय तिथि',
      {
        'ग्राहक का नाम': 'full_name',
        'मोबाइल नंबर': 'phone:0',
        पता: 'address',
        शहर: 'city',
        'पिन कोड': 'postal_code',
        'ऋण संख्या': 'loan_id',
        'बकाया राशि': 'due_amount',
        'देय तिथि': 'due_date',
      },
    ],
    [
      'a German spreadsheet',
      'Vorname,Nachname,Telefonnummer,Handynummer,E-Mail-Adresse,Straße,PLZ,Ort,Fälligkeitsdatum',
      {
        Vorname: 'full_name#0',
        Nachname: 'full_name#2',
        Telefonnummer: 'phone:1',
        Handynummer: 'phone:0',
        'E-Mail-Adresse': 'email',
        Straße: 'address#0',
        PLZ: 'postal_code',
        Ort: 'city',
        Fälligkeitsdatum: 'due_date',
      },
    ],
  ])('%s', (_, header, expected) => {
    expect(targets(mapped(list(header)))).toEqual(expected)
  })

  it('Five9, whose columns are called by number, when the cells are phones', () => {
    const found = mapped(list('number1,number2,first_name,last_name,street,zip'), [
      ['7417119014', '9876543210', 'A', 'B', 'x', '411001'],
    ])
    expect(targets(found)).toMatchObject({ number1: 'phone:0', number2: 'phone:1', zip: 'postal_code' })
  })
})

describe('mapHeader', () => {
  it('asks which column holds the phones when no header says so, the likeliest first', () => {
    const found = map(
      ['a', 'b', 'c'],
      [
        ['x', '7417119014', '1'],
        ['y', '9876543210', '2'],
      ],
    )
    expect(found).toMatchObject({
      kind: 'phone_column_unknown',
      isHeaderRow: false,
      candidates: [
        { index: 1, header: 'b', examples: ['7417119014', '9876543210'], phoneShare: 1 },
        { index: 0, header: 'a' },
        { index: 2, header: 'c' },
      ],
    })
  })

  it.each([[1], ['Ring me'], ['ring me'], ['2']])('takes the column a person chose: %j', (phoneColumn) => {
    expect(targets(mapped(['Name', 'Ring me', 'City'], [], { phoneColumn }))).toEqual({
      Name: 'full_name',
      'Ring me': 'phone:0',
      City: 'city',
    })
  })

  it('puts the chosen column before the ones it would have taken', () => {
    expect(targets(mapped(['Mobile', 'Phone'], [], { phoneColumn: 'Phone' }))).toEqual({
      Mobile: 'phone:1',
      Phone: 'phone:0',
    })
  })

  it.each([[9], ['Nothing'], ['']])('asks again when there is no column %j', (phoneColumn) => {
    expect(map(['a', 'b'], [['1', '2']], { phoneColumn }).kind).toBe('phone_column_unknown')
  })

  it('asks when the column called phone holds none and another holds nothing else', () => {
    const rows = [
      ['yes', '7417119014'],
      ['no', '9876543210'],
    ]
    expect(map(['Phone', 'Reach'], rows)).toMatchObject({
      kind: 'phone_column_unknown',
      candidates: [{ header: 'Reach' }, {}],
    })
  })

  it('goes on with a column called phone whose numbers a spreadsheet damaged', () => {
    expect(map(['Phone', 'City'], [['9.17417E+11', 'Pune']]).kind).toBe('mapped')
  })

  it('takes a contact for a phone where the cells are phones and for nothing where they are names', () => {
    expect(targets(mapped(['Contact', 'City'], [['7417119014', 'Pune']]))).toMatchObject({
      Contact: 'phone:0',
    })
    expect(targets(mapped(['Contact', 'Mobile'], [['Asha', '7417119014']]))).toMatchObject({
      Contact: '@contact',
    })
  })

  it('knows a file without a header by the phone in its first line', () => {
    const found = map(['Asha', '7417119014', 'Pune'], [['Ravi', '9876543210', 'Delhi']])
    expect(found).toMatchObject({ kind: 'phone_column_unknown', isHeaderRow: true })
    expect(found.kind === 'phone_column_unknown' && found.candidates[0]?.examples).toEqual([
      '7417119014',
      '9876543210',
    ])
    expect(mapped(['Asha', '7417119014', 'Pune'], [], { phoneColumn: 1 })).toMatchObject({
      isHeaderRow: true,
      columns: [{ field: 'column_1' }, { target: 'phone' }, { field: 'column_3' }],
    })
  })

  it('says which phone is asked first and which next', () => {
    expect(mapped(['Phone', 'Mobile', 'Home Phone']).notes).toEqual([
      expect.stringMatching(/"Mobile".*"Phone".*"Home Phone"/),
    ])
  })

  it('leaves out the columns we add to failed rows, and only all three together', () => {
    expect(targets(mapped(list('Mobile,Line,Problem,How to fix')))).toEqual({
      Mobile: 'phone:0',
      Line: '-',
      Problem: '-',
      'How to fix': '-',
    })
    expect(targets(mapped(list('Mobile,Line,Problem')))).toEqual({
      Mobile: 'phone:0',
      Line: '@line_2',
      Problem: '@problem',
    })
  })

  it('says what became of a repeated header and of one that is missing', () => {
    const found = mapped(['Mobile', 'City', 'City', '', ' '], [['7417119014', '', 'Pune', 'x', '']])
    expect(found.columns.map(targetOf)).toEqual(['phone:0', 'city', 'city:1', '@column_4', '-'])
    expect(found.notes).toEqual([
      expect.stringMatching(/^City .*"City" \(column 2\).*"City" \(column 3\)/),
      expect.stringMatching(/^Column 4 .*column_4/),
    ])
  })

  it('keeps a second column of a field that has another name as an attribute, too', () => {
    const found = mapped(['Mobile', 'Overdue Amount', 'Total Due'])
    expect(found.columns.slice(1)).toMatchObject([
      { field: 'due_amount', rank: 1, keptAs: 'overdue_amount' },
      { field: 'due_amount', rank: 0 },
    ])
  })

  it('never mixes two addresses', () => {
    const header = list('Mobile,Home Street,Home City,Business Street,Business City,Country')
    const rows = [
      ['7417119014', 'a', 'b', '', 'c', 'IN'],
      ['7417119015', 'a', 'b', '', '', 'IN'],
    ]
    expect(targets(mapped(header, rows))).toMatchObject({
      'Home Street': 'address#0',
      'Home City': 'city',
      'Business Street': '@business_street',
      'Business City': '@business_city',
      Country: 'country',
    })
  })

  it('tells a dialling code from a country by the cells', () => {
    const header = ['country_code', 'phone']
    expect(
      targets(
        mapped(header, [
          ['91', '7417119014'],
          ['+1', '6502530000'],
        ]),
      ),
    ).toMatchObject({ country_code: 'phone_code' })
    expect(targets(mapped(header, [['IN', '7417119014']]))).toMatchObject({ country_code: 'country' })
  })

  it('keeps an amount that counts in lakhs beside and says so', () => {
    const found = mapped(['Mobile', 'Loan Amount (in Lakhs)'])
    expect(targets(found)).toMatchObject({ 'Loan Amount (in Lakhs)': '@loan_amount_in_lakhs' })
    expect(found.notes).toEqual([expect.stringMatching(/^"Loan Amount \(in Lakhs\)" .*loan amount/)])
  })

  it('believes a header such as Due only where the cells are amounts', () => {
    const header = ['Mobile', 'Due', 'Due Date']
    expect(targets(mapped(header, [['7417119014', '1,200', '5th']]))).toMatchObject({
      Due: 'due_amount',
      'Due Date': 'due_date',
    })
    const found = mapped(header, [
      ['7417119014', '5th of the month', ''],
      ['7417119015', '7th', ''],
    ])
    expect(targets(found)).toMatchObject({ Due: '@due' })
    expect(found.notes).toEqual([expect.stringMatching(/^"Due" .*amount due/)])
  })

  it.each([
    [['31/01/2026', '03/04/2026'], 'day_first', 0],
    [['01/31/2026', '03/04/2026'], 'month_first', 0],
    [['03/04/2026'], 'day_first', 1],
    [['31/01/2026', '01/31/2026', '03/04/2026'], 'day_first', 1],
    [['2026-01-31'], 'day_first', 0],
    [[], 'day_first', 0],
  ] as const)('finds the order of dates such as %j to be %s', (dates, order, notes) => {
    const found = mapped(
      ['Mobile', 'Due Date'],
      dates.map((date) => ['7417119014', date]),
    )
    expect(found.dateOrder).toEqual({ 1: order })
    expect(found.notes).toHaveLength(notes)
  })

  it.each([
    ['05/06/1991', '03/04/2026'],
    ['5-6-91', '03-04-2026'],
    ['०५.०६.१९९१', '03.04.2026'],
    [' 05/06/1991 10:30', '03/04/2026'],
  ])('tells how dates such as %j are read by another date: the note stays when cells go', (cell, shown) => {
    const { notes } = mapped(['Mobile', 'Due Date'], [['7417119014', cell]])
    expect(notes.join()).toContain(`dates such as ${shown} are read day first`)
    expect(notes.join()).not.toContain(cell.trim())
  })

  it('believes a header that names the order of its dates', () => {
    const found = mapped(['Mobile', 'Due Date (MM/DD/YYYY)'], [['7417119014', '03/04/2026']])
    expect(found).toMatchObject({ dateOrder: { 1: 'month_first' }, notes: [] })
  })

  it('finds how amounts are written', () => {
    const header = ['Mobile', 'Loan Amount', 'Due Amount', 'EMI']
    const rows = [
      ['7417119014', '1.200', '1,200', '1,5'],
      ['7417119015', '1.200,50', '99.5', '1.5'],
    ]
    expect(mapped(header, rows).decimalMark).toEqual({ 1: 'comma', 2: 'point' })
  })

  it('points out numbers that look like those of another country', () => {
    const [code] = mapped(['Phone'], [['12125551234'], ['13105551234'], ['14045551234']]).notes
    expect(code).toContain('"Phone"')
    const [country] = mapped(['Phone'], [['0501234567'], ['0521234567'], ['0551234567']]).notes
    expect(country).toContain('United Arab Emirates')
    expect(mapped(['Phone'], [['7417119014'], ['9876543210'], ['9123456780']]).notes).toEqual([])
  })

  it('leaves out what is beyond the limit and says so', () => {
    const found = mapped(['Mobile', 'a', 'b', 'c'], [], { maxAttributes: 2 })
    expect(found.columns.map(targetOf)).toEqual(['phone:0', '@a', '@b', '-'])
    expect(found.notes).toEqual([expect.stringMatching(/\b2\b.*"c".*\(1 /)])
  })

  it('gives every column of any header a safe name of its own', () => {
    const nasty = fc.constantFrom(
      '__proto__',
      'constructor',
      '$where',
      'a.b',
      'a b',
      'A_B',
      'attributes',
      '_id',
      'toString',
      '',
      ' ',
      '\u0000',
      '\ud800',
      'é',
      'e\u0301',
      'ß',
      'SS',
      '😀',
      'x'.repeat(300),
      'Mobile',
      'line',
      'problem',
      'how to fix',
    )
    fc.assert(
      fc.property(
        fc.array(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 90 })), { maxLength: 30 }),
        (header) => {
          const before = JSON.stringify(Object.getOwnPropertyNames(Object.prototype))
          const { columns } = mapped(['Phone', ...header], [], { phoneColumn: 0 })
          const names = columns.flatMap(({ target, field, keptAs }) =>
            target === 'attribute' ? [field] : keptAs === undefined ? [] : [keptAs],
          )
          expect(columns).toHaveLength(header.length + 1)
          expect(new Set(names).size).toBe(names.length)
          for (const name of names) {
            expect(name).toMatch(/^[\p{L}\p{N}][\p{L}\p{M}\p{N}_]*$/u)
            expect(name.length).toBeLessThanOrEqual(64)
            expect(RESERVED_NAMES.has(name)).toBe(false)
            expect(name).toBe(name.normalize('NFC'))
          }
          expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(before)
          expect(structuredClone(columns)).toEqual(columns)
        },
      ),
    )
  })

  it('keeps a column of ledger balances beside, and says why', () => {
    const rows = [
      ['9876543210', '12,500.00 DR'],
      ['9876543211', '1,000.00 CR'],
    ]
    const { columns, notes } = mapped(['Phone', 'Outstanding Balance'], rows)
    expect(columns[1]).toMatchObject({ target: 'attribute', field: 'outstanding_balance' })
    expect(notes.join()).toContain('Cr or Dr')
  })

  it('points out numbers written as in America that are numbers of the default region, too', () => {
    const rows = ['30', '31', '32', '33'].map((end) => [`(415) 555-26${end}`])
    expect(mapped(['Phone'], rows).notes.join()).toContain('United States')
    expect(mapped(['Phone'], rows, { region: 'US' }).notes).toEqual([])
  })

  it('knows the address of an export whose headers are glued together', () => {
    expect(
      targets(mapped(['PHONE', 'MAILINGSTREET', 'MAILINGCITY'], [['9876543210', '12 MG Road', 'Pune']])),
    ).toEqual({
      PHONE: 'phone:0',
      MAILINGSTREET: 'address#0',
      MAILINGCITY: 'city',
    })
  })
})
