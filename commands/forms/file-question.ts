import { parsePeriod } from '../text/index.ts'
import { isFileName, isUpload } from './upload-reference.ts'
import type { UploadsOptions, UploadsRequest } from './uploads-kinds.ts'

/** Maximum of letters: some patterns take quadratic time, and nobody types longer questions. */
const MAX_LETTERS = 300

type Reader = (text: string, options: UploadsOptions) => UploadsRequest | undefined

/** Questions that begin with a subcommand's word, or have it inside: read before the subcommands. */
const BEFORE_WORDS: readonly Reader[] = [
  readFailedRows,
  readFileAsked,
  readHowManyFiles,
  readMissing,
  readMistake,
  readReport,
]

/** Reads a question about files or their rows. */
export function readFileQuestion(text: string, options: UploadsOptions): UploadsRequest | undefined {
  if (text.length > MAX_LETTERS) return undefined
  for (const reader of BEFORE_WORDS) {
    const request = reader(text, options)
    if (request) return request
  }
  return undefined
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

/** `who uploaded today`, `who shared files this week`. */
export function readWho(text: string, options: UploadsOptions): UploadsRequest | undefined {
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
function readFileAsked(text: string): UploadsRequest | undefined {
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

/** `what changed yesterday`, `what's new`: the summary of these days. */
export function readWhatChanged(text: string, options: UploadsOptions): UploadsRequest | undefined {
  const [, rest = ''] =
    /^what(?:['’]s| is| has| have| was| all)? (?:changed|new|happened|came in|got changed|been changed)(?: (.+))?$/i.exec(
      text,
    ) ?? []
  const changes = /^(?:all )?changes(?: (.+))?$/i.exec(text)
  if (changes) return readWhatChanged(`what changed ${changes[1] ?? ''}`.trim(), options)
  if (!/^what\S* .*(?:changed|new|happened|came in)\b/i.test(text)) return undefined
  return rest === '' || parsePeriod(rest, options) ? { kind: 'word', word: 'digest', text: rest } : undefined
}
