import { readPhones } from './read-phone.ts'

export type PhoneQuery =
  | { readonly kind: 'phone'; readonly phone: string }
  /** `reason` completes "What you typed …". */
  | { readonly kind: 'invalid'; readonly reason: string }

/** Slack turns a typed number into a link: `<tel:+917417119014|+91 74171 19014>`. */
const SLACK_LINK = /^<tel:([^|>]+)(?:\|[^>]*)?>$/iu

/**
 * A phone that somebody typed to look a customer up, in any way of writing, as E.164.
 *
 * @returns the first phone of the text, or why there is none
 */
export function parsePhoneQuery(text: string, region: string): PhoneQuery {
  const trimmed = text.trim()
  const reading = readPhones(SLACK_LINK.exec(trimmed)?.[1] ?? trimmed, region)
  if (reading.kind === 'problem') return { kind: 'invalid', reason: reading.why }
  const [phone] = reading.kind === 'phones' ? reading.phones : []
  return phone === undefined ? { kind: 'invalid', reason: 'holds no phone number' } : { kind: 'phone', phone }
}
