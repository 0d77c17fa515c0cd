import { setImmediate as nextTurn } from 'node:timers/promises'
import type { mongo } from 'mongoose'
import {
  type FileUpload,
  type Models,
  ROW_OUTCOMES,
  type UndoOf,
  type UndoRow,
  type UndoUpload,
} from '../../../models/index.ts'
import { chunkBy } from '../../chunk-by.ts'
import { groupBy } from '../../group-by.ts'
import type { Timeline } from '../history/index.ts'
import {
  customerKey,
  findPackedRows,
  type PackedRow,
  readPackedRow,
  recordKey,
  rowsBehind,
  rowsBetween,
  type UploadKey,
} from '../rows/index.ts'
import { planFromHistory, planFromOwnRows, type UndoCase, type UndoPlanContext } from './undo-plan.ts'
import { findCustomers } from './undo-write.ts'

/** The undo and its file, read once at the start. */
export interface UndoSubject {
  readonly undo: Pick<UndoUpload, '_id' | 'number' | 'shared_at' | 'undo_of'>
  readonly file: FileUpload
  readonly timeline: Timeline
}

/** Fields that only lookups and receipts need. */
const UNUSED = { cells: 0, problem: 0, notes: 0, search: 0 } as const
/** Customers per batch. */
const BATCH_SIZE = 500
/** Maximum of rows of whole stories in memory. A customer can have hundreds. */
const STORY_ROWS = 2_000
/** Customers decided before other tasks get a turn: some milliseconds. */
const TURN_SIZE = 50
/** Assumed for a deleted customer, whose number of uploads is unknown. */
const ROWS_IF_UNKNOWN = 20
/**
 * A customer's first row in a file has one of these outcomes; later rows of the same customer are duplicates.
 */
const FIRST_ROWS = ['created', 'updated', 'unchanged']
const ROWS_OF_CUSTOMERS = [...FIRST_ROWS, 'duplicate']

/** Reads the file's next customers after a line, one row each, in file order. Empty: no more. */
export async function readNextRows(
  models: Models,
  { file, timeline }: Pick<UndoSubject, 'file' | 'timeline'>,
  afterLine: number,
): Promise<PackedRow[]> {
  const isFiner = isFinerThanNow(file, timeline)
  const isCoarser = isCoarserThanNow(file, timeline)
  const outcomes = isCoarser ? ROWS_OF_CUSTOMERS : FIRST_ROWS
  for (let after = afterLine; ; ) {
    const found = await models.uploadRows.collection
      .find<Uint8Array>(
        {
          ...rowsBehind(file, after),
          outcome: { $in: outcomes },
          // A forgotten person's rows are neither restored nor removed.
          phone: { $exists: true },
        },
        { batchSize: BATCH_SIZE + 1, projection: UNUSED, raw: true },
      )
      .sort({ _id: 1 })
      .limit(BATCH_SIZE)
      .toArray()
    const rows = found.map(readPackedRow)
    const firsts =
      isFiner || isCoarser ? await withoutRepeated(models, { file, timeline }, rows, outcomes) : rows
    const last = rows.at(-1)
    if (firsts.length > 0 || !last) return firsts
    after = last.line
  }
}

/** Two written forms of a phone were two records when the file was applied, and are one now. */
function isFinerThanNow({ records }: FileUpload, { kind }: Timeline): boolean {
  return records?.kind === 'as_written' && kind !== 'as_written'
}

/** Two written forms of a phone were one record when the file was applied, and are two now. */
function isCoarserThanNow({ records }: FileUpload, { kind }: Timeline): boolean {
  return records?.kind !== 'as_written' && kind === 'as_written'
}

/** Leaves out rows whose current record came earlier in the file. */
async function withoutRepeated(
  models: Models,
  { file, timeline }: Pick<UndoSubject, 'file' | 'timeline'>,
  rows: readonly PackedRow[],
  outcomes: readonly string[],
): Promise<PackedRow[]> {
  const phones = rows.map(({ phone }) => phone)
  const all = await findRowsOf(models, file, phones, outcomes)
  const first = new Map<string, number>()
  for (const row of all) {
    const key = keyOf(row, timeline.kind)
    first.set(key, Math.min(row.line, first.get(key) ?? row.line))
  }
  return rows.filter((row) => first.get(keyOf(row, timeline.kind)) === row.line)
}

/** By phone and share time, which have an index. */
async function findRowsOf(
  models: Models,
  file: FileUpload,
  phones: readonly string[],
  outcomes: readonly string[],
): Promise<PackedRow[]> {
  const rows = await findPackedRows(models, phones, {
    filter: { shared_at: file.shared_at, upload: file._id, outcome: { $in: [...outcomes] } },
    projection: UNUSED,
  })
  return rows.sort((a, b) => a.line - b.line)
}

