import type { FieldCatalogue, FieldDefinition } from '../../src/customers/fields/index.ts'
import type { CustomerFilter, DayRange } from '../../src/uploads/filters/index.ts'
import {
  addDays,
  type Day,
  type DayOptions,
  dayOf,
  formatDay,
  nearestWord,
  parsePeriod,
} from '../text/index.ts'

export interface FilterOptions extends DayOptions {
  readonly catalogue: FieldCatalogue
}

/** A filter, and the field to group by, if named. */
export interface AskedFilter {
  readonly filter: CustomerFilter
  readonly by?: string
}

interface NotUnderstood {
  readonly kind: 'unknown'
  /** The words that were not understood, after the words that were. */
  readonly words: string
  readonly before: string
}

interface Understood extends AskedFilter {
  readonly kind: 'filter'
}

/** The meaning of the first words, and their number. */
interface Reading {
  readonly words: number
  readonly text: (asked: AskedFilter) => AskedFilter
}

type Reader = (words: readonly string[], options: FilterOptions) => Reading | undefined

/** Words without meaning. */
const FILLERS: ReadonlySet<string> = new Set(
  'all the a an customer customers people persons person clients client borrowers who that which are is was were be of and or have has had in from at living live lives for their them how many number count please those having whose only list do does we you our i got there total altogether hai hain ke ki ka me mein'.split(
    ' ',
  ),
)
const MAX_FIELD_WORDS = 3
const MAX_PERIOD_WORDS = 7
const MAX_PLACE_WORDS = 3

/**
 * Parses a filter of customers: `pune`, `in pune`, `without e-mail`, `with loan id`, `not refreshed for 30
 * days`, `due this week`, `overdue`, `changed since monday`, `#42`, and `by city` to group them. In any
 * order; all conditions must match.
 */
export function parseCustomerFilter(text: string, options: FilterOptions): Understood | NotUnderstood {
  let words: readonly string[] = text
    .replace(/[?!]+$/, '')
    .replace(/\s*[,;]\s*/g, ' and ')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
  const all = words
  let asked: AskedFilter = { filter: {} }
  while (words.length > 0) {
    const reading = readNext(words, options)
    if (!reading) {
      const before = all.slice(0, all.length - words.length).join(' ')
      return { kind: 'unknown', words: words.join(' '), before }
    }
    asked = reading.text(asked)
    words = words.slice(reading.words)
  }
  return { kind: 'filter', ...asked }
}

const READERS: readonly Reader[] = [
  readUpload,
  readBy,
  readOverdue,
  readDue,
  readNotRefreshed,
  readChanged,
  readPresence,
  readState,
  readFiller,
  readPlace,
]

function readNext(words: readonly string[], options: FilterOptions): Reading | undefined {
  for (const reader of READERS) {
    const reading = reader(words, options)
    if (reading) return reading
  }
  return undefined
}

const lower = (words: readonly string[], count = 1): string => words.slice(0, count).join(' ').toLowerCase()

const adding =
  (more: Partial<CustomerFilter>) =>
  (asked: AskedFilter): AskedFilter => ({ ...asked, filter: { ...asked.filter, ...more } })

/** `#42`, `file 42`, `upload #42`. */
function readUpload(words: readonly string[]): Reading | undefined {
  const [, number, one] =
    /^#(\d{1,9})$|^(?:file|upload|list) #?(\d{1,9})$/.exec(lower(words, 2)) ??
    /^#(\d{1,9})$/.exec(lower(words)) ??
    []
  if (number === undefined && one === undefined) return undefined
  return { words: one === undefined ? 1 : 2, text: adding({ upload: Number(number ?? one) }) }
}

/** `by city`. */
function readBy(words: readonly string[], { catalogue }: FilterOptions): Reading | undefined {
  if (!/^(?:by|per|grouped)$/.test(lower(words))) return undefined
  const from = lower(words, 2) === 'grouped by' ? 2 : 1
  const found = readField(words.slice(from), catalogue)
  if (!found) return undefined
  return { words: from + found.words, text: (asked) => ({ ...asked, by: found.field.name }) }
}

function readOverdue(words: readonly string[], options: FilterOptions): Reading | undefined {
  const count = lower(words) === 'overdue' ? 1 : /^past due$/.test(lower(words, 2)) ? 2 : 0
  if (count === 0) return undefined
  return { words: count, text: adding({ due: { until: addDays(today(options), -1) } }) }
}

/** `due this week`, `due before friday`, `due on 15 Jan`, `due tomorrow`. */
function readDue(words: readonly string[], options: FilterOptions): Reading | undefined {
  if (!/^(?:due|payable)$/.test(lower(words))) return undefined
  const found = readPeriod(words.slice(1), { ...options, direction: 'future' })
  return found && { words: 1 + found.words, text: adding({ due: found.range }) }
}

