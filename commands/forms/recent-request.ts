import { type DayOptions, nearestWord, type Period, parsePeriod } from '../text/index.ts'

/** The requested uploads. */
export interface RecentRequest {
  readonly kind: 'list'
  readonly limit: number
  /** Slack ids of uploaders who were mentioned, or of the person. */
  readonly users?: readonly string[]
  /** Names of uploaders who were not mentioned. */
  readonly names?: readonly string[]
  readonly isFailed?: true
  /** Only uploads that are waiting or being imported. */
  readonly isOpen?: true
  readonly period?: Period
}

interface NotUnderstood {
  readonly kind: 'unknown'
  readonly word: string
  /** The word that was probably meant. */
  readonly meant?: string
  /** An example of a day. */
  readonly example?: string
}

const USUAL_LIMIT = 10
/** The most that fit into one message. */
const MAX_LISTED = 50
/** Maximum of people in one request. */
const MAX_PEOPLE = 5
const MAX_PERIOD_WORDS = 7
const MAX_WORDS = 60
/** `<@U123|asha>`, Slack's form of a mention. */
const MENTION = /^<@([UW][A-Z0-9]{2,})(?:\|[^>]*)?>$/
const WORDS = ['failed', 'pending', 'today', 'yesterday', 'since']
/** Words without meaning. */
const FILLERS: ReadonlySet<string> = new Set(
  'by from the last latest recent newest of uploads upload uploaded files file lists list and that which were was are is has have been shared show me all my only what where did do any anything came come go went through finished ready done completed happened in to got get give see new there status please pls ki ka ke ko ne kya kiya kiye wali wale dikhao batao hai aayi aaya aaye hui are still there koi yet we us our did'.split(
    ' ',
  ),
)

type RecentOptions = DayOptions & { readonly user: string }
type ReadOptions = RecentOptions & {
  /** True directly behind a person: `and asha` names another one. */
  readonly isBehindPerson: boolean
}

/** Words before people: `by ravi and asha`. Without one of them, two names are a customer's. */
const BY_PEOPLE = /(?:^|\s)(?:by|from|of)\s|@/i

/**
 * `25`, `failed`, `today`, `last week`, `last 7 days`, `monday`, `on 15 Jan`, `since monday`, `by ravi and asha`,
 * `@asha`, `me`, in any order.
 */
export function parseRecent(text: string, options: RecentOptions): RecentRequest | NotUnderstood {
  let request: RecentRequest = { kind: 'list', limit: USUAL_LIMIT }
  let words: readonly string[] = text
    .replace(/\s*[,;&+]\s*/g, ' and ')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
  const isByPeople = BY_PEOPLE.test(text)
  let isBehindPerson = false
  if (words.length > MAX_WORDS) return { kind: 'unknown', word: words.join(' ') }
  while (words.length > 0) {
    const reading = readNext(words, { ...options, isBehindPerson }, request)
    if (reading.kind === 'unknown') return reading
    // `today yesterday`: the second would replace the first.
    if (reading.asked?.period && request.period) return { kind: 'unknown', word: words.join(' ') }
    const joined = join(request, reading.asked)
    if (!joined) return { kind: 'unknown', word: words.join(' ') }
    request = joined
    isBehindPerson = isByPeople && (reading.asked?.users ?? reading.asked?.names) !== undefined
    words = words.slice(reading.words)
  }
  return request
}

/** Adds to a request; people are added to those before. @returns undefined if they are too many */
function join(request: RecentRequest, asked: Partial<RecentRequest> = {}): RecentRequest | undefined {
  const users = [...new Set([...(request.users ?? []), ...(asked.users ?? [])])]
  const names = [...new Set([...(request.names ?? []), ...(asked.names ?? [])])]
  if (users.length + names.length > MAX_PEOPLE) return undefined
  return {
    ...request,
    ...asked,
    ...(users.length > 0 && { users }),
    ...(names.length > 0 && { names }),
  }
}

/** The meaning of the first words, and their number. */
interface Reading {
  readonly kind: 'read'
  readonly asked?: Partial<RecentRequest>
  readonly words: number
}

/** Undefined: the words start with something else. */
type Reader = (words: readonly string[], options: ReadOptions) => Reading | NotUnderstood | undefined

const READERS: readonly Reader[] = [
  readFurther,
  readPerson,
  readDays,
  readLimit,
  readFailed,
  readOpen,
  readSince,
  readFiller,
]

