import { createHash } from 'node:crypto'
import type { ReadRow } from '../../customers/fields/index.ts'

interface ReadingHash {
  /** Adds a row, and returns it. */
  add<T extends ReadRow>(row: T): T
  /** Hexadecimal SHA-256 of what the rows were read as. */
  finish(): string
}

/** A hash of how the rows of a file are read: equal if every row has the same phone and values, or problem. */
export function createReadingHash(): ReadingHash {
  const hash = createHash('sha256')
  return {
    add(row) {
      hash.update(`${JSON.stringify(describeRow(row))}\n`)
      return row
    },
    finish: () => hash.digest('hex'),
  }
}

function describeRow(row: ReadRow): readonly unknown[] {
  if (row.kind === 'blank') return [row.line]
  if (row.kind === 'invalid') return [row.line, row.problem.code]
  return [row.line, row.phone, Object.entries(row.values).sort(byPath)]
}

const byPath = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)
