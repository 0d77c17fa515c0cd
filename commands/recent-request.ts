import type { UploadFilter } from '../src/uploads/find-uploads.ts'
import { type DayOptions, formatDay, parseDay, startOfDay } from './dates.ts'
import { nearestWord } from './nearest-word.ts'

/** Which uploads somebody asked for. */
export interface RecentRequest extends UploadFilter {
  readonly kind: 'list'
  readonly limit: number
  /** `since 12 Jan 2026`, `today`: how the answer says it. */
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
const MOST_LISTED = 50
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

/** `25`, `failed`, `today`, `since monday`, `@asha`, `me`, in any order. */
export function parseRecent(
  text: string,
  options: DayOptions & { readonly user: string },
): RecentRequest | NotUnderstood {
  const words = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
  let request: RecentRequest = { kind: 'list', limit: USUAL_LIMIT }
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    const lower = word.toLowerCase()
    const number = /^#?(\d{1,9})$/.exec(lower)?.[1]
    const mention = MENTION.exec(word)?.[1]
    if (mention !== undefined) request = { ...request, user: mention }
    else if (lower === 'me' || lower === 'mine') request = { ...request, user: options.user }
    else if (number !== undefined)
      request = { ...request, limit: Math.min(MOST_LISTED, Math.max(1, Number(number))) }
    else if (/^(failed|failures?|errors?)$/.test(lower)) request = { ...request, isFailed: true }
    else if (lower === 'today' || lower === 'yesterday')
      request = { ...request, ...sinceDay(lower, lower, options) }
    else if (/^(since|after)$/.test(lower)) {
      const since = readSince(words.slice(at + 1), options)
      if (!since) return { kind: 'unknown', word: words.slice(at).join(' '), meant: 'since 15 Jan' }
      request = { ...request, ...since.filter }
      at += since.words
    } else if (FILLERS.has(lower)) continue
    else {
      const name = word.replace(/^@/, '')
      const meant = word.startsWith('@') ? undefined : nearestWord(lower, WORDS)
      if (meant !== undefined) return { kind: 'unknown', word, meant }
      if (request.user !== undefined || !/^[\p{L}\p{N}._-]+$/u.test(name)) return { kind: 'unknown', word }
      request = { ...request, user: name, isName: true }
    }
  }
  return request
}

/** The longest run of words that names a day: `last friday` and not `last`. */
function readSince(words: readonly string[], options: DayOptions) {
  for (let end = Math.min(5, words.length); end > 0; end -= 1) {
    const text = words.slice(0, end).join(' ')
    const filter = sinceDay(text, undefined, options)
    if (filter) return { filter, words: end }
  }
  return undefined
}

function sinceDay(text: string, said: string | undefined, options: DayOptions) {
  const day = parseDay(text, options)
  if (day === undefined) return undefined
  const sinceWords = said === 'today' ? 'today' : `since ${formatDay(day)}`
  return { since: startOfDay(day, options.timeZone), sinceWords }
}
