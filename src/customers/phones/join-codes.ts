import { rankPhoneText } from '../headings/index.ts'
import { regionOfHint } from './country-region.ts'
import { planOfRegion, plansOfCallingCode } from './numbering-plan.ts'

/** A separate dialling code: `+44; 7911 123456`. */
const CODE = /^[("'[\s]*(?:\+|00)\s*(\d{1,3})[)"'\]\s.:-]*$/u
const BARE_CODE = /^\d{1,3}$/u
const OWN_CODE = /^[^\d+]*(?:\+|00)/u

/**
 * Joins a separate dialling code with the number after it, or before it if it is last.
 *
 * @param isPhone true if a code without plus makes a number: it may also be a list's number, as in `1, 98765
 * 43210`
 */
export function joinCodes(
  pieces: readonly string[],
  isPhone: (joined: string) => boolean,
): readonly string[] {
  if (pieces.length < 2) return pieces
  const joined: string[] = []
  let waiting: string | null = null
  pieces.forEach((piece, at) => {
    const code = codeOf(piece)
    if (code !== null) {
      const last = joined.at(-1)
      if (at === pieces.length - 1 && last !== undefined && !OWN_CODE.test(last))
        joined[joined.length - 1] = `+${code} ${last}`
      else waiting = code
      return
    }
    const bare = `+${piece} ${pieces[at + 1] ?? ''}`
    if (at === 0 && BARE_CODE.test(piece) && plansOfCallingCode(piece).length > 0 && isPhone(bare)) {
      waiting = piece
      return
    }
    joined.push(waiting === null || OWN_CODE.test(piece) ? piece : `+${waiting} ${piece}`)
    waiting = null
  })
  return joined.length === 0 ? pieces : joined
}

function codeOf(piece: string): string | null {
  const [, digits = ''] = CODE.exec(piece) ?? []
  return plansOfCallingCode(digits).length > 0 ? digits : null
}

const NUMBER_KEYS = ['number', 'phoneNumber', 'phone', 'value', 'primaryPhoneNumber']
const LABEL_KEYS = ['type', 'label', 'kind']
const CODE_KEYS = ['callingCode', 'dialCode', 'dial_code', 'phoneCode', 'primaryPhoneCallingCode']
const COUNTRY_KEYS = ['countryCode', 'country', 'country_code', 'primaryPhoneCountryCode']

/** The numbers of a cell that holds a list of objects. Null for any other text. */
export function piecesOfJson(text: string): readonly string[] | null {
  if (!/^(?:\[\s*\]|\{\s*\}|\[?\s*\{.*\}\s*\]?)$/su.test(text)) return null
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return null
  }
  const objects = (Array.isArray(parsed) ? parsed : [parsed]).filter(
    (one) => typeof one === 'object' && one !== null,
  )
  return objects.map(pieceOf).filter((piece) => piece !== '')
}

function pieceOf(object: object): string {
  const textOf = (keys: readonly string[]): string => {
    const found = keys
      .map((key): unknown => Reflect.get(object, key))
      .find((one) => one !== undefined && one !== null)
    return typeof found === 'string' || typeof found === 'number' ? String(found).trim() : ''
  }
  const number = textOf(NUMBER_KEYS)
  const hint = textOf(CODE_KEYS) || textOf(COUNTRY_KEYS)
  const label = textOf(LABEL_KEYS)
  const before = number !== '' && label !== '' && rankPhoneText(label) !== null ? `${label}: ` : ''
  if (number === '' || hint === '' || OWN_CODE.test(number)) return before + number
  const code = planOfRegion(regionOfHint(hint, null) ?? '')?.callingCode
  // An unknown country: the number stays, as one that cannot be read.
  return before + (code === undefined ? `${number} ?` : `+${code} ${number}`)
}
