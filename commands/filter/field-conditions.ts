import type { FieldCatalogue } from '../../src/customers/fields/index.ts'
import { readAmounts } from './amount-condition.ts'
import { lower, type Reader, type Reading } from './condition.ts'
import { readField } from './named-field.ts'

/** `#42`, `file 42`, `upload #42`. */
export const readUpload: Reader = (words) => {
  const [, number, one] =
    /^#(\d{1,9})$|^(?:file|upload|list) #?(\d{1,9})$/.exec(lower(words, 2)) ??
    /^#(\d{1,9})$/.exec(lower(words)) ??
    []
  if (number === undefined && one === undefined) return undefined
  return { words: one === undefined ? 1 : 2, condition: { upload: Number(number ?? one) } }
}

/** `by city`, `city wise`, `statewise`; `how many cities` asks for each of them. */
export const readBy: Reader = (words, { catalogue }) => {
  const grouped = readWise(words, catalogue)
  if (grouped) return grouped
  if (!/^(?:by|per|grouped)$/.test(lower(words))) return undefined
  const from = lower(words, 2) === 'grouped by' ? 2 : 1
  const found = readField(words.slice(from), catalogue)
  return found && { words: from + found.words, by: found.field.name }
}

function readWise(words: readonly string[], catalogue: FieldCatalogue): Reading | undefined {
  const [, wise] = /^(\p{L}+)[- ]?wise$/u.exec(lower(words)) ?? /^(\p{L}+) wise$/u.exec(lower(words, 2)) ?? []
  const several = /^(?:cit|stat|countr)(?:ies|es)$/.exec(lower(words))?.[0]
  const name = wise ?? several?.replace(/ies$/, 'y').replace(/s$/, '')
  const found = name === undefined ? undefined : readField([name], catalogue)
  if (!found) return undefined
  return { words: wise !== undefined && !/wise$/i.test(words[0] ?? '') ? 2 : 1, by: found.field.name }
}

/** `loan amount over 50000`. */
export const readAmount: Reader = (words, { catalogue }) => {
  const found = readAmounts(words, catalogue)
  const [first] = found?.amounts ?? []
  return found && first && { words: found.words, condition: { amounts: found.amounts }, head: first.field }
}

const PRESENCE =
  /^(without|no|missing|lacking|blank|empty|w\/o|with(?: (?:no|an?|the|any))?|has(?: no)?|have(?: no)?|having(?: no)?)(?= |$)/
const ABSENT = /^(?:without|no|missing|lacking|blank|empty|w\/o)$| no$/
/** `without e-mail or city` lacks both; `missing e-mail or city` lacks one of them. */
const LACKS_BOTH = /^(?:without|no|lacking|w\/o)$| no$/

/** `without e-mail`, `no city`, `with loan id and due date`. */
export const readPresence: Reader = (words, { catalogue, begins }) => {
  const answer = PRESENCE.exec(lower(words, 2))?.[1]
  if (answer === undefined) return undefined
  const joins = LACKS_BOTH.test(answer) ? /^(?:and|or)$/ : /^and$/
  let count = answer.split(' ').length
  if (/^(?:an?|the|any|both|either)$/.test(lower(words.slice(count)))) count += 1
  const names: string[] = []
  for (let found = readField(words.slice(count), catalogue); found; ) {
    names.push(found.field.name)
    count += found.words
    const behind = words.slice(count + 1)
    // `without e-mail and due this week` has a condition; `due` is not the field here.
    const isField = joins.test(lower(words.slice(count))) && !begins(behind)
    found = isField ? readField(behind, catalogue) : undefined
    if (found) count += 1
  }
  if (names.length === 0) return undefined
  const list = ABSENT.test(answer) ? 'without' : 'with'
  return { words: count, condition: { [list]: names }, head: list === 'with' ? 'with' : 'missing' }
}

/** `email is missing`, `loan id blank`. */
export const readBlank: Reader = (words, { catalogue }) => {
  const found = readField(words, catalogue)
  if (!found) return undefined
  const [written] =
    /^(?:(?:is|are) )?(?:missing|blank|empty|absent|unknown|not given|not available|not there|not present|not filled|nahi hai|nahi)(?= |$)/.exec(
      lower(words.slice(found.words), 4),
    ) ?? []
  if (written === undefined) return undefined
  return { words: found.words + written.split(' ').length, condition: { without: [found.field.name] } }
}
