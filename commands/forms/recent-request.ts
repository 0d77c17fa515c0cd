import { type DayOptions, nearestWord, type Period, parsePeriod } from '../text/index.ts'

/** The requested uploads. */
export interface RecentRequest {
  readonly kind: 'list'
  readonly limit: number
  /** Slack id of the uploader, if mentioned, or of the person. */
  readonly user?: string
  /** Name of the uploader, if not mentioned. */
  readonly name?: string
  readonly isFailed?: true
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
const MAX_PERIOD_WORDS = 7
const MAX_WORDS = 60
/** `<@U123|asha>`, Slack's form of a mention. */
const MENTION = /^<@([UW][A-Z0-9]{2,})(?:\|[^>]*)?>$/
const WORDS = ['failed', 'today', 'yesterday', 'since']
/** Words without meaning. */
const FILLERS: ReadonlySet<string> = new Set(
  'by from the last latest recent newest of uploads upload uploaded files file lists list and that which were was are is has have been shared show me all my only what where did do any anything came come go went through finished ready done completed happened in to got get give see new there status please pls ki ka ke ko ne kya kiya kiye wali wale dikhao batao hai aayi aaya aaye hui'.split(
    ' ',
  ),
)

type RecentOptions = DayOptions & { readonly user: string }

/**
 * `25`, `failed`, `today`, `last week`, `last 7 days`, `monday`, `on 15 Jan`, `since monday`, `by ravi`,
 * `@asha`, `me`, in any order.
 */
export function parseRecent(text: string, options: RecentOptions): RecentRequest | NotUnderstood {
  let request: RecentRequest = { kind: 'list', limit: USUAL_LIMIT }
  let words: readonly string[] = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length > MAX_WORDS) return { kind: 'unknown', word: words.join(' ') }
  while (words.length > 0) {
    const reading = readNext(words, options, request)
    if (reading.kind === 'unknown') return reading
    // `today yesterday`: the second would replace the first.
    if (reading.asked?.period && request.period) return { kind: 'unknown', word: words.join(' ') }
    request = { ...request, ...reading.asked }
    words = words.slice(reading.words)
  }
  return request
}

/** The meaning of the first words, and their number. */
interface Reading {
  readonly kind: 'read'
  readonly asked?: Partial<RecentRequest>
  readonly words: number
}

/** Undefined: the words start with something else. */
type Reader = (words: readonly string[], options: RecentOptions) => Reading | NotUnderstood | undefined

const READERS: readonly Reader[] = [readPerson, readDays, readLimit, readFailed, readSince, readFiller]

function readNext(words: readonly string[], options: RecentOptions, request: RecentRequest) {
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

function readPerson(words: readonly string[], options: RecentOptions): Reading | undefined {
  const mention = MENTION.exec(words[0] ?? '')?.[1]
  if (mention !== undefined) return read({ user: mention })
  const isMe = lowerFirst(words) === 'my' || /^(?:me|mine|myself|i)$/.test(lowerFirst(words))
  return isMe ? read({ user: options.user }) : undefined
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
  'customer customers client clients borrower borrowers people person changed changes updated added created due overdue difference between without with not compare how why count pending waiting'.split(
    ' ',
  ),
)

/** A name without a mention: at most one, and no mistyped word of this parser. */
function readName([word = '']: readonly string[], { user, name }: RecentRequest): Reading | NotUnderstood {
  const typed = word.replace(/^@/, '').replace(/[’']s$/i, '')
  const meant = word.startsWith('@') ? undefined : nearestWord(word.toLowerCase(), WORDS)
  if (meant !== undefined) return { kind: 'unknown', word, meant }
  // A phone or a loan ID is a customer.
  const isNoName = NO_NAMES.has(typed.toLowerCase()) || /\d{4}/.test(typed)
  if (
    isNoName ||
    user !== undefined ||
    name !== undefined ||
    !/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u.test(typed)
  )
    return { kind: 'unknown', word }
  return read({ name: typed })
}