/** Plans what the undo does to the customers of these rows. Writes nothing. */
export async function planUndo(
  models: Models,
  subject: UndoSubject,
  firsts: readonly PackedRow[],
): Promise<UndoRow[]> {
  const { undo, file, timeline } = subject
  const { undo_of } = undo
  if (firsts.length === 0) return []
  const since = undo_of.action === 'put_back' ? undo_of.upload : file._id
  const context: UndoPlanContext = {
    undo,
    file: file._id,
    action: undo_of.action,
    isUndisturbed: !timeline.isDisturbed(since, file._id),
    isRegrouped: !timeline.isCurrent(since),
    timeline,
  }
  const cases = await readCases(models, subject, undo_of, firsts)
  const plans = new Map<UndoCase, UndoRow>()
  const open: UndoCase[] = []
  await inTurns(cases, (one) => {
    const plan = planFromOwnRows(context, one)
    if (plan) plans.set(one, plan)
    else open.push(one)
  })
  for (const some of chunkBy(open, countRows, STORY_ROWS)) {
    const others = await readOtherRows(models, context, some)
    await inTurns(some, (one) => {
      plans.set(one, planFromHistory(context, one, others.get(keyOf(one.rows[0], timeline.kind)) ?? []))
    })
  }
  return cases.flatMap((one) => plans.get(one) ?? [])
}

async function inTurns(cases: readonly UndoCase[], plan: (one: UndoCase) => void): Promise<void> {
  for (const some of chunkBy(cases, () => 1, TURN_SIZE)) {
    await nextTurn()
    for (const one of some) plan(one)
  }
}

async function readCases(
  models: Models,
  { file, timeline }: UndoSubject,
  { action, upload }: UndoOf,
  firsts: readonly PackedRow[],
): Promise<UndoCase[]> {
  const phones = firsts.map(({ phone }) => phone)
  const isFiner = isFinerThanNow(file, timeline)
  const hasMore = isFiner || file.counts?.duplicate !== 0
  const [stored, others, earlier] = await Promise.all([
    findCustomers(models, phones),
    hasMore ? findRowsOf(models, file, phones, isFiner ? ROW_OUTCOMES : ['duplicate']) : [],
    action === 'put_back' ? findEarlier(models, upload, firsts) : new Map<number, UndoRow>(),
  ])
  const customers = new Map(stored.map((customer) => [customerKey(timeline.kind, customer), customer]))
  const more = groupBy(others, (row) => keyOf(row, timeline.kind))
  return firsts.map((first) => ({
    rows: [first, ...(more.get(keyOf(first, timeline.kind)) ?? []).filter(({ line }) => line > first.line)],
    customer: customers.get(keyOf(first, timeline.kind)),
    earlier: earlier.get(first.line),
  }))
}

function keyOf({ phone, written, upload }: PackedRow, kind: Timeline['kind']): string {
  return recordKey(kind, { phone, written, upload })
}

async function findEarlier(
  models: Models,
  undo: mongo.ObjectId,
  firsts: readonly PackedRow[],
): Promise<Map<number, UndoRow>> {
  const earlier = new Map<number, UndoRow>()
  const upload = await models.fileUploads.collection.findOne<UploadKey>(
    { _id: undo },
    { projection: { number: 1, shared_at: 1 } },
  )
  if (!upload) return earlier
  const rows = models.uploadRows.collection.find<UndoRow>(
    rowsBetween(upload, firsts[0]?.line ?? 0, firsts.at(-1)?.line ?? 0),
  )
  for await (const row of rows) earlier.set(row.line, row)
  return earlier
}

/** The rows that the customer's history has. */
const countRows = ({ rows, customer }: UndoCase): number =>
  rows.length + (customer?.upload_count ?? ROWS_IF_UNKNOWN)

/** The rows of all other files about these customers, by record. A small query costs as much as a large one. */
async function readOtherRows(
  models: Models,
  { file, timeline }: UndoPlanContext,
  cases: readonly UndoCase[],
): Promise<Map<string, PackedRow[]>> {
  const phones = cases.map(({ rows: [first] }) => first.phone)
  const rows = await findPackedRows(models, phones, {
    filter: { upload: { $ne: file }, outcome: { $in: [...ROW_OUTCOMES] } },
    projection: UNUSED,
  })
  await timeline.learn(rows.map(({ upload }) => upload))
  return groupBy(rows, (row) => keyOf(row, timeline.kind))
}
