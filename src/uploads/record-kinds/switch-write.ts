import type { mongo } from 'mongoose'
import {
  type Customer,
  dropCustomerIndexes,
  isDuplicateKey,
  type Models,
  RECORD_KINDS,
} from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import { hasOnlyDuplicates } from '../apply/index.ts'
import { BOOKKEEPING } from '../rows/index.ts'
import { isSameStored } from './plan-record-switch.ts'
import { diffCustomers, type PathDifference, type PhonePlan } from './switch-plan.ts'

/** How often a customer is tried when something else keeps changing it. */
const MAX_ROUNDS = 20

/**
 * Makes the records match their plans. Safe to repeat, also after a crash at any point: new records have the
 * plan's ids, and others change only if they are as the plan found them. Values written since by something
 * else stay.
 */
export async function writePlans(models: Models, plans: readonly PhonePlan[]): Promise<void> {
  const operations = plans.flatMap(toOperations)
  if (operations.length === 0) return
  if (await writeAll(models, operations)) return
  for (const plan of plans) await finishPlan(models, plan)
}

/** @returns false if some record had changed */
async function writeAll(models: Models, operations: mongo.AnyBulkWriteOperation[]): Promise<boolean> {
  try {
    const result = await models.customers.collection.bulkWrite(operations, { ordered: false })
    return result.matchedCount + result.insertedCount + result.deletedCount === operations.length
  } catch (error) {
    if (hasOnlyDuplicates(error)) return false
    throw error
  }
}

function toOperations(plan: PhonePlan): mongo.AnyBulkWriteOperation[] {
  const { made, changed, removed } = sort(plan)
  return [
    ...made.map((document) => ({ insertOne: { document: { ...document } } })),
    ...changed.map(({ before, after, differences }) => ({
      updateOne: withoutEmptyAttributes(toUpdate(before, differences), before, after),
    })),
    ...removed.map((customer) => ({ deleteOne: { filter: exactly(customer) } })),
  ]
}

function sort({ before, after }: PhonePlan) {
  const stored = new Map(before.map((customer) => [String(customer._id), customer]))
  const wanted = new Set(after.map(({ _id }) => String(_id)))
  return {
    made: after.filter(({ _id }) => !stored.has(String(_id))),
    changed: after.flatMap((customer) => {
      const old = stored.get(String(customer._id))
      const differences = old ? diffCustomers(old, customer) : []
      return old && differences.length > 0 ? [{ before: old, after: customer, differences }] : []
    }),
    removed: before.filter(({ _id }) => !wanted.has(String(_id))),
  }
}

/** Matches only if every path to change still has its old value. */
function toUpdate({ _id, primary_phone }: Customer, differences: readonly PathDifference[]): Update {
  const set = differences.filter(({ to }) => to !== null).map(({ path, to }) => [path, to] as const)
  const unset = differences.filter(({ to }) => to === null).map(({ path }): [string, ''] => [path, ''])
  return {
    filter: {
      _id,
      primary_phone,
      ...Object.fromEntries(
        // `$eq` also matches an absent path.
        differences.map(({ path, from }) => [path, { $eq: from }]),
      ),
    },
    update: {
      ...(set.length > 0 && { $set: Object.fromEntries(set) }),
      ...(unset.length > 0 && { $unset: Object.fromEntries(unset) }),
    },
  }
}

interface Update {
  readonly filter: Readonly<Record<string, unknown>>
  readonly update: { readonly $set?: Record<string, unknown>; readonly $unset?: Record<string, ''> }
}

/** Removing the last attribute removes `attributes` too. */
function withoutEmptyAttributes({ filter, update }: Update, before: Customer, after: Customer): Update {
  if (!before.attributes || after.attributes) return { filter, update }
  const kept = Object.entries(update.$unset ?? {}).filter(([path]) => !path.startsWith('attributes.'))
  return {
    filter: { ...withoutAttributes(filter), attributes: { $eq: before.attributes } },
    update: { ...update, $unset: { ...Object.fromEntries(kept), attributes: '' } },
  }
}

function withoutAttributes(filter: Update['filter']): Update['filter'] {
  return Object.fromEntries(Object.entries(filter).filter(([path]) => !path.startsWith('attributes.')))
}

/** Matches only if all keys of the customer are unchanged. */
function exactly(customer: Customer): Record<string, unknown> {
  return {
    _id: customer._id,
    primary_phone: customer.primary_phone,
    $expr: { $eq: ['$$ROOT', { $literal: customer }] },
  }
}

/** One write at a time, because some may be done already or something else has written. */
async function finishPlan(models: Models, plan: PhonePlan): Promise<void> {
  const { made, changed, removed } = sort(plan)
  for (const customer of made) await insert(models, customer)
  for (const { before, differences } of changed) await change(models, before, differences)
  for (const customer of removed) await remove(models, customer, heirOf(customer, plan))
}

async function insert(models: Models, customer: Customer): Promise<void> {
  for (let round = 1; ; round++) {
    try {
      await models.customers.collection.insertOne({ ...customer })
      return
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
      const found = await find(models, customer)
      if (found && (await isStillSo(models, found))) return
      if (round === MAX_ROUNDS) throw unfinished()
      // A starting process may have created the earlier index again.
      await dropCustomerIndexes(models, RECORD_KINDS)
    }
  }
}

async function change(
  models: Models,
  customer: Customer,
  differences: readonly PathDifference[],
): Promise<void> {
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const found = await find(models, customer)
    if (!found) return
    const current = new Map(
      diffCustomers({ _id: found._id } as Customer, found).map(({ path, to }) => [path, to]),
    )
    const open = differences.flatMap(({ path, from, to }): PathDifference[] => {
      const value = current.get(path) ?? null
      // Values written since by something else stay; record keeping is the bot's own.
      const isOpen = isSameStored(value, from) || BOOKKEEPING.has(path)
      return isOpen && !isSameStored(value, to) ? [{ path, from: value, to }] : []
    })
    if (open.length === 0) {
      if (await isStillSo(models, found)) return
      continue
    }
    const { filter, update } = toUpdate(customer, open)
    if ((await models.customers.collection.updateOne(filter, update)).matchedCount > 0) return
  }
  throw unfinished()
}

/** Values that something else wrote since move to the record that replaces this one. */
async function remove(models: Models, customer: Customer, heir: Customer | undefined): Promise<void> {
  let known = customer
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const found = await find(models, customer)
    if (!found) return
    const written = diffCustomers(known, found).filter(({ path }) => !BOOKKEEPING.has(path))
    if (heir && written.length > 0) {
      const { update } = toUpdate(heir, written)
      await models.customers.collection.updateOne({ _id: heir._id }, update)
    }
    known = found
    if ((await models.customers.collection.deleteOne(exactly(found))).deletedCount > 0) return
  }
  throw unfinished()
}

function heirOf({ last_upload }: Customer, { after }: PhonePlan): Customer | undefined {
  const same = after.find((one) => last_upload && one.last_upload?.upload.equals(last_upload.upload))
  return same ?? after.at(-1)
}

/** Uses a write that changes nothing: a read may come from a primary that was replaced. */
async function isStillSo(models: Models, customer: Customer): Promise<boolean> {
  const same = { $set: { primary_phone: customer.primary_phone } }
  return (await models.customers.collection.updateOne(exactly(customer), same)).matchedCount > 0
}

async function find(models: Models, { _id }: Customer): Promise<Customer | null> {
  return await models.customers.collection.findOne<Customer>({ _id })
}

function unfinished(): AppError {
  return new AppError('database_failed', {}, new Error('customers keep changing'))
}
