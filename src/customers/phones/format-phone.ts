import parsePhoneNumber from 'libphonenumber-js/max'

/** Formats a stored phone with its country code: `+91 74171 19014`. Any other text is unchanged. */
export function formatPhone(e164: string): string {
  return parsePhoneNumber(e164)?.formatInternational() ?? e164
}
