import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type Customer,
  dropCustomerIndexes,
  ensureIndexes,
  RECORD_KINDS,
  type RecordKind,
} from '../../../models/index.ts'
import {
  FIELD_RULES,
  type FieldRule,
  type FieldValues,
  type PathRule,
} from '../../../src/customers/fields/customer.ts'
import { AppError } from '../../../src/errors.ts'
import { checkUndoable, countUndo } from '../../../src/uploads/undo/undo-request.ts'
import { playImport, playSwitch, playUndo } from '../../support/play-uploads.ts'
import { storyRuns, storyTimeout } from '../../support/property-runs.ts'
import { openTestModels } from '../../support/test-models.ts'
import {
  asModelled,
  expectCustomers,
  type ModelChoice,
  type ModelFile,
  type ModelRow,
  rowsByKey,
} from './undo-model.ts'

const PHONES = ['+917417119014', '+919820098200', '+919000000101']
const ASHA = { user: 'U1', admins: new Set<string>() }

const { models } = await openTestModels()

afterEach(() => vi.restoreAllMocks())

type Step =
  | {
      readonly kind: 'share'
      readonly isLate: boolean
      readonly isPreviewed: boolean
      readonly rows: readonly [number, number, FieldValues][]
      readonly rules?: Readonly<Record<string, FieldRule>>
      /** Share day, independent of the import order; shares of one day have the order of import. */
      readonly day?: number
    }
  | { readonly kind: 'undo'; readonly pick: number; readonly isCut: boolean }
  | { readonly kind: 'switch'; readonly to: RecordKind; readonly isCut: boolean }

const value = fc.constantFrom('a', 'b', null)
const values = fc.record(
  { city: value, state: value, 'attributes.shirt': value },
  { requiredKeys: [] },
) as fc.Arbitrary<FieldValues>
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('share' as const),
    isLate: fc.boolean(),
    isPreviewed: fc.boolean(),
    rows: fc.array(fc.tuple(fc.nat({ max: PHONES.length - 1 }), fc.nat({ max: 2 }), values), {
      minLength: 1,
      maxLength: 5,
    }),
  }),
  fc.record({ kind: fc.constant('undo' as const), pick: fc.nat(), isCut: fc.boolean() }),
)
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: step },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('switch' as const),
      to: fc.constantFrom(...RECORD_KINDS),
      isCut: fc.boolean(),
    }),
  },
)

const rule = fc.constantFrom(...FIELD_RULES)
const rules = fc.record(
  { city: rule, state: rule, 'attributes.shirt': rule },
  { requiredKeys: [] },
) as fc.Arbitrary<Record<string, FieldRule>>
const withRules = (steps: typeof step): fc.Arbitrary<Step> =>
  fc
    .tuple(steps, rules, fc.option(fc.nat({ max: 9 }), { nil: undefined }))
    .map(([one, some, day]) =>
      one.kind === 'share' ? { ...one, rules: some, ...(day !== undefined && { day }) } : one,
    )

/** A database with its model. */
class Play {
  readonly files: ModelFile[] = []
  readonly undos: { number: number; file: ModelFile }[] = []
  choice: ModelChoice = { kind: 'one_per_phone', since: 0 }
  #shares = 0
  #before: Customer[] = []
  #isFresh = false

  async carryOut(step: Step): Promise<void> {
    if (step.kind === 'share') await this.#share(step)
    else if (step.kind === 'undo') await this.#undo(step)
    else await this.#switch(step)
    const expected = expectCustomers(this.files, this.choice)
    const stored = await readCustomers()
    expect(sorted(stored.map(asModelled))).toEqual(sorted([...expected.values()]))
  }

