import type { mongo } from 'mongoose'
import { isDuplicateKey, type Models } from '../../../models/index.ts'
import { describeServer } from '../../server-facts.ts'
import { nestPaths } from '../rows/index.ts'
import type { CustomerWrite, WrittenCustomer } from './batch-plan.ts'
import { shareStatements } from './bulk-updates.ts'

/**
 * Writes customers, each only if it has not changed since the plan. Most writes share statements. New
 * customers are inserted; the unique phone rejects one that exists by now.
 *
 * @param isRepeated customers had changed before: each is written alone and compared field by field
 * @param done customers found written. They are written again unchanged: a read may come from a server that
 * was replaced, while a write is acknowledged by a majority
 * @returns false if a customer had changed; the others are written
 */
export async function writeCustomers(
  models: Models,
  writes: readonly CustomerWrite[],
  isRepeated = false,
  done: readonly WrittenCustomer[] = [],
): Promise<boolean> {
  if (writes.length + done.length === 0) return true
  const { alone, statements } = isRepeated
    ? { alone: writes, statements: [] }
    : shareStatements(writes, (await describeServer(models.connection)).engine)
  const operations = [...alone.map(toOperation), ...statements, ...done.map(toConfirmation)]
  try {
    const result = await models.customers.collection.bulkWrite(operations, { ordered: false })
    return result.matchedCount + result.insertedCount === writes.length + done.length
  } catch (error) {
    if (hasOnlyDuplicates(error)) return false
    throw error
  }
}

/** True if every failure of an unordered write is a duplicate key. Other failures must reach the caller. */
export function hasOnlyDuplicates(error: unknown): boolean {
  if (!isDuplicateKey(error)) return false
  const writeErrors: unknown = Reflect.get(error as object, 'writeErrors')
  return ([writeErrors].flat() as unknown[]).every(isDuplicateKey)
}

/** Changes nothing, and matches nothing if the customer has changed. */
function toConfirmation({ id, phone, lastUpload }: WrittenCustomer): mongo.AnyBulkWriteOperation {
  const { upload, line } = lastUpload
  return {
    updateOne: {
      filter: { primary_phone: phone, _id: id, 'last_upload.upload': upload, 'last_upload.line': line },
      update: { $set: { 'last_upload.line': line } },
    },
  }
}

function toOperation(write: CustomerWrite): mongo.AnyBulkWriteOperation {
  const keeping = {
    updated_at: write.updatedAt,
    last_upload: write.lastUpload,
    upload_count: write.uploadCount,
  }
  const first = write.firstUpload && { first_uploaded_at: write.updatedAt, first_upload: write.firstUpload }
  const set: Record<string, unknown> = {}
  const unset: Record<string, ''> = {}
  for (const path of Object.keys(write.values)) {
    const value = write.values[path]
    if (value === null) unset[path] = ''
    else set[path] = value
  }

  if (write.kind === 'create')
    return {
      insertOne: {
        document: {
          _id: write.id,
          primary_phone: write.phone,
          ...(write.written !== undefined && { written_phone: write.written }),
          ...nestPaths(set),
          ...first,
          ...keeping,
        },
      },
    }
  return {
    updateOne: {
      filter: { primary_phone: write.phone, ...asPlanned(write) },
      update: {
        $set: { ...set, ...keeping, ...first },
        ...(Object.keys(unset).length > 0 && { $unset: unset }),
      },
    },
  }
}

/** An upload's line belongs to one record, so `last_upload` identifies it among records of the phone. */
function asPlanned({ basedOn, id }: CustomerWrite): Record<string, unknown> {
  if (!basedOn) return { _id: id, last_upload: { $exists: false } }
  return { 'last_upload.upload': basedOn.upload, 'last_upload.line': basedOn.line }
}
