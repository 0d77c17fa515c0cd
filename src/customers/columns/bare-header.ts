import { createHash } from 'node:crypto'
import { describeColumns, findOwnColumns } from './classify-columns.ts'

/** A header without the columns we add to a file of failed rows: what a person chose for it holds for both. */
export interface BareHeader {
  readonly header: readonly string[]
  /** Where each of these columns stands in the file. */
  readonly indexes: readonly number[]
  /**
   * Same for headers that are the same but for case, accents, punctuation and units. Null where no column has a
   * heading: nothing tells such files apart.
   */
  readonly fingerprint: string | null
  /**
   * Same for headings with the same letters and digits. Unlike the fingerprint it knows no words: versions of the program
   * that read words differently find the same headings by it. Null where no column has a heading.
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
