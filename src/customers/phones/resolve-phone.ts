import { type NumberingPlan, planOfRegion, plansOfCallingCode } from './numbering-plan.ts'

/** A valid number: E.164, and its region. */
export interface ResolvedPhone {
  readonly e164: string
  readonly region: string
}

interface Split {
  readonly callingCode: string
  readonly rest: string
}

const SHORTEST_NATIONAL = 2
const LONGEST_NATIONAL = 17
const LONGEST_CALLING_CODE = 3

/**
 * Reads digits, with an optional leading `+`, as a number dialled in `region`: Google's `parse`,
 * `isValidNumber` and `format(E164)` in one, in the same steps as `phonenumberutil.js`.
 *
 * libphonenumber-js's own parser on the same metadata is not used. It rewrites the original as of 2018 and
 * reads some numbers differently (only the reference accepts `530071434567` in CU, `8560023423466` in LA,
 * `18106234` in BM). It also compiles its patterns per number: 42,000 phones a second instead of over a
 * million. test/customers/phones/resolve-phone.test.ts compares with google-libphonenumber.
 *
 * @returns null if the reference calls the number invalid.
 */
export function resolvePhone(digits: string, region: string): ResolvedPhone | null {
  const isInternational = digits.charCodeAt(0) === 0x2b
  const home = planOfRegion(region)
  if (!isInternational) return home ? resolveLocal(digits, home) : null
  const bare = withoutPlus(digits)
  const split = splitCallingCode(bare)
  if (split) return resolveNational(split.rest, split.callingCode, null)
  // As in the reference: an extra plus before a number that has its country code, as in `+0091…`.
  const dialled = home ? splitDialled(bare, home) : null
  return dialled && dialled !== 'nobody' ? resolveNational(dialled.rest, dialled.callingCode, null) : null
}

function withoutPlus(digits: string): string {
  let start = 0
  while (digits.charCodeAt(start) === 0x2b) start += 1
  return digits.slice(start)
}

function resolveLocal(digits: string, home: NumberingPlan): ResolvedPhone | null {
  const split = splitDialled(digits, home)
  if (split === 'nobody') return null
  return split
    ? resolveNational(split.rest, split.callingCode, null)
    : resolveNational(digits, home.callingCode, home)
}

/**
 * Finds the country code in a number without plus: after the international prefix, or the own one at the
 * front.
 *
 * @returns null if there is none, `nobody` if the dialled code belongs to no country
 */
function splitDialled(digits: string, home: NumberingPlan): Split | 'nobody' | null {
  const dialled = home.internationalPrefix?.exec(digits)
  if (dialled) {
    const abroad = digits.slice(dialled[0].length)
    if (!abroad.startsWith('0')) return splitCallingCode(abroad) ?? 'nobody'
  }
  if (!digits.startsWith(home.callingCode)) return null
  const rest = stripNationalPrefix(digits.slice(home.callingCode.length), home)
  const isBetter = !home.general.test(digits) && home.general.test(rest)
  return isBetter || digits.length > home.longest ? { callingCode: home.callingCode, rest } : null
}

/** Calling codes are prefix-free, so the first existing one is right. */
function splitCallingCode(digits: string): Split | null {
  if (digits.length <= SHORTEST_NATIONAL || digits.startsWith('0')) return null
  for (let length = 1; length <= LONGEST_CALLING_CODE; length += 1) {
    const callingCode = digits.slice(0, length)
    if (plansOfCallingCode(callingCode).length > 0) return { callingCode, rest: digits.slice(length) }
  }
  return null
}

function resolveNational(
  digits: string,
  callingCode: string,
  home: NumberingPlan | null,
): ResolvedPhone | null {
  const plans = plansOfCallingCode(callingCode)
  const plan = home ?? plans[0]
  if (!plan || digits.length < SHORTEST_NATIONAL) return null
  let national = digits
  const stripped = stripNationalPrefix(digits, plan)
  const isTooLong = stripped.length > plan.longest
  if (isTooLong || hasLength(plan.lengths, stripped)) national = stripped
  if (national.length < SHORTEST_NATIONAL || national.length > LONGEST_NATIONAL) return null
  const owner = plans.length === 1 ? plan : plans.find((one) => belongsTo(national, one))
  if (!owner || !isValidIn(national, owner)) return null
  return { e164: `+${callingCode}${national}`, region: owner.region }
}

function belongsTo(national: string, plan: NumberingPlan): boolean {
  return plan.leadingDigits ? plan.leadingDigits.test(national) : isValidIn(national, plan)
}

function isValidIn(national: string, plan: NumberingPlan): boolean {
  if (!hasLength(plan.lengths, national) || !plan.general.test(national)) return false
  return plan.types.some((type) => hasLength(type.lengths, national) && type.pattern.test(national))
}

function hasLength(lengths: number, digits: string): boolean {
  return digits.length < 31 && (lengths & (1 << digits.length)) !== 0
}

/** Drops national prefixes (a trunk `0`, a carrier), unless the rest would be invalid. */
function stripNationalPrefix(digits: string, plan: NumberingPlan): string {
  const match = plan.nationalPrefix?.exec(digits)
  if (!match || !plan.nationalPrefix) return digits
  const lastGroup = match.length > 1 ? match.at(-1) : undefined
  const stripped =
    plan.nationalPrefixTransform && lastGroup
      ? digits.replace(plan.nationalPrefix, plan.nationalPrefixTransform)
      : digits.slice(match[0].length)
  return plan.general.test(digits) && !plan.general.test(stripped) ? digits : stripped
}
