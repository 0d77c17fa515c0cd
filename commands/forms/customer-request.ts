import { toAsciiDigits } from '../../src/customers/cells/index.ts'
import { parsePhoneQuery } from '../../src/customers/phones/index.ts'
import { splitName } from '../../src/uploads/rows/index.ts'
import { type Day, type DayOptions, nearestWord, parseDay, parsePeriod } from '../text/index.ts'
import { withoutPoliteness } from './politeness.ts'

export interface CustomerOptions extends DayOptions {
  /** ISO 3166 region of phones without a country code. */
  readonly defaultRegion: string
}

/** The parsed request of `/customer …`. */
export type CustomerRequest =
  | { readonly kind: 'help' }
  /** Here and in the next kind, `who` is empty if nobody was named. */
  | { readonly kind: 'forget'; readonly who: string }
  /** `who` is empty if nobody was named. */
  | { readonly kind: 'history'; readonly who: string }
  /** `day` is undefined if `written` is no day. */
  | { readonly kind: 'on_day'; readonly who: string; readonly written: string; readonly day: Day | undefined }
  /** Something the bot does not do: `merge`, `delete`, `call`. `who` is the person concerned. */
  | { readonly kind: 'not_offered'; readonly verb: string; readonly who: string }
  /** Several customers at once; `whole` is set if it may be one name: `Sharma, Kushal`. */
  | { readonly kind: 'several'; readonly terms: readonly string[]; readonly whole?: string }
  | { readonly kind: 'lookup'; readonly text: string }

/** What is known about the customer to look up. */
export interface Lookup {
  /** The typed text, without request words. */
  readonly text: string
  /** E.164, if the digits are a whole phone. */
  readonly core?: string
  readonly phone?: string
  /** All digits typed as one number. */
  readonly digits?: string
  /** A star before the digits, after them, or both. */
  readonly star?: 'before' | 'behind' | 'both'
  /** `@example.com` */
  readonly domain?: string
  /** A whole address, or its start with the `@`. */
  readonly email?: string
  /** Words with letters, folded like names. */
  readonly names: readonly string[]
  /** Stated as the city: `sharma in pune`. */
  readonly place?: string
}

/** Maximum of words that name days: `from 1 Jan 2026 to 15 Jan 2026`. */
const MAX_DAY_WORDS = 8
/** Maximum of customers looked up at once. */
export const MAX_TERMS = 10

