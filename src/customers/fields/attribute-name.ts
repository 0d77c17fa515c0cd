/** Names with a meaning in a customer document, in MongoDB or in JavaScript, which no column may take. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  '_id',
  'id',
  '__v',
  'first_uploaded_at',
  'updated_at',
  'upload_count',
  'first_upload',
  'last_upload',
  'attributes',
  'upload',
  'line',
  '__proto__',
  'prototype',
  'constructor',
  'tostring',
  'valueof',
  'hasownproperty',
  'tojson',
])

const MAX_ATTRIBUTE_NAME_LENGTH = 64

const SEPARATORS = /[^\p{L}\p{M}\p{N}]+/gu
const CAMEL_CASE = /(?<=\p{Ll})(?=\p{Lu})/gu

/**
 * The key of a column outside the catalogue: the header in lower snake case, with letters of every script. It
 * has no dot, no `$`, no leading or trailing underscore, and at most 64 characters. It is neither reserved
 * nor in `taken`. A header without letters and digits becomes `column_<position>`.
 *
 * @param position of the column, from 1
 */
export function attributeName(header: string, position: number, taken: ReadonlySet<string>): string {
  const base = trimEnds(
    header.normalize('NFKC').replace(CAMEL_CASE, '_').toLowerCase().normalize('NFC').replace(SEPARATORS, '_'),
  )
  // A name that starts with a combining mark would look like one without it.
  const name = shorten(base.replace(/^[\p{M}_]+/u, ''), MAX_ATTRIBUTE_NAME_LENGTH) || `column_${position}`
  const isFree = (candidate: string): boolean => !taken.has(candidate) && !RESERVED_NAMES.has(candidate)
  if (isFree(name)) return name
  for (let count = 2; ; count += 1) {
    const ending = `_${count}`
    const candidate = shorten(name, MAX_ATTRIBUTE_NAME_LENGTH - ending.length) + ending
    if (isFree(candidate)) return candidate
  }
}

/**
 * The name after `attributes.`, as this program's export (and mongoexport) writes it. Such a column stays an
 * attribute, also if its name is a catalogue field. Undefined for other headers.
 */
export function ownAttribute(header: string): string | undefined {
  return /^attributes\.(.+)$/u.exec(header.trim())?.[1]
}

/** Cuts between characters, never inside one. */
function shorten(text: string, length: number): string {
  let short = ''
  for (const character of text) {
    if (short.length + character.length > length) break
    short += character
  }
  return trimEnds(short)
}

function trimEnds(text: string): string {
  return text.replace(/^_+|_+$/gu, '')
}
