import type { FileUpload, Models, UploadCheckpoint, UploadRow } from '../../../models/index.ts'
import type { ReadRow } from '../../customers/fields/index.ts'
import { saveCheckpoint } from '../lease/index.ts'
import { addRows, emptyCounts } from '../results/index.ts'

/**
 * Both bound the rows that a run after a crash repeats, and how long a cancelled or lost upload goes on. A checkpoint
 * per batch costs 5 µs of processor time and 7 of waiting per row (docs/performance.md).
 */
const EVERY_BATCHES = 8
const EVERY_MS = 200

interface Checkpoints {
  /** Rows applied so far, also by earlier runs. */
  readonly rows: number
  /** Adds a batch whose customers are written. */
  add(batch: readonly ReadRow[], written: readonly UploadRow[]): void
  /** @throws AppError lease_lost, cancelled */
  afterBatch(): Promise<void>
  /**
   * Before customers are written. Also saves after a pause of this process, so that a run that lost its lease meanwhile
   * writes none.
   * @throws AppError lease_lost, cancelled
   */
  beforeWrite(): Promise<void>
  /** After the last row. @throws AppError lease_lost, cancelled */
  finish(): Promise<void>
}

/**
 * Saves checkpoints of an import: after its first batch, then every few batches or milliseconds. A file of one batch gets
 * no checkpoint: the upload ends next, and the same batch is safe to repeat after a crash.
 */
export function createCheckpoints(models: Models, upload: FileUpload): Checkpoints {
  let checkpoint: UploadCheckpoint = upload.checkpoint ?? { line: 0, counts: emptyCounts() }
  let isSaved = upload.checkpoint !== undefined
  let unsaved = 0
  let hasBegun = false
  // The first batch of each run is saved: a run with any progress resets the attempts.
  let elapsed = () => Number.POSITIVE_INFINITY

  async function save(): Promise<void> {
    const sinceSaved = startStopwatch()
    await saveCheckpoint(models, upload, checkpoint)
    elapsed = sinceSaved
    unsaved = 0
    isSaved = true
  }

  const isDue = () => unsaved >= EVERY_BATCHES || elapsed() >= EVERY_MS

  return {
    get rows() {
      return checkpoint.counts.rows
    },
    add(batch, written) {
      const line = batch.at(-1)?.line ?? checkpoint.line
      checkpoint = { line, counts: addRows(checkpoint.counts, written) }
      unsaved += 1
      hasBegun = true
    },
    async afterBatch() {
      if (isSaved && isDue()) await save()
    },
    async beforeWrite() {
      if (hasBegun && (!isSaved || isDue())) await save()
    },
    async finish() {
      if (isSaved && unsaved > 0) await save()
    },
  }
}

/** @returns the milliseconds since; a suspended machine stops one of the clocks */
function startStopwatch(): () => number {
  const [steady, clock] = [performance.now(), Date.now()]
  return () => Math.max(performance.now() - steady, Date.now() - clock)
}
