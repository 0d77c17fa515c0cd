import { describe, expect, it } from 'vitest'
import { normaliseHeader } from '../src/customers/fields/normalise-header.ts'
import { classifyPhoneHeader } from '../src/customers/headings/phone-header.ts'
import { namesPhone } from '../src/phone-words.ts'

describe('a heading that names a phone', () => {
  it.each([
    'Mobile No.',
    'MOBILENO',
    'CustPhone',
    'Tel.',
    'Mob',
    'Ph No',
    'WhatsApp Number',
    'Handynummer',
    'Telefon privat',
    'Teléfono móvil',
    'Celular',
    'No. HP',
    'Contact Number',
    'मोबाइल नंबर',
    'फोन नंबर',
    '手机号码',
    'رقم الجوال',
    'Телефон',
  ])('is known by the reader of files and by the reader of headings: %s', (heading) => {
    expect(namesPhone(heading)).toBe(true)
    expect(classifyPhoneHeader(normaliseHeader(heading).words)).not.toBeNull()
  })

  it.each(['Name', 'City', 'Loan No', 'Up to', 'Amount', 'Address', '', '2026', 'Concept', 'Shop'])(
    'is not %j',
    (heading) => expect(namesPhone(heading)).toBe(false),
  )
})
