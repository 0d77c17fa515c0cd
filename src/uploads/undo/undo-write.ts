import type { mongo } from 'mongoose'
import type { Customer, FieldChange, Models, UndoRow } from '../../../models/index.ts'
import { createDocumentDecoder, findAtOnce } from '../../raw-documents/index.ts'
import { describeServer } from '../../server-facts.ts'
import { hasOnlyDuplicates } from '../apply/index.ts'
import { confirmRead, type ReadDocument } from '../lease/index.ts'
import {
  flattenPaths,
  isSameRecordKeeping,
  isSameValue,
  nestPaths,
  recordKeepingFilter,
  recordKeepingOf,
  recordKeepingUpdate,
  valueAt,
} from '../rows/index.ts'
import { shareUndoWrites, updateOf, type WriteOptions, wholeOf } from './share-undo-writes.ts'

/**
 * Makes the customers match the rows of an undo. Each write matches only a customer as the row found it, so a
 * late or repeated write does nothing.
 *
 * @returns rows whose customer now matches neither the state before nor the state after
 */
export async function writeUndone(
  models: Models,
  rows: readonly UndoRow[],
  options: WriteOptions = {},
): Promise<UndoRow[]> {
  const moving = rows.filter(isMoving)
  if (moving.length === 0) return []
  if (await writeAll(models, moving, options)) return []
  const open = new Set(await findUnwritten(models, moving))
  const done = moving.filter((row) => !open.has(row))
  await confirmRead(models.customers.collection, done.flatMap(asWritten))
  return [...open]
}

/** A deleted customer needs no check: the delete that found nothing was a write. */
function asWritten({ customer, phone, after, changes }: UndoRow): ReadDocument[] {
  if (after === null) return []
  const values = Object.entries(flattenPaths<FieldChange>(changes))
  const filter = {
    _id: customer,
    primary_phone: phone,
    ...recordKeepingFilter(after),
    // `$eq` also matches an absent path.
    ...Object.fromEntries(values.map(([path, { to }]) => [path, { $eq: to }])),
  }
  return [{ filter, same: { primary_phone: phone } }]
}

/** Finds rows whose customer is not as planned. */
export async function findUnwritten(models: Models, rows: readonly UndoRow[]): Promise<UndoRow[]> {
  const moving = rows.filter(isMoving)
  const found = await findCustomers(
    models,
    moving.map(({ phone }) => phone),
  )
  const customers = new Map(found.map((customer) => [String(customer._id), customer]))
  return moving.filter((row) => !isAsWanted(customers.get(String(row.customer)), row))
}

/** Finds every record of these phones. */
export async function findCustomers(models: Models, phones: readonly string[]): Promise<Customer[]> {
  const filter = { primary_phone: { $in: [...phones] } }
  const found = await findAtOnce(models.customers.collection, filter, phones.length)
  return found.map(createDocumentDecoder<Customer>())
}

function isMoving({ before, after, changes }: UndoRow): boolean {
  return changes !== undefined || !isSameRecordKeeping(before, after)
}

/** @returns false if some customer had changed */
async function writeAll(models: Models, rows: readonly UndoRow[], options: WriteOptions): Promise<boolean> {
  const { engine } = await describeServer(models.connection)
  const { alone, statements } = shareUndoWrites(rows, engine, options)
  const operations = [...alone.map((row) => toOperation(row, options)), ...statements]
  try {
    const result = await models.customers.collection.bulkWrite(operations, { ordered: false })
    return result.matchedCount + result.insertedCount + result.deletedCount === rows.length
  } catch (error) {
    if (hasOnlyDuplicates(error)) return false
    throw error
  }
}

function toOperation(row: UndoRow, { isPlannedNow = false }: WriteOptions): mongo.AnyBulkWriteOperation {
  const changes = flattenPaths<FieldChange>(row.changes)
  if (row.before === null) return { insertOne: { document: toDocument(row, changes) } }
  const update = row.after ? updateOf(row.before, row.after, changes) : undefined
  const whole = wholeOf(changes, update, isPlannedNow)
  const filter = {
    _id: row.customer,
    primary_phone: row.phone,
    ...recordKeepingFilter(row.before),
    ...Object.fromEntries(
      Object.entries(changes).map(([path, { from }]) => [
        path,
        from === null ? { $exists: false } : { $eq: from },
      ]),
    ),
    ...(whole.of.length > 0 && { $expr: { $eq: [whole.of, { $literal: whole.values }] } }),
  }
  if (!update) return { deleteOne: { filter } }
  const { set, unset } = update
  return {
    updateOne: {
      filter,
      update: {
        ...(Object.keys(set).length > 0 && { $set: set }),
        ...(Object.keys(unset).length > 0 && { $unset: unset }),
      },
    },
  }
}

function toDocument(
  { customer, phone, written, after }: UndoRow,
  changes: Readonly<Record<string, FieldChange>>,
): mongo.OptionalUnlessRequiredId<mongo.Document> {
  const values = Object.entries(changes).map(([path, { to }]) => [path, to] as const)
  return {
    _id: customer,
    primary_phone: phone,
    ...(written !== undefined && { written_phone: written }),
    ...(after?.has_attributes && { attributes: {} }),
    ...nestPaths(Object.fromEntries(values)),
    ...(after && recordKeepingUpdate(after).set),
  }
}

function isAsWanted(customer: Customer | undefined, { after, changes }: UndoRow): boolean {
  if (!customer || after === null) return !customer && after === null
  return (
    isSameRecordKeeping(recordKeepingOf(customer), after) &&
    Object.entries(flattenPaths<FieldChange>(changes)).every(([path, { to }]) =>
      isSameValue(valueAt(customer, path), to),
    )
  )
}
