import { mongo } from 'mongoose'
import type {
  Customer,
  FieldChange,
  FileUpload,
  Models,
  RowOutcome,
  StoredChanges,
  StoredValues,
  UndoOutcome,
  WithoutValues,
} from '../../../models/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'
import {
  BOOKKEEPING,
  customerPhoneOf,
  customerRowFilters,
  findCustomerRows,
  flattenPaths,
  isSameValue,
  pathsChanged,
  pathsWithValues,
} from '../rows/index.ts'
import { netEvents } from './net-events.ts'

/** An event in a customer's history: a row of a file, or an undo. */
export interface HistoryEvent {
  readonly _id: mongo.ObjectId
  readonly upload: mongo.ObjectId
  readonly customer: mongo.ObjectId
  /** The customer's phone. */
  readonly phone?: string
  /** The row's phone, if the row matched the customer by a second phone. */
  readonly second_phone?: string
  readonly written?: string
  readonly line: number
  readonly outcome: RowOutcome | UndoOutcome
  readonly changes?: StoredChanges
  readonly values?: StoredValues
  readonly found?: StoredValues
  /** Replaces `changes` and `values` once the retention policy deleted them. */
  readonly without_values?: WithoutValues
  /** For an undo: null if it deleted the customer. */
  readonly after?: object | null
  readonly shared_at: Date
}

/** A customer at an earlier time, from the history. */
export interface PastCustomer {
  readonly phone: string
  /** By path. */
  readonly values: Readonly<Record<string, FieldValue>>
  /** Fields that had a value which the retention policy deleted. */
  readonly unknown: readonly string[]
  /** The last event until then. */
  readonly last: HistoryEvent
}

/** The source of a value. */
export interface ValueSource {
  /** The event that set it: a row of a file, or an undo if no known file had the value. */
  readonly event: HistoryEvent
  /** The undo that restored it. */
  readonly givenBackBy?: HistoryEvent
}

const EVENT = {
  upload: 1,
  customer: 1,
  phone: 1,
  customer_phone: 1,
  written: 1,
  line: 1,
  outcome: 1,
  changes: 1,
  values: 1,
  found: 1,
  without_values: 1,
  after: 1,
  shared_at: 1,
} as const

/** A stored event: its phone is the row's own. */
type StoredEvent = Omit<HistoryEvent, 'second_phone'> & { readonly customer_phone?: string }

/** Reads all events of the customers of a phone, oldest share first. */
export async function readHistory(models: Models, phone: string): Promise<HistoryEvent[]> {
  const events = await findCustomerRows<StoredEvent>(models, [phone], { projection: EVENT })
  return events.sort(compareEvents)
}

/** Row ids ascend by share, and within a file by line. */
function compareEvents(a: HistoryEvent, b: HistoryEvent): number {
  return a.shared_at.getTime() - b.shared_at.getTime() || (a._id.toHexString() < b._id.toHexString() ? -1 : 1)
}

/**
 * Reads changes, newest first: page `page` (from 0) of `size` events, and the total. A value that existed
 * only inside one file is no change.
 */
export async function readChanges(
  models: Models,
  phone: string,
  page: number,
  size: number,
): Promise<{ readonly events: readonly HistoryEvent[]; readonly total: number }> {
  const isChanging = [{ changes: { $exists: true } }, { 'without_values.changed': { $exists: true } }]
  const isChange = { $or: [...isChanging, { outcome: { $in: ['created', 'removed'] } }] }
  const { values: _, ...shown } = EVENT
  const found = await findCustomerRows<StoredEvent>(models, [phone], { filter: isChange, projection: shown })
  const events = netEvents(found.sort(compareEvents))
    .filter((event) => pathsChanged(event).length > 0 || event.outcome === 'created' || isRemoved(event))
    .reverse()
  return { events: events.slice(page * size, (page + 1) * size), total: events.length }
}

const isRemoved = ({ outcome }: HistoryEvent): boolean => outcome === 'removed'

/**
 * The customer as it was before a time, from the history alone; works also for a deleted customer.
 *
 * A value written outside the bot is known only if an upload changed it later, because that row records what
 * it found. The same holds for values the retention policy deleted. If nothing changed such a value since, it
 * is the current one.
 *
 * @param history oldest first
 * @param current the customer now, if it exists
 * @returns undefined if the customer did not exist
 */
export function customerBefore(
  phone: string,
  history: readonly HistoryEvent[],
  moment: Date,
  current?: Customer,
): PastCustomer | undefined {
  const values = new Map<string, FieldValue | null | undefined>()
  const isPast = (event: HistoryEvent): boolean => event.shared_at < moment
  const last = history.findLast(isPast)
  if (!last || last.after === null) return undefined
  for (const event of history.filter(isPast))
    for (const [path, value] of statementsOf(event, true)) values.set(path, value)
  const changedSince = new Set<string>()
  for (const event of history.filter((one) => !isPast(one)))
    for (const [path, value] of statementsOf(event, false)) {
      if (values.get(path) === undefined && !changedSince.has(path) && value !== undefined)
        values.set(path, value)
      changedSince.add(path)
    }
  const stored = current ? fieldsOf(current) : undefined
  for (const [path, value] of values)
    if (value === undefined && stored && !changedSince.has(path)) values.set(path, stored[path] ?? null)
  const known = [...values].filter((entry): entry is [string, FieldValue] => entry[1] != null)
  const unknown = [...values].flatMap(([path, value]) => (value === undefined ? [path] : []))
  return { phone, values: Object.fromEntries(known), unknown, last }
}

