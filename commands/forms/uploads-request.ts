import { type DayOptions, nearestWord, type Period, parsePeriod } from '../text/index.ts'
import { isListFiller, parseRecent } from './recent-request.ts'
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
  status: 'recent',
  queue: 'recent',
  pending: 'recent',
  stats: 'count',
  total: 'count',
  download: 'export',
  revert: 'undo',
}
/** Subcommands that change or export something: never offered for a mistyped one. */
const AMBIGUOUS: ReadonlySet<string> = new Set(['list', 'latest'])
const OTHERWISE: Readonly<Record<string, UploadsWord>> = {
  delete: 'undo',
  remove: 'undo',
  cancel: 'undo',
  rollback: 'undo',
  send: 'export',
}
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
  // `total customers.csv` is a file name.
  if (known !== undefined && !AMBIGUOUS.has(word) && !isFileName(text))
    return { kind: 'word', word: known, text: rest }
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

/** Reads `how many customers in pune`, `kitne customers hai`. */
function readHowMany(text: string): UploadsRequest | undefined {
  const [, rest] = /^(?:how many|number of|kitn[aei])(?: (.+))?$/i.exec(text) ?? []
  return /^(?:how many|number of|kitn[aei])\b/i.test(text)
    ? { kind: 'word', word: 'count', text: rest ?? '' }
    : undefined
}

/** Without `recent`, only texts that are clearer than a name: a day, a mention, a failure. */
function readList(text: string, options: UploadsOptions): UploadsRequest | undefined {
  const [, last] =
    /^(?:the )?(?:last|latest|recent|newest) (\d{1,3})(?: (?:files|uploads|lists))?$/i.exec(text) ?? []
  if (last !== undefined) return { kind: 'word', word: 'recent', text: last }
  const request = parseRecent(text, options)
  if (request.kind === 'unknown') return undefined
  const isReported = request.period !== undefined || request.isFailed === true || request.user !== undefined
  const isNamed = request.name !== undefined && /(?:^|\s)(?:by|from|of)\s|^@/i.test(text)
  const isAll = request.name === undefined && /^(?:all|latest|list|files|uploads|my|the)\b/i.test(text)
  return isReported || isNamed || isAll ? { kind: 'word', word: 'recent', text } : undefined
}

function readUnknown(text: string, word: string, rest: string, options: UploadsOptions): UploadsRequest {
  if (/^who\b/i.test(text)) return { kind: 'unknown', text, nearest: 'who uploaded today', isOffered: true }
  if (/^#?\d+(?: (?:and|with|vs) | )#?\d+$/i.test(text))
    return { kind: 'unknown', text, nearest: `compare ${text}`, isOffered: true }
  const otherwise = Object.hasOwn(OTHERWISE, word) ? OTHERWISE[word] : undefined
  if (otherwise !== undefined) return { kind: 'unknown', text, nearest: `${otherwise} ${rest}`.trim() }
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
  const words = text
    .split(' ')
    .map((word) => (word.length > 4 && !isListFiller(word) ? nearestWord(word, DAYS) : undefined) ?? word)
  const meant = words.join(' ')
  return meant !== text && readList(meant, options) ? meant : undefined
}
