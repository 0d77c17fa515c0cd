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
      request = { ...request, limit: Math.min(MAX_LISTED, Math.max(1, Number(number))) }
    else if (/^(failed|failures?|errors?)$/.test(lower)) request = { ...request, isFailed: true }
    else if (lower === 'today' || lower === 'yesterday')
      request = { ...request, ...onDay(lower, options, lower) }
    else if (/^(since|after|on)$/.test(lower)) {
      const said = lower === 'on' ? onDay : sinceDay
      const found = readDays(words.slice(at + 1), (text) => said(text, options))
      if (!found)
        return {
          kind: 'unknown',
          word: words.slice(at).join(' '),
          meant: `${lower === 'on' ? 'on' : 'since'} 15 Jan`,
        }
      request = { ...request, ...found.days }
      at += found.words
    } else if (/^(last|past)$/.test(lower) && /^(week|month|year)$/i.test(words[at + 1] ?? '')) {
      request = { ...request, ...sinceDay(`last ${words[at + 1]}`, options) }
      at += 1
    } else if (FILLERS.has(lower)) continue
    else {
      const name = word.replace(/^@/, '')
      const meant = word.startsWith('@') ? undefined : nearestWord(lower, WORDS)
      if (meant !== undefined) return { kind: 'unknown', word, meant }
      if (request.user !== undefined || !/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(name))
        return { kind: 'unknown', word }
      request = { ...request, user: name, isName: true }
    }
  }
  return request
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