  async #switch({ to, isCut }: Extract<Step, { kind: 'switch' }>): Promise<void> {
    if (isCut) cutOnce()
    const done = await playSwitch(models, to)
    vi.restoreAllMocks()
    const { switch_counts: counts } = done
    expect(done).toMatchObject({
      status: 'done',
      switch_counts: { after: await models.customers.countDocuments() },
    })
    expect(counts?.before).toBe(expectCustomers(this.files, this.choice).size)
    this.choice = { kind: to, since: this.files.length }
    this.#isFresh = false
  }

  async #share({
    rows,
    isLate,
    isPreviewed,
    rules = {},
    day,
  }: Extract<Step, { kind: 'share' }>): Promise<void> {
    this.#before = await readCustomers()
    this.#isFresh = true
    const index = ++this.#shares
    // Late ones were shared before all others, later ones after them.
    const sharedAt = new Date(Date.UTC(2026, 0, day ?? (isLate ? 500 - index : 500 + index)))
    const read = rows.map(([phone, writing, values], at): ModelRow => {
      const written = ['Mob. ', '00'][writing]
      return {
        line: at + 2,
        phone: PHONES[phone] ?? '',
        ...(written !== undefined && { written: `${written}${PHONES[phone]?.slice(1)}` }),
        values,
      }
    })
    const { preview, ...upload } = await playImport(
      models,
      { sharedAt, isPreviewed, rules: toPathRules(rules) },
      read,
    )
    if (isPreviewed) expect(preview?.counts).toEqual(upload.counts)
    this.files.push({ upload, rows: read, rules, isEffective: true })
  }

  async #undo({ pick, isCut }: Extract<Step, { kind: 'undo' }>): Promise<void> {
    const targets = [...this.files.map((file) => ({ number: file.upload.number, file })), ...this.undos]
    const target = targets[pick % Math.max(1, targets.length)]
    if (!target) return
    const possible = await checkUndoable(models, target.number, ASHA)
    if (possible.kind !== 'possible') {
      expect(possible.kind).toBe('already_undone')
      return
    }
    const forecast = await countUndo(models, possible, new Date())
    if (isCut) cutOnce()
    const done = await playUndo(models, target.number)
    expect(done).toMatchObject({ status: 'done', undo_counts: forecast })
    const records = rowsByKey(this.choice.kind, target.file)
    expect(forecast.restored + forecast.removed + forecast.kept).toBe(records.size)
    target.file.isEffective = possible.action === 'put_back'
    const isLastShare = target.number === this.files.at(-1)?.upload.number
    if (isLastShare && this.#isFresh) expect(await readCustomers()).toEqual(this.#before)
    this.#isFresh = false
    this.undos.push({ number: done.number, file: target.file })
  }
}

function toPathRules(rules: Readonly<Record<string, FieldRule>>): PathRule[] {
  return Object.entries(rules).flatMap(([path, rule]) => (rule === 'overwrite' ? [] : [{ path, rule }]))
}

async function readCustomers(): Promise<Customer[]> {
  return await models.customers.collection.find<Customer>({}).sort({ primary_phone: 1, _id: 1 }).toArray()
}

function sorted(customers: Record<string, unknown>[]): Record<string, unknown>[] {
  const keyOf = (one: Record<string, unknown>) => JSON.stringify([one.primary_phone, one.first_upload])
  return customers.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** The next write of customers is executed by half, with an unknown result. */
function cutOnce(): void {
  const { collection } = models.customers
  const bulkWrite = collection.bulkWrite.bind(collection)
  vi.spyOn(collection, 'bulkWrite').mockImplementationOnce(async (operations, options) => {
    const half = operations.slice(0, Math.floor(operations.length / 2))
    if (half.length > 0) await bulkWrite(half, options)
    throw new AppError('database_unavailable')
  })
}

async function play(steps: readonly Step[]): Promise<void> {
  const { customers, uploadRows, fileUploads, settings, recordMoves } = models
  const isSwitched = (await settings.countDocuments()) > 0
  for (const model of [customers, uploadRows, fileUploads, settings, recordMoves])
    await model.collection.deleteMany({})
  if (isSwitched) {
    await dropCustomerIndexes(models)
    await ensureIndexes(models)
  }
  vi.restoreAllMocks()
  const play = new Play()
  for (const one of steps) await play.carryOut(one)
  expect(await recordMoves.countDocuments()).toBe(0)
}

describe('undoing', () => {
  it(
    'leaves what the files that count make of the customers, whatever is undone in whatever order',
    async () => {
      await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), play), storyRuns(12))
    },
    storyTimeout(120_000),
  )
})

describe('rules of columns', () => {
  it(
    'leave what the files that count make of the customers, in whatever order they come and are undone',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(withRules(step), { minLength: 2, maxLength: 12 }), play),
        storyRuns(12),
      )
    },
    storyTimeout(120_000),
  )

  it(
    'leave the same among switches of what a record is',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(withRules(anyStep), { minLength: 3, maxLength: 10 }), play),
        storyRuns(8),
      )
    },
    storyTimeout(120_000),
  )
})

describe('switching what a record is', () => {
  it(
    'leaves what the files that count make of the records, among shares, undos and other switches',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyStep, { minLength: 3, maxLength: 10 }), play),
        storyRuns(8),
      )
    },
    storyTimeout(120_000),
  )
})
