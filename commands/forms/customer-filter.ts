import type { FieldCatalogue } from '../../src/customers/fields/index.ts'
import {
  type CustomerFilter,
  type DayRange,
  MAX_VALUES,
  writeFilter,
} from '../../src/uploads/filters/index.ts'
import { addDays, type Day, type DayOptions, dayOf, nearestWord, parsePeriod } from '../text/index.ts'
import { isBareAmount, readAmounts } from './amount-condition.ts'
import { isAmount, readField } from './named-field.ts'

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
  'all any the a an customer customers people persons person clients client borrower borrowers who that which what where are is was were be been of and or have has had in from at living live lives for their them how many much number numbers no. count please pls plz kindly those having whose only list lists do does we you our i got there total altogether hai hain ke ki ka ko me mein wale wali wala log logo kitne kitna kitni kaun kon sab saare sare ji show get give find see tell want need send data record records details entries currently now still top most everything everyone everybody anyone anybody'.split(
    ' ',
  ),
)
const MAX_PERIOD_WORDS = 7
/** Maximum of words in a question; nobody types more conditions. */
const MAX_WORDS = 60
/** Characters of a filter in a button's value, of Slack's 2000; a Hindi letter takes nine. */
const MAX_WRITTEN = 1_800
const MAX_PLACE_WORDS = 3

/**
 * Parses a filter of customers: `pune`, `in pune`, `without e-mail`, `with loan id`, `not refreshed for 30
 * days`, `due this week`, `overdue`, `loan amount over 50000`, `added this week`, `changed since monday`, `#42`,
 * and `by city` to group them. In any order; all conditions must match.
 */
export function parseCustomerFilter(text: string, options: FilterOptions): Understood | NotUnderstood {
  let words: readonly string[] = text
    .replace(/[?!.]+$/, '')
    // The commas of 1,20,000 belong to the number.
    .replace(/\s*(?:;|,(?!\d\d))\s*/g, ' and ')
    .replace(/([<>]=?|=)/g, ' $1 ')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
  const all = words
  if (words.length > MAX_WORDS) return { kind: 'unknown', words: words.join(' '), before: '' }
  let asked: AskedFilter = { filter: {} }
  while (words.length > 0) {
    const reading = readNext(words, options)
    if (!reading) {
      const before = all.slice(0, all.length - words.length).join(' ')
      return { kind: 'unknown', words: words.join(' '), before }
    }
    const next = reading.text(asked)
    if (hasTooMany(next) || isSetTwice(asked, next)) {
      const before = all.slice(0, all.length - words.length).join(' ')
      return { kind: 'unknown', words: words.slice(0, reading.words).join(' '), before }
    }
    asked = next
    words = words.slice(reading.words)
  }
  return { kind: 'filter', ...asked }
}

/** A button's value holds few values per kind, and a dropped one would change the answer. */
const hasTooMany = ({ filter }: AskedFilter): boolean =>
  [filter.places, filter.without, filter.with, filter.amounts].some(
    (values) => (values?.length ?? 0) > MAX_VALUES,
  ) || writeFilter(filter).length > MAX_WRITTEN

/** `due today due friday`: the second would replace the first. */
function isSetTwice(before: AskedFilter, next: AskedFilter): boolean {
  const { due, added, notSince, changedSince, upload } = before.filter
  return (
    (due !== undefined && next.filter.due !== due) ||
    (added !== undefined && next.filter.added !== added) ||
    (notSince !== undefined && next.filter.notSince !== notSince) ||
    (changedSince !== undefined && next.filter.changedSince !== changedSince) ||
    (upload !== undefined && next.filter.upload !== upload) ||
    (before.by !== undefined && next.by !== before.by)
  )
}

