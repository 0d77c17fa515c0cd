import type { mongo } from 'mongoose'
import { isDuplicateKey, type Models, type UploadLine } from '../../models/index.ts'
import { nestPaths } from './field-path.ts'
import type { CustomerWrite } from './plan-batch.ts'

/**
 * Customers in one statement at most. A batch's statements go out in one command; each looks every customer up in a
 * list of this length to find its line, so a longer list costs more than it saves.
 */
const STATEMENT_SIZE = 250

/**
 * Writes customers, each only if it is still as it was when the plan was made. Customers of whom only the record keeping
 * moves, most of a usual day, share statements; new ones are inserted, and the unique phone refuses them where somebody
 * came in between.
 *
 * @param isRepeated customers were not as expected before: each is written by itself, and compared field by field
 * @returns false where a customer was not as the plan expected; the others are written
 */
export async function writeCustomers(
  models: Models,
  writes: readonly CustomerWrite[],
  isRepeated = false,
): Promise<boolean> {
  if (writes.length === 0) return true
  const [together, alone] = isRepeated ? [[], writes] : split(writes)
  const operations = [...alone.map(toOperation), ...chunk(together).map(toTouch)]
  try {
    const result = await models.customers.collection.bulkWrite(operations, { ordered: false })
    return result.matchedCount + result.insertedCount === writes.length
  } catch (error) {
    if (hasOnlyDuplicates(error)) return false
    throw error
  }
}

/** Unordered writes report every failure; other ones than "is there already" are not ours to swallow. */
export function hasOnlyDuplicates(error: unknown): boolean {
  if (!isDuplicateKey(error)) return false
  const writeErrors: unknown = Reflect.get(error as object, 'writeErrors')
  return ([writeErrors].flat() as unknown[]).every(isDuplicateKey)
}

type Touch = CustomerWrite & { readonly basedOn: UploadLine }

function split(writes: readonly CustomerWrite[]): [Touch[], CustomerWrite[]] {
  const together: Touch[] = []
  const alone: CustomerWrite[] = []
  // A statement finds a line by phone. Where a phone can be written in several ways, only one of them fits.
  const phones = new Set<string>()
  for (const write of writes) {
    if (isFirstTouch(write) && !phones.has(write.phone)) together.push(write)
    else alone.push(write)
    phones.add(write.phone)
  }
  return [together, alone]
}

/** The upload comes to a customer with an ordinary record, and has nothing to change in it. */
function isFirstTouch(write: CustomerWrite): write is Touch {
  const { kind, basedOn, firstUpload, lastUpload } = write
  return (
    kind === 'touch' &&
    firstUpload === undefined &&
    basedOn !== undefined &&
    !basedOn.upload.equals(lastUpload.upload)
  )
}

function chunk(touches: readonly Touch[]): Touch[][] {
  const chunks: Touch[][] = []
  for (let at = 0; at < touches.length; at += STATEMENT_SIZE)
    chunks.push(touches.slice(at, at + STATEMENT_SIZE))
  return chunks
}

/**
 * One statement for many. A line of an upload has one phone, so `last_upload` being among those expected says that it
 * is the one expected of this customer.
 */
function toTouch(touches: readonly Touch[]): mongo.AnyBulkWriteOperation {
  const phones = touches.map(({ phone }) => phone)
  const lines = touches.map(({ lastUpload }) => lastUpload.line)
  const [{ updatedAt, lastUpload }] = touches as [Touch]
  // The latest of a later share's and ours; equal for those whose clock does not stand ahead.
  const sharedAt = touches.reduce(
    (least, write) => (write.updatedAt < least ? write.updatedAt : least),
    updatedAt,
  )
  return {
    updateMany: {
      filter: {
        primary_phone: { $in: phones },
        last_upload: { $in: touches.map(({ basedOn: { upload, line } }) => ({ upload, line })) },
      },
      update: [
        {
          $set: {
            updated_at: { $max: ['$updated_at', sharedAt] },
            upload_count: { $add: [{ $ifNull: ['$upload_count', 0] }, 1] },
            last_upload: {
              upload: lastUpload.upload,
              line: {
                $arrayElemAt: [
                  { $literal: lines },
                  { $indexOfArray: [{ $literal: phones }, '$primary_phone'] },
                ],
              },
            },
          },
        },
      ],
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
  for (const [path, value] of Object.entries(write.values)) {
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

/** An upload's line is about one record, so `last_upload` tells it from others with the phone. */
function asPlanned({ basedOn, id }: CustomerWrite): Record<string, unknown> {
  if (!basedOn) return { _id: id, last_upload: { $exists: false } }
  return { 'last_upload.upload': basedOn.upload, 'last_upload.line': basedOn.line }
}