const HISTORY = 'history'
/** Questions about changes of a customer: `who changed kushal`, `what changed for kushal`, `when was kushal updated`. */
const CHANGES =
  /^(?:who (?:has |had |was )?(?:added|changed|updated|edited|modified|created)|what(?:['’]s| has| was)? (?:changed|happened|updated)(?: in| for| of| to| with| about)|changes (?:of|for|in|to)|when (?:was|did|were|has)) (.+)$/i
/** `kisne kushal ka number badla` */
const CHANGES_IN_HINDI =
  /^kisne (.+?)(?: (?:ko|me|mein|ka|ki|ke)(?: \S+)?)? (?:changed?|updated?|edit(?:ed)?|modif(?:y|ied)|badla|badli)(?: (?:kiya|kiye|ki|hai))*$/i
/** Request words. */
const ASKING =
  /^(?:please |pls |plz |kindly )?(?:(?:do|did) (?:we|you|u) have|is there(?: an?y?)?|last (?:\d|four|five|six) digits?(?: (?:is|are|of|:))?|find|search(?: for)?|look ?up|lookup|show(?: me)?|get|give(?: me)?|check|details? of|who is|who's|whose(?: number)? is|what is|customers?|clients?|borrowers?|person|people|(?:phone|mobile|number|name|email|e-mail|loan id|loan no\.?|loan number|loan)(?: is|:)?)(?: |$)/i
/** Requests that `/customer` does not support. */
const FILLERS: ReadonlySet<string> = new Set(
  `a ac acc account acct address all amount an and any anybody anyone are area as at balance based bata batao belonging belongs bhai bhaiya bhejo bolo
  borrower borrowers chahiye client clients contact customer customers date de dedo dekho dena detail
  details didi dikhao do does dr due email emi everybody everyone find for from full get give h hai hain has have having
  her his how i id if info information is ji ka kahan kaun ke ki kis kiska kiski kitna kitne kitni ko kon konsa
  kripya kya kyun list live lives living loan located maam madam mail me mein mera meri miss mob mobile mr mrs ms my naam
  nam namaste name ne need no num number of on our outstanding overdue owner people person phone please pls plz
  record resident residing resides saab sahab search see send share show shree shri side sir smt sri status stay staying
  stays tell the their there this to total update updates wala
  wale wali want was were what whats whatsapp where which who whose with yah ye yeh`.split(/\s+/),
)
/** `rahul ko delete karo` */
const NOT_OFFERED_IN_HINDI =
  /^(.+?) (?:ko |ka |ki )?(merge|delete|remove|edit|update|change|correct|call|block)(?: (?:karo|karna|kardo|kar do|karein|kijiye|kar dijiye|karna hai))$/i
const NOT_OFFERED =
  /^(merge|join|combine|delete|remove|erase|drop|edit|change|update|correct|rename|add|create|new|call|dial|text|sms|message|whatsapp|email to|assign|block|unblock|tag|note)\b[ :]*(.*)$/i

/** Parses a request about customers. Pure: the database finds the person. */
export function parseCustomerRequest(typed: string, options: CustomerOptions): CustomerRequest {
  const text = withoutPoliteness(typed.trim().replace(/[^\S\n]+/g, ' '))
  if (/^(?:help|\?|)$/i.test(text)) return { kind: 'help' }
  const forget = /^forget(?: (.*))?$/is.exec(text)
  if (forget) return { kind: 'forget', who: (forget[1] ?? '').trim() }
  const who = readHistoryOf(text, options)
  if (who !== undefined) return { kind: 'history', who }
  return (
    readNotOffered(text) ?? readSeveral(text, options) ?? splitDay(text, options) ?? { kind: 'lookup', text }
  )
}

/** `history 07417119014`, also in the other order, and mistyped. Undefined for other texts. */
function readHistoryOf(text: string, options: CustomerOptions): string | undefined {
  const asked = (CHANGES.exec(text) ?? CHANGES_IN_HINDI.exec(text))?.[1]?.trim()
  if (asked !== undefined && !/\b(?:files?|lists?|uploads?)\b/i.test(asked))
    return withoutDay(asked, options).replace(
      / (?:last|recently|changed|updated|added|uploaded|created|seen)\b.*$/i,
      '',
    )
  const words = text.split(' ')
  const ends: [string, string[]][] = [
    [words[0] ?? '', words.slice(1)],
    [words.at(-1) ?? '', words.slice(0, -1)],
  ]
  for (const [word, rest] of ends)
    if (word.toLowerCase() === HISTORY || isMistyped(word, rest, options))
      return rest.join(' ').replace(/^(?:of|for) /i, '')
  return undefined
}

/** A whole history has its days; `yesterday` at its end is no name. */
function withoutDay(text: string, options: CustomerOptions): string {
  const words = text.split(' ')
  for (let at = Math.max(1, words.length - MAX_DAY_WORDS); at < words.length; at += 1) {
    const ending = words.slice(at).join(' ')
    if (/\p{L}/u.test(ending) && parsePeriod(ending, options)) return words.slice(0, at).join(' ')
  }
  return text
}

/** `histroy 07417119014`: with a phone next to it, it is no name. */
function isMistyped(word: string, rest: readonly string[], { defaultRegion }: CustomerOptions): boolean {
  return (
    nearestWord(word, [HISTORY]) !== undefined &&
    parsePhoneQuery(rest.join(' '), defaultRegion).kind === 'phone'
  )
}

/** Reads `a, b`, `a; b`, one per line, `a and b`, and whole phones separated by spaces. */
function readSeveral(text: string, options: CustomerOptions): CustomerRequest | undefined {
  const split = (by: RegExp) =>
    text
      .split(by)
      .map((term) => term.trim())
      .filter((term) => term !== '')
  const terms = split(/\s*[,;\n|]+\s*/).flatMap(splitJoined)
  if (terms.length > 1 && /[,;\n|]/.test(text)) {
    const isOneName = !text.includes('\n') && terms.every((term) => !/[\d@]/.test(term))
    return { kind: 'several', terms, ...(isOneName && { whole: terms.join(' ') }) }
  }
  const joined = split(/\s+(?:and|or|aur|ya|&|\+|\/)\s+/i)
  if (joined.length > 1) {
    const isOneName = joined.some((term) => !/\d{4}|@/.test(term))
    return { kind: 'several', terms: joined, ...(isOneName && { whole: text }) }
  }
  const phones = splitPhones(text, options)
  return phones.length > 1 ? { kind: 'several', terms: phones } : undefined
}

/** `9000000103 & 9000000104` at the end of a list is two customers; `Ram and Sons` stays one. */
function splitJoined(term: string): string[] {
  const parts = term
    .split(/\s+(?:and|or|aur|ya|&|\+|\/)\s+/i)
    .map((part) => part.replace(/^(?:and|aur) /i, ''))
  return parts.every((part) => /\d{4}|@/.test(part)) ? parts : [term]
}

/**
 * Splits `9000000101 9000000102` or `9000000101/9000000102` into whole phones. Empty if they are parts of one
 * phone.
 */
function splitPhones(text: string, { defaultRegion }: CustomerOptions): string[] {
  if (/\p{L}/u.test(text)) return []
  const isPhone = (part: string) => parsePhoneQuery(part, defaultRegion).kind === 'phone'
  for (const by of [/\s*[/]\s*|\s+/, /\s+(?=\+)/]) {
    const parts = text.split(by).filter((part) => part !== '')
    if (parts.length > 1 && parts.every(isPhone)) return parts
  }
  return []
}

/** `07417119014 on 15 Jan`, `07417119014 yesterday`. */
function splitDay(text: string, options: CustomerOptions): CustomerRequest | undefined {
  const [, who, written] = /^(.+?) (?:as on|as of|as at|on|at) (.+)$/i.exec(text) ?? []
  if (who !== undefined && written !== undefined)
    return { kind: 'on_day', who, written, day: parseDay(written, options) }
  const words = text.split(' ')
  // The longest end that names a day: `last friday`, not `friday`. Numbers stay with the phone.
  for (let at = Math.max(1, words.length - MAX_DAY_WORDS); at < words.length; at += 1) {
    const ending = words.slice(at).join(' ')
    if (!/\p{L}/u.test(ending) && !/^\d{4}-\d\d-\d\d$/.test(ending)) continue
    const day = parseDay(ending, options)
    if (day !== undefined) return { kind: 'on_day', who: words.slice(0, at).join(' '), written: ending, day }
  }
  return undefined
}

/** A verb alone or before a name can be a name itself: the database decides. */
function readNotOffered(text: string): CustomerRequest | undefined {
  const [, person = '', order] = NOT_OFFERED_IN_HINDI.exec(text) ?? []
  if (order !== undefined) return { kind: 'not_offered', verb: order.toLowerCase(), who: person.trim() }
  const [, verb, who = ''] = NOT_OFFERED.exec(text) ?? []
  return verb === undefined || who.trim() === ''
    ? undefined
    : { kind: 'not_offered', verb: verb.toLowerCase(), who: who.trim() }
}

/** Parses the typed text about one customer. */
export function parseLookup(typed: string, defaultRegion: string): Lookup {
  const bare = withoutAsking(unwrapLinks(typed.trim().replace(/\s+/g, ' ')))
  const { text, star } = takeStars(bare)
  const starred = star === undefined ? {} : { star }
  if (text.includes('@')) return { text, ...starred, ...readAddress(text) }
  const whole = parsePhoneQuery(text, defaultRegion)
  if (whole.kind === 'phone' && !/\p{L}/u.test(text))
    return { text, phone: whole.phone, digits: digitsOf(text), names: [], ...starred }
  const [before = '', place] = splitPlace(text)
  const tokens = before.split(' ')
  const core = withoutFillers(text)
  const numbers = tokens.filter(isNumber)
  const names = splitName(tokens.filter((token) => !isNumber(token)).join(' '))
  const phone = parsePhoneQuery(numbers.join(' '), defaultRegion)
  return {
    text,
    ...(core !== text && core !== '' && { core }),
    names: names.filter(
      (word) => numbers.length === 0 || !/^(?:ending|ends|with|in|last|digits?)$/.test(word),
    ),
    ...(numbers.length > 0 && { digits: digitsOf(numbers.join('')) }),
    ...(numbers.length > 0 && phone.kind === 'phone' && { phone: phone.phone }),
    ...(place !== undefined && { place }),
    ...starred,
  }
}

/** Slack turns phones and addresses into links: `<tel:+91…|+91 …>`, `<mailto:a@b.c|a@b.c>`. */
function unwrapLinks(text: string): string {
  return text
    .replace(/<(?:tel|mailto):([^|>]+)(?:\|[^>]*)?>/gi, '$1')
    .replace(/^["'“”«»]+|["'“”«»?!]+$/gu, '')
    .trim()
}

function withoutAsking(text: string): string {
  let rest = text
  for (let at = 0; at < 3; at += 1) {
    const next = rest.replace(ASKING, '').trim()
    if (next === rest || next === '') return rest
    rest = next
  }
  return rest
}

/** The subject of a question: `kushal` of `kushal ka number batao`. Empty if all words are fillers. */
function withoutFillers(text: string): string {
  return text
    .split(' ')
    .filter((token) => !isFiller(token))
    .map((token) => token.replace(/['’]s$/u, ''))
    .join(' ')
}

/** True for a word that belongs to the question and is rarely part of a name. */
export function isFiller(token: string): boolean {
  return FILLERS.has(token.toLowerCase().replace(/['’]s$|[^\p{L}\p{M}\p{N}]+/gu, ''))
}

function takeStars(text: string): Pick<Lookup, 'text' | 'star'> {
  const [, before = '', inner = '', behind = ''] = /^([*%…]*)(.*?)([*%…]*)$/u.exec(text) ?? []
  const star =
    before !== '' && behind !== '' ? 'both' : before !== '' ? 'before' : behind !== '' ? 'behind' : undefined
  return star === undefined || inner.trim() === '' ? { text } : { text: inner.trim(), star }
}

function readAddress(text: string): Pick<Lookup, 'email' | 'domain' | 'names'> {
  const tokens = text.split(' ')
  const address = tokens.find((token) => token.includes('@')) ?? ''
  const names = splitName(tokens.filter((token) => token !== address && !isFiller(token)).join(' '))
  return address.startsWith('@') ? { domain: address, names } : { email: address, names }
}

/** `chennai side`, `pune wala` */
const PLACE_END = / (?:side|area|wala|wali|wale|se|me|mein|region)$/i

/** `sharma in pune`, `kushal from navi mumbai`. */
function splitPlace(text: string): [string, string?] {
  const [, before, place] = /^(.*?)(?:^| )(?:in|from|city|city:) ([^\d]+)$/i.exec(text) ?? []
  return place === undefined ? [text] : [before ?? '', place.replace(PLACE_END, '').trim()]
}

/** Digits in any script, with usual separators. */
const isNumber = (token: string): boolean =>
  /^[+(]?[\p{Nd}().\-/]+$/u.test(token.normalize('NFKC')) && /\p{Nd}/u.test(token)

/** Digits only, converted to ASCII. */
const digitsOf = (text: string): string => toAsciiDigits(text.normalize('NFKC')).replace(/\D/g, '')
