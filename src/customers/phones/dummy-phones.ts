import { toAsciiDigits } from '../cells/index.ts'
import { plansOfCallingCode } from './numbering-plan.ts'
import { readPhones } from './read-phone.ts'

/** Numbers that people type if they have none. */
export interface DummyPhones {
  /** True if a valid number is a dummy. */
  has(e164: string): boolean
  /** True if a cell without a valid number holds a dummy. */
  isTyped(cell: string): boolean
  /** The team's own ones. */
  readonly added: readonly string[]
}

const SEQUENCES = new Set(['1234567890', '0123456789', '123456789'])
/** Fewer equal digits may be a short number. */
const SHORTEST = 7
const ALLOWED = /^[-!]\s*/u

/**
 * @param listed the team's own dummies; a leading minus marks a real number
 * @param region of listed numbers without a country code
 */
export function createDummyPhones(listed: readonly string[], region: string): DummyPhones {
  const added = new Set<string>()
  const allowed = new Set<string>()
  for (const text of listed) {
    const number = text.trim().replace(ALLOWED, '')
    const reading = readPhones(number, region)
    const into = ALLOWED.test(text.trim()) ? allowed : added
    if (reading.kind === 'phones') for (const phone of reading.phones) into.add(phone)
    else into.add(digitsOf(number))
  }
  return {
    has(e164) {
      if (added.size > 0 && added.has(e164)) return true
      return mayBeDummy(e164) && isDummy(nationalOf(e164)) && !allowed.has(e164)
    },
    isTyped(cell) {
      const digits = digitsOf(cell)
      return added.has(digits) || (isDummy(digits) && !/\p{L}/u.test(cell))
    },
    added: [...added],
  }
}

/** Checks the last digits first, because nearly no number of a file is a dummy. */
function mayBeDummy(e164: string): boolean {
  const end = e164.length - 1
  const last = e164.charCodeAt(end)
  const isRepeated = last === e164.charCodeAt(end - 1) && last === e164.charCodeAt(end - 2)
  return isRepeated || e164.endsWith('456789') || e164.endsWith('567890')
}

function isDummy(national: string): boolean {
  if (SEQUENCES.has(national)) return true
  return national.length >= SHORTEST && national === national.charAt(0).repeat(national.length)
}

function nationalOf(e164: string): string {
  for (let length = 1; length <= 3; length += 1) {
    if (plansOfCallingCode(e164.slice(1, 1 + length)).length > 0) return e164.slice(1 + length)
  }
  return e164.slice(1)
}

function digitsOf(text: string): string {
  return toAsciiDigits(text).replace(/\D/gu, '')
}
