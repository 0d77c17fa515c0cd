import { domainToASCII } from 'node:url'
import { z } from 'zod'
import { isPlaceholder } from './blank-words.ts'
import {
  BLANK,
  BLANK_WORD,
  BROKEN_FORMULA,
  blankOf,
  type CellReading,
  problem,
  value,
} from './cell-reading.ts'
import { cleanText, spreadsheetError } from './clean-text.ts'

/** The patterns of zod's `email()`, without a result object per cell. */
const { email: EMAIL, unicodeEmail: UNICODE_EMAIL } = z.regexes
/** RFC 5321: 64 for the part before the @, 254 in total. */
const MAX_EMAIL_LENGTH = 254
/** `Asha Rao <asha@example.com>`, as mail programs write it. */
const WITH_NAME = /<\s*([^<>\s]+)\s*>$/u
/** Quotes, and separators between addresses. */
const AROUND = /^["'“‘\s]+|["'”’;,.\s]+$/gu
/** Words for nothing that are names, too: the address can be a person's. */
const ALSO_NAMES = new Set(['blank', 'brak', 'geen', 'guest', 'keine', 'nan', 'nat'])
const INVALID = problem('email_invalid', 'is not an e-mail address')
const SEVERAL = problem('email_invalid', 'holds several e-mail addresses where one is expected')

/**
 * One e-mail address in lower case. Mail servers that distinguish case do not occur in practice, and one form
 * avoids false changes.
 */
export function readEmail(cell: string): CellReading<string> {
  const text = cleanText(cell)
  if (text === '') return BLANK
  if (!text.includes('@')) return readNoEmail(text)
  const lower = text.toLowerCase()
  // Most cells hold only an address. A leading apostrophe is not part of it.
  if (lower.length <= MAX_EMAIL_LENGTH && EMAIL.test(lower) && !lower.startsWith("'"))
    return isNobodys(lower) ? BLANK_WORD : value(lower)
  // Google Contacts puts several into one cell, the preferred one first.
  const end = text.indexOf(' ::: ')
  const first = end < 0 ? text : text.slice(0, end)
  const address = first.endsWith('>') ? (WITH_NAME.exec(first)?.[1] ?? first) : first
  const bare = address
    .toLowerCase()
    .replace(/^mailto:/u, '')
    .replace(AROUND, '')
  if (bare.length <= MAX_EMAIL_LENGTH && isEmail(bare)) {
    return end < 0 ? value(bare) : { kind: 'value', value: bare, note: 'email_left_out' }
  }
  return bare.split('@').length > 2 && bare.split(/[;,/|\s]+/u).some(isEmail) ? SEVERAL : INVALID
}

/** `none@none.com`, `na@na.in`: what people type where a form insists on an address. */
function isNobodys(address: string): boolean {
  const at = address.indexOf('@')
  const word = address.slice(0, at)
  const isTwice = address.startsWith(`${word}.`, at + 1)
  return isTwice && isPlaceholder(word) && !ALSO_NAMES.has(word)
}

function readNoEmail(text: string): CellReading<string> {
  const error = spreadsheetError(text)
  if (error === 'broken') return BROKEN_FORMULA
  if (error === 'no_value') return BLANK
  return isPlaceholder(text) ? blankOf(text) : INVALID
}

function isEmail(text: string): boolean {
  if (EMAIL.test(text)) return true
  // A domain in another script is validated by its ASCII form.
  const ascii = domainToASCII(text.slice(text.lastIndexOf('@') + 1))
  return UNICODE_EMAIL.test(text) && isBeyondAscii(text) && ascii.includes('.')
}

function isBeyondAscii(text: string): boolean {
  return /[^ -~]/u.test(text)
}
