import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Customer, FileUpload, Models, UploadRow } from '../../../models/index.ts'
import type { ReadRow } from '../../customers/fields/index.ts'
import { AppError } from '../../errors.ts'
import { createDocumentDecoder, findAtOnce } from '../../raw-documents/index.ts'
import { assertLeased } from '../lease/index.ts'
import { rememberNameWords } from '../names/index.ts'
import { customerKey, customerPhoneOf, keyIn, recordFilter, rowsBetween } from '../rows/index.ts'
import { packBlocks, storeBlocks } from '../search-blocks/index.ts'
import { findHolders, matchOtherPhones, type PhoneOwner } from '../second-phones/index.ts'
import type { BatchPlan, CustomerWrite, KnownCustomers, NewerPaths } from './batch-plan.ts'
import { findNewerPaths } from './fields-changed-later.ts'
import { planBatch } from './plan-batch.ts'
import { hasOnlyDuplicates, writeCustomers } from './write-customers.ts'

/** How often a batch is planned again when something else keeps changing its customers. */
const MAX_ROUNDS = 5

/**
 * Applies rows to the customers and records the outcome of each row. Safe to repeat, also after a crash:
 *
 * 1. the rows are recorded with outcome and changes, under ids that depend on the row alone;
 * 2. then the customers are written, each only if it has not changed since the plan.
 *
 * A run that finds recorded rows keeps them and finishes step 2.
 *
 * @returns the rows as stored in the database
 * @throws driver errors; AppError database_failed if customers keep changing, lease_lost
 */
export async function applyBatch(
  models: Models,
  upload: FileUpload,
  batch: readonly ReadRow[],
): Promise<readonly UploadRow[]> {
  const known = await findKnownCustomers(models, upload, batch)
  const plan = await recordBatch(models, upload, batch, known)
  return await writeBatch(models, upload, batch, plan)
}

/**
 * Step 1: plans the outcome of every row and records it.
 *
 * @param known the customers of the batch; no other batch may be writing them
 */
export async function recordBatch(
  models: Models,
  upload: FileUpload,
  batch: readonly ReadRow[],
  known: KnownCustomers,
): Promise<BatchPlan> {
  const newer = await findNewerPaths(models, upload, known.customers, batch[0]?.line)
  const plan = planBatch(upload, batch, known, new Map(), newer)
  // Planning and encoding take some milliseconds each; commands get a turn in between.
  await nextTurn()
  await storeWords(models, upload, batch, plan)
  if (await recordRows(models, plan.rows)) return plan
  const recorded = await findRecorded(models, upload, batch)
  const all = await withOwners(models, upload, known, recorded.values())
  const text = all === known ? newer : await findNewerPaths(models, upload, all.customers)
  return planBatch(upload, batch, all, recorded, text)
}

/** Before the rows: a row is found by its words from its first moment on. */
async function storeWords(
  models: Models,
  upload: FileUpload,
  batch: readonly ReadRow[],
  { rows, shared }: BatchPlan,
): Promise<void> {
  const blocks = packBlocks(upload, batch[0]?.line ?? 0, shared)
  await Promise.all([rememberNameWords(models, upload, rows, shared), storeBlocks(models, blocks)])
}

/** Step 2: writes the customers of a batch whose rows are recorded. */
export async function writeBatch(
  models: Models,
  upload: FileUpload,
  batch: readonly ReadRow[],
  recorded: BatchPlan,
): Promise<readonly UploadRow[]> {
  let plan = recorded
  for (let round = 1; ; round++) {
    if (await writeCustomers(models, plan.writes, round > 1, plan.done)) return plan.rows
    if (round === MAX_ROUNDS) throw new AppError('database_failed', {}, new Error('customers keep changing'))
    // A run whose lease expired must not plan again: another run may have written since.
    await assertLeased(models, upload)
    // Something outside the bot wrote in between, or an earlier try did succeed. The stored customers show
    // which.
    const found = await findKnownCustomers(models, upload, batch)
    const known = await withOwners(models, upload, found, plan.rows)
    const newer = await findNewerPaths(models, upload, known.customers, batch[0]?.line)
    plan = await planAgain(models, upload, batch, { known, newer }, plan)
  }
}

export function phonesOf(batch: readonly ReadRow[]): string[] {
  const phones = new Set<string>()
  for (const row of batch) if (row.kind === 'customer') phones.add(row.phone)
  return [...phones]
}

/**
 * Finds the customers that a batch's rows can go to, by phone. If the upload matches second phones, also the
 * customers who have such a phone as a second one.
 */
