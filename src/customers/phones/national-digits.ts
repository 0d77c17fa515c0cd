import parsePhoneNumber from 'libphonenumber-js/max'

/** The digits of a stored phone without country code and trunk zero, which every written form contains. */
export function nationalDigits(e164: string): string {
  return parsePhoneNumber(e164)?.nationalNumber ?? e164.replace(/\D/g, '')
}
