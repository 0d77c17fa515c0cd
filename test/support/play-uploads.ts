import { mongo } from 'mongoose'
import type { FileUpload, Models, RecordKind, SwitchUpload, UndoUpload } from '../../models/index.ts'
import type { FieldValues, HeaderMapping, PathRule, ReadRow } from '../../src/customers/fields/customer.ts'
import { applyBatch } from '../../src/uploads/apply/apply-batch.ts'
import { previewRows } from '../../src/uploads/guard/preview-rows.ts'
import { importOptionsOf } from '../../src/uploads/import/import-options.ts'
import { nextNumber } from '../../src/uploads/lease/next-number.ts'
import { storeRecordKind } from '../../src/uploads/lease/store-record-kind.ts'
import { claimUpload } from '../../src/uploads/lease/upload-lease.ts'
import { queueSwitch } from '../../src/uploads/record-kinds/switch-request.ts'
import { countOutcomes } from '../../src/uploads/results/count-outcomes.ts'
import { queueUndo } from '../../src/uploads/undo/undo-request.ts'
import { type RunDeps, runUpload } from '../../src/uploads/worker/run-upload.ts'

export interface PlayedRow {
  readonly line: number
  readonly phone: string
  /** As typed; stored only with the record kind that needs it, like the reader does. */
  readonly written?: string
  readonly values: FieldValues
}

interface PlayedShare {
  readonly sharedAt: Date
  readonly user?: string
  /** First requests a preview, which becomes the upload's `preview`. */
  readonly isPreviewed?: boolean
  /** For values that do not simply overwrite. */
  readonly rules?: readonly PathRule[]
  /** True if rows match second phones. */
  readonly matchesOtherPhones?: boolean
}

/** Applies rows as an upload, queued and claimed like any other. */
export async function playImport(
  models: Models,
  { sharedAt, user = 'U1', isPreviewed = false, matchesOtherPhones = false, rules }: PlayedShare,
  rows: readonly PlayedRow[],
): Promise<FileUpload> {
  const number = await nextNumber(models, 'file_uploads')
  const upload: FileUpload = {
    _id: new mongo.ObjectId(),
    kind: 'import',
    number,
    status: 'queued',
    source: { kind: 'slack', team: 'T1', channel: 'C1', user, file_id: `F${number}` },
    file: { name: `${number}.csv`, ...(rules && { mapping: mappingWith(rules) }) },
    ...(matchesOtherPhones && { match_other_phones: true }),
    attempts: 0,
    shared_at: sharedAt,
    receipt: { due: false },
  }
  await models.fileUploads.collection.insertOne({ ...upload })
  const claimed = await storeRecordKind(models, await claim(models))
  const read = rows.map((row): ReadRow => ({ kind: 'customer', ...row }))
  const preview = isPreviewed ? await playPreview(models, claimed, read) : undefined
  await applyBatch(models, claimed, read)
  const counts = await countOutcomes(models, upload)
  await models.fileUploads.collection.updateOne(
    { _id: upload._id },
    { $set: { status: 'done', counts }, $unset: { lease: '' } },
  )
  return {
    ...upload,
    counts,
    ...(preview && { preview }),
    ...(claimed.records && { records: claimed.records }),
  }
}

const mappingWith = (rules: readonly PathRule[]): HeaderMapping => ({
  columns: [],
  dateOrder: {},
  rules,
  notes: [],
})

/** Previews the rows in two batches, like a larger file. */
async function playPreview(models: Models, claimed: FileUpload, rows: readonly ReadRow[]) {
  const half = Math.ceil(rows.length / 2)
  async function* batches() {
    yield rows.slice(0, half)
    yield rows.slice(half)
  }
  return await previewRows(models, claimed, batches(), new AbortController().signal)
}

/** A switch from its request to its end. */
export async function playSwitch(models: Models, to: RecordKind): Promise<SwitchUpload> {
  const queued = await queueSwitch(models, to, { user: 'asha', name: 'switch', now: new Date() })
  return await finish(models, queued)
}

/** An undo from its request to its end. @returns the undo, as it ended */
export async function playUndo(models: Models, number: number, user = 'U1'): Promise<UndoUpload> {
  const asker = { user, team: 'T1', channel: 'C1', admins: new Set<string>(), now: new Date() }
  const queued = await queueUndo(models, number, asker)
  if (queued.kind !== 'queued') throw new Error(`#${number}: ${queued.kind}`)
  return await finish(models, queued.undo)
}

async function finish<T extends FileUpload>(models: Models, { _id }: T): Promise<T> {
  await runNext(models)
  const done = await models.fileUploads.collection.findOne<T>({ _id })
  if (!done) throw new Error('it is gone')
  return done
}

/** Runs the head of the queue. */
export async function runNext(models: Models): Promise<void> {
  await runUpload(runDeps(models), await claim(models), new AbortController().signal)
}

async function claim(models: Models): Promise<FileUpload> {
  const claimed = await claimUpload(models, { leaseMs: 30_000 }, () => true)
  if (!claimed) throw new Error('nothing to claim')
  return claimed
}

export function runDeps(models: Models): RunDeps {
  const quiet = async () => {}
  return {
    models,
    sources: {},
    listener: { queued: quiet, progress: quiet, waiting: quiet, asked: quiet, finished: quiet },
    options: importOptionsOf({
      defaultRegion: 'IN',
      dateOrder: 'day_first',
      clearWord: '#CLEAR',
      fallbackEncoding: 'windows-1252',
      limits: { maxBytes: 1_000_000, maxRows: 1_000, maxColumns: 50, maxCellLength: 1_000 },
    }),
    log: { debug() {}, info() {}, warn() {}, error() {} },
    retry: { retryMs: 1, longestRetryMs: 5 },
  }
}
