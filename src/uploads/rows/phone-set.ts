/** Phones one has come by. */
export interface PhoneSet {
  add(phone: string): void
  has(phone: string): boolean
}

/**
 * Of each phone only the digits are kept, as a number: some 40 MB for a million. E.164 has fifteen at most, which a number
 * holds exactly.
 */
export function createPhoneSet(): PhoneSet {
  const seen = new Set<number>()
  const digitsOf = (phone: string) => Number(phone.slice(1))
  return {
    add: (phone) => void seen.add(digitsOf(phone)),
    has: (phone) => seen.has(digitsOf(phone)),
  }
}
