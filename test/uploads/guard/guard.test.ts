import { beforeEach, describe, expect, it } from 'vitest'
import type { FileUpload, HoldReason } from '../../../models/index.ts'
import type { FieldValues, ReadRow } from '../../../src/customers/fields/customer.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { decideHold, type GuardSettings } from '../../../src/uploads/guard/guard.ts'
import { findCollisions } from '../../../src/uploads/guard/guard-collisions.ts'
import { previewRows } from '../../../src/uploads/guard/preview-rows.ts'
import { playImport, playUndo } from '../../support/play-uploads.ts'
import { openTestModels } from '../../support/test-models.ts'

const SETTINGS: GuardSettings = { percent: 60, minimum: 5, holdsSameFile: false }
const HOUR_MS = 3_600_000

const { database, models } = await openTestModels()
let hours = 0

beforeEach(async () => {
  for (const model of [models.customers, models.uploadRows, models.fileUploads])
    await model.collection.deleteMany({})
})

const collisionsOf = async (upload: FileUpload) => await findCollisions(models, upload)
const phone = (at: number): string => `+9190000001${String(at).padStart(2, '0')}`
const five = [0, 1, 2, 3, 4]
function nextTime(afterHours = 48): Date {
  hours += afterHours
  return new Date(Date.UTC(2026, 0, 1) + hours * HOUR_MS)
}

async function store(values: (at: number) => FieldValues, user = 'U1', afterHours = 48): Promise<FileUpload> {
  const rows = five.map((at) => ({ line: at + 2, phone: phone(at), values: values(at) }))
  return await playImport(models, { sharedAt: nextTime(afterHours), user }, rows)
}

function read(values: (at: number) => FieldValues): ReadRow[] {
  return five.map((at) => ({ kind: 'customer', line: at + 2, phone: phone(at), values: values(at) }))
}

async function rate(rows: readonly ReadRow[], settings = SETTINGS, same?: FileUpload['same_as']) {
  const upload = { _id: database.connection.base.Types.ObjectId.createFromTime(1), number: 999 }
  const source = { kind: 'slack' }
  const next = { ...upload, source, shared_at: nextTime(), ...(same && { same_as: same }) } as FileUpload
  const hold = await decideHold(models, next, rows, { catalogue: DEFAULT_CATALOGUE, guard: settings })
  return (hold?.reasons ?? []).map(({ kind }: HoldReason) => kind)
}

const NAMES = ['Kushal Sharma', 'Meenakhsi Iyer', 'Imran Q', 'Lakshmi', 'Rohan D’Souza']
const named = (at: number): FieldValues => ({ full_name: NAMES[at] ?? '', city: `City ${at}` })

describe('the guard', () => {
  it('suspects names that have nothing in common with those stored', async () => {
    await store(named)

    expect(await rate(read((at) => ({ full_name: `City ${at}`, city: NAMES[at] ?? '' })))).toEqual(['names'])
  })

  it('does not suspect names that are corrected, completed, turned round or written otherwise', async () => {
    await store(named)
    const other = ['SHARMA KUSHAL', 'Meenakshi', 'imran qureshi', 'Lakshmi Devi', 'Rohan D Souza']

    expect(await rate(read((at) => ({ full_name: other[at] ?? '' })))).toEqual([])
  })

  it('suspects amounts that have moved to another column', async () => {
    await store((at) => ({ loan_amount: 10_000 + at, due_amount: 200 + at }))

    expect(await rate(read((at) => ({ due_amount: 10_000 + at })))).toEqual(['amounts'])
  })

  it('suspects a list in which every amount of nearly everybody is another', async () => {
    await store((at) => ({ loan_amount: 10_000 + at, due_amount: 200 + at }))

    expect(await rate(read((at) => ({ loan_amount: 7 + at, due_amount: 9 + at })))).toEqual(['amounts'])
  })

  it('does not suspect dues that are paid off, all at once or with the loan beside them', async () => {
    await store((at) => ({ loan_amount: 10_000 + at, due_amount: 200 + at }))

    expect(await rate(read(() => ({ due_amount: 0 })))).toEqual([])
    expect(await rate(read((at) => ({ loan_amount: 10_000 + at, due_amount: 50 + at })))).toEqual([])
  })

  it('suspects an older list that would put replaced values back', async () => {
    await store((at) => ({ city: `Old ${at}` }))
    await store((at) => ({ city: `New ${at}` }))

    expect(await rate(read((at) => ({ city: `Old ${at}` })))).toEqual(['old_values'])
    expect(await rate(read((at) => ({ city: `Newer ${at}` })))).toEqual([])
  })

  it('does not suspect the right list after a wrong one was undone', async () => {
    const right = (at: number): FieldValues => ({ city: `City ${at}` })
    await store(right)
    const wrong = await store((at) => ({ city: `Wrong ${at}` }))
    await playUndo(models, wrong.number)

    expect(await rate(read(right))).toEqual([])
  })

  it('suspects a file of which most rows cannot be used', async () => {
    const bad = (line: number): ReadRow => ({
      kind: 'invalid',
      line,
      problem: { line, column: 'Phone', code: 'phone_invalid', message: 'no' },
      cells: ['12'],
    })

    expect(await rate([bad(2), bad(3), bad(4), ...read(named).slice(3)])).toEqual(['invalid'])
    expect(await rate([bad(2), bad(3), ...read(named)])).toEqual([])
  })

  it('proves nothing from a few, and knows nothing of people it has not seen', async () => {
    await store(named)
    const others = read((at) => ({ full_name: `City ${at}` }))

    expect(await rate(others.slice(0, 4))).toEqual([])
    expect(await rate(others, { ...SETTINGS, minimum: 6 })).toEqual([])
    await models.customers.collection.deleteMany({})
    expect(await rate(others)).toEqual([])
  })

  it('holds the same file again only where the settings say so', async () => {
    const same = { number: 1, by: 'U1', at: new Date() }

    expect(await rate(read(named), SETTINGS, same)).toEqual([])
    expect(await rate(read(named), { ...SETTINGS, holdsSameFile: true }, same)).toEqual(['identical'])
  })
})

