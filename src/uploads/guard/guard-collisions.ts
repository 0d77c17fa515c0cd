import type { mongo } from 'mongoose'
import type { FieldChange, FileUpload, Models, UploadCollisions, UploadRow } from '../../../models/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'
import { flattenPaths, isSameValue, recordKey } from '../rows/index.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const MAX_EXAMPLES = 5
const BATCH_SIZE = 500

type Rival = Pick<FileUpload, '_id' | 'number' | 'source' | 'shared_at'>

/**
 * Finds customers to whom this upload gave a value after somebody else, within a day before, had given another. Costs
 * one look at the uploads of that day where nobody else shared any.
 */
export async function findCollisions(
  models: Models,
  upload: FileUpload,
): Promise<UploadCollisions | undefined> {
  const rivals = await findRivals(models, upload)
  if (rivals.size === 0) return undefined
  const found: UploadCollisions = { customers: 0, examples: [] }
  let batch: UploadRow[] = []
  const updated = models.uploadRows.collection
    .find<UploadRow>(
      { upload: upload._id, outcome: 'updated' },
      { projection: { line: 1, phone: 1, written: 1, changes: 1 } },
    )
    .sort({ line: 1 })
  for await (const row of updated) {
    batch.push(row)
    if (batch.length < BATCH_SIZE) continue
    await compareBatch(models, upload, batch, rivals, found)
    batch = []
  }
  await compareBatch(models, upload, batch, rivals, found)
  return found.customers > 0 ? found : undefined
}

/** Uploads of other people within the day before, by id. */
async function findRivals(models: Models, upload: FileUpload): Promise<Map<string, Rival>> {
  const rivals = models.fileUploads.collection.find<Rival>(
    {
      shared_at: { $gte: new Date(upload.shared_at.getTime() - DAY_MS), $lte: upload.shared_at },
      _id: { $ne: upload._id },
      status: 'done',
      kind: 'import',
      'source.user': { $ne: upload.source.user },
    },
    { projection: { number: 1, source: 1, shared_at: 1 } },
  )
  const byId = new Map<string, Rival>()
  for await (const rival of rivals) byId.set(String(rival._id), rival)
  return byId
}

async function compareBatch(
  models: Models,
  upload: FileUpload,
  batch: readonly UploadRow[],
  rivals: ReadonlyMap<string, Rival>,
  found: UploadCollisions,
): Promise<void> {
  if (batch.length === 0) return
  const ids: mongo.ObjectId[] = [...rivals.values()].map(({ _id }) => _id)
  const others = models.uploadRows.collection
    .find<UploadRow>(
      {
        phone: { $in: batch.flatMap(({ phone }) => phone ?? []) },
        shared_at: { $gte: new Date(upload.shared_at.getTime() - DAY_MS), $lte: upload.shared_at },
        upload: { $in: ids },
      },
      { projection: { upload: 1, phone: 1, written: 1, values: 1 } },
    )
    .sort({ shared_at: 1, line: 1 })
  const said = new Map<string, UploadRow[]>()
  const keyOf = ({ phone = '', written, upload: of }: UploadRow) =>
    recordKey(upload.records?.kind, { phone, written, upload: of })
  for await (const row of others) said.set(keyOf(row), [...(said.get(keyOf(row)) ?? []), row])
  for (const row of batch) {
    const collision = collide(row, said.get(keyOf({ ...row, upload: upload._id })) ?? [])
    const rival = collision && rivals.get(String(collision.upload))
    if (!rival) continue
    found.customers++
    const { number, source } = rival
    if (found.examples.length < MAX_EXAMPLES)
      found.examples.push({ line: row.line, fields: collision.fields, number, by: source.user })
  }
}

/** The latest row of somebody else whose values this one replaced, and the fields. */
function collide(
  { changes }: UploadRow,
  others: readonly UploadRow[],
): { readonly upload: mongo.ObjectId; readonly fields: string[] } | undefined {
  const mine = flattenPaths<FieldChange>(changes)
  for (const { upload, values } of [...others].reverse()) {
    const theirs = flattenPaths<FieldValue | null>(values)
    const fields = Object.entries(mine).flatMap(([path, { from, to }]) => {
      const value = theirs[path]
      const isReplaced = value !== undefined && isSameValue(value, from) && !isSameValue(value, to)
      return isReplaced ? [path] : []
    })
    if (fields.length > 0) return { upload, fields }
  }
  return undefined
}
