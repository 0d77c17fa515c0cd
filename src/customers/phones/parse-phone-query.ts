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

/** With fewer digits nearly everybody is near, and with more it is no phone. */
const MIN_DIGITS = 7
const MAX_DIGITS = 15

/**
 * Phones that these digits are with one digit less or one more. At most some two hundred, each E.164 and each once; none
 * where the digits are a phone.
 *
 * @param digits as typed, without anything between them
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
