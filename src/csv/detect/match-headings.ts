import {
  CONTACT,
  isSomebodyElse,
  MOBILE,
  NOISE,
  namesPhone,
  OWNER,
  PHONE,
  SOMEBODY_ELSE,
  WHATSAPP,
} from '../../phone-words.ts'

const WORDS = /[\p{L}\p{M}\p{N}]+/gu
/** Optional words, with or without which a heading is the same: `Customer Name`, `City Name`, `Mobile No`. */
const OPTIONAL = [OWNER, NOISE, new Set(['name', 'full', 'complete', 'nos'])]
const LONGEST_PHONE_HEADING = 4
/** `no phone`, `without mobile`: remarks in a cell. */
const NEGATIONS = new Set('no not without nil none sin sem sans ohne kein keine'.split(' '))

/** `MOBILE NO` and `Mobile_No.` are the same heading. */
export function foldHeading(text: string): string {
  return text.toLowerCase().match(WORDS)?.join(' ') ?? ''
}

/** True if a folded heading means the customer's phones, and is no remark such as `no phone`. */
export function isPhoneHeading(name: string): boolean {
  const words = name.split(' ')
  const isRemark = NEGATIONS.has(words[0] ?? '') && words[1] !== undefined && !isNumberWord(words)
  return (
    words.length <= LONGEST_PHONE_HEADING &&
    namesPhone(name) &&
    !isRemark &&
    !isSomebodyElse(words) &&
    words.every((word) => isPhoneWord(word) || namesPhone(word))
  )
}

/** True if a folded heading means another person's phone, such as `agent phone`. */
export function isOthersPhone(name: string): boolean {
  const words = name.split(' ')
  return (
    words.length <= LONGEST_PHONE_HEADING &&
    namesPhone(name) &&
    isSomebodyElse(words) &&
    !NEGATIONS.has(words[0] ?? '')
  )
}

/** True if two folded headings name the same other person: `agent name`, `agent phone`. */
export function areOfOthers(names: readonly string[]): boolean {
  const words = names.flatMap((name) =>
    [...new Set(name.split(' '))].filter((word) => SOMEBODY_ELSE.has(word)),
  )
  return new Set(words).size < words.length
}

/** Indonesian `No HP` is a number, English `no phone` is a remark. */
const isNumberWord = ([, second = '']: readonly string[]): boolean => second === 'hp' || second === 'telp'

const isPhoneWord = (word: string): boolean =>
  [MOBILE, PHONE, WHATSAPP, CONTACT, NOISE, OWNER].some((words) => words.has(word))

/**
 * Finds each heading of a header in another header of folded names: by the same words, else without optional
 * words, else as the only phone column of both. -1 if it is missing or ambiguous.
 */
export function matchHeadings(header: readonly string[], names: readonly string[]): readonly number[] {
  const order = matchExactly(header, names)
  matchRest(header, names, order, (name) => name.split(' '), areAlike)
  matchRest(header, names, order, isPhoneHeading, (a, b) => a && b)
  return order
}

function matchExactly(header: readonly string[], names: readonly string[]): number[] {
  const taken = new Set<number>()
  return header.map((name, place) => {
    const isSame = name !== '' && names[place] === name && !taken.has(place)
    const at = isSame
      ? place
      : names.findIndex((other, index) => other === name && name !== '' && !taken.has(index))
    taken.add(at)
    return at
  })
}

/** Reads each name once: every row without digits comes here, and each pass looks at all pairs. */
function matchRest<T>(
  header: readonly string[],
  names: readonly string[],
  order: number[],
  read: (name: string) => T,
  isSame: (a: T, b: T) => boolean,
): void {
  const taken = new Set(order)
  const places = header.flatMap((name, place) =>
    name !== '' && order[place] === -1 ? [{ place, form: read(name) }] : [],
  )
  if (places.length === 0) return
  const free = names.flatMap((name, at) => (name !== '' && !taken.has(at) ? [{ at, form: read(name) }] : []))
  for (const { place, form } of places) {
    const like = free.filter((other) => isSame(form, other.form))
    const [only] = like
    if (only === undefined || like.length > 1) continue
    if (places.filter((other) => isSame(other.form, only.form)).length === 1) order[place] = only.at
  }
}

function areAlike(x: readonly string[], y: readonly string[]): boolean {
  const isSubset = (some: readonly string[], of: readonly string[]): boolean =>
    some.length < of.length &&
    some.every((word) => of.includes(word)) &&
    of.every((word) => some.includes(word) || OPTIONAL.some((words) => words.has(word)))
  return isSubset(x, y) || isSubset(y, x)
}
