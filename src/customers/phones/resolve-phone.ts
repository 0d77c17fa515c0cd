import { type NumberingPlan, planOfRegion, plansOfCallingCode } from './numbering-plan.ts'

/** A number of the world: E.164, and the region whose rules it keeps. */
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
 * Reads digits, with an optional leading `+`, as a number dialled in `region`: Google's `parse`, `isValidNumber` and
 * `format(E164)` in one, step by step as `phonenumberutil.js` has them.
 *
 * Why not libphonenumber-js's own parser over the same metadata: it is a rewrite of the original as of 2018, and reads
 * some numbers otherwise than the reference (`530071434567` in CU, `8560023423466` in LA, `18106234` in BM are numbers
 * for the reference alone); and it compiles its expressions anew for every number: 42,000 phones a second where this
 * reads over a million. test/customers/phones/resolve-phone.test.ts holds this against google-libphonenumber.
 *
 * @returns null where the reference says the number is not valid.
 */
export function resolvePhone(digits: string, region: string): ResolvedPhone | null {
  const isInternational = digits.charCodeAt(0) === 0x2b
  const home = planOfRegion(region)
  if (!isInternational) return home ? resolveLocal(digits, home) : null
  const bare = withoutPlus(digits)
  const split = splitCallingCode(bare)
  if (split) return resolveNational(split.rest, split.callingCode, null)
  // As the reference does: a plus too many before a number that has its country code after all, as in `+0091…`.
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
 * The country code in a number without plus: behind the international prefix, or the own one at the front.
 *
 * @returns null where there is none, `nobody` where what is dialled abroad is no country's
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

/** Calling codes are prefix-free, so the first that exists is the one. */
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

/** Drops what people dial before a national number at home (a trunk `0`, a carrier), unless that would break it. */
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
