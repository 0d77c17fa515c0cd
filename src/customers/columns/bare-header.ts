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
}

export function bareHeader(header: readonly string[]): BareHeader {
  const columns = describeColumns(header, [])
  const own = findOwnColumns(columns)
  const bare = columns.filter(({ index }) => !own.has(index))
  const names = bare.map(({ header: text, words }) => words.words.join(' ') || text.trim())
  return {
    header: bare.map((column) => column.header),
    indexes: bare.map(({ index }) => index),
    fingerprint: names.every((name) => name === '')
      ? null
      : createHash('sha256').update(names.join('\n')).digest('hex'),
  }
}
