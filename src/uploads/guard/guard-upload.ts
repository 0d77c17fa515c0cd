import type { FileUpload, Models, UploadHold } from '../../../models/index.ts'
import type { FieldCatalogue, ReadRow } from '../../customers/fields/index.ts'
import { AppError } from '../../errors.ts'
import { checkFile, type GuardSettings } from './guard.ts'
import { explainReason } from './guard-reasons.ts'

interface GuardOptions {
  readonly catalogue: FieldCatalogue
  /** Undefined: nothing is held. */
  readonly guard?: GuardSettings | undefined
}

/**
 * Whether a person has to look at a file before its first row is written: it looks like the wrong one, or somebody
 * asked for a preview. Asked once: what was approved, or begun, goes on.
 *
 * @param rows the beginning of the file, as read
 * @throws AppError held_back where the file came from a command line, on which nobody can be asked
 */
export async function decideHold(
  models: Models,
  upload: FileUpload,
  rows: readonly ReadRow[],
  { catalogue, guard }: GuardOptions,
): Promise<UploadHold | undefined> {
  const isWanted = upload.preview_wanted === true
  if (!isWanted && (upload.hold?.answer || !guard || (await hasBegun(models, upload)))) return undefined
  const reasons = guard ? await checkFile(models, upload, rows, catalogue, guard) : []
  if (isWanted) return { reasons }
  const { source } = upload
  if (reasons.length === 0 || (source.kind === 'cli' && source.anyway)) return undefined
  if (source.kind === 'slack') return { reasons }
  throw new AppError('held_back', { file: upload.file.name, reasons: reasons.map(explainReason) })
}

async function hasBegun(models: Models, upload: FileUpload): Promise<boolean> {
  if (upload.checkpoint) return true
  const row = await models.uploadRows.collection.findOne({ upload: upload._id }, { projection: { _id: 1 } })
  return row !== null
}
