import { mongo } from 'mongoose'
import type { UploadLine } from '../../../models/index.ts'
import type { ServerFacts } from '../../server-facts.ts'
import { nestPaths } from '../rows/index.ts'
import type { CustomerWrite } from './batch-plan.ts'
import { mergeStages, ownEntryBy, splitStatements } from './shared-statement.ts'

/** Bytes per customer beside the values: the phone in each list, the lines, the list keys. */
const BYTES_BESIDE_VALUES = 250

/** A write to a customer whose last upload is known. */
type SharedWrite = CustomerWrite & { readonly basedOn: UploadLine }

/** Writes of one kind share statements, because a statement does the same to all its customers. */
type SharedKind = 'touch' | 'fields' | 'attributes'

/**
 * Combines the writes of many customers into few statements, at half the database cost (docs/performance.md).
 * New customers, removed values and unusual record keeping need statements of their own and are returned.
 *
 * @param engine the server's engine: the form of a document replacement depends on it
 */
export function shareStatements(
  writes: readonly CustomerWrite[],
  engine: ServerFacts['engine'],
): {
  readonly statements: mongo.AnyBulkWriteOperation[]
  readonly alone: CustomerWrite[]
} {
  const shared: Record<SharedKind, SharedWrite[]> = { touch: [], fields: [], attributes: [] }
  const alone: CustomerWrite[] = []
  // A statement finds lines by phone. If a phone has several written forms, only one of its writes can share.
  const phones = new Set<string>()
  for (const write of writes) {
    if (canShare(write) && !phones.has(write.phone)) shared[kindOf(write)].push(write)
    else alone.push(write)
    phones.add(write.phone)
  }
  const statements = Object.values(shared).flatMap((kind) =>
    splitStatements(kind, sizeOf).map((one) => toStatement(one, engine)),
  )
  return { statements, alone }
}

/** True if the upload touches an ordinary customer for the first time and removes no value. */
function canShare(write: CustomerWrite): write is SharedWrite {
  const { kind, basedOn, firstUpload, lastUpload, values } = write
  return (
    kind !== 'create' &&
    firstUpload === undefined &&
    basedOn !== undefined &&
    !basedOn.upload.equals(lastUpload.upload) &&
    (kind === 'touch' || !Object.values(values).includes(null))
  )
}

function kindOf({ kind, values }: SharedWrite): SharedKind {
  if (kind === 'touch') return 'touch'
  return 'attributes' in nestPaths(values) ? 'attributes' : 'fields'
}

const sizeOf = ({ kind, values }: SharedWrite): number =>
  BYTES_BESIDE_VALUES + (kind === 'touch' ? 0 : mongo.BSON.calculateObjectSize(values))

/**
 * One statement for many writes. A line has one phone, so a `last_upload` in the expected list is the one
 * expected of this customer.
 */
function toStatement(
  writes: readonly SharedWrite[],
  engine: ServerFacts['engine'],
): mongo.AnyBulkWriteOperation {
  const phones = writes.map(({ phone }) => phone)
  const [{ kind, updatedAt, lastUpload }] = writes as [SharedWrite]
  // The latest share time of the writes and the stored one; equal unless a share's clock is ahead.
  const sharedAt = writes.reduce(
    (least, write) => (write.updatedAt < least ? write.updatedAt : least),
    updatedAt,
  )
  const own = ownEntryBy(phones)
  const lines = writes.map((write) => write.lastUpload.line)
  // A list shared again has its customers on the same lines, so none is looked up.
  const isSameList = writes.every(({ basedOn }, index) => basedOn.line === lines[index])
  const keeping = {
    updated_at: { $max: ['$updated_at', sharedAt] },
    upload_count: { $add: [{ $ifNull: ['$upload_count', 0] }, 1] },
    last_upload: { upload: lastUpload.upload, line: isSameList ? '$last_upload.line' : own(lines) },
  }
  return {
    updateMany: {
      filter: {
        primary_phone: { $in: phones },
        last_upload: { $in: writes.map(({ basedOn: { upload, line } }) => ({ upload, line })) },
      },
      update: [
        { $set: keeping },
        ...(kind === 'touch'
          ? []
          : mergeStages(
              writes.map(({ values }) => values),
              own,
              engine,
            )),
      ],
    },
  }
}
