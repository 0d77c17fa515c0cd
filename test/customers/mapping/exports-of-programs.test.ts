import { describe, expect, it } from 'vitest'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/index.ts'
import { mapHeader } from '../../../src/customers/mapping/index.ts'
import { createRowReader } from '../../../src/customers/rows/index.ts'

/** A file of one row, given as heading and cell; blank results are left out. */
function readRow(columns: Readonly<Record<string, string>>): unknown {
  const header = Object.keys(columns)
  const cells = Object.values(columns)
  const options = { catalogue: DEFAULT_CATALOGUE, region: 'IN', dateOrder: 'day_first' } as const
  const found = mapHeader(header, [cells], options)
  if (found.kind !== 'mapped') throw new Error('the phone column is unknown')
  const row = createRowReader(found.mapping, header, { ...options, clearWord: '#CLEAR' })({ line: 2, cells })
  return row.kind === 'customer' ? { phone: row.phone, ...row.values } : row
}

describe('the exports of programs', () => {
  it("reads Xero's two addresses apart", () => {
    const row = readRow({
      '*ContactName': 'Asha Rao',
      EmailAddress: 'a@b.co',
      FirstName: 'Asha',
      LastName: 'Rao',
      POAddressLine1: '12 MG Road',
      POAddressLine2: 'Camp',
      POCity: 'Pune',
      PORegion: 'MH',
      POPostalCode: '411001',
      SACity: 'Thane',
      MobileNumber: '9876543210',
      DueDateBillDay: '20',
    })
    expect(row).toEqual({
      phone: '+919876543210',
      full_name: 'Asha Rao',
      email: 'a@b.co',
      address: '12 MG Road, Camp',
      city: 'Pune',
      state: 'MH',
      postal_code: '411001',
      'attributes.sacity': 'Thane',
      'attributes.due_date_bill_day': '20',
    })
  })

  it("reads Shopify's default address", () => {
    const row = readRow({
      'First Name': 'Asha',
      'Last Name': 'Rao',
      'Default Address Address1': '12 MG Road',
      'Default Address Address2': 'Camp',
      'Default Address City': 'Pune',
      'Default Address Zip': "'411001",
      Phone: "'+919876543210",
    })
    expect(row).toEqual({
      phone: '+919876543210',
      full_name: 'Asha Rao',
      address: '12 MG Road, Camp',
      city: 'Pune',
      postal_code: '411001',
    })
  })

  it.each([
    [{ 'Birth Year': '1985', 'Birth Month': '3', 'Birth Day': '15' }],
    [{ 'Birth Year': '1985.0', 'Birth Month': '3.0', 'Birth Day': '15.0' }],
  ])("keeps the pieces of Thunderbird's birthday %j beside", (pieces) => {
    expect(readRow({ 'Mobile Number': '9876543210', ...pieces })).toMatchObject({ phone: '+919876543210' })
  })

  it('reads a birthday under two words as one', () => {
    expect(readRow({ Mobile: '9876543210', 'Birth Day': '15/03/1985' })).toMatchObject({
      date_of_birth: '1985-03-15',
    })
  })

  it.each([['0/0/00'], ['00.00.0000'], ['1/1/4501'], ['--03-15'], ['03/15']])(
    'takes the birthday %s of Outlook, SAP, Google and Mailchimp for none',
    (birthday) => {
      expect(readRow({ Mobile: '9876543210', Birthday: birthday })).toEqual({ phone: '+919876543210' })
    },
  )

  it('takes a principal for a person where the cells are names, and for an amount where they are amounts', () => {
    expect(readRow({ Mobile: '9876543210', Principal: 'Meena Iyer' })).toEqual({
      phone: '+919876543210',
      'attributes.principal': 'Meena Iyer',
    })
    expect(readRow({ Mobile: '9876543210', Principal: '1,20,000' })).toEqual({
      phone: '+919876543210',
      loan_amount: 120_000,
    })
  })

  it('takes the answers of forms by nobody for no e-mail', () => {
    expect(
      readRow({ Email: 'anonymous', Name: '', 'Your full name': 'Asha', 'WhatsApp number': '9876543210' }),
    ).toEqual({ phone: '+919876543210', full_name: 'Asha' })
  })

  it.each([['9,876,543,210.00'], ['9,87,65,43,210.00'], ['9,876,543,210']])(
    'reads the phone %s, which a spreadsheet showed as an amount',
    (cell) => {
      expect(readRow({ Mobile: cell })).toEqual({ phone: '+919876543210' })
    },
  )
})
