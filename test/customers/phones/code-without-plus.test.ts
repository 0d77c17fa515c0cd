import fc from 'fast-check'
import examples from 'libphonenumber-js/mobile/examples'
import { describe, expect, it } from 'vitest'
import { listRegions, planOfRegion } from '../../../src/customers/phones/numbering-plan.ts'
import { readPhones } from '../../../src/customers/phones/read-phone.ts'
import { resolvePhone } from '../../../src/customers/phones/resolve-phone.ts'

const codeOf = (region: string) => planOfRegion(region)?.callingCode ?? ''

function isMobile(digits: string, region: string): boolean {
  const phone = resolvePhone(`+${codeOf(region)}${digits}`, region)
  return phone?.region === region && planOfRegion(region)?.mobile?.pattern.test(digits) === true
}

/** Mobiles of every region, without the country code. */
const MOBILES = listRegions().flatMap((region) => {
  const example = Reflect.get(examples, region) as string | undefined
  return example !== undefined && isMobile(example, region) ? [{ region, digits: example }] : []
})
const mobiles = fc
  .tuple(fc.constantFrom(...MOBILES), fc.integer({ min: 0, max: 9_999 }))
  .map(([{ region, digits }, end]) => ({
    region,
    digits: digits.slice(0, -4) + String(end).padStart(4, '0'),
  }))
  .filter(({ region, digits }) => isMobile(digits, region))

describe('a number with its country code but without the plus', () => {
  it.each([
    ['DE', '491716783154', '+491716783154'],
    ['ID', '6281234567890', '+6281234567890'],
    ['MX', '5215512345678', '+525512345678'],
    ['MX', '525512345680', '+525512345680'],
    ['BR', '5511912345678', '+5511912345678'],
    ['AT', '436641234567', '+436641234567'],
    ['IN', '919876543210', '+919876543210'],
  ])('is read in %s: %s', (region, cell, phone) => {
    expect(readPhones(cell, region)).toMatchObject({ kind: 'phones', phones: [phone] })
  })

  it.each([
    ['DE', '436641234567', 'two different phone numbers'],
    ['DE', '33612345678', 'two different phone numbers'],
    ['AT', '491716783154', 'one of Germany'],
    ['IN', '971501234567', 'one of United Arab Emirates'],
    ['IN', '6281234567890', 'one of Indonesia'],
    ['US', '447400123456', 'one of United Kingdom'],
  ])('of another country is refused in %s with words that name the cause: %s', (region, cell, words) => {
    expect(readPhones(cell, region)).toMatchObject({ kind: 'problem', code: 'phone_invalid' })
    expect(readPhones(cell, region)).toHaveProperty('why', expect.stringContaining(words))
  })

  it('is its own country’s mobile in every region', () => {
    fc.assert(
      fc.property(mobiles, ({ region, digits }) => {
        const e164 = `+${codeOf(region)}${digits}`
        const reading = readPhones(e164.slice(1), region)
        if (reading.kind === 'phones') expect(reading.phones).toEqual([e164])
        else expect(reading).toMatchObject({ kind: 'problem' })
      }),
      { numRuns: 2_000 },
    )
  })

  it('is never a fixed line of a region whose fixed lines have several lengths', () => {
    const loose = listRegions().filter((region) => planOfRegion(region)?.hasLooseLengths)
    fc.assert(
      fc.property(mobiles, fc.constantFrom(...loose), (mobile, region) => {
        const written = codeOf(mobile.region) + mobile.digits
        fc.pre(codeOf(mobile.region) !== codeOf(region) && !written.startsWith(codeOf(region)))
        const reading = readPhones(written, region)
        if (reading.kind !== 'phones') return
        const [phone = ''] = reading.phones
        const national = phone.slice(1 + codeOf(region).length)
        const isWhole = phone === `+${codeOf(region)}${written}`
        if (isWhole) expect(planOfRegion(region)?.mobile?.pattern.test(national)).toBe(true)
      }),
      { numRuns: 5_000 },
    )
  })

  it('leaves mobiles of a region as they are written at home without a zero', () => {
    fc.assert(
      fc.property(mobiles, ({ region, digits }) => {
        const plan = planOfRegion(region)
        fc.pre(plan !== null && !digits.startsWith(plan.callingCode) && !digits.startsWith('0'))
        const reference = resolvePhone(digits, region)
        fc.pre(reference !== null && reference.e164 === `+${codeOf(region)}${digits}`)
        expect(readPhones(digits, region)).toMatchObject({ kind: 'phones', phones: [reference?.e164] })
      }),
      { numRuns: 2_000 },
    )
  })
})