const READERS: readonly Reader[] = [
  readUpload,
  readBy,
  readOverdue,
  readAmount,
  readDue,
  readNotRefreshed,
  readAdded,
  readChanged,
  readPresence,
  readBlank,
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

/** `by city`, `city wise`, `statewise`; `how many cities` asks for each of them. */
function readBy(words: readonly string[], { catalogue }: FilterOptions): Reading | undefined {
  const grouped = readWise(words, catalogue)
  if (grouped) return grouped
  if (!/^(?:by|per|grouped)$/.test(lower(words))) return undefined
  const from = lower(words, 2) === 'grouped by' ? 2 : 1
  const found = readField(words.slice(from), catalogue)
  if (!found) return undefined
  return { words: from + found.words, text: (asked) => ({ ...asked, by: found.field.name }) }
}

function readWise(words: readonly string[], catalogue: FieldCatalogue): Reading | undefined {
  const [, wise] = /^(\p{L}+)[- ]?wise$/u.exec(lower(words)) ?? /^(\p{L}+) wise$/u.exec(lower(words, 2)) ?? []
  const several = /^(?:cit|stat|countr)(?:ies|es)$/.exec(lower(words))?.[0]
  const name = wise ?? several?.replace(/ies$/, 'y').replace(/s$/, '')
  const found = name === undefined ? undefined : readField([name], catalogue)
  if (!found) return undefined
  const count = wise !== undefined && !/wise$/i.test(words[0] ?? '') ? 2 : 1
  return { words: count, text: (asked) => ({ ...asked, by: found.field.name }) }
}

/** `loan amount over 50000`. */
function readAmount(words: readonly string[], { catalogue }: FilterOptions): Reading | undefined {
  const found = readAmounts(words, catalogue)
  return (
    found && {
      words: found.words,
      text: ({ filter, ...rest }) => ({
        ...rest,
        filter: { ...filter, amounts: [...(filter.amounts ?? []), ...found.amounts] },
      }),
    }
  )
}

/** `overdue`, `past due`, `overdue by more than 10 days`. */
function readOverdue(words: readonly string[], options: FilterOptions): Reading | undefined {
  const count = lower(words) === 'overdue' ? 1 : /^past due$/.test(lower(words, 2)) ? 2 : 0
  if (count === 0) return undefined
  const [written, more, days] =
    /^(?:by|for|since)?\s?(more than |over )?(?:at least |min )?(\d{1,4}) days?(?= |$)/.exec(
      lower(words.slice(count), 6),
    ) ?? []
  const late = days === undefined ? 1 : Number(days) + (more === undefined ? 0 : 1)
  const rest = written === undefined ? 0 : written.trim().split(' ').length
  return { words: count + rest, text: adding({ due: { until: addDays(today(options), -late) } }) }
}

/** `due this week`, `due before friday`, `due on 15 Jan`, `due tomorrow`. */
function readDue(words: readonly string[], options: FilterOptions): Reading | undefined {
  if (/^(?:emis?|instal+ments?|payments?) (?:due|payable)$/.test(lower(words, 2))) {
    const due = readDue(words.slice(1), options)
    return due && { ...due, words: due.words + 1 }
  }
  if (!/^(?:due|payable)$/.test(lower(words))) return undefined
  const isSkipped = /^(?:hai|hain|is|are|in)$/.test(lower(words.slice(1)))
  for (const from of isSkipped ? [1, 2] : [1]) {
    const found = readPeriod(words.slice(from), { ...options, direction: 'future' })
    if (found) return { words: from + found.words, text: adding({ due: found.range }) }
  }
  return undefined
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

/** `new customers this week`, `added yesterday`, `created since monday`. */
function readAdded(words: readonly string[], options: FilterOptions): Reading | undefined {
  if (!/^(?:added|new|created|joined|onboarded)$/.test(lower(words))) return undefined
  const found = readDaysOf(words, options)
  return found && { words: found.words, text: adding({ added: found.range }) }
}

/** `changed since monday`, `since monday`, `updated today`, `changed last week`. */
function readChanged(words: readonly string[], options: FilterOptions): Reading | undefined {
  const isNamed = /^(?:changed|changes|updated|edited|modified)$/.test(lower(words))
  if (!isNamed && !/^(?:since|after)$/.test(lower(words))) return undefined
  const found = isNamed ? readDaysOf(words, options) : readPeriod(words, options)
  const { from, until } = found?.range ?? {}
  if (!found || from === undefined) return undefined
  const isOpen = until === undefined || until >= today(options)
  const changed = { changedSince: from, ...(!isOpen && { changedUntil: until }) }
  return { words: found.words, text: adding(changed) }
}

/** The days after a first word: `added today`, `new customers in march`, `new in pune` has none. */
function readDaysOf(words: readonly string[], options: FilterOptions) {
  const skipped = /^(?:customers?|clients?|people|borrowers?|ones?)$/.test(lower(words.slice(1))) ? 2 : 1
  const found = readPeriod(words.slice(skipped), options)
  return found && { range: found.range, words: skipped + found.words }
}

const CONDITIONS: readonly Reader[] = [
  readBy,
  readOverdue,
  readAmount,
  readDue,
  readNotRefreshed,
  readAdded,
  readChanged,
]

/** `without e-mail`, `no city`, `with loan id and due date`. */
function readPresence(words: readonly string[], options: FilterOptions): Reading | undefined {
  const { catalogue } = options
  const answer =
    /^(without|no|missing|lacking|blank|empty|w\/o|with(?: (?:no|an?|the|any))?|has(?: no)?|have(?: no)?|having(?: no)?)(?= |$)/.exec(
      lower(words, 2),
    )?.[1]
  if (answer === undefined) return undefined
  let count = answer.split(' ').length
  if (/^(?:an?|the|any)$/.test(lower(words.slice(count)))) count += 1
  const names: string[] = []
  let isEither = false
  for (let found = readField(words.slice(count), catalogue); found; ) {
    names.push(found.field.name)
    count += found.words
    const next = /^(?:and|or)$/.test(lower(words.slice(count))) ? 1 : 0
    const isOr = lower(words.slice(count)) === 'or'
    const behind = words.slice(count + next)
    // `without e-mail and due this week` has a condition; `due` is not the field here.
    const isField = next > 0 && !CONDITIONS.some((reader) => reader(behind, options))
    found = isField ? readField(behind, catalogue) : undefined
    if (found) count += next
    if (found && isOr) isEither = true
  }
  if (names.length === 0) return undefined
  const list = /^(?:without|no|missing|lacking|blank|empty|w\/o)| no$/.test(answer) ? 'without' : 'with'
  // `with e-mail or loan id` means one of them, and all conditions hold together.
  if (list === 'with' && isEither) return undefined
  return {
    words: count,
    text: ({ filter, ...rest }) => ({
      ...rest,
      filter: { ...filter, [list]: [...(filter[list] ?? []), ...names] },
    }),
  }
}

/** `email is missing`, `loan id blank`. */
function readBlank(words: readonly string[], { catalogue }: FilterOptions): Reading | undefined {
  const found = readField(words, catalogue)
  if (!found) return undefined
  const [written] =
    /^(?:(?:is|are) )?(?:missing|blank|empty|absent|unknown|not given|not available|nahi hai)(?= |$)/.exec(
      lower(words.slice(found.words), 4),
    ) ?? []
  if (written === undefined) return undefined
  return {
    words: found.words + written.split(' ').length,
    text: ({ filter, ...rest }) => ({
      ...rest,
      filter: { ...filter, without: [...(filter.without ?? []), found.field.name] },
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
  const isEnd = (at: number) =>
    isDays(at) ||
    (at > 0 &&
      (FILLERS.has(lower(words.slice(at))) || CONDITIONS.some((reader) => reader(words.slice(at), options))))
  while (count < Math.min(MAX_PLACE_WORDS, words.length) && isPlaceWord(words[count] ?? '') && !isEnd(count))
    count += 1
  // `gender male` names a field, and no place.
  if (count === 0 || (count > 1 && readField(words.slice(0, count - 1), options.catalogue))) return undefined
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
  /^(?:without|with|no|not|due|overdue|since|after|before|by|per|changed|and|or|file|upload|in|from|city|state|stale|who|that|whose|missing|wise|as|to|over|above|under|below|more|less|than|between)$/i

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
  if (words.split(' ').length > MAX_WORDS) return undefined
  // `export 42` is probably the file.
  if (/^\d{1,9}$/.test(words)) return `${before} #${words}`.trim()
  const amount = options.catalogue.fields.find(isAmount)?.label.toLowerCase()
  if (amount !== undefined && isBareAmount(words.split(' '))) {
    const text = `${before} ${amount} ${words}`.trim()
    return parseCustomerFilter(text, options).kind === 'filter' ? text : undefined
  }
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
