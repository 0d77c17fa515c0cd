import { describe, expect, it } from 'vitest'
import type { FieldDefinition } from '../../../src/customers/fields/customer.ts'
import { DEFAULT_FIELDS } from '../../../src/customers/fields/defaults/default-fields.ts'
import { DEFAULT_CATALOGUE, synonymKey } from '../../../src/customers/fields/field-catalogue.ts'
import { normaliseHeader } from '../../../src/customers/fields/normalise-header.ts'
import { classifyPhoneHeader } from '../../../src/customers/headings/phone-header.ts'

function fieldOf(header: string): string | null {
  return DEFAULT_CATALOGUE.match(normaliseHeader(header).words)?.field.name ?? null
}

function phoneRank(header: string): number {
  const phone = classifyPhoneHeader(normaliseHeader(header).words)
  return phone?.kind === 'phone' ? phone.rank : Number.NaN
}

describe('normaliseHeader', () => {
  it.each([
    'Mobile No.',
    'MOBILE_NUMBER',
    'mobileNumber',
    'Mobile #',
    'mobileno',
    'MOBILENO',
    'Mob. No',
    'mobile nº',
    'Mobile Nr.',
    ' mobile\u00a0number ',
    'Mobile Number*',
    'Mobile Number (10 digits)',
    'Mobile Number (with country code)',
    'Mobile Number (Required)',
    '\u200bMobile Number',
    'Ｍｏｂｉｌｅ Ｎｕｍｂｅｒ',
  ])('makes the same words of %j', (header) => {
    expect(normaliseHeader(header).words).toEqual(['mobile', 'number'])
  })

  it.each([
    ['Due Date (DD/MM/YYYY)', 'day_first'],
    ['Due Date (dd-mm-yy)', 'day_first'],
    ['Due Date [MM/DD/YYYY]', 'month_first'],
    ['due_date_ddmmyyyy', 'day_first'],
    ['Due Date (YYYY-MM-DD)', null],
    ['Due Date', null],
  ])('takes the order of day and month from %s', (header, order) => {
    const { words, dateOrder } = normaliseHeader(header)
    expect({ words, dateOrder }).toEqual({ words: ['due', 'date'], dateOrder: order })
  })

  it('keeps what brackets say about which column it is', () => {
    expect(normaliseHeader('Phone (Home)').words).toEqual(['phone', 'home'])
  })

  it('takes accents off Latin letters alone', () => {
    expect(normaliseHeader('Téléphone').words).toEqual(['telephone'])
    expect(normaliseHeader('Мобильный').words).toEqual(['мобильный'])
    expect(normaliseHeader('मोबाइल नंबर').words).toEqual(['मोबाइल', 'number'])
  })

  it('hears that amounts are counted in lakhs', () => {
    expect(normaliseHeader('Loan Amount (in Lakhs)').scale).toBe('lakhs')
    expect(normaliseHeader('Loan Amount (INR)').scale).toBeNull()
  })
})

describe('the default catalogue', () => {
  it.each(DEFAULT_FIELDS.flatMap((field) => headersOf(field).map((header) => [header, field.name] as const)))(
    'knows %s as %s',
    (header, name) => {
      const field = fieldOf(header)
      if (name === 'other_phones') expect(['other_phones', 'primary_phone']).toContain(field)
      else expect(field).toBe(name)
    },
  )

  it('gives no header to two fields', () => {
    const owners = new Map<string, string>()
    const shared: string[] = []
    for (const field of DEFAULT_FIELDS) {
      for (const header of headersOf(field)) {
        const key = synonymKey(header)
        if ((owners.get(key) ?? field.name) !== field.name) shared.push(header)
        owners.set(key, field.name)
      }
    }
    expect(shared).toEqual([])
  })

  it.each([
    ['Customer Name', 'full_name'],
    ["Borrower's Name", 'full_name'],
    ['CUST_NAME', 'full_name'],
    ['ग्राहक का नाम', 'full_name'],
    ['Contact: Email', 'email'],
    ['E Mail ID', 'email'],
    ['email_address', 'email'],
    ['LoanAmt', 'loan_amount'],
    ['LOAN_AMOUNT', 'loan_amount'],
    ['Loan Amount (₹)', 'loan_amount'],
    ['EMI Amt.', 'emi_amount'],
    ['Pin-code', 'postal_code'],
    ['Zip', 'postal_code'],
    ['Tenure', null],
    ['Amount', null],
    ['Lead Source', null],
    ['Customer ID', null],
    ['', null],
    ['...', null],
    ['constructor', null],
  ])('takes %s for %s', (header, field) => {
    expect(fieldOf(header)).toBe(field)
  })
})

describe('classifyPhoneHeader', () => {
  it.each([
    'Mobile No.',
    'Phone 1 - Value',
    'PRIMARY_PHONE',
    'Contact #',
    'मोबाइल नंबर',
    'Tel.',
    'Cust. Ph No',
    'Phone',
    'phone_number',
    'PhoneNumber',
    'Cell',
    'WhatsApp No.',
    'Home Phone',
    'Business Phone 2',
    'Other Phone',
    'alt_phone',
    'Alternate Contact No.',
    'Mobile Phone Number',
    'MobilePhone',
    'Landline',
    'CUST_COMU_PHONE_NUM_1',
    'Phone (Mobile)',
    'Telefon (privat)',
    'Handynummer',
    'Téléphone portable',
    'N° de téléphone',
    'Teléfono móvil',
    'Numero di telefono',
    'Telemóvel',
    'Номер телефона',
    'Мобильный телефон',
    'ग्राहक का मोबाइल नंबर',
    'Mobile Number of Borrower',
    'Calling Number',
    "Customer's Mobile",
    'Registered Mobile No',
    'Phone No. 2',
    'ISD Mobile',
  ])('calls the customer on %s', (header) => {
    expect(phoneRank(header)).not.toBeNaN()
  })

  it.each([
    'Fax',
    'Home Fax',
    'Pager',
    'Phone 1 - Type',
    'Phone 1 - Label',
    'Phone Verified',
    'Mobile Verified?',
    'Phone Status',
    "Assistant's Phone",
    'Asst. Phone',
    'Guarantor Mobile No',
    'Co-Applicant Phone',
    'Nominee Contact Number',
    'Is WhatsApp Number',
    'Phone Updated On',
    'Spouse Phone',
    'Agent Mobile',
    'RM Mobile',
    'Branch Phone',
    'Reference 1 Mobile',
    'Phone Opt Out',
    'Account Number',
    'Customer Number',
    'Loan Number',
    'Name',
    '',
  ])('does not call the customer on %s', (header) => {
    expect(phoneRank(header)).toBeNaN()
  })

  it('asks the better phone first', () => {
    const better = [
      'Primary Phone',
      'Mobile',
      'Phone',
      'Phone 2',
      'WhatsApp Number',
      'Home Phone',
      'Work Phone',
      'Work Phone 2',
      'Alternate Phone',
      'Emergency Contact Number',
    ]
    const ranks = better.map(phoneRank)
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
    expect(new Set(ranks).size).toBe(ranks.length)
  })
})

function headersOf({ name, synonyms, parts }: FieldDefinition): readonly string[] {
  return [name, ...synonyms, ...(parts?.synonyms.flat() ?? [])]
}
