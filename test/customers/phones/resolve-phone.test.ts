import libphonenumber from 'google-libphonenumber'
import { describe, expect, it } from 'vitest'
import { listRegions } from '../../../src/customers/phones/numbering-plan.ts'
import { resolvePhone } from '../../../src/customers/phones/resolve-phone.ts'

const { PhoneNumberUtil, PhoneNumberFormat, PhoneNumberType } = libphonenumber
const reference = PhoneNumberUtil.getInstance()
const TYPES = Object.values(PhoneNumberType).filter(
  (type): type is libphonenumber.PhoneNumberType => typeof type === 'number' && type >= 0,
)

function referenceE164(text: string, region: string): string | null {
  try {
    const number = reference.parse(text, region)
    return reference.isValidNumber(number) ? reference.format(number, PhoneNumberFormat.E164) : null
  } catch {
    return null
  }
}

/** The same numbers for the same seed, so that a failure can be repeated. */
function createRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff
    return state % below
  }
}

function mutate(digits: string, random: (below: number) => number): string {
  const changed = [...digits]
  for (let left = random(3); left >= 0; left -= 1) {
    const at = random(changed.length)
    const digit = String(random(10))
    const kind = random(4)
    if (kind < 2) changed[at] = digit
    else changed.splice(at, kind === 2 ? 1 : 0, ...(kind === 2 ? [] : [digit]))
  }
  return changed.join('')
}

/** Every dialled form of a number, in digits only. */
function waysToWrite(callingCode: string, national: string): readonly string[] {
  return [
    `+${callingCode}${national}`,
    `${callingCode}${national}`,
    national,
    `0${national}`,
    `8${national}`,
    `1${national}`,
    `00${callingCode}${national}`,
    `011${callingCode}${national}`,
    `+${callingCode}0${national}`,
    `+00${callingCode}${national}`,
    `+0${national}`,
    `+${national}`,
  ]
}

function exampleNumbers(region: string): readonly string[] {
  const numbers = new Set<string>()
  for (const type of TYPES) {
    const example = reference.getExampleNumberForType(region, type)
    if (example?.getNationalNumber()) numbers.add(reference.getNationalSignificantNumber(example))
  }
  return [...numbers]
}

/**
 * Both libraries have Google's metadata, but of different weeks (libphonenumber-js 1.13.16 is six weeks newer
 * than google-libphonenumber 3.2.47). So a range opened or closed in between is valid in one of them only.
 * Such a number differs in the data and not in the reading: its full E.164 form already gets different
 * results.
 */
function isOtherData(e164: string | null): boolean {
  return e164 !== null && (resolvePhone(e164, 'ZZ') === null) !== (referenceE164(e164, 'ZZ') === null)
}

describe('resolvePhone', () => {
  const regions = listRegions()

  it.each(regions)('agrees with the reference about numbers dialled in %s', (region) => {
    const random = createRandom(region.charCodeAt(0) * 256 + region.charCodeAt(1))
    const callingCode = String(reference.getCountryCodeForRegion(region))
    const nationals = exampleNumbers(region).flatMap((example) => [
      example,
      ...Array.from({ length: 7 }, () => mutate(example, random)),
    ])
    const dialled = nationals
      .flatMap((national) => waysToWrite(callingCode, national))
      .map((text) => {
        const from = random(4) === 0 ? (regions[random(regions.length)] ?? region) : region
        return { text, from, theirs: referenceE164(text, from), ours: resolvePhone(text, from)?.e164 ?? null }
      })
    const differences = dialled.filter(
      ({ theirs, ours }) => ours !== theirs && !isOtherData(ours) && !isOtherData(theirs),
    )
    expect(differences).toEqual([])
  })

  it('judges all but a few of the example numbers as the reference does', () => {
    const numbers = regions.flatMap((region) =>
      exampleNumbers(region).map((national) => `+${reference.getCountryCodeForRegion(region)}${national}`),
    )
    const differing = new Set(numbers.filter(isOtherData))
    expect(numbers.length).toBeGreaterThan(1_000)
    expect(differing.size / numbers.length).toBeLessThan(0.01)
  })

  it.each([
    ['+80012345678', '+80012345678'],
    ['+870773111632', '+870773111632'],
    ['+97912345678', null],
  ])('knows numbers that belong to no country: %s', (text, e164) => {
    expect(resolvePhone(text, 'IN')?.e164 ?? null).toBe(e164)
    expect(referenceE164(text, 'IN')).toBe(e164)
  })

  it.each([
    ['530071434567', 'CU', '+5371434567'],
    ['8560023423466', 'LA', '+85623423466'],
    ['18106234', 'BM', '+14418106234'],
  ])('reads %s in %s as the reference does and libphonenumber-js does not', (text, region, e164) => {
    expect(resolvePhone(text, region)?.e164).toBe(e164)
    expect(referenceE164(text, region)).toBe(e164)
  })

  it.each(['', '+', '++', '0', '00', '+0', '1', '+1', '9'.repeat(40), `+${'9'.repeat(300)}`])(
    'finds no number in %s',
    (text) => {
      expect(resolvePhone(text, 'IN')).toBeNull()
    },
  )

  it('takes no plus before a national number for a slip of the pen', () => {
    expect(resolvePhone('+07417119014', 'IN')).toBeNull()
    expect(referenceE164('+07417119014', 'IN')).toBeNull()
    expect(resolvePhone('+00917417119014', 'IN')?.e164).toBe('+917417119014')
  })

  it('reads a number with its plus whatever the region is', () => {
    expect(resolvePhone('+917417119014', 'nowhere')).toEqual({ e164: '+917417119014', region: 'IN' })
    expect(resolvePhone('7417119014', 'nowhere')).toBeNull()
    expect(resolvePhone('7417119014', '__proto__')).toBeNull()
  })
})
