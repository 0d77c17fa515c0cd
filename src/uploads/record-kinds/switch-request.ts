import { hostname } from 'node:os'
import { mongo } from 'mongoose'
import {
  type Customer,
  isDuplicateKey,
  type Models,
  type RecordKind,
  type SwitchCounts,
  type SwitchUpload,
} from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import { openTimeline } from '../history/index.ts'
import { nextNumber } from '../lease/index.ts'
import { hasRemovedValues } from '../retention/index.ts'
import { BOOKKEEPING, readRecords } from '../rows/index.ts'
import { isSameStored } from './plan-record-switch.ts'
import { type PhoneReader, readPhones } from './read-phones.ts'
import { addPhones, diffCustomers, emptySwitchCounts, type PhonePlan, planPhones } from './switch-plan.ts'

/** What a switch would do. */
export interface SwitchForecast {
  readonly counts: SwitchCounts
  /** The first phones whose number of records changes. */
  readonly examples: readonly SwitchExample[]
}

export interface SwitchExample {
  readonly phone: string
  readonly before: number
  readonly after: number
  /** Records to merge that have different values: each field's values, and the result. */
  readonly collisions: readonly {
    readonly path: string
    readonly values: unknown[]
    readonly kept: unknown
  }[]
}

const MAX_EXAMPLES = 5

/**
 * Plans a switch for every phone and writes nothing.
 *
 * @param onProgress called with the number of phones processed
 * @throws driver errors; the signal's reason
 */
export async function forecastSwitch(
  models: Models,
  to: RecordKind,
  onProgress: (phones: number) => void,
  signal: AbortSignal,
): Promise<SwitchForecast> {
  let reader: PhoneReader | undefined
  try {
    if (await hasRemovedValues(models)) throw new AppError('switch_needs_values')
    const { kind: from } = await readRecords(models)
    const timeline = await openTimeline(models)
    const context = { models, from, to, timeline, newId: () => new mongo.ObjectId() }
    let counts = emptySwitchCounts()
    const examples: SwitchExample[] = []
    reader = readPhones(models, '')
    for (;;) {
      signal.throwIfAborted()
      const phones = await reader.next()
      if (phones.length === 0) return { counts, examples }
      const plans = await planPhones(context, phones)
      counts = addPhones(counts, plans)
      for (const plan of plans)
        if (plan.before.length !== plan.after.length && examples.length < MAX_EXAMPLES)
          examples.push(describeExample(plan))
      onProgress(counts.phones)
    }
  } finally {
    await reader?.close()
  }
}

function describeExample({ phone, before, after }: PhonePlan): SwitchExample {
  const [only, ...others] = after
  const collisions = only && others.length === 0 ? findCollisions(before, only) : []
  return { phone, before: before.length, after: after.length, collisions }
}

function findCollisions(before: readonly Customer[], merged: Customer): SwitchExample['collisions'] {
  const values = new Map<string, unknown[]>()
  for (const customer of before)
    for (const { path, to } of diffCustomers({ _id: customer._id } as Customer, customer)) {
      if (BOOKKEEPING.has(path)) continue
      const known = values.get(path) ?? []
      if (!known.some((one) => isSameStored(one, to))) values.set(path, [...known, to])
    }
  const kept = new Map(
    diffCustomers({ _id: merged._id } as Customer, merged).map(({ path, to }) => [path, to]),
  )
  return [...values]
    .filter(([, text]) => text.length > 1)
    .map(([path, answer]) => ({ path, values: answer, kept: kept.get(path) ?? null }))
}

/** The switch that waits or runs. */
export async function findOpenSwitch(models: Models): Promise<SwitchUpload | null> {
  return await models.fileUploads.collection.findOne<SwitchUpload>({ 'switch_of.open': true })
}

/**
 * Queues a switch before all waiting files. A repeated call returns the same switch.
 * @throws driver errors
 */
export async function queueSwitch(
  models: Models,
  to: RecordKind,
  { user, name, now }: { readonly user: string; readonly name: string; readonly now: Date },
): Promise<SwitchUpload> {
  const { kind: from } = await readRecords(models)
  const upload: SwitchUpload = {
    _id: new mongo.ObjectId(),
    kind: 'switch',
    number: await nextNumber(models, 'file_uploads'),
    status: 'queued',
    source: { kind: 'cli', host: hostname(), path: '', user },
    file: { name },
    switch_of: { from, to, open: true },
    attempts: 0,
    shared_at: now,
    receipt: { due: false },
  }
  try {
    await models.fileUploads.collection.insertOne({ ...upload })
    return upload
  } catch (error) {
    const open = isDuplicateKey(error) ? await findOpenSwitch(models) : null
    if (!open) throw error
    return open
  }
}
