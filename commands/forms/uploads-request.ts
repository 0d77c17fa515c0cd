import { type FilterOptions, parseCustomerFilter } from '../filter/index.ts'
import { nearestWord, type Period, parsePeriod } from '../text/index.ts'
import { readCountQuestion } from './count-question.ts'
import { withoutPoliteness } from './politeness.ts'
import { isListFiller, parseRecent } from './recent-request.ts'
import { parseUploadReference } from './upload-reference.ts'

export interface UploadsOptions extends FilterOptions {
  /** Slack id of the person. */
  readonly user: string
}

/** The subcommands of `/uploads`. */
const UPLOADS_WORDS = [
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
  stats: 'count',
  total: 'count',
  download: 'export',
  revert: 'undo',
  difference: 'compare',
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
  const text = withoutPoliteness(typed.trim().replace(/\s+/g, ' ').replace(/\?+$/, '').trim())
  const [first = ''] = text.split(' ')
  const word = first.toLowerCase()
  if (word === '' || word === 'help') return { kind: 'help' }
  const rest = text.slice(first.length).trim()
  const asked =
    readFailedRows(text) ??
    readUploadTime(text) ??
    readHowManyFiles(text) ??
    readMissing(text) ??
    readMistake(text) ??
    readReport(text, options)
  if (asked) return asked
  const known = findWord(word)
  const named = known === undefined ? undefined : readSubcommand(known, word, rest, options)
  if (named) return named
  if (parseUploadReference(text) !== undefined || isFileName(text))
    return { kind: 'word', word: 'show', text }
  const otherwise = OTHERWISE[word]
  const isUndo =
    Object.hasOwn(OTHERWISE, word) && parseUploadReference(rest.replace(/^(?:my|the) /i, '')) !== undefined
  if (isUndo && otherwise !== undefined)
    return { kind: 'unknown', text, nearest: `${otherwise} ${rest}`.trim() }
  return (
    readWho(text, options) ??
    readHowMany(text) ??
    readWhatChanged(text, options) ??
    readCount(text, options) ??
    readList(text, options) ??
    (known === undefined ? readUnknown(text, word, rest, options) : { kind: 'word', word: known, text: rest })
  )
}

/** A subcommand, or a word for it. `list` and `latest` can start a list or a file name. */
function readSubcommand(
  known: UploadsWord,
  word: string,
  rest: string,
  options: UploadsOptions,
): UploadsRequest | undefined {
  const counted = known === 'show' ? readCountQuestion(rest, options) : undefined
  if (counted !== undefined) return { kind: 'word', word: 'count', text: counted }
  // `total customers.csv` is a file name.
  const isOther = AMBIGUOUS.has(word) || isFileName(`${word} ${rest}`)
  if (!Object.hasOwn(KNOWN, word) && isOther) return undefined
  return { kind: 'word', word: known, text: known === 'show' ? rest.replace(SHOWN, '') : rest }
}

/** Words between `show` and a file: `show me the receipt of day-1`. */
const SHOWN = /^(?:(?:me|us) (?=\S))?(?:(?:the )?(?:receipt|result|results|status) (?:of|for) (?=\S))?/i

const KNOWN: Readonly<Record<string, true>> = Object.fromEntries(UPLOADS_WORDS.map((word) => [word, true]))

function findWord(word: string): UploadsWord | undefined {
  return UPLOADS_WORDS.find((one) => one === word) ?? (Object.hasOwn(SAME, word) ? SAME[word] : undefined)
}

/** `day-1.csv`: a name with an extension is no person. */
const isFileName = (text: string): boolean => /^[^\s].*\.(?:csv|tsv|txt|xlsx|xlsm|zip)$/i.test(text)