/** `not refreshed for 30 days`, `not seen since 1 Jan`, `not updated in two weeks`, `stale for 30 days`. */
function readNotRefreshed(words: readonly string[], options: FilterOptions): Reading | undefined {
  const text = lower(words, 3)
  const count = /^not (?:been )?(?:refreshed|seen|updated|mentioned|uploaded|touched|in)\b/.exec(text)
    ? text.startsWith('not been')
      ? 3
      : 2
    : /^(?:stale|unrefreshed|missing)$/.test(lower(words)) && words.length > 1
      ? 1
      : 0
  if (count === 0) return undefined
  const rest = words.slice(count).filter((word, at) => at > 2 || !/^(?:any|a|file|files|list)$/i.test(word))
  const dropped = words.length - count - rest.length
  const skipped = /^(?:for|in|since|within|during|the)$/.test(lower(rest)) ? 1 : 0
  const found = readPeriod(rest.slice(skipped), options)
  if (!found?.range.from) return undefined
  // Thirty days without a file do not include today.
  const isLength = /^(?:(?:last|past) )?(?:\d+|[a-z]+) (?:day|week|month|year)s?$/.test(found.text)
  const from = isLength ? addDays(found.range.from, -1) : found.range.from
  return { words: count + dropped + skipped + found.words, text: adding({ notSince: from }) }
}

/** `changed since monday`, `since monday`. */
function readChanged(words: readonly string[], options: FilterOptions): Reading | undefined {
  const from = /^(?:changed|changes|updated|new)$/.test(lower(words)) ? 1 : 0
  if (!/^(?:since|after)$/.test(lower(words.slice(from)))) return undefined
  const found = readPeriod(words.slice(from), options)
  const since = found?.range.from
  return since === undefined || !found
    ? undefined
    : { words: from + found.words, text: adding({ changedSince: since }) }
}

const CONDITIONS: readonly Reader[] = [readOverdue, readDue, readNotRefreshed, readChanged]

/** `without e-mail`, `no city`, `with loan id and due date`. */
function readPresence(words: readonly string[], options: FilterOptions): Reading | undefined {
  const { catalogue } = options
  const answer =
    /^(without|no|missing|lacking|w\/o|with(?: (?:no|an?|the|any))?|has(?: no)?|have(?: no)?|having(?: no)?)(?= |$)/.exec(
      lower(words, 2),
    )?.[1]
  if (answer === undefined) return undefined
  let count = answer.split(' ').length
  if (/^(?:an?|the|any)$/.test(lower(words.slice(count)))) count += 1
  const names: string[] = []
  for (let found = readField(words.slice(count), catalogue); found; ) {
    names.push(found.field.name)
    count += found.words
    const next = /^(?:and|or)$/.test(lower(words.slice(count))) ? 1 : 0
    const behind = words.slice(count + next)
    // `without e-mail and due this week` has a condition; `due` is not the field here.
    const isField = next > 0 && !CONDITIONS.some((reader) => reader(behind, options))
    found = isField ? readField(behind, catalogue) : undefined
    if (found) count += next
  }
  if (names.length === 0) return undefined
  const list = /^(?:without|no|missing|lacking|w\/o)| no$/.test(answer) ? 'without' : 'with'
  return {
    words: count,
    text: ({ filter, ...rest }) => ({
      ...rest,
      filter: { ...filter, [list]: [...(filter[list] ?? []), ...names] },
    }),
  }
}

/** `city pune`, `state goa`: the field's word before the place. */
function readState(words: readonly string[], options: FilterOptions): Reading | undefined {
  if (!/^(?:city|town|state|district|place)$/.test(lower(words)) || words.length < 2) return undefined
  const place = readPlace(words.slice(1), options)
  return place && { ...place, words: 1 + place.words }
}

function readFiller(words: readonly string[]): Reading | undefined {
  return FILLERS.has(lower(words)) ? { words: 1, text: (asked) => asked } : undefined
}

/** The remaining words are a place: `pune`, `navi mumbai`. It ends where another condition begins. */
function readPlace(words: readonly string[], options: FilterOptions): Reading | undefined {
  let count = 0
  // `today` or `last week` does not name the field whose days are meant.
  const isDays = (at: number) =>
    [1, 2].some((many) => parsePeriod(words.slice(at, at + many).join(' '), options) !== undefined)
  const isEnd = (at: number) => isDays(at) || (at > 0 && ENDS_PLACE.test(words[at] ?? ''))
  while (count < Math.min(MAX_PLACE_WORDS, words.length) && isPlaceWord(words[count] ?? '') && !isEnd(count))
    count += 1
  if (count === 0) return undefined
  const place = words.slice(0, count).join(' ')
  return {
    words: count,
    text: ({ filter, ...rest }) => ({
      ...rest,
      filter: { ...filter, places: [...(filter.places ?? []), place] },
    }),
  }
}

const BEGINS_SOMETHING =
  /^(?:without|with|no|not|due|overdue|since|after|before|by|per|changed|and|or|file|upload|in|from|city|state|stale|who|that|whose|missing)$/i

/** Hindi words after a place: in, is, of. */
const ENDS_PLACE = /^(?:me|mein|hai|hain|ke|ki|ka|se)$/i

