import { parseCustomerFilter } from '../filter/index.ts'
import { nearestWord } from '../text/index.ts'
import { readCountQuestion } from './count-question.ts'
import { readFileQuestion, readWhatChanged, readWho } from './file-question.ts'
import { withoutPoliteness } from './politeness.ts'
import { isListFiller, parseRecent } from './recent-request.ts'
import { isFileName, isUpload, parseUploadReference } from './upload-reference.ts'
import { UPLOADS_WORDS, type UploadsOptions, type UploadsRequest, type UploadsWord } from './uploads-kinds.ts'

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
  const asked = readFileQuestion(text, options)
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
  // `total` may name an amount to add: `total loan in pune`.
  if (word === 'total') return { kind: 'word', word: known, text: `${word} ${rest}`.trim() }
  return { kind: 'word', word: known, text: known === 'show' ? rest.replace(SHOWN, '') : rest }
}

/** Words between `show` and a file: `show me the receipt of day-1`. */
const SHOWN = /^(?:(?:me|us) (?=\S))?(?:(?:the )?(?:receipt|result|results|status) (?:of|for) (?=\S))?/i

const KNOWN: Readonly<Record<string, true>> = Object.fromEntries(UPLOADS_WORDS.map((word) => [word, true]))

function findWord(word: string): UploadsWord | undefined {
  return UPLOADS_WORDS.find((one) => one === word) ?? (Object.hasOwn(SAME, word) ? SAME[word] : undefined)
}

/** `number of kushal` asks for a phone, and `number of customers` for a count. */
const HOW_MANY =
  /^(?:(?:how many|kitn[ei])\b ?|(?:number|no\.?) of (?=(?:all )?(?:customers?|clients?|borrowers?|people)\b))(.*)$/i

/** Reads `how many customers in pune`, `kitne customers hai`. */
function readHowMany(text: string): UploadsRequest | undefined {
  const [, rest] = HOW_MANY.exec(text) ?? []
  return HOW_MANY.test(text) ? { kind: 'word', word: 'count', text: rest ?? '' } : undefined
}

/** `customers due today`, `overdue in pune`. */
function readCount(text: string, options: UploadsOptions): UploadsRequest | undefined {
  const asked = readCountQuestion(text, options)
  return asked === undefined ? undefined : { kind: 'word', word: 'count', text: asked }
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

/** `send me all data`; an export is named, and never done for it. */
const ALL_DATA =
  /^(?:send|give|share|provide|e-?mail|mail|get|i need|need)(?: me| us)? (?:(?:the|all|whole|full|entire|complete|of|customers?(?:['’]s?)?) ?)*(?:data|database|dump|excel|backup)(?: in excel| as excel)?$/i

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