describe('two people within a day', () => {
  it('are named with the lines and fields in which they disagree', async () => {
    const first = await store(named, 'U1')
    const second = await store((at) => (at < 2 ? { city: 'Delhi' } : named(at)), 'U2', 5)

    expect(await collisionsOf(second)).toEqual({
      customers: 2,
      examples: [
        { line: 2, fields: ['city'], number: first.number, by: 'U1' },
        { line: 3, fields: ['city'], number: first.number, by: 'U1' },
      ],
    })
  })

  it.each([
    ['a day later', 'U2', 25],
    ['by the same person', 'U1', 5],
  ])('do not collide %s', async (_, user, afterHours) => {
    await store(named, 'U1')
    const second = await store(() => ({ city: 'Delhi' }), user, afterHours)

    expect(await collisionsOf(second)).toBeUndefined()
  })
})

describe('values that come and go inside one file', () => {
  const twice = (first: string, last: string) => ({
    sharedAt: nextTime(5),
    user: 'U2',
    rows: [
      ...five.map((at) => ({ line: at + 2, phone: phone(at), values: { city: first } })),
      ...five.map((at) => ({ line: at + 20, phone: phone(at), values: { city: last } })),
    ],
  })

  it('collide with nobody, and their last value does', async () => {
    await store(() => ({ city: 'Pune' }), 'U1')
    const back = twice('Agra', 'Pune')
    const other = twice('Pune', 'Agra')

    expect(await collisionsOf(await playImport(models, back, back.rows))).toBeUndefined()
    expect(await collisionsOf(await playImport(models, other, other.rows))).toMatchObject({
      customers: 5,
      examples: five.map((at) => ({ line: at + 2, fields: ['city'] })),
    })
  })

  it('are not what a rival said: the last row of the rival is', async () => {
    const rival = twice('Agra', 'Pune')
    await playImport(models, rival, rival.rows)

    const second = await store(() => ({ city: 'Delhi' }), 'U1', 1)

    expect(await collisionsOf(second)).toMatchObject({ customers: 5 })
  })

  it('are neither old values nor suspicious', async () => {
    const first = twice('Agra', 'Pune')
    await playImport(models, first, first.rows)
    const again = first.rows.map((row): ReadRow => ({ kind: 'customer', ...row }))

    expect(await rate(again)).toEqual([])
    expect(await rate(read(() => ({ city: 'Agra' })))).toEqual([])
  })
})

describe('a preview', () => {
  it('counts as the import does, also what comes again in a later batch', async () => {
    await store(named)
    const rows: ReadRow[] = [
      ...read((at) => (at === 0 ? { city: 'Delhi' } : named(at))),
      { kind: 'customer', line: 8, phone: '+919820098200', values: {} },
      { kind: 'blank', line: 9 },
      { kind: 'customer', line: 10, phone: '+919820098200', values: { city: 'Agra' } },
      { kind: 'customer', line: 11, phone: phone(0), values: { city: 'Goa' } },
    ]
    const upload = { _id: database.connection.base.Types.ObjectId.createFromTime(1), number: 999 }
    const next = { ...upload, shared_at: nextTime() } as FileUpload
    async function* batches() {
      for (let at = 0; at < rows.length; at += 3) yield rows.slice(at, at + 3)
    }
    const before = await models.customers.collection.find({}).toArray()

    const { counts, fields } = await previewRows(models, next, batches(), new AbortController().signal)

    expect(counts).toEqual({
      rows: 9,
      created: 1,
      updated: 1,
      unchanged: 4,
      duplicate: 2,
      invalid: 0,
      blank: 1,
    })
    expect(fields).toEqual([
      { field: 'city', customers: 1, examples: [{ line: 11, from: 'City 0', to: 'Goa' }] },
    ])
    expect(await models.customers.collection.find({}).toArray()).toEqual(before)
  })
})
