import {
  BEST,
  CONTACT,
  EITHER,
  EMERGENCY,
  HOME,
  isSomebodyElse,
  MOBILE,
  NOISE,
  OTHER,
  OWNER,
  PHONE,
  WHATSAPP,
  WORK,
} from '../../phone-words.ts'
import { normaliseHeader } from '../fields/index.ts'

/**
 * Finds the customer's own phone columns by their headers. Exporters use a dozen names (`Business Phone 2`,
 * `Phone 1 - Value`, `Mobile Phone Number`), and some belong to other people.
 */
export type PhoneHeader =
  /** A phone of the customer; a lower rank takes precedence. */
  | {
      readonly kind: 'phone'
      readonly rank: number
      /** The header has a number or the kind of phone: two columns of one rank are in an intended order. */
      readonly isStated: boolean
    }
  /** A phone or something else (`Contact`, `Number`): the cells decide. */
  | { readonly kind: 'maybe'; readonly rank: number; readonly isStated: boolean }
  /** Not the customer's phone: a fax, a guarantor's number, a phone's type. */
  | {
      readonly kind: 'other'
      /** `Caller Number` is the customer's if no other phone of the file can be. */
      readonly isOpen?: true
      /** The heading has a word for a phone and an unknown one, so the owner is unclear. */
      readonly isUnknown?: true
    }

/**
 * The person's own phone first, then WhatsApp, then a place's, then any other. Numbered ones (`Phone 2`) stay
 * within their rank.
 */
const RANK = {
  mobile: 10,
  phone: 15,
  whatsapp: 25,
  home: 30,
  work: 40,
  other: 60,
  emergency: 66,
  number: 70,
} as const
/** A registered or primary phone precedes the person's other phones, and those of the same place. */
const BETTER_OWN = 8
const BETTER_PLACE = 1
/** Phone 2 comes after Phone, but before the next kind. */
const LAST_NUMBER = 3

/** A number without a word for a phone: `Number`, `number1`. */
const BARE = new Set(['number'])
/** `Office No.`, `Residence`, `Alternate`: the cells decide. */
const PLACE_ALONE = new Set(
  'residence resi res off office work landline emergency alternate other secondary वैकल्पिक अन्य घर'.split(' '),
)

/** True if a phone of this rank is the person's own: not of a place, and no other one. */
export function isOwnRank(rank: number): boolean {
  return rank < RANK.home - BETTER_PLACE
}

/** @returns null if the header does not concern phones */
export function classifyPhoneHeader(header: readonly string[]): PhoneHeader | null {
  const words = withoutCodeClause(header)
  const has = (some: ReadonlySet<string>): boolean => words.some((word) => some.has(word))
  const isPhone = has(MOBILE) || has(PHONE) || has(WHATSAPP)
  const isContact = has(CONTACT)
  const isPlaceAlone = words.every((word) => PLACE_ALONE.has(word) || /^\p{N}+$/u.test(word))
  const isWeak = isContact || has(BARE) || (isPlaceAlone && has(PLACE_ALONE))
  if (!isPhone && !isWeak) return null
  const other = readOther(words)
  if (other) return other
  const isPlace = isContact || has(PLACE_ALONE)
  const known = isPhone || isContact ? KNOWN : isPlace ? [...KNOWN_ALONE, PLACE_ALONE] : KNOWN_ALONE
  if (!words.every((word) => isKnown(word, known))) return isPhone ? { kind: 'other', isUnknown: true } : null
  const rank = rankOf(words)
  const isStated =
    words.some((word) => /^\p{N}+$/u.test(word)) || has(MOBILE) || has(WHATSAPP) || has(HOME) || has(WORK)
  const isNumber = has(BARE) && (isContact || has(OTHER))
  return isPhone || isNumber ? { kind: 'phone', rank, isStated } : { kind: 'maybe', rank, isStated }
}

/** Recognises another person's phone, and `Is WhatsApp`, which is a yes/no question. */
function readOther(words: readonly string[]): PhoneHeader | null {
  if (isOpen(words)) return { kind: 'other', isOpen: true }
  return isSomebodyElse(words) || words[0] === 'is' ? { kind: 'other' } : null
}

function isOpen(words: readonly string[]): boolean {
  const rest = words.filter((word) => !EITHER.has(word))
  return rest.length < words.length && !isSomebodyElse(rest) && rest.every((word) => isKnown(word, KNOWN))
}

/** Rank of a label beside a number in a cell (`Office: 022 2780 1234`). Null if a word is unknown. */
export function rankPhoneLabel(words: readonly string[]): number | null {
  const short = words.map((word) => SHORT_LABELS[word] ?? word)
  if (!short.every((word) => isKnown(word, KNOWN_LABELS))) return null
  const rank = rankOf(short)
  return rank > RANK.emergency && short.some((word) => OWNER.has(word)) ? RANK.phone : rank
}

