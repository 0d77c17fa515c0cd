import { mongo } from 'mongoose'
import {
  createCustomerIndex,
  dropCustomerIndexes,
  type FileUpload,
  isDuplicateKey,
  type Models,
  RECORD_KINDS,
  type RecordKind,
  type RecordMove,
  type SwitchCounts,
  type SwitchProgress,
  type SwitchUpload,
} from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import { openTimeline } from '../history/index.ts'
import { assertLeased, confirmRead, retryBatch, saveCheckpoint } from '../lease/index.ts'
import { emptyCounts } from '../results/index.ts'
import { hasRemovedValues } from '../retention/index.ts'
import { readRecords } from '../rows/index.ts'
import { readPhones } from './read-phones.ts'
import { addPhones, emptySwitchCounts, isStill, type PhonePlan, planPhones } from './switch-plan.ts'
import { writePlans } from './switch-write.ts'

interface SwitchContext {
  readonly models: Models
  readonly signal: AbortSignal
  readonly onProgress: (upload: FileUpload, phones: number) => void
}

/** Maximum of passes that look for records stored by late writes. */
const MAX_PASSES = 5

/**
 * Converts the records to another kind, from the first phone or after an earlier run's checkpoint. The plan
 * of each phone is stored first, so that any run can finish it. One last write changes the kind for every
 * process.
 *
 * @param upload leased by this run
 * @throws AppError lease_lost; database errors; the signal's reason
 */
export async function runSwitch(context: SwitchContext, upload: SwitchUpload): Promise<SwitchCounts> {
  const { models, signal } = context
  const run = { models, upload, signal }
  const { to } = upload.switch_of
  // Checked once, before any change: the retention policy pauses while a switch is open, and a switch that
  // has begun must finish.
  if (!(await isBegun(models, upload)) && (await hasRemovedValues(models)))
    throw new AppError('switch_needs_values')
  const { kind: from, since } = await retryBatch(run, () => beginSwitch(models, upload, to))
  let progress = upload.checkpoint?.switched ?? {
    phone: '',
    counts: emptySwitchCounts(),
    isThrough: false,
  }
  if (since !== upload.number) {
    progress = await goThrough(context, upload, progress, { from, to })
    await retryBatch(run, () => makeUnique(context, upload, progress, to))
    await retryBatch(run, () => endSwitch(models, upload, to))
  }
  await retryBatch(run, () => tidyUp(models, upload))
  return progress.counts
}

async function isBegun(models: Models, upload: FileUpload): Promise<boolean> {
  const { since, switching } = await readRecords(models)
  return since === upload.number || switching?.number === upload.number
}

/** Marks the switch as begun: no process relies on either index. Safe to repeat. */
async function beginSwitch(models: Models, upload: FileUpload, to: RecordKind) {
  const setting = await readRecords(models)
  if (setting.since === upload.number) return setting
  const { _id, kind } = setting
  await assertLeased(models, upload)
  await models.settings.collection.updateOne(
    { _id: _id },
    {
      $set: { switching: { to, upload: upload._id, number: upload.number } },
      $setOnInsert: { kind, switches: [] },
    },
    { upsert: true },
  )
  await createCustomerIndex(models, 'switching')
  await dropCustomerIndexes(models, RECORD_KINDS)
  return setting
}