const isPlaceWord = (word: string): boolean =>
  /^[\p{L}\p{M}][\p{L}\p{M}'’.-]*$/u.test(word) && !BEGINS_SOMETHING.test(word)

/** Words of conditions that may be mistyped. */
const CONDITION_WORDS =
  'due without with overdue refreshed since before after today tomorrow yesterday week month days monday tuesday wednesday thursday friday saturday sunday'.split(
    ' ',
  )
/** Texts that complete an open condition, before or after it. */
const COMPLETIONS: readonly ((text: string) => string)[] = [
  (text) => (/\bdue$/i.test(text) ? `${text} this week` : `${text} for 30 days`),
  (text) => `${text} days`,
  (text) => `since ${text}`,
]

/**
 * Finds a working filter near a broken one: corrects mistyped words or adds the missing part.
 * @returns undefined if none is near
 */
export function nearestFilter(
  { before, words }: Pick<NotUnderstood, 'before' | 'words'>,
  options: FilterOptions,
): string | undefined {
  const labels = options.catalogue.fields.flatMap(({ label, synonyms }) => [label, ...synonyms])
  const known = [
    ...CONDITION_WORDS,
    ...labels.flatMap((label) => label.toLowerCase().split(/\s+/)).filter((word) => word.length > 3),
  ]
  const correct = (word: string) =>
    word.length < 3 || known.includes(word.toLowerCase()) ? word : (nearestWord(word, known) ?? word)
  const corrected = words.split(' ').map(correct).join(' ')
  const tried = [
    ...(corrected === words ? [] : [corrected]),
    ...COMPLETIONS.map((complete) => complete(words)),
  ]
  for (const one of tried) {
    const text = `${before} ${one}`.trim()
    const asked = parseCustomerFilter(one, options)
    // A place accepts any word, so a place alone does not show that the text was understood.
    const isUnderstood =
      asked.kind === 'filter' &&
      (asked.by !== undefined || Object.keys(asked.filter).some((key) => key !== 'places'))
    if (isUnderstood && parseCustomerFilter(text, options).kind === 'filter') return text
  }
  return undefined
}

interface FoundField {
  readonly field: FieldDefinition
  readonly words: number
}

/** The longest sequence of words that names a field, like a heading: `loan id`, `e-mail`, `pin code`. */
function readField(words: readonly string[], catalogue: FieldCatalogue): FoundField | undefined {
  for (let count = Math.min(MAX_FIELD_WORDS, words.length); count > 0; count -= 1) {
    const name = words.slice(0, count).join(' ')
    const field = findField(name, catalogue) ?? findField(name.replace(/s$/i, ''), catalogue)
    if (field) return { field, words: count }
  }
  return undefined
}

function findField(name: string, catalogue: FieldCatalogue): FieldDefinition | undefined {
  const key = foldLabel(name)
  return catalogue.fields.find((field) =>
    [field.name, field.label, ...field.synonyms].some((one) => foldLabel(one) === key),
  )
}

const foldLabel = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '')

/** The longest sequence of words that names days. */
function readPeriod(words: readonly string[], options: FilterOptions & { direction?: 'past' | 'future' }) {
  for (let count = Math.min(MAX_PERIOD_WORDS, words.length); count > 0; count -= 1) {
    const text = words.slice(0, count).join(' ').toLowerCase()
    const period = parsePeriod(text, options)
    if (!period) continue
    const { from, until } = period
    const range: DayRange = { ...(from !== undefined && { from }), ...(until !== undefined && { until }) }
    return { words: count, range, text }
  }
  return undefined
}

const today = ({ now, timeZone }: DayOptions): Day => dayOf(now, timeZone)

/** A filter in the words of a reply: `customers in Pune, without e-mail, due before 16 Jan 2026`. */
export function phraseFilter(filter: CustomerFilter, labelOf: (field: string) => string): string {
  const { places, without, with: having, due, notSince, changedSince, upload } = filter
  const fields = (names: readonly string[]) => names.map((name) => lowerFirst(labelOf(name))).join(' and ')
  const parts = [
    ...(upload === undefined ? [] : [`of file #${upload}`]),
    ...(places ? [`in ${places.join(' or ')}`] : []),
    ...(having ? [`with ${fields(having)}`] : []),
    ...(without ? [`without ${fields(without)}`] : []),
    ...(due ? [`due ${phraseDays(due)}`] : []),
    ...(notSince === undefined ? [] : [`in no file since ${formatDay(notSince)}`]),
    ...(changedSince === undefined ? [] : [`changed since ${formatDay(changedSince)}`]),
  ]
  return parts.length === 0 ? 'all customers' : `customers ${parts.join(', ')}`
}

function phraseDays({ from, until }: DayRange): string {
  if (from !== undefined && from === until) return `on ${formatDay(from)}`
  if (from === undefined) return `until ${formatDay(until ?? '')}`
  return until === undefined ? `since ${formatDay(from)}` : `from ${formatDay(from)} to ${formatDay(until)}`
}

const lowerFirst = (label: string): string =>
  /^\p{Lu}\p{Lu}/u.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1)