/**
 * Rank of a cell that labels another column's phone (`* Mobile`, `Work Fax`); `other` for a fax or another
 * person's phone. Null if it is no label.
 */
export function rankPhoneText(cell: string): number | 'other' | null {
  const { words } = normaliseHeader(cell)
  if (words.length === 0) return null
  return isSomebodyElse(words) ? 'other' : rankPhoneLabel(words)
}

const LABEL = new Set(
  'label labels type types kind typ art tipo etikett etichetta bezeichnung jenis тип'.split(' '),
)

/** True for `Type` or `Label` alone. */
export function isLabelWord(words: readonly string[]): boolean {
  return words.length > 0 && words.every((word) => LABEL.has(word))
}

/** The words of the phone that a heading such as `Phone 1 - Type` labels; null if it labels none. */
export function phoneOfLabel(words: readonly string[]): readonly string[] | null {
  const rest = words.filter((word) => !LABEL.has(word))
  return rest.length < words.length && rest.length > 0 && classifyPhoneHeader(rest)?.kind === 'phone'
    ? rest
    : null
}

const SHORT_LABELS: Readonly<Record<string, string>> = {
  m: 'mobile',
  mob: 'mobile',
  mbl: 'mobile',
  c: 'mobile',
  p: 'phone',
  ph: 'phone',
  t: 'phone',
  tel: 'phone',
  h: 'home',
  r: 'residence',
  res: 'residence',
  o: 'office',
  off: 'office',
  w: 'work',
  alt: 'alternate',
  pri: 'primary',
  sec: 'secondary',
}

/** Rank of a number without a label: that of the heading Phone. */
export const UNLABELLED = RANK.phone

function isKnown(word: string, known: readonly ReadonlySet<string>[]): boolean {
  return /^\p{N}+$/u.test(word) || known.some((words) => words.has(word))
}

/** Without a word for a phone: "Account Number" and "House Number" are something else. */
const KNOWN_ALONE = [CONTACT, OTHER, EMERGENCY, BEST, NOISE, OWNER]
const KNOWN = [MOBILE, WHATSAPP, PHONE, HOME, WORK, ...KNOWN_ALONE]
/** Other short words may be countries in a cell: `US 415 555 0132`, `DE 171 …`. */
const LABEL_NOISE = new Set(['number', 'no', 'nr', 'num'])
const KNOWN_LABELS = [
  MOBILE,
  WHATSAPP,
  PHONE,
  HOME,
  WORK,
  CONTACT,
  OTHER,
  EMERGENCY,
  BEST,
  OWNER,
  LABEL_NOISE,
]

const CLAUSE = new Set(
  'with without including excluding incl excl mit ohne con sin com sem avec sans dengan tanpa'.split(' '),
)
const CLAUSE_WORDS = new Set(
  'country isd std standard dial dialling calling code codes prefix vorwahl codigo pais indicatif kode negara zero'.split(
    ' ',
  ),
)

/** `Phone without country code` is a phone. */
function withoutCodeClause(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => CLAUSE.has(word))
  const rest = words.slice(at + 1)
  const isClause =
    at > 0 && rest.length > 0 && rest.every((word) => CLAUSE_WORDS.has(word) || NOISE.has(word))
  return isClause ? words.slice(0, at) : words
}

function rankOf(words: readonly string[]): number {
  const has = (some: ReadonlySet<string>): boolean => words.some((word) => some.has(word))
  const digits = Number(words.find((word) => /^[0-9]$/u.test(word)) ?? 1)
  const later = Math.min(Math.max(digits - 1, 0), LAST_NUMBER)
  const rank = kindRank(has)
  const better = has(BEST) ? (rank <= RANK.phone ? BETTER_OWN : BETTER_PLACE) : 0
  return rank + later - better
}

/** A company's number reaches everybody there: it comes after the direct one. */
const COMPANY = new Set('company organization corporate account firma empresa'.split(' '))
const BEHIND_DIRECT = 5

function kindRank(has: (some: ReadonlySet<string>) => boolean): number {
  if (has(EMERGENCY)) return RANK.emergency
  if (has(OTHER)) return RANK.other
  if (has(COMPANY)) return RANK.work + BEHIND_DIRECT
  if (has(WORK)) return RANK.work + (has(MOBILE) ? -1 : 0)
  if (has(MOBILE)) return RANK.mobile
  if (has(WHATSAPP)) return RANK.whatsapp
  if (has(HOME)) return RANK.home
  return has(PHONE) || has(CONTACT) || has(BEST) ? RANK.phone : RANK.number
}
