import type { mongo } from 'mongoose'
import {
  type FileUpload,
  type Models,
  ROW_OUTCOMES,
  type UndoRow,
  type UploadRow,
} from '../../models/index.ts'
import { planFromHistory, planFromOwnRows, type UndoCase, type UndoPlanContext } from './undo-plan.ts'
import type { Timeline } from './undo-timeline.ts'
import { findCustomers } from './undo-write.ts'

/** What an undo is about, read once at its beginning. */
export interface UndoSubject {
  readonly undo: Pick<FileUpload, '_id' | 'number' | 'shared_at' | 'undo_of'>
  readonly file: FileUpload
  readonly timeline: Timeline
}

/** Customers decided at once. */
const BATCH_SIZE = 500
/** Customers whose whole story is in memory at once: it can be hundreds of rows each. */
const STORIES_AT_ONCE = 25
/** A customer's first row in a file has one of these; later rows of the same customer are duplicates. */
const FIRST_ROWS = ['created', 'updated', 'unchanged']

type CustomerRow = UploadRow & { readonly phone: string }

/** The next customers of the file after a line, one row each, in the order of the file. Empty: there are no more. */
export async function readNextRows(
  models: Models,
  file: FileUpload,
  afterLine: number,
): Promise<CustomerRow[]> {
  return await models.uploadRows.collection
    .find<CustomerRow>({
      upload: file._id,
      line: { $gt: afterLine },
      outcome: { $in: FIRST_ROWS },
      // Who was forgotten is neither given back nor taken away again.
      phone: { $exists: true },
    })
    .sort({ line: 1 })
    .limit(BATCH_SIZE)
    .toArray()
}

/** Decides what the undo does to the customers of these rows. Writes nothing. */
export async function planUndo(
  models: Models,
  subject: UndoSubject,
  firsts: readonly CustomerRow[],
): Promise<UndoRow[]> {
  const { undo, file, timeline } = subject
  const { undo_of } = undo
  if (!undo_of || firsts.length === 0) return []
  const since = undo_of.action === 'put_back' ? undo_of.upload : file._id
  const context: UndoPlanContext = {
    undo,
    file: file._id,
    action: undo_of.action,
    isUndisturbed: !timeline.isDisturbed(since, file._id),
    timeline,
  }
  const cases = await readCases(models, file, undo_of, firsts)
  const plans = cases.map((one) => planFromOwnRows(context, one))
  const open = cases.filter((_, index) => plans[index] === undefined)
  const told = await planWithStories(models, context, open)
  return cases.flatMap((one, index) => plans[index] ?? told.get(one) ?? [])
}

async function readCases(
  models: Models,
  file: FileUpload,
  { action, upload }: NonNullable<FileUpload['undo_of']>,
  firsts: readonly CustomerRow[],
): Promise<UndoCase[]> {
  const phones = firsts.map(({ phone }) => phone)
  const [customers, duplicates, earlier] = await Promise.all([
    findCustomers(models, phones),
    file.counts?.duplicate === 0 ? new Map<string, UploadRow[]>() : findDuplicates(models, file, phones),
    action === 'put_back' ? findEarlier(models, upload, firsts) : new Map<number, UndoRow>(),
  ])
  return firsts.map((first) => ({
    rows: [first, ...(duplicates.get(first.phone) ?? [])],
    customer: customers.get(first.phone),
    earlier: earlier.get(first.line),
  }))
}

/** By phone and time of sharing, for which there is an index. */
async function findDuplicates(
  models: Models,
  file: FileUpload,
  phones: readonly string[],
): Promise<Map<string, UploadRow[]>> {
  const found = models.uploadRows.collection
    .find<CustomerRow>({
      phone: { $in: [...phones] },
      shared_at: file.shared_at,
      upload: file._id,
      outcome: 'duplicate',
    })
    .sort({ line: 1 })
  return await groupByPhone(found)
}

async function findEarlier(
  models: Models,
  undo: mongo.ObjectId,
  firsts: readonly UploadRow[],
): Promise<Map<number, UndoRow>> {
  const lines = { $gte: firsts[0]?.line ?? 0, $lte: firsts.at(-1)?.line ?? 0 }
  const rows = models.uploadRows.collection.find<UndoRow>({ upload: undo, line: lines })
  const earlier = new Map<number, UndoRow>()
  for await (const row of rows) earlier.set(row.line, row)
  return earlier
}

async function planWithStories(
  models: Models,
  context: UndoPlanContext,
  cases: readonly UndoCase[],
): Promise<Map<UndoCase, UndoRow>> {
  const plans = new Map<UndoCase, UndoRow>()
  for (let start = 0; start < cases.length; start += STORIES_AT_ONCE) {
    const some = cases.slice(start, start + STORIES_AT_ONCE)
    const phones = some.map(({ rows: [first] }) => first.phone ?? '')
    const stories = await groupByPhone(
      models.uploadRows.collection.find<CustomerRow>(
        { phone: { $in: phones }, outcome: { $in: [...ROW_OUTCOMES] } },
        { projection: { cells: 0, problem: 0 } },
      ),
    )
    await context.timeline.learn([...stories.values()].flat().map(({ upload }) => upload))
    for (const one of some)
      plans.set(one, planFromHistory(context, one, stories.get(one.rows[0].phone ?? '') ?? one.rows))
  }
  return plans
}

async function groupByPhone(rows: AsyncIterable<CustomerRow>): Promise<Map<string, UploadRow[]>> {
  const groups = new Map<string, UploadRow[]>()
  for await (const row of rows) {
    const group = groups.get(row.phone)
    if (group) group.push(row)
    else groups.set(row.phone, [row])
  }
  return groups
}
