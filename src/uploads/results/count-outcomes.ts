import type { mongo } from 'mongoose'
import type { Models, RowOutcome, UploadCounts, UploadRow } from '../../../models/index.ts'
import type { RowNote, RowNoteCode } from '../../customers/fields/index.ts'
import { formatNumber } from '../../locale.ts'
import { rowsOf, type UploadKey } from '../rows/index.ts'

export function emptyCounts(): UploadCounts {
  return { rows: 0, created: 0, updated: 0, unchanged: 0, duplicate: 0, invalid: 0, blank: 0 }
}

/** Returns the counts with these rows added. */
export function addRows(counts: UploadCounts, rows: readonly UploadRow[]): UploadCounts {
  const sum = { ...counts }
  for (const row of rows) {
    sum.rows++
    sum[row.outcome]++
  }
  return sum
}

/** Counts an upload's outcomes from its stored rows. */
export async function countOutcomes(models: Models, upload: UploadKey): Promise<UploadCounts> {
  const groups = await models.uploadRows.collection
    .aggregate<{ _id: RowOutcome; n: number }>([
      { $match: rowsOf(upload) },
      { $group: { _id: '$outcome', n: { $sum: 1 } } },
    ])
    .toArray()
  const counts = emptyCounts()
  for (const { _id, n } of groups) addCount(counts, _id, n)
  return counts
}

function addCount(counts: UploadCounts, outcome: RowOutcome, rows: number): void {
  counts[outcome] += rows
  counts.rows += rows
}

/** Finds the first invalid rows, in file order. */
export async function findProblems(
  models: Models,
  upload: mongo.ObjectId,
  limit: number,
): Promise<UploadRow[]> {
  return await models.uploadRows.collection
    .find<UploadRow>({ upload, outcome: 'invalid' })
    .sort({ line: 1 })
    .limit(limit)
    .toArray()
}

type RowNoteCount = RowNote & { readonly rows: number }

/** The outcomes of an upload's rows, and the choices made row by row, most frequent first. */
export interface RowCounts {
  readonly counts: UploadCounts
  readonly notes: readonly RowNoteCount[]
}

/** Counts both in one pass over the stored rows, for the receipt. */
export async function countRows(models: Models, upload: UploadKey): Promise<RowCounts> {
  const groups = models.uploadRows.collection.aggregate<RowGroup>([
    { $match: rowsOf(upload) },
    { $group: { _id: { outcome: '$outcome', notes: '$notes' }, n: { $sum: 1 } } },
  ])
  const sum = createRowSum()
  for await (const { _id, n } of groups) sum.add(_id, n)
  return sum.result()
}

/** The same from all rows of an upload, as they were stored just now: nothing is read again. */
export function countStored(rows: readonly UploadRow[]): RowCounts {
  const sum = createRowSum()
  for (const row of rows) sum.add(row, 1)
  return sum.result()
}

function createRowSum() {
  const counts = emptyCounts()
  const notes = new Map<string, RowNoteCount>()
  return {
    add({ outcome, notes: shown }: RowGroup['_id'], rows: number): void {
      addCount(counts, outcome, rows)
      for (const { code, column } of shown ?? []) {
        const key = `${code} ${column}`
        notes.set(key, { code, column, rows: rows + (notes.get(key)?.rows ?? 0) })
      }
    },
    result: (): RowCounts => ({ counts, notes: [...notes.values()].sort((a, b) => b.rows - a.rows) }),
  }
}

interface RowGroup {
  readonly _id: { readonly outcome: RowOutcome; readonly notes?: readonly RowNote[] | null }
  readonly n: number
}

type Describe = (where: string, column: string) => string

const NOTES: Readonly<Record<RowNoteCode, Describe>> = {
  phone_from_next_column: (where, column) => `${where} the phone comes from "${column}".`,
  phone_left_out: (where, column) =>
    `${where} a value in "${column}" is not a phone number of the customer and was left out.`,
  email_left_out: (where, column) => `${where} only the first e-mail address in "${column}" was kept.`,
  blank_word: (where, column) =>
    `${where} words such as NULL or N/A count as blank, for example in "${column}".`,
  blank_date: (where, column) =>
    `${where} "${column}" holds a date that stands for none (such as 0001-01-01), and counts as blank.`,
  date_without_year: (where, column) =>
    `${where} "${column}" holds a day without its year, and was left out.`,
  date_converted: (where, column) => `${where} the date in "${column}" was converted from another calendar.`,
  damaged_left_out: (where, column) =>
    `${where} "${column}" holds an error or a shortened number of a spreadsheet, which was left out.`,
  masked: (where, column) =>
    `${where} characters of "${column}" are hidden (such as XXXX1234). The value is stored as written.`,
  letter_lost: (where, column) =>
    `${where} "${column}" has a question mark inside a word: a letter was probably lost before the upload.`,
  kept_by_rule: (where, column) =>
    `${where} "${column}" holds another value than the customer, which was not written because of its rule.`,
}

export function describeRowNotes(counts: readonly RowNoteCount[]): string[] {
  return joinBlankWords(counts).map(({ code, column, rows }) => {
    const where = `In ${formatNumber(rows)} ${rows === 1 ? 'row' : 'rows'}`
    return NOTES[code](where, column)
  })
}

/** A row has one note about blank words, with the first of their columns. All such rows form one sentence. */
function joinBlankWords(counts: readonly RowNoteCount[]): readonly RowNoteCount[] {
  const words = counts.filter(({ code }) => code === 'blank_word')
  const [first] = words
  if (!first) return counts
  const rows = words.reduce((sum, count) => sum + count.rows, 0)
  return counts.flatMap((count) =>
    count === first ? [{ ...first, rows }] : count.code === 'blank_word' ? [] : [count],
  )
}
