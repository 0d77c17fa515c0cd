import type { UploadFilter } from '../../src/uploads/queries/index.ts'
import { type DayOptions, endOfDay, formatDay, nearestWord, parseDay, startOfDay } from '../text/index.ts'

/** Which uploads somebody asked for. */
export interface RecentRequest extends UploadFilter {
  readonly kind: 'list'
  readonly limit: number
  /** `since 12 Jan 2026`, `today`, `on 12 Jan 2026`: how the answer says it. */
  readonly sinceWords?: string
  /** The person was typed as a name and not mentioned. */
  readonly isName?: boolean
}

interface NotUnderstood {
  readonly kind: 'unknown'
  readonly word: string
  readonly meant?: string
}

const USUAL_LIMIT = 10
/** What still goes into one message. */
const MAX_LISTED = 50
/** `<@U123|asha>`, as Slack writes a mention. */
const MENTION = /^<@([UW][A-Z0-9]{2,})(?:\|[^>]*)?>$/
const WORDS = ['failed', 'today', 'yesterday', 'since']
/** Words that say nothing by themselves. */
const FILLERS: ReadonlySet<string> = new Set([
  'by',
  'from',
  'the',
  'last',
  'latest',
  'of',
  'uploads',
  'files',
  'and',
])

/** `25`, `failed`, `today`, `yesterday`, `on 15 Jan`, `since monday`, `last week`, `@asha`, `me`, in any order. */
export function parseRecent(text: string, options: RecentOptions): RecentRequest | NotUnderstood {
  let request: RecentRequest = { kind: 'list', limit: USUAL_LIMIT }
  let words: readonly string[] = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
  while (words.length > 0) {
    const reading = readNext(words, options, request)
    if (reading.kind === 'unknown') return reading
    request = { ...request, ...reading.asked }
    words = words.slice(reading.words)
  }
  return request
}

type RecentOptions = DayOptions & { readonly user: string }

/** What the first words ask for, and how many words say it. */
interface Reading {
  readonly kind: 'read'
  readonly asked?: Partial<RecentRequest>
  readonly words: number
}

/** Undefined: the words begin with something else. */
type Reader = (words: readonly string[], options: RecentOptions) => Reading | NotUnderstood | undefined

const READERS: readonly Reader[] = [
  readPerson,
  readLimit,
  readFailed,
  readDay,
  readSince,
  readPeriod,
  readFiller,
]

function readNext(
  words: readonly string[],
  options: RecentOptions,
  { user }: RecentRequest,
): Reading | NotUnderstood {
  for (const reader of READERS) {
    const reading = reader(words, options)
    if (reading) return reading
  }
  return readName(words, user !== undefined)
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
  return /^(me|mine)$/.test(lowerFirst(words)) ? read({ user: options.user }) : undefined
}

function readLimit(words: readonly string[]): Reading | undefined {
  const number = /^#?(\d{1,9})$/.exec(lowerFirst(words))?.[1]
  if (number === undefined) return undefined
  return read({ limit: Math.min(MAX_LISTED, Math.max(1, Number(number))) })
}

function readFailed(words: readonly string[]): Reading | undefined {
  return /^(failed|failures?|errors?)$/.test(lowerFirst(words)) ? read({ isFailed: true }) : undefined
}

function readDay(words: readonly string[], options: RecentOptions): Reading | undefined {
  const lower = lowerFirst(words)
  return lower === 'today' || lower === 'yesterday' ? read(onDay(lower, options, lower)) : undefined
}

function readSince(words: readonly string[], options: RecentOptions): Reading | NotUnderstood | undefined {
  const lower = lowerFirst(words)
  if (!/^(since|after|on)$/.test(lower)) return undefined
  const isOn = lower === 'on'
  const found = readDays(words.slice(1), (text) => (isOn ? onDay(text, options) : sinceDay(text, options)))
  if (found) return read(found.days, 1 + found.words)
  return { kind: 'unknown', word: words.join(' '), meant: `${isOn ? 'on' : 'since'} 15 Jan` }
}

function readPeriod(words: readonly string[], options: RecentOptions): Reading | undefined {
  const [, period = ''] = words
  if (!/^(last|past)$/.test(lowerFirst(words)) || !/^(week|month|year)$/i.test(period)) return undefined
  return read(sinceDay(`last ${period}`, options), 2)
}

function readFiller(words: readonly string[]): Reading | undefined {
  return FILLERS.has(lowerFirst(words)) ? read() : undefined
}

/** A name without a mention: one at most, and no word of ours that was mistyped. */
function readName([word = '']: readonly string[], hasPerson: boolean): Reading | NotUnderstood {
  const name = word.replace(/^@/, '')
  const meant = word.startsWith('@') ? undefined : nearestWord(word.toLowerCase(), WORDS)
  if (meant !== undefined) return { kind: 'unknown', word, meant }
  if (hasPerson || !/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(name)) return { kind: 'unknown', word }
  return read({ user: name, isName: true })
}

type Days = Pick<RecentRequest, 'since' | 'before' | 'sinceWords'>

/** The longest run of words that names a day: `last friday` and not `last`. */
function readDays(words: readonly string[], read: (text: string) => Days | undefined) {
  for (let end = Math.min(5, words.length); end > 0; end -= 1) {
    const days = read(words.slice(0, end).join(' '))
    if (days) return { days, words: end }
  }
  return undefined
}

function sinceDay(text: string, options: DayOptions): Days | undefined {
  const day = parseDay(text, options)
  if (day === undefined) return undefined
  return { since: startOfDay(day, options.timeZone), sinceWords: `since ${formatDay(day)}` }
}

/** @param said how the answer says it, where not by its date */
function onDay(text: string, options: DayOptions, said?: string): Days | undefined {
  const day = parseDay(text, options)
  if (day === undefined) return undefined
  const { timeZone } = options
  return {
    since: startOfDay(day, timeZone),
    before: endOfDay(day, timeZone),
    sinceWords: said ?? `on ${formatDay(day)}`,
  }
}