async function goThrough(
  { models, signal, onProgress }: SwitchContext,
  upload: FileUpload,
  begun: SwitchProgress,
  { from, to }: { readonly from: RecordKind; readonly to: RecordKind },
): Promise<SwitchProgress> {
  const run = { models, upload, signal }
  let progress = begun
  const timeline = await openTimeline(models)
  const plan = { models, to, timeline, newId: () => new mongo.ObjectId() }
  const reader = readPhones(models, progress.phone)
  try {
    for (;;) {
      signal.throwIfAborted()
      const phones = await retryBatch(run, () => reader.next())
      const last = phones.at(-1)
      if (last === undefined) break
      // After the first pass all records have the new kind; later passes look for duplicates.
      const kinds = { from: progress.isThrough ? to : from, to }
      const plans = await retryBatch(run, async () => {
        await assertLeased(models, upload)
        const written = await writeDown(models, upload, phones, (open) =>
          planPhones({ ...plan, ...kinds }, open),
        )
        await writePlans(
          models,
          written.filter((one) => !isStill(one)),
        )
        return written
      })
      const counts = progress.isThrough ? progress.counts : addPhones(progress.counts, plans)
      progress = { ...progress, phone: last, counts }
      await retryBatch(run, () => save(models, upload, progress))
      await models.recordMoves.collection.deleteMany({
        _id: { $in: phones.map((one) => moveId(upload, one)) },
      })
      onProgress(upload, counts.phones)
    }
  } finally {
    await reader.close()
  }
  progress = { ...progress, phone: '', isThrough: true }
  await retryBatch(run, () => save(models, upload, progress))
  return progress
}

async function save(models: Models, upload: FileUpload, switched: SwitchProgress): Promise<void> {
  await saveCheckpoint(models, upload, { line: 0, counts: emptyCounts(), switched })
}

const moveId = ({ number }: FileUpload, phone: string): string => `${number} ${phone}`

/** Stores the plans. Plans of an earlier run are kept, because some of them may be partly done. */
async function writeDown(
  models: Models,
  upload: FileUpload,
  phones: readonly string[],
  plan: (open: readonly string[]) => Promise<PhonePlan[]>,
): Promise<PhonePlan[]> {
  const { collection } = models.recordMoves
  const ids = phones.map((phone) => moveId(upload, phone))
  const known = await collection.find<RecordMove>({ _id: { $in: ids } }).toArray()
  await confirmRead(
    collection,
    known.map(({ _id, phone }) => ({ filter: { _id, phone }, same: { phone } })),
  )
  const done = new Set(known.map(({ phone }) => phone))
  const planned = await plan(phones.filter((phone) => !done.has(phone)))
  const moving = planned.filter((one) => !isStill(one))
  try {
    if (moving.length > 0)
      await collection.insertMany(
        moving.map(({ phone, before, after }) => ({
          _id: moveId(upload, phone),
          phone,
          upload: upload._id,
          before,
          after,
        })),
        { ordered: false },
      )
  } catch (error) {
    // Another run stored them in the meantime: this one has lost its lease.
    if (isDuplicateKey(error)) throw new AppError('lease_lost', {}, error)
    throw error
  }
  return [...known, ...planned]
}

/** Creates the index of the new kind. A duplicate from a late write prevents it, and is merged. */
async function makeUnique(
  context: SwitchContext,
  upload: FileUpload,
  progress: SwitchProgress,
  to: RecordKind,
): Promise<void> {
  for (let pass = 1; ; pass++) {
    try {
      await createCustomerIndex(context.models, to)
      return
    } catch (error) {
      const isTwice = error instanceof AppError && error.code === 'database_duplicates'
      if (!isTwice || pass === MAX_PASSES) throw error
      await goThrough(context, upload, { ...progress, phone: '' }, { from: to, to })
    }
  }
}

/** The single write that changes the kind for every process. */
async function endSwitch(models: Models, upload: FileUpload, to: RecordKind): Promise<void> {
  await assertLeased(models, upload)
  await models.settings.collection.updateOne(
    { _id: 'records', 'switching.upload': upload._id },
    {
      $set: { kind: to, since: upload.number },
      $push: { switches: { number: upload.number, to, at: new Date() } },
      $unset: { switching: '' },
    },
  )
}

async function tidyUp(models: Models, upload: FileUpload): Promise<void> {
  await dropCustomerIndexes(models, ['switching'])
  await models.recordMoves.collection.deleteMany({ upload: upload._id })
}
