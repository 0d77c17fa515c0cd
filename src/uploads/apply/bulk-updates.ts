import { mongo } from 'mongoose'
import type { UploadLine } from '../../../models/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'
import type { ServerFacts } from '../../server-facts.ts'
import { nestPaths } from '../rows/index.ts'
import type { CustomerWrite } from './plan-batch.ts'

/**
 * Customers in one statement at most. A batch's statements go out in one command; each looks every customer up in a
 * list of this length to find its line, so a longer list costs more than it saves.
 */
const STATEMENT_SIZE = 250
/** A statement is a document to the server, of 16 MB at most; one row has 1,048,576 characters at most (docs/csv-format.md). */
const STATEMENT_BYTES = 8 * 1024 * 1024
/** What a customer adds to a statement beside the values: the phone in each list, the lines, the keys of the lists. */
const BYTES_BESIDE_VALUES = 250

/** A write to a customer as an earlier upload left it. */
type SharedWrite = CustomerWrite & { readonly basedOn: UploadLine }

/** Writes of one kind share statements: what a statement says it says of all its customers. */
type SharedKind = 'touch' | 'fields' | 'attributes'

/**
 * Writes many customers with few statements, which costs the database half of what a statement each does
 * (docs/performance.md). Those that have to be written by themselves are left: new customers, values to take away,
 * record keeping that is not as usual.
 *
 * @param engine the server's: each wants its own form of what replaces a document
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
  // A statement finds a line by phone. Where a phone can be written in several ways, only one of them fits.
  const phones = new Set<string>()
  for (const write of writes) {
    if (canShare(write) && !phones.has(write.phone)) shared[kindOf(write)].push(write)
    else alone.push(write)
    phones.add(write.phone)
  }
  const statements = Object.values(shared).flatMap((kind) =>
    chunk(kind).map((one) => toStatement(one, engine)),
  )
  return { statements, alone }
}

/** The upload comes to a customer with an ordinary record for the first time, and takes no value away. */
function canShare(write: CustomerWrite): write is SharedWrite {
  const { kind, basedOn, firstUpload, lastUpload, values } = write
  return (
    kind !== 'create' &&
    firstUpload === undefined &&
    basedOn !== undefined &&
    !basedOn.upload.equals(lastUpload.upload) &&
    !Object.values(values).includes(null)
  )
}

function kindOf({ kind, values }: SharedWrite): SharedKind {
  if (kind === 'touch') return 'touch'
  return 'attributes' in nestPaths(values) ? 'attributes' : 'fields'
}

function chunk(writes: readonly SharedWrite[]): SharedWrite[][] {
  const chunks: SharedWrite[][] = []
  let bytes = 0
  for (const write of writes) {
    const size = mongo.BSON.calculateObjectSize(write.values) + BYTES_BESIDE_VALUES
    const last = chunks.at(-1)
    if (last && last.length < STATEMENT_SIZE && bytes + size <= STATEMENT_BYTES) {
      last.push(write)
      bytes += size
    } else {
      chunks.push([write])
      bytes = size
    }
  }
  return chunks
}

/**
 * One statement for many. A line of an upload has one phone, so `last_upload` being among those expected says that it
 * is the one expected of this customer.
 */
function toStatement(
  writes: readonly SharedWrite[],
  engine: ServerFacts['engine'],
): mongo.AnyBulkWriteOperation {
  const phones = writes.map(({ phone }) => phone)
  const [{ updatedAt, lastUpload }] = writes as [SharedWrite]
  // The latest of a later share's and ours; equal for those whose clock does not stand ahead.
  const sharedAt = writes.reduce(
    (least, write) => (write.updatedAt < least ? write.updatedAt : least),
    updatedAt,
  )
  /** An expression for what a list in the order of the writes says of the customer at hand. */
  const own = (list: readonly unknown[]) => ({
    $arrayElemAt: [{ $literal: list }, { $indexOfArray: [{ $literal: phones }, '$primary_phone'] }],
  })
  const keeping = {
    updated_at: { $max: ['$updated_at', sharedAt] },
    upload_count: { $add: [{ $ifNull: ['$upload_count', 0] }, 1] },
    last_upload: { upload: lastUpload.upload, line: own(writes.map(({ lastUpload }) => lastUpload.line)) },
  }
  return {
    updateMany: {
      filter: {
        primary_phone: { $in: phones },
        last_upload: { $in: writes.map(({ basedOn: { upload, line } }) => ({ upload, line })) },
      },
      update: [{ $set: keeping }, ...mergeStages(writes, own, engine)],
    },
  }
}

/**
 * The document as it was. The embedded engine stores a second `_id` beside its own where one is in what replaces a
 * document. MongoDB does not, and would tell readers of its oplog (change streams, Debezium, Kafka) that `_id` was removed.
 */
const AS_IT_WAS = {
  documentdb: { $unsetField: { field: '_id', input: '$$ROOT' } },
  mongodb: '$$ROOT',
} as const satisfies Record<ServerFacts['engine'], unknown>

/** Fields first, each customer's own; attributes are merged among themselves. */
function mergeStages(
  writes: readonly SharedWrite[],
  own: (list: readonly unknown[]) => Record<string, unknown>,
  engine: ServerFacts['engine'],
): mongo.Document[] {
  const values = writes.map((write) => nestPaths<FieldValue | null>(write.values))
  const fields = values.map(({ attributes, ...rest }) => rest)
  const attributes = values.map((value) => value.attributes)
  const hasFields = fields.some((value) => Object.keys(value).length > 0)
  const hasAttributes = attributes.some((value) => value !== undefined)
  return [
    ...(hasFields ? [{ $replaceWith: { $mergeObjects: [AS_IT_WAS[engine], own(fields)] } }] : []),
    ...(hasAttributes ? [{ $set: { attributes: { $mergeObjects: ['$attributes', own(attributes)] } } }] : []),
  ]
}
