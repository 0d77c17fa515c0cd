import { isSomebodyElse, OWNER } from '../../phone-words.ts'
import type { Column } from '../columns/index.ts'
import { type FieldCatalogue, normaliseHeader } from '../fields/index.ts'
import { classifyPhoneHeader } from './phone-header.ts'

/**
 * A first word of headings that names the owner of the columns: `SENDER` of `SENDER_NAME`, `SENDER_MOBILE`.
 */
export interface PersonPrefix {
  readonly word: string
  /** As written in the first of these headings. */
  readonly shown: string
}

/** Groups in exports with headings like `Name / First Name`, `Phones / Primary Phone Number`. */
const GROUPS = new Set(
  'name names phone email address addresses location personal basic info information details detail'.split(
    ' ',
  ),
)
/** Prefixes of shops and LeadSquared (`mx_Country`) before a person's fields. */
const SEEN_THROUGH = new Set(['billing', 'bill', 'mx'])
const PATH = / [/|–-] | ?(?:>|::|›|→|:) ?|(?<=\p{L})\.(?=\p{L})/u

/** Fewer headings may start the same by chance. */
const MIN_NAMES = 3

/**
 * Finds the first word of the customer's own headings: one that all headings share, or one before a phone and
 * a name, e-mail or address if no other column is a phone or a name. Words for other people are never
 * ignored.
 */
export function findPersonPrefix(columns: readonly Column[], catalogue: FieldCatalogue): PersonPrefix | null {
  const named = columns.filter(({ words }) => words.words.length > 0)
  const times = new Map<string, number>()
  for (const { words } of named) times.set(words.words[0] ?? '', (times.get(words.words[0] ?? '') ?? 0) + 1)
  const candidates = [...times].filter(([, count]) => count > 1).map(([word]) => word)
  const found = candidates.filter((word) => !isSomebodyElse([word]) && isPrefix(word, named, catalogue))
  const [word] = found
  if (word === undefined || found.length > 1) return null
  const first = named.find(({ words }) => words.words[0] === word)
  return { word, shown: /^[\p{L}\p{M}]+/u.exec(first?.header.trim() ?? '')?.[0] ?? word }
}

function isPrefix(word: string, named: readonly Column[], catalogue: FieldCatalogue): boolean {
  const members = named.filter(({ words }) => words.words[0] === word && words.words.length > 1)
  if (members.length < 2) return false
  const rests = members.map(({ words }) => words.words.slice(1))
  if (members.length === named.length && members.length >= MIN_NAMES) return true
  if (!rests.some(isOwnPhone) || !rests.some((rest) => isAboutPerson(rest, catalogue))) return false
  const others = named.filter((column) => !members.includes(column)).map(({ words }) => words.words)
  return !others.some((words) => isOwnPhone(words) || isName(words, catalogue))
}

function isOwnPhone(words: readonly string[]): boolean {
  return classifyPhoneHeader(words)?.kind === 'phone'
}

function isName(words: readonly string[], catalogue: FieldCatalogue): boolean {
  return catalogue.match(words)?.field.name === 'full_name'
}

function isAboutPerson(words: readonly string[], catalogue: FieldCatalogue): boolean {
  const field = catalogue.match(words)?.field
  return (
    field !== undefined && (field.name === 'full_name' || field.name === 'email' || field.group === 'address')
  )
}

/** The words of a heading without the prefix or its group. Null if it has neither. */
export function wordsBehindPrefix(
  { header, words: { words } }: Column,
  prefix: PersonPrefix | null,
): readonly string[] | null {
  const [first = ''] = words
  const isSeenThrough = first === prefix?.word || SEEN_THROUGH.has(first)
  if (isSeenThrough && words.length > 1) return words.slice(1)
  const [group = '', ...path] = header.replace(/\s+/gu, ' ').split(PATH)
  const isGroup = normaliseHeader(group).words.every((word) => GROUPS.has(word) || OWNER.has(word))
  return path.length > 0 && group.trim() !== '' && isGroup ? normaliseHeader(path.join(' ')).words : null
}
