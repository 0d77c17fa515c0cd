import metadataJson from 'libphonenumber-js/max/metadata'

/**
 * The rules of a country's phone numbers, compiled once and cached, for `resolvePhone`.
 *
 * The rules are libphonenumber-js's `max` metadata, generated from Google's `PhoneNumberMetadata.xml`
 * (layout: METADATA.md of libphonenumber-js, version 4). Every pattern matches the whole text.
 */
export interface NumberingPlan {
  readonly region: string
  readonly callingCode: string
  /** Prefixes of international calls from this country; anchored at the start only. */
  readonly internationalPrefix: RegExp | null
  readonly general: RegExp
  /** Bit n is set if a national number may have n digits. */
  readonly lengths: number
  readonly shortest: number
  readonly longest: number
  /** Prefixes of national numbers inside the country; anchored at the start only. */
  readonly nationalPrefix: RegExp | null
  readonly nationalPrefixTransform: string
  /** Set if the first digits distinguish the region from others with the same calling code. */
  readonly leadingDigits: RegExp | null
  /** Mobile first: most customers have a mobile phone. */
  readonly types: readonly NumberType[]
  /** The mobile numbers; in some countries they equal those of fixed lines. */
  readonly mobile: NumberType | null
  /** Fixed lines have numbers of several lengths, so a length proves nothing. */
  readonly hasLooseLengths: boolean
  /**
   * National numbers have from few to very many digits, and a zero in front (Germany, Austria): nearly all
   * digits are a valid number of some place.
   */
  readonly hasAnyLength: boolean
}

interface NumberType {
  readonly pattern: RegExp
  readonly lengths: number
}

/** A country in the metadata: an array by position, with `0` for nothing. */
type RawPlan = readonly unknown[]

const PLACE = {
  callingCode: 0,
  internationalPrefix: 1,
  general: 2,
  lengths: 3,
  nationalPrefix: 5,
  nationalPrefixForParsing: 7,
  nationalPrefixTransform: 8,
  leadingDigits: 10,
  types: 11,
} as const
const FIXED_LINE = 0
const MOBILE = 1

interface RawMetadata {
  readonly country_calling_codes: Readonly<Record<string, readonly string[]>>
  readonly countries: Readonly<Record<string, RawPlan>>
  readonly nonGeographic: Readonly<Record<string, RawPlan>>
}
const METADATA = metadataJson as RawMetadata

/** Google's region for numbers of no country, such as +800. */
const NO_COUNTRY = '001'

const plansByRegion = new Map<string, NumberingPlan>()
const plansByCallingCode = new Map<string, readonly NumberingPlan[]>()

/** True if this ISO 3166 alpha-2 region has phone numbers. */
export function isRegion(region: string): boolean {
  return Object.hasOwn(METADATA.countries, region)
}

export function listRegions(): readonly string[] {
  return Object.keys(METADATA.countries)
}

/** @returns the plan of a region such as `IN`, or null if the region is unknown. */
export function planOfRegion(region: string): NumberingPlan | null {
  const kept = plansByRegion.get(region)
  if (kept) return kept
  if (!isRegion(region)) return null
  const plan = compilePlan(region, METADATA.countries[region] ?? [])
  plansByRegion.set(region, plan)
  return plan
}

/** @returns the plans that share a calling code, the main one first; empty for an unused code. */
export function plansOfCallingCode(callingCode: string): readonly NumberingPlan[] {
  const kept = plansByCallingCode.get(callingCode)
  if (kept) return kept
  const plans: NumberingPlan[] = []
  if (Object.hasOwn(METADATA.country_calling_codes, callingCode)) {
    for (const region of METADATA.country_calling_codes[callingCode] ?? []) {
      const plan = planOfRegion(region)
      if (plan) plans.push(plan)
    }
  } else if (Object.hasOwn(METADATA.nonGeographic, callingCode)) {
    plans.push(compilePlan(NO_COUNTRY, METADATA.nonGeographic[callingCode] ?? []))
  }
  if (plans.length > 0) plansByCallingCode.set(callingCode, plans)
  return plans
}

/** @returns the main region of a stored phone's calling code, or null for any other text. */
export function regionOfPhone(e164: string): string | null {
  for (let length = 1; length <= 3 && e164.startsWith('+'); length += 1) {
    const [main] = plansOfCallingCode(e164.slice(1, 1 + length))
    if (main) return main.region === NO_COUNTRY ? null : main.region
  }
  return null
}

function compilePlan(region: string, raw: RawPlan): NumberingPlan {
  const lengths = asLengths(raw[PLACE.lengths])
  const nationalPrefix = asText(raw[PLACE.nationalPrefixForParsing]) || asText(raw[PLACE.nationalPrefix])
  const types = (raw[PLACE.types] || []) as readonly unknown[]
  return {
    region,
    callingCode: asText(raw[PLACE.callingCode]),
    internationalPrefix: atStart(asText(raw[PLACE.internationalPrefix])),
    general: entire(asText(raw[PLACE.general])),
    lengths: asBits(lengths),
    shortest: Math.min(...lengths),
    longest: Math.max(...lengths),
    nationalPrefix: atStart(nationalPrefix),
    nationalPrefixTransform: asText(raw[PLACE.nationalPrefixTransform]),
    leadingDigits: atStart(asText(raw[PLACE.leadingDigits])),
    types: [types[MOBILE], ...types.filter((_, place) => place !== MOBILE)].flatMap((type) =>
      compileType(type, lengths),
    ),
    mobile: compileMobile(types, lengths),
    hasAnyLength:
      asText(raw[PLACE.nationalPrefix]) === '0' && Math.min(...lengths) < 6 && Math.max(...lengths) > 10,
    hasLooseLengths: countBits(compileType(types[FIXED_LINE], lengths)[0]?.lengths ?? 0) > 1,
  }
}

function compileMobile(types: readonly unknown[], general: readonly number[]): NumberType | null {
  const mobile = types[MOBILE]
  if (!Array.isArray(mobile)) return null
  const [type] = compileType(mobile[0] ? mobile : types[FIXED_LINE], general)
  return type ?? null
}

/** An empty pattern means "the same as fixed line", which is among the types anyway. */
function compileType(raw: unknown, general: readonly number[]): NumberType[] {
  if (!Array.isArray(raw) || !raw[0]) return []
  return [{ pattern: entire(String(raw[0])), lengths: asBits(raw[1] ? asLengths(raw[1]) : general) }]
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function asLengths(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.map(Number) : []
}

function asBits(lengths: readonly number[]): number {
  return lengths.reduce((bits, length) => bits | (1 << length), 0)
}

function countBits(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1
  return count
}

function entire(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`)
}

function atStart(pattern: string): RegExp | null {
  return pattern === '' ? null : new RegExp(`^(?:${pattern})`)
}