function readNext(words: readonly string[], options: ReadOptions, request: RecentRequest) {
  for (const reader of READERS) {
    const reading = reader(words, options)
    if (reading) return reading
  }
  return readName(words, request)
}

const read = (asked?: Partial<RecentRequest>, words = 1): Reading => ({
  kind: 'read',
  words,
  ...(asked && { asked }),
})
const lowerFirst = (words: readonly string[]): string => (words[0] ?? '').toLowerCase()

/** `and asha` behind `by ravi`. */
function readFurther(words: readonly string[], options: ReadOptions): Reading | NotUnderstood | undefined {
  if (!options.isBehindPerson || !/^(?:and|or|aur|ya)$/.test(lowerFirst(words))) return undefined
  const rest = words.slice(1)
  for (const reader of [readPerson, readDays, readLimit, readFailed, readOpen, readFiller]) {
    const found = reader(rest, options)
    // `by ravi and failed`: the word after `and` has a meaning of its own.
    if (found) return found.kind === 'read' ? { ...found, words: found.words + 1 } : found
  }
  const named = readName(rest, { kind: 'list', limit: USUAL_LIMIT })
  return named.kind === 'read' ? { ...named, words: named.words + 1 } : named
}

function readPerson(words: readonly string[], options: RecentOptions): Reading | undefined {
  const mention = MENTION.exec(words[0] ?? '')?.[1]
  if (mention !== undefined) return read({ users: [mention] })
  const isMe = lowerFirst(words) === 'my' || /^(?:me|mine|myself|i)$/.test(lowerFirst(words))
  return isMe ? read({ users: [options.user] }) : undefined
}

/**
 * The longest sequence of words that names days: `last friday` and not `last`. A number alone is the list's
 * length.
 */
function readDays(words: readonly string[], options: RecentOptions): Reading | undefined {
  for (let count = Math.min(MAX_PERIOD_WORDS, words.length); count > 0; count -= 1) {
    const text = words.slice(0, count).join(' ')
    const period = /^#?\d+$/.test(text) ? undefined : parsePeriod(text, options)
    if (period) return read({ period }, count)
  }
  return undefined
}

function readLimit(words: readonly string[]): Reading | undefined {
  // A longer number is a part of a phone.
  const number = /^#?(\d{1,3})$/.exec(lowerFirst(words))?.[1]
  if (number === undefined) return undefined
  return read({ limit: Math.min(MAX_LISTED, Math.max(1, Number(number))) })
}

function readFailed(words: readonly string[]): Reading | undefined {
  return /^(failed|failures?|fails?|errors?)$/.test(lowerFirst(words)) ? read({ isFailed: true }) : undefined
}

function readOpen(words: readonly string[]): Reading | undefined {
  return /^(?:pending|waiting|queued?|running|processing|unfinished|stuck|inprogress)$/.test(
    lowerFirst(words),
  )
    ? read({ isOpen: true })
    : undefined
}

/** Days were tried before: the text after the word names none. */
function readSince(words: readonly string[]): NotUnderstood | undefined {
  const lower = lowerFirst(words)
  if (!/^(since|after|on|before|until)$/.test(lower)) return undefined
  return { kind: 'unknown', word: words.join(' '), example: `${lower} 15 Jan` }
}

function readFiller(words: readonly string[]): Reading | undefined {
  return isListFiller(lowerFirst(words)) ? read() : undefined
}

/** True for a word without a meaning of its own in a request for a list. */
export function isListFiller(word: string): boolean {
  return FILLERS.has(word.toLowerCase())
}

/** Words of questions about customers, which are no person who uploads. */
const NO_NAMES: ReadonlySet<string> = new Set(
  'customer customers client clients borrower borrowers people person changed changes updated added created due overdue difference between without with not compare how why count cancel delete remove rollback undo send export merge'.split(
    ' ',
  ),
)

/** A name without a mention, and no mistyped word of this parser. */
function readName([word = '']: readonly string[], { users, names }: RecentRequest): Reading | NotUnderstood {
  const typed = word.replace(/^@/, '').replace(/[’']s$/i, '')
  const meant = word.startsWith('@') ? undefined : nearestWord(word.toLowerCase(), WORDS)
  if (meant !== undefined) return { kind: 'unknown', word, meant }
  // A phone or a loan ID is a customer.
  const isNoName = NO_NAMES.has(typed.toLowerCase()) || /\d{4}/.test(typed)
  if (isNoName || (users ?? names) !== undefined || !/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u.test(typed))
    return { kind: 'unknown', word }
  return read({ names: [typed] })
}