/** What an event set the fields to, or, for a later event, what it found. Undefined: that was deleted. */
function statementsOf(event: HistoryEvent, isPast: boolean): [string, FieldValue | null | undefined][] {
  const changes = Object.entries(flattenPaths<FieldChange>(event.changes))
  const gone = event.without_values && (isPast ? pathsWithValues(event) : pathsChanged(event))
  if (gone) return gone.map((path) => [path, undefined])
  if (!isPast) return changes.map(([path, { from }]) => [path, from])
  const changed = changes.map(([path, { to }]): [string, FieldValue | null] => [path, to])
  // A late share leaves the values of later files alone, but at its share time its values were the last.
  const kept = flattenPaths(event.found)
  const text = Object.entries(flattenPaths<FieldValue | null>(event.values))
  return [...changed, ...text.filter(([path]) => !Object.hasOwn(kept, path))]
}

/**
 * Finds the event that set each field, by path; no entry if no upload did. A file that changed a value and
 * restored it set nothing.
 */
export function findSources(
  customer: Customer,
  history: readonly HistoryEvent[],
): ReadonlyMap<string, ValueSource> {
  const brought = new Map<string, HistoryEvent[]>()
  const sources = new Map<string, ValueSource>()
  for (const event of netEvents(history))
    for (const path of pathsChanged(event)) {
      const to = changeAt(event, path)
      const earlier = brought.get(path) ?? []
      if (!isUndo(event)) {
        sources.set(path, { event })
        brought.set(path, [...earlier, event])
        continue
      }
      const origin = earlier.findLast((one) => !one.without_values && isSameValue(changeAt(one, path), to))
      sources.set(path, origin ? { event: origin, givenBackBy: event } : { event })
    }
  const current = Object.entries(fieldsOf(customer))
  for (const path of sources.keys()) if (!current.some(([name]) => name === path)) sources.delete(path)
  for (const [path, value] of current) {
    const source = sources.get(path)
    const last = source?.givenBackBy ?? source?.event
    // An event without values is trusted: it was the last to change the field.
    if (last && !last.without_values && !isSameValue(changeAt(last, path), value)) sources.delete(path)
  }
  return sources
}

/** The values of a customer by path, without its record keeping. */
export function fieldsOf(customer: Customer): Record<string, FieldValue> {
  return Object.fromEntries(
    Object.entries(flattenPaths<FieldValue>(customer)).filter(([path]) => !BOOKKEEPING.has(path)),
  )
}

export function isUndo({ outcome }: HistoryEvent): boolean {
  return outcome === 'restored' || outcome === 'removed' || outcome === 'kept'
}

function changeAt(event: HistoryEvent, path: string): FieldValue | null {
  return flattenPaths<FieldChange>(event.changes)[path]?.to ?? null
}

/** Finds uploads, by their id as text. */
export async function findUploads(
  models: Models,
  ids: readonly (mongo.ObjectId | undefined)[],
): Promise<ReadonlyMap<string, FileUpload>> {
  const wanted = ids.filter((id) => id !== undefined)
  if (wanted.length === 0) return new Map()
  const found = await models.fileUploads.collection.find<FileUpload>({ _id: { $in: wanted } }).toArray()
  return new Map(found.map((upload) => [String(upload._id), upload]))
}

/**
 * Finds the phone of a customer by its id. The id equals that of the row that created it, so a deleted
 * customer is found too.
 */
export async function findPhone(models: Models, id: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{24}$/.test(id)) return undefined
  const _id = new mongo.ObjectId(id)
  const customer = await models.customers.collection.findOne<Customer>(
    { _id },
    { projection: { primary_phone: 1 } },
  )
  if (customer) return customer.primary_phone
  const row = await models.uploadRows.collection.findOne<{ phone?: string; customer_phone?: string }>(
    { _id },
    { projection: { phone: 1, customer_phone: 1 } },
  )
  return row ? customerPhoneOf(row) : undefined
}

/** Finds the ids of all customers who have or had one of these phones, for the audit. */
export async function findCustomerIds(models: Models, phones: readonly string[]): Promise<string[]> {
  if (phones.length === 0) return []
  const [stored, ...known] = await Promise.all([
    models.customers.collection.distinct('_id', { primary_phone: { $in: [...phones] } }),
    ...customerRowFilters(phones).map((filter) => models.uploadRows.collection.distinct('customer', filter)),
  ])
  return [...new Set([stored, ...known].flat().map(String))].filter((id) => /^[0-9a-f]{24}$/.test(id))
}
