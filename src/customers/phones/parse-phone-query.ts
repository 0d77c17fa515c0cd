import { readPhones } from './read-phone.ts'

type PhoneQuery =
  | { readonly kind: 'phone'; readonly phone: string }
  /** `reason` completes "What you typed …". */
  | { readonly kind: 'invalid'; readonly reason: string }

/** Slack turns a typed number into a link: `<tel:+917417119014|+91 74171 19014>`. */
const SLACK_LINK = /^<tel:([^|>]+)(?:\|[^>]*)?>$/iu

/**
 * Parses a typed phone in any format to E.164, to look up a customer.
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

/** With fewer digits too many phones are similar, and with more it is no phone. */
const MIN_DIGITS = 7
const MAX_DIGITS = 15

/**
 * Phones that differ from these digits by one missing or one extra digit. At most some two hundred, in E.164,
 * without duplicates; none if the digits are a phone.
 *
 * @param digits as typed, without separators
 */
export function phonesNear(digits: string, region: string): string[] {
  if (!/^\d+$/.test(digits) || digits.length < MIN_DIGITS || digits.length > MAX_DIGITS) return []
  if (parsePhoneQuery(digits, region).kind === 'phone') return []
  const found = new Set<string>()
  for (const near of [...withoutOne(digits), ...withOneMore(digits)]) {
    const query = parsePhoneQuery(near, region)
    if (query.kind === 'phone') found.add(query.phone)
  }
  return [...found]
}

function* withoutOne(digits: string): Generator<string> {
  for (let at = 0; at < digits.length; at += 1) yield digits.slice(0, at) + digits.slice(at + 1)
}

function* withOneMore(digits: string): Generator<string> {
  for (let at = 0; at <= digits.length; at += 1)
    for (let digit = 0; digit < 10; digit += 1) yield digits.slice(0, at) + digit + digits.slice(at)
}
