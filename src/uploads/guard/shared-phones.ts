import type { FileUpload, SharedPhones } from '../../../models/index.ts'
import type { FieldValue, ReadRow } from '../../customers/fields/index.ts'
import { foldPerson, PERSON_FIELDS, type PersonField } from '../rows/index.ts'
import { type Mark, markOf } from './seen-customers.ts'

/** Rows listed with their values; a CSV holds all of them. */
const MAX_EXAMPLES = 10
/** Lines remembered per phone, for the problem text of a row to correct. */
const MAX_LINES = 5

type CustomerRow = Extract<ReadRow, { kind: 'customer' }>
type MutableExample = SharedPhones['examples'][number]

/** Finds rows of one file that share a phone but differ in name or loan ID. */
interface SharedPhoneFinder {
  add(row: ReadRow): void
  result(): SharedPhones | undefined
  /** The lines of a row's phone, if its rows differ. */
  linesOf(row: CustomerRow): readonly number[] | undefined
  /** Reads the rows again, in the same order, until every example has its earlier value. */
  fill(rows: Iterable<ReadRow>): boolean
}

/**
 * Stores short hashes of name and loan number and their line per customer: some 32 bytes beside the phone's
 * entry.
 */
export function createSharedPhoneFinder(upload: Pick<FileUpload, '_id' | 'records'>): SharedPhoneFinder {
  const slots = new Map<Mark, number>()
  const hashes: number[] = []
  const lines: number[] = []
  const shared = new Map<Mark, number[]>()
  const examples: MutableExample[] = []
  let rows = 0

  function compare(slot: number, field: PersonField, at: number, row: CustomerRow) {
    const value = row.values[field]
    if (value === undefined) return undefined
    const index = slot * PERSON_FIELDS.length + at
    const [before, earlier] = [hashes[index] ?? 0, lines[index] ?? 0]
    const now = hashText(foldPerson(field, value))
    hashes[index] = now
    lines[index] = row.line
    return before !== 0 && now !== 0 && before !== now && value !== null
      ? { field, earlier, from: null as FieldValue | null, to: value }
      : undefined
  }

  function slotOf(mark: Mark): number {
    const slot = slots.get(mark) ?? slots.size
    slots.set(mark, slot)
    return slot
  }

  return {
    add(row) {
      if (row.kind !== 'customer') return
      const mark = markOf(upload, row)
      const slot = slotOf(mark)
      const fields = PERSON_FIELDS.flatMap((field, at) => compare(slot, field, at, row) ?? [])
      const known = shared.get(mark)
      if (known && known.length < MAX_LINES) known.push(row.line)
      if (fields.length === 0) return
      rows++
      if (!known) shared.set(mark, [fields[0]?.earlier ?? row.line, row.line])
      if (examples.length < MAX_EXAMPLES) examples.push({ line: row.line, fields })
    },
    linesOf: (row) => shared.get(markOf(upload, row)),
    result: () => (rows > 0 ? { rows, examples } : undefined),
    fill(some) {
      const open = examples.flatMap(({ fields }) => fields.filter(({ from }) => from === null))
      for (const row of open.length > 0 ? some : [])
        for (const field of open)
          if (row.kind === 'customer' && row.line === field.earlier)
            field.from = row.values[field.field] ?? null
      return open.every(({ from }) => from !== null)
    },
  }
}

/** FNV-1a, 32 bits; 0 means no value. */
export function hashText(text: string): number {
  if (text === '') return 0
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0 || 1
}
