import { type DayOptions, nearestWord, type Period, parsePeriod } from '../text/index.ts'
import { parseRecent } from './recent-request.ts'
import { parseUploadReference } from './upload-reference.ts'

export interface UploadsOptions extends DayOptions {
  /** Slack id of the person. */
  readonly user: string
}

/** The subcommands of `/uploads`. */
export const UPLOADS_WORDS = [
  'recent',
  'show',
  'compare',
  'digest',
  'count',
  'export',
  'mapping',
  'preview',
  'undo',
] as const
export type UploadsWord = (typeof UPLOADS_WORDS)[number]

/** The parsed request of `/uploads …`. */
export type UploadsRequest =
  | { readonly kind: 'help' }
  /** A subcommand; `text` is what follows it. */
  | { readonly kind: 'word'; readonly word: UploadsWord; readonly text: string }
  /** Who uploaded what in these days. */
  | { readonly kind: 'who'; readonly period: Period; readonly text: string }
  /** `nearest` is a working form. `isOffered`: it changes nothing and exports nothing. */
  | { readonly kind: 'unknown'; readonly text: string; readonly nearest?: string; readonly isOffered?: true }

/** Synonyms of subcommands. */
const SAME: Readonly<Record<string, UploadsWord>> = {
  list: 'recent',
  latest: 'recent',
  open: 'show',
  view: 'show',
  receipt: 'show',
  diff: 'compare',
  summary: 'digest',
  report: 'digest',
  stats: 'count',
  total: 'count',
  download: 'export',
  revert: 'undo',
}
/** Subcommands that change or export something: never offered for a mistyped one. */
const NEVER_OFFERED: ReadonlySet<string> = new Set(['undo', 'export'])

/** Parses a request about uploads. Pure. */
export function parseUploadsRequest(typed: string, options: UploadsOptions): UploadsRequest {
  const text = typed.trim().replace(/\s+/g, ' ').replace(/\?+$/, '').trim()
  const [first = ''] = text.split(' ')
  const word = first.toLowerCase()
  if (word === '' || word === 'help') return { kind: 'help' }
  const rest = text.slice(first.length).trim()
  const known = findWord(word)
  // `list` and `latest` can start a list or a file name: they are parsed as a whole below.
  if (known !== undefined && Object.hasOwn(KNOWN, word)) return { kind: 'word', word: known, text: rest }
  if (parseUploadReference(text) !== undefined || isFileName(text))
    return { kind: 'word', word: 'show', text }
  return (
    readWho(text, options) ??
    readHowMany(text) ??
    readList(text, options) ??
    (known === undefined ? readUnknown(text, word, rest, options) : { kind: 'word', word: known, text: rest })
  )
}

const KNOWN: Readonly<Record<string, true>> = Object.fromEntries(UPLOADS_WORDS.map((word) => [word, true]))

function findWord(word: string): UploadsWord | undefined {
  return UPLOADS_WORDS.find((one) => one === word) ?? (Object.hasOwn(SAME, word) ? SAME[word] : undefined)
}

/** `day-1.csv`: a name with an extension is no person. */
const isFileName = (text: string): boolean => /^[^\s].*\.(?:csv|tsv|txt|xlsx|xlsm|zip)$/i.test(text)

/** `who uploaded today`, `who shared files this week`. */
function readWho(text: string, options: UploadsOptions): UploadsRequest | undefined {
  const [, rest] =
    /^who(?: has| have| all)? (?:uploaded|shared|uploads|sent|imported|posted)(?: (?:files?|lists?|anything|what|something))?(?: (.+))?$/i.exec(
      text,
    ) ?? []
  if (!/^who (?:has |have |all )?(?:uploaded|shared|uploads|sent|imported|posted)\b/i.test(text))
    return undefined
  const days = rest ?? 'today'
  const period = parsePeriod(days, options)
  // `who uploaded day-1`, `who shared 42`: the receipt shows it.
  return period ? { kind: 'who', period, text: days } : { kind: 'word', word: 'show', text: days }
}

/** `how many customers in pune`. */
function readHowMany(text: string): UploadsRequest | undefined {
  const [, rest] = /^(?:how many|number of|total) (.+)$/i.exec(text) ?? []
  return rest === undefined ? undefined : { kind: 'word', word: 'count', text: rest }
}

/** Without `recent`, only texts that are clearer than a name: a day, a mention, a failure. */
function readList(text: string, options: UploadsOptions): UploadsRequest | undefined {
  const request = parseRecent(text, options)
  if (request.kind === 'unknown') return undefined
  const isReported = request.period !== undefined || request.isFailed === true || request.user !== undefined
  const isNamed = request.name !== undefined && /(?:^|\s)(?:by|from)\s|^@/i.test(text)
  const isAll = request.name === undefined && /^(?:all|latest|list|files|uploads|my|the)\b/i.test(text)
  return isReported || isNamed || isAll ? { kind: 'word', word: 'recent', text } : undefined
}

function readUnknown(text: string, word: string, rest: string, options: UploadsOptions): UploadsRequest {
  const meant = nearestWord(word, UPLOADS_WORDS)
  // The text after a mistyped word stays with the corrected word.
  const nearest = meant === undefined ? nearestDay(text, options) : `${meant} ${rest}`.trim()
  if (nearest === undefined) return { kind: 'unknown', text }
  const isOffered = meant === undefined || !NEVER_OFFERED.has(meant)
  return { kind: 'unknown', text, nearest, ...(isOffered && { isOffered }) }
}

const DAYS = [
  'today',
  'yesterday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
  'failed',
]

/** `todya`, `yestarday`. */
function nearestDay(text: string, options: UploadsOptions): string | undefined {
  const words = text.split(' ').map((word) => nearestWord(word, word.length > 4 ? DAYS : []) ?? word)
  const meant = words.join(' ')
  return meant !== text && readList(meant, options) ? meant : undefined
}
