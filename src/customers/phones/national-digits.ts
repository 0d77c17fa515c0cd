import parsePhoneNumber from 'libphonenumber-js/max'

/** The digits of a stored phone that are the same in every way of writing it: those behind country code and trunk zero. */
export function nationalDigits(e164: string): string {
  return parsePhoneNumber(e164)?.nationalNumber ?? e164.replace(/\D/g, '')
}