/** `who uploaded today`, `who shared files this week`. */
function readWho(text: string, options: UploadsOptions): UploadsRequest | undefined {
  const hindi = readKisne(text)
  const [, rest] =
    hindi ??
    /^who(?: has| have| all)? (?:uploaded|shared|uploads|sent|imported|posted)(?: (?:the )?most)?(?: (?:files?|lists?|anything|what|something))?(?: (.+))?$/i.exec(
      text,
    ) ??
    []
  if (!hindi && !/^who (?:has |have |all )?(?:uploaded|shared|uploads|sent|imported|posted)\b/i.test(text))
    return undefined
  if (/^(?:at )?(?:the )?(?:last|latest|recently|most recently)(?: time)?$/i.test(rest ?? ''))
    return { kind: 'word', word: 'show', text: 'last' }
  const days = rest ?? 'today'
  const period = parsePeriod(days, options)
  // `who uploaded day-1`, `who shared 42`: the receipt shows it.
  return period ? { kind: 'who', period, text: days } : { kind: 'word', word: 'show', text: days }
}

/** `kal kisne upload kiya`: who uploaded yesterday. */
function readKisne(text: string): readonly [string, string] | undefined {
  if (
    !/\b(?:kisne|kis ne|kaun)\b/i.test(text) ||
    !/\b(?:upload|uploaded|share|file|files|list)\b/i.test(text)
  )
    return undefined
  const days = text
    .split(' ')
    .filter(
      (word) =>
        !/^(?:kisne|kis|ne|kaun|kya|upload(?:ed)?|shared?|files?|lists?|ki|ka|kiya|kiye|kari|ko|hai)$/i.test(
          word,
        ),
    )
    .join(' ')
  return [text, days === '' ? 'today' : days]
}

