import parsePhoneNumber from 'libphonenumber-js/max'

/** A stored phone as people write it, with its country code: `+91 74171 19014`. Anything else comes back unchanged. */
export function formatPhone(e164: string): string {
  return parsePhoneNumber(e164)?.formatInternational() ?? e164
}
