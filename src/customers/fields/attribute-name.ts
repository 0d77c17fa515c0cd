/** Names that mean something in a customer document, in MongoDB or in JavaScript, so that no column may take them. */
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
 * A key for a column the catalogue does not know: the header in lower snake case, letters of every script kept.
 * There is no dot, no `$` and no leading or trailing underscore in it, it is no name in `taken` or reserved, and it has at
 * most 64 characters. A header without letters and digits becomes `column_<position>`.
 *
 * @param position of the column, counted from 1
 */
export function attributeName(header: string, position: number, taken: ReadonlySet<string>): string {
  const base = trimEnds(
    header.normalize('NFKC').replace(CAMEL_CASE, '_').toLowerCase().normalize('NFC').replace(SEPARATORS, '_'),
  )
  // A name that begins with a combining mark could not be told from one without it.
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
 * The name behind `attributes.`, as our own export writes it (and mongoexport): such a column is what it was, also where its
 * name alone would be a field of the catalogue. Undefined for every other header.
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
