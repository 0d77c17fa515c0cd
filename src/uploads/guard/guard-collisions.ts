import type { mongo } from 'mongoose'
import type { FileUpload, Models, UploadCollisions, UploadRow } from '../../../models/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'
import { type NetRow, readNetRows } from '../results/index.ts'
import { findCustomerRows, flattenPaths, isSameValue, recordKey } from '../rows/index.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const MAX_EXAMPLES = 5

type Rival = Pick<FileUpload, '_id' | 'number' | 'source' | 'shared_at'>

/** What one file states about one customer, over all its rows. */
interface StatedValue {
  readonly upload: mongo.ObjectId
  readonly values: Record<string, FieldValue | null>
}

/**
 * Finds customers whose value this upload changed within a day after another person had given a different
 * one. A value that appears and disappears inside one file does not count. Costs nothing if no row changed a
 * customer, and one query if nobody else shared a file that day.
 */
export async function findCollisions(
  models: Models,
  upload: FileUpload,
): Promise<UploadCollisions | undefined> {
  const { updated, duplicate } = upload.counts ?? {}
  // Rows of an upload that only created customers, or left them as they were, contradict nobody.
  if (updated === 0 && duplicate === 0) return undefined
  const rivals = await findRivals(models, upload)
  if (rivals.size === 0) return undefined
  const found: UploadCollisions = { customers: 0, examples: [] }
  for await (const batch of readNetRows(models, upload))
    await compareBatch(models, upload, batch, rivals, found)
  found.examples.sort((a, b) => a.line - b.line)
  return found.customers > 0 ? found : undefined
}

/** Finds uploads of other people within the day before, by id. */
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
  batch: readonly NetRow[],
  rivals: ReadonlyMap<string, Rival>,
  found: UploadCollisions,
): Promise<void> {
  if (batch.length === 0) return
  const ids: mongo.ObjectId[] = [...rivals.values()].map(({ _id }) => _id)
  const others = await findCustomerRows(
    models,
    batch.map(({ phone }) => phone),
    {
      filter: {
        shared_at: { $gte: new Date(upload.shared_at.getTime() - DAY_MS), $lte: upload.shared_at },
        upload: { $in: ids },
      },
      projection: {
        upload: 1,
        line: 1,
        phone: 1,
        customer_phone: 1,
        written: 1,
        values: 1,
        shared_at: 1,
      },
    },
  )
  others.sort((a, b) => a.shared_at.getTime() - b.shared_at.getTime() || a.line - b.line)
  const text = new Map<string, StatedValue[]>()
  const keyOf = ({ phone = '', written, upload: of }: Pick<UploadRow, 'phone' | 'written' | 'upload'>) =>
    recordKey(upload.records?.kind, { phone, written, upload: of })
  for (const row of others) addStatement(text, keyOf(row), row)
  for (const row of batch) {
    const collision = collide(row, text.get(keyOf({ ...row, upload: upload._id })) ?? [])
    const rival = collision && rivals.get(String(collision.upload))
    if (!rival) continue
    found.customers++
    const { number, source } = rival
    if (found.examples.length < MAX_EXAMPLES)
      found.examples.push({ line: row.line, fields: collision.fields, number, by: source.user })
  }
}

/** Rows come in share order and line order, so the last line of a file wins. */
function addStatement(
  answer: Map<string, StatedValue[]>,
  key: string,
  { upload, values }: Pick<UploadRow, 'upload' | 'values'>,
): void {
  const files = answer.get(key) ?? []
  answer.set(key, files)
  const known = files.find((file) => file.upload.equals(upload))
  const shown = flattenPaths<FieldValue | null>(values)
  if (known) Object.assign(known.values, shown)
  else files.push({ upload, values: shown })
}

/** Finds the latest file of another person whose values this upload replaced, and the fields. */
function collide(
  { changes }: NetRow,
  others: readonly StatedValue[],
): { readonly upload: mongo.ObjectId; readonly fields: string[] } | undefined {
  for (const { upload, values } of others.toReversed()) {
    const fields = Object.entries(changes).flatMap(([path, { from, to }]) => {
      const value = values[path]
      const isReplaced = value !== undefined && isSameValue(value, from) && !isSameValue(value, to)
      return isReplaced ? [path] : []
    })
    if (fields.length > 0) return { upload, fields }
  }
  return undefined
}