export async function findKnownCustomers(
  models: Models,
  upload: FileUpload,
  batch: readonly ReadRow[],
): Promise<KnownCustomers> {
  const phones = phonesOf(batch)
  const customers = await findCustomers(models, phones, upload)
  const crowded = new Set<string>()
  if (!matchOtherPhones(upload)) return { customers, crowded }
  const nobodys = phones.filter((phone) => !customers.has(phone))
  for (const [phone, holders] of await findHolders(models, nobodys)) {
    for (const customer of holders.customers) customers.set(customer.primary_phone, customer)
    if (holders.isMore) crowded.add(phone)
  }
  return { customers, crowded }
}

/** Adds the customers that recorded rows went to, even if those rows would go elsewhere now. */
async function withOwners(
  models: Models,
  upload: FileUpload,
  known: KnownCustomers,
  rows: Iterable<UploadRow>,
): Promise<KnownCustomers> {
  const phones = [...rows].flatMap(({ customer_phone: phone }) =>
    phone === undefined || known.customers.has(phone) ? [] : [phone],
  )
  if (phones.length === 0) return known
  const owners = await findCustomers(models, [...new Set(phones)], upload)
  return { ...known, customers: new Map([...known.customers, ...owners]) }
}

/** Finds customers by record: the records of the upload's rows if `upload` is given, else one per phone. */
export async function findCustomers(
  models: Models,
  phones: readonly string[],
  upload?: Pick<FileUpload, '_id' | 'records'>,
): Promise<Map<string, Customer>> {
  if (phones.length === 0) return new Map()
  // This is the largest cost of an import (docs/performance.md).
  const found = await findAtOnce(models.customers.collection, recordFilter(upload, phones), phones.length)
  const decode = createDocumentDecoder<Customer>()
  const customers = new Map<string, Customer>()
  for (const bytes of found) {
    const customer = decode(bytes)
    customers.set(customerKey(upload?.records?.kind, customer), customer)
  }
  return customers
}

/** @returns false if some rows were already recorded */
async function recordRows(models: Models, rows: readonly UploadRow[]): Promise<boolean> {
  try {
    await models.uploadRows.collection.insertMany([...rows], { ordered: false })
    return true
  } catch (error) {
    if (hasOnlyDuplicates(error)) return false
    throw error
  }
}

async function findRecorded(
  models: Models,
  upload: FileUpload,
  batch: readonly ReadRow[],
): Promise<Map<number, UploadRow>> {
  const lines = rowsBetween(upload, batch[0]?.line ?? 0, batch.at(-1)?.line ?? 0)
  const found = models.uploadRows.collection.find<UploadRow>(lines)
  const rows = new Map<number, UploadRow>()
  for await (const row of found) rows.set(row.line, row)
  return rows
}

/**
 * Plans again for customers that had changed. Their rows are planned and recorded again, unless the customer
 * already carries them; other rows stay as recorded.
 */
async function planAgain(
  models: Models,
  upload: FileUpload,
  batch: readonly ReadRow[],
  { known, newer }: { known: KnownCustomers; newer: NewerPaths },
  before: BatchPlan,
): Promise<BatchPlan> {
  const asRecorded = new Map(before.rows.map((row) => [row.line, row]))
  const again = planBatch(upload, batch, known, asRecorded, newer)
  const moved = new Set(again.writes.filter((write) => !isSameBase(write, before)).map(({ key }) => key))
  if (moved.size === 0) return { ...again, rows: before.rows }

  const decided = new Map<number, PhoneOwner>()
  for (const [line, row] of asRecorded) {
    const phone = customerPhoneOf(row)
    if (phone === undefined || !moved.has(keyIn(upload, { phone, written: row.written }))) continue
    asRecorded.delete(line)
    decided.set(line, phone === row.phone ? { kind: 'own' } : { kind: 'other', phone })
  }
  const plan = planBatch(upload, batch, known, asRecorded, newer, decided)
  const redone = plan.rows.filter((row) => !asRecorded.has(row.line))
  await storeWords(models, upload, batch, { ...plan, rows: redone })
  await models.uploadRows.collection.bulkWrite(
    redone.map((row) => {
      // `upload` and `line` beside the id: a cluster may shard the rows by them (docs/operations.md).
      const { _id, upload: of, line } = row
      return { replaceOne: { filter: { _id, upload: of, line }, replacement: row, upsert: true } }
    }),
    { ordered: false },
  )
  return plan
}

function isSameBase(write: CustomerWrite, before: BatchPlan): boolean {
  const earlier = before.writes.find(({ key }) => key === write.key)
  if (!earlier) return false
  const [a, b] = [earlier.basedOn, write.basedOn]
  return a && b ? a.upload.equals(b.upload) && a.line === b.line : a === b && earlier.kind === write.kind
}