const ABOUT_FILE =
  /^what(?:['’]s| (?:has |was |is |are |were )?)?(?: ?all)? ?(?:the )?(?:changed?|changes|there|new|errors?|inside)?(?: (?:is|are))? ?(?:in|inside|by|with|of|from) (?:the )?(?:file )?(\S.*)$/i

/** `when was day-1 uploaded`, `what changed in #42`: the receipt has the answer. */
function readUploadTime(text: string): UploadsRequest | undefined {
  const [, subject = ''] = ABOUT_FILE.exec(text) ?? []
  if (isUpload(subject) || /^\S+[-_.]\S+$/.test(subject)) return { kind: 'word', word: 'show', text: subject }
  const [, file] =
    /^when (?:was|did|were) (.+?) (?:get )?(?:uploaded|shared|imported)$/i.exec(text) ??
    /^when (?:did|have|had) (?:we|you|u|i) (?:get|got|receive|received|have) (?:the )?(.*\b(?:files?|lists?|uploads?|sheets?).*)$/i.exec(
      text,
    ) ??
    /^(?:has|have|is|was) (\S+[-_.]\S+|(?:the )?last (?:file|list|upload)) (?:(?:been|got|fully|already) )*(?:imported|uploaded|done|processed|finished|completed?)$/i.exec(
      text,
    ) ??
    []
  return file === undefined ? undefined : { kind: 'word', word: 'show', text: file }
}

/** `how many files today`, `how many rows in day-1`: a list of files, or a receipt, has the number. */
function readHowManyFiles(text: string): UploadsRequest | undefined {
  // `kal kitni file aayi`
  const [, before, behind] =
    /^(.+?) (?:how many|kitn[ei]) (?:files?|uploads?|lists?)\b ?(.*)$/i.exec(text) ?? []
  if (before !== undefined) return { kind: 'word', word: 'recent', text: `${before} ${behind ?? ''}`.trim() }
  const [, rest] = /^(?:how many|(?:number|no\.?) of|kitn[ei]|count) (.+)$/i.exec(text) ?? []
  if (rest === undefined) return undefined
  if (/^(?:files?|uploads?|lists?)\b(?! ?#?\d)/i.test(rest))
    return { kind: 'word', word: 'recent', text: rest }
  const [, file] =
    /^(?:rows|lines|records|entries) (?:(?:were|was|are|is|got|have|has|there|failed|invalid|wrong|bad|rejected|skipped|imported|created|updated|added) )*(?:in|of|from|did|does) (.+?)(?: (?:has|have|had))?$/i.exec(
      rest,
    ) ?? []
  return file === undefined ? undefined : { kind: 'word', word: 'show', text: file }
}

/** `number of kushal` asks for a phone, and `number of customers` for a count. */
const HOW_MANY =
  /^(?:(?:how many|kitn[ei])\b ?|(?:number|no\.?) of (?=(?:all )?(?:customers?|clients?|borrowers?|people)\b))(.*)$/i

/** Reads `how many customers in pune`, `kitne customers hai`. */
function readHowMany(text: string): UploadsRequest | undefined {
  const [, rest] = HOW_MANY.exec(text) ?? []
  return HOW_MANY.test(text) ? { kind: 'word', word: 'count', text: rest ?? '' } : undefined
}

/** `what changed yesterday`, `what's new`: the summary of these days. */
function readWhatChanged(text: string, options: UploadsOptions): UploadsRequest | undefined {
  const [, rest = ''] =
    /^what(?:['’]s| is| has| have| was| all)? (?:changed|new|happened|came in|got changed|been changed)(?: (.+))?$/i.exec(
      text,
    ) ?? []
  const changes = /^(?:all )?changes(?: (.+))?$/i.exec(text)
  if (changes) return readWhatChanged(`what changed ${changes[1] ?? ''}`.trim(), options)
  if (!/^what\S* .*(?:changed|new|happened|came in)\b/i.test(text)) return undefined
  return rest === '' || parsePeriod(rest, options) ? { kind: 'word', word: 'digest', text: rest } : undefined
}

/** `customers due today`, `overdue in pune`. */
function readCount(text: string, options: UploadsOptions): UploadsRequest | undefined {
  const asked = readCountQuestion(text, options)
  return asked === undefined ? undefined : { kind: 'word', word: 'count', text: asked }
}

/** `failed rows of day-1`, `rows to correct`, `errors in #42`: the receipt shows them and sends them. */
function readFailedRows(text: string): UploadsRequest | undefined {
  const [, which] =
    /^(?:(?:show|send|get|give|download|export|open|see|view|list)(?: me)? )?(?:the |all |my )*(?:(?:failed|invalid|rejected|wrong|bad|incorrect|skipped|error|duplicate) (?:rows?|lines?|records?|entries)|rows to correct|(?:errors?|duplicates?|problems?|rejects?)(?= (?:of|in|from|for) ))(?: (?:of|in|from|for) (.+))?$/i.exec(
      text,
    ) ?? []
  if (which === undefined && !/\b(?:rows?|lines?|records?|entries|correct)$/i.test(text)) return undefined
  const isFailed =
    which !== undefined ||
    /^\D*\b(?:failed|invalid|rejected|wrong|bad|incorrect|skipped|error|duplicate|to correct)\b/i.test(text)
  const file = (which ?? 'last').replace(/^(?:my|the|file|list) (?=\S)/i, '')
  return isFailed ? { kind: 'word', word: 'show', text: file } : undefined
}

/** Whole words: `list-1` is a file's name. */
const ABOUT_FILES = /(?:^|\s)(?:files?|uploads?|uploaded|lists?|shared)(?:\s|$)/i

/** Without `recent`, only texts that are clearer than a name: a day, a mention, a failure. */
function readList(text: string, options: UploadsOptions): UploadsRequest | undefined {
  const [, last] =
    /^(?:the )?(?:last|latest|recent|newest) (\d{1,3})(?: (?:files|uploads|lists))?$/i.exec(text) ?? []
  if (last !== undefined) return { kind: 'word', word: 'recent', text: last }
  const request = parseRecent(text, options)
  if (request.kind === 'unknown') return undefined
  const isReported =
    request.period !== undefined ||
    request.isFailed === true ||
    request.isOpen === true ||
    request.users !== undefined
  const isNamed =
    request.names !== undefined && (/(?:^|\s)(?:by|from|of)\s|^@/i.test(text) || ABOUT_FILES.test(text))
  const isAll =
    request.names === undefined &&
    (/^(?:all|latest|list|my|the|status)\b/i.test(text) || ABOUT_FILES.test(text))
  return isReported || isNamed || isAll ? { kind: 'word', word: 'recent', text } : undefined
}

/** `customers not in last file`: a comparison with the list before shows them. */
const MISSING_IN_LAST =
  /\b(?:not|missing|absent|dropped|left out)(?: there)? (?:in|from) (?:the )?(?:last|latest|newest|today['’]?s?) (?:file|list|upload|sheet)\b/i
function readMissing(text: string): UploadsRequest | undefined {
  return MISSING_IN_LAST.test(text)
    ? { kind: 'unknown', text, nearest: 'compare last', isOffered: true }
    : undefined
}

/** `i uploaded wrong file`: the undo is named, and not done. */
function readMistake(text: string): UploadsRequest | undefined {
  const isMistake =
    /\b(?:wrong|incorrect)(?:ly)? (?:file|list|sheet|upload(?:ed)?)\b|\b(?:file|list|sheet|uploaded)\b.*\bby mistake\b/i.test(
      text,
    )
  return isMistake && !isFileName(text) ? { kind: 'unknown', text, nearest: 'undo last' } : undefined
}

/** `yesterday's report`, `show last week summary`. */
function readReport(text: string, options: UploadsOptions): UploadsRequest | undefined {
  const [, days = ''] =
    /^(?:(?:show|send|give|get)(?: me| us)? )?(?:the )?(.+?)(?:['’]s)? (?:report|summary|digest)$/i.exec(
      text,
    ) ?? []
  return days !== '' && parsePeriod(days, options) ? { kind: 'word', word: 'digest', text: days } : undefined
}

/** `send me all data`; an export is named, and never done for it. */
const ALL_DATA =
  /^(?:send|give|share|provide|e-?mail|mail|get|i need|need)(?: me| us)? (?:(?:the|all|whole|full|entire|complete|of|customers?['’]?s?) ?)*(?:data|database|dump|excel|backup)(?: in excel| as excel)?$/i

function readUnknown(text: string, word: string, rest: string, options: UploadsOptions): UploadsRequest {
  if (/^who\b/i.test(text)) return { kind: 'unknown', text, nearest: 'who uploaded today', isOffered: true }
  if (/^#?\d+(?: (?:and|with|vs) | )#?\d+$/i.test(text))
    return { kind: 'unknown', text, nearest: `compare ${text}`, isOffered: true }
  if (ALL_DATA.test(text)) return { kind: 'unknown', text, nearest: 'export' }
  const otherwise = Object.hasOwn(OTHERWISE, word) ? OTHERWISE[word] : undefined
  if (otherwise === 'undo')
    return { kind: 'unknown', text, nearest: `undo ${isUpload(rest) ? rest : 'last'}` }
  if (otherwise !== undefined) {
    const isFilter = parseCustomerFilter(rest, options).kind === 'filter'
    return { kind: 'unknown', text, nearest: `${otherwise} ${isFilter ? rest : ''}`.trim() }
  }
  if (QUESTION_WORDS.test(word)) return { kind: 'unknown', text }
  const meant = nearestWord(word, UPLOADS_WORDS)
  // The text after a mistyped word stays with the corrected word.
  const nearest = meant === undefined ? nearestDay(text, options) : `${meant} ${rest}`.trim()
  if (nearest === undefined) return { kind: 'unknown', text }
  const isOffered = meant === undefined || !NEVER_OFFERED.has(meant)
  return { kind: 'unknown', text, nearest, ...(isOffered && { isOffered }) }
}

/** No mistyped subcommands: `how` is near `show`. */
const QUESTION_WORDS = /^(?:how|what|why|when|where|which|who|whom|is|are|do|does|did|can)$/

/** `file 2`, `my last upload`, `day-1.csv`. */
const isUpload = (text: string): boolean =>
  isFileName(text) || parseUploadReference(text.replace(/^(?:my|the) /i, '')) !== undefined

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
