import type { mongo } from 'mongoose'
import {
  type Customer,
  type Models,
  type RecordKind,
  type RecordMove,
  ROW_OUTCOMES,
  type SwitchCounts,
} from '../../../models/index.ts'
import { groupBy } from '../../group-by.ts'
import type { Timeline } from '../history/index.ts'
import { findCustomerRows, flattenPaths } from '../rows/index.ts'
import { isSameStored, regroupRecords } from './plan-record-switch.ts'

/** The plan for the records of one phone. */
export type PhonePlan = Pick<RecordMove, 'phone' | 'before' | 'after'>

interface SwitchPlanContext {
  readonly models: Models
  readonly from: RecordKind
  readonly to: RecordKind
  readonly timeline: Timeline
  readonly newId: () => mongo.ObjectId
}

/** Plans the new records of these phones. Writes nothing. */
export async function planPhones(
  { models, from, to, timeline, newId }: SwitchPlanContext,
  phones: readonly string[],
): Promise<PhonePlan[]> {
  const wanted = { $in: [...phones] }
  const [customers, rows] = await Promise.all([
    models.customers.collection.find<Customer>({ primary_phone: wanted }).toArray(),
    findCustomerRows(models, phones, {
      filter: { outcome: { $in: [...ROW_OUTCOMES] } },
      projection: {
        upload: 1,
        line: 1,
        phone: 1,
        customer_phone: 1,
        written: 1,
        values: 1,
        shared_at: 1,
      },
    }),
  ])
  await timeline.learn(rows.map(({ upload }) => upload))
  const recordsOf = groupBy(customers, ({ primary_phone }) => primary_phone)
  const rowsOf = groupBy(rows, ({ phone }) => phone)
  return phones.flatMap((phone): PhonePlan[] => {
    const before = recordsOf.get(phone)
    if (!before) return []
    const after = regroupRecords(before, rowsOf.get(phone) ?? [], { from, to, timeline, newId })
    return [{ phone, before, after }]
  })
}

/** True if the records of a phone stay the same. */
export function isStill({ before, after }: PhonePlan): boolean {
  const stored = new Map(before.map((customer) => [String(customer._id), customer]))
  return (
    before.length === after.length &&
    after.every((customer) => {
      const same = stored.get(String(customer._id))
      return same !== undefined && diffCustomers(same, customer).length === 0
    })
  )
}

/** One path of a customer, including record keeping, before and after; null if absent. */
export interface PathDifference {
  readonly path: string
  readonly from: unknown
  readonly to: unknown
}

/** Finds the differences between two states of a customer. */
export function diffCustomers(before: Customer, after: Customer): PathDifference[] {
  const [old, now] = [before, after].map((customer) => flattenPaths<unknown>(customer))
  return [...new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})])].flatMap((path) => {
    const [from, to] = [old?.[path] ?? null, now?.[path] ?? null]
    return isSameStored(from, to) ? [] : [{ path, from, to }]
  })
}

export function emptySwitchCounts(): SwitchCounts {
  return { phones: 0, before: 0, after: 0, split: 0, merged: 0 }
}

/** Returns the counts with these phones added. */
export function addPhones(counts: SwitchCounts, plans: readonly PhonePlan[]): SwitchCounts {
  const sum = { ...counts }
  for (const { before, after } of plans) {
    sum.phones++
    sum.before += before.length
    sum.after += after.length
    if (after.length > before.length) sum.split++
    if (after.length < before.length) sum.merged++
  }
  return sum
}
