import { planOfRegion, plansOfCallingCode } from './numbering-plan.ts'
import { type ResolvedPhone, resolvePhone } from './resolve-phone.ts'

/** `ambiguous`: two existing numbers are written so. */
export type DialledPhone = ResolvedPhone | 'ambiguous' | null

/** A number with fewer digits needs its area code if the file has a column for it. */
const SHORTEST_WITH_AREA = 9
/** With this many digits after an area code, it is a number. */
const SHORTEST_LOCAL = 6
/** In a country with numbers of any length, fewer digits without the zero have no area code. */
const SHORTEST_WITHOUT_ZERO = 8
const PLUS = 0x2b
const ZERO = 0x30

/**
 * Reads digits as people and programs write them in lists, which covers more than dialling: the own country
 * code without its plus, abolished prefixes, an area code in another column.
 *
 * @param region ISO 3166; empty if the country is unknown, so only numbers with a country code are valid
 * @param area the area code's digits, empty if its cell is blank; null without such a column
 */
export function dialPhone(digits: string, region: string, area: string | null): DialledPhone {
  if (area === null) return dialWhole(digits, region)
  const first = digits.charCodeAt(0)
  const alone = dialWhole(digits, region)
  if (first === PLUS || first === ZERO) return alone
  return area === '' ? dialWithoutArea(alone, digits) : dialWithArea(alone, digits, region, area)
}

function dialWithoutArea(alone: DialledPhone, digits: string): DialledPhone {
  if (alone === null || alone === 'ambiguous') return alone
  return isMobile(alone) || digits.length >= SHORTEST_WITH_AREA ? alone : null
}

function dialWithArea(alone: DialledPhone, digits: string, region: string, area: string): DialledPhone {
  const joined = dialWhole(area + digits, region)
  const bare = area.replace(/^0+/u, '')
  const holdsArea = digits.startsWith(bare) && digits.length - bare.length >= SHORTEST_LOCAL
  if (alone === null || alone === 'ambiguous') return joined
  if (joined === null) {
    // The column may hold a country code after all.
    const isForeign =
      plansOfCallingCode(area).length > 0 && resolvePhone(`+${area}${digits}`, region) !== null
    return isForeign ? 'ambiguous' : holdsArea || isMobile(alone) ? alone : null
  }
  return holdsArea && (joined === 'ambiguous' || joined.e164 !== alone.e164) ? 'ambiguous' : joined
}

function dialWhole(digits: string, region: string): DialledPhone {
  // The international prefix depends on the country; people of most countries write `00`.
  if (region === '' && digits.startsWith('00')) return resolvePhone(`+${digits.slice(2)}`, region)
  const phone = resolvePhone(digits, region)
  if (phone === null) return withoutOldPrefix(digits, region)
  const first = digits.charCodeAt(0)
  if (first === PLUS || first === ZERO) return phone
  const home = planOfRegion(region)
  if (!home) return phone
  if (home.hasAnyLength && digits.length < SHORTEST_WITHOUT_ZERO && !isMobile(phone)) return null
  if (digits.startsWith(home.callingCode)) return withOwnCode(phone, digits)
  return home.hasLooseLengths && isAbroadToo(phone, digits) ? 'ambiguous' : phone
}

/**
 * In Germany, the reference reads `436641234567` as a number of 04366, but the writer meant a mobile of
 * Austria. If fixed lines have a single length, a number of that length is national.
 */
function isAbroadToo(phone: ResolvedPhone, digits: string): boolean {
  if (isMobile(phone) || !phone.e164.endsWith(digits)) return false
  const abroad = resolvePhone(`+${digits}`, phone.region)
  return abroad !== null && isMobile(abroad)
}

/** The region in which the digits with a plus are a mobile number; null if there is none. */
export function regionBehindPlus(digits: string, region: string): string | null {
  const abroad = resolvePhone(`+${digits}`, region)
  const isForeign =
    abroad !== null && planOfRegion(abroad.region)?.callingCode !== planOfRegion(region)?.callingCode
  return isForeign && isMobile(abroad) ? abroad.region : null
}

/**
 * In Germany, the reference reads `491716783154` as a number of 04917, because German numbers have any
 * length. The writer meant a mobile with its country code: nobody omits the zero and writes another place's
 * code.
 */
function withOwnCode(phone: ResolvedPhone, digits: string): DialledPhone {
  const own = phone.e164.length === digits.length + 1 ? null : resolvePhone(`+${digits}`, phone.region)
  if (own === null || own.e164 === phone.e164) return phone
  return isMobile(own) ? own : 'ambiguous'
}

/**
 * Mexico's mobiles had a 1 after the country code until 2019, and 044, 045 or 01 was dialled before a number.
 */
const MEXICAN = /^\+521(\d{10})$/u
const MEXICAN_AT_HOME = /^(?:(?:00)?521|1|01|044|045)(\d{10})$/u

function withoutOldPrefix(digits: string, region: string): ResolvedPhone | null {
  const national = MEXICAN.exec(digits) ?? (region === 'MX' ? MEXICAN_AT_HOME.exec(digits) : null)
  return national ? resolvePhone(`+52${national[1] ?? ''}`, region) : null
}

function isMobile({ e164, region }: ResolvedPhone): boolean {
  const plan = planOfRegion(region)
  const national = plan ? e164.slice(1 + plan.callingCode.length) : ''
  return plan?.mobile?.pattern.test(national) === true
}
