import { createHash } from 'node:crypto'
import { describeColumns, findOwnColumns } from './classify-columns.ts'

/** A header without the columns the bot adds to a CSV of failed rows: a person's choice applies to both. */
export interface BareHeader {
  readonly header: readonly string[]
  /** The index of each of these columns in the file. */
  readonly indexes: readonly number[]
  /**
   * Equal for headers that differ only in case, accents, punctuation or units. Null if no column has a
   * heading, because such files can't be recognised.
   */
  readonly fingerprint: string | null
  /**
   * Equal for headings with the same letters and digits. Unlike the fingerprint it depends on no word list,
   * so all versions of the program agree. Null if no column has a heading.
   */
  readonly headings: string | null
}

export function bareHeader(header: readonly string[]): BareHeader {
  const columns = describeColumns(header, [])
  const own = findOwnColumns(columns)
  const bare = columns.filter(({ index }) => !own.has(index))
  const names = bare.map(({ header: text, words }) => words.words.join(' ') || text.trim())
  const letters = bare.map(({ header: text }) => foldHeading(text))
  return {
    header: bare.map((column) => column.header),
    indexes: bare.map(({ index }) => index),
    fingerprint: hashNames(names),
    headings: hashNames(letters),
  }
}

function hashNames(names: readonly string[]): string | null {
  return names.every((name) => name === '')
    ? null
    : createHash('sha256').update(names.join('\n')).digest('hex')
}

function foldHeading(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/(?<=[a-z])[\u0300-\u036f]+|[^\p{L}\p{M}\p{N}]+/gu, '')
}
