import fc from 'fast-check'
import { mongo } from 'mongoose'
import { describe, expect, it } from 'vitest'
import { type Customer, ROW_OUTCOMES, type UploadRow } from '../../../models/index.ts'
import type { FieldValues, ReadRow } from '../../../src/customers/fields/customer.ts'
import type { BatchPlan } from '../../../src/uploads/apply/batch-plan.ts'
import { planBatch } from '../../../src/uploads/apply/plan-batch.ts'
import { addRows, emptyCounts } from '../../../src/uploads/results/count-outcomes.ts'
import { valueAt } from '../../../src/uploads/rows/field-path.ts'

const KUSHAL = '+917417119014'
const ASHA = '+919820098200'
const DAY_1 = new Date('2026-01-01T09:00:00Z')
const DAY_2 = new Date('2026-01-02T09:00:00Z')

function anUpload(number: number, sharedAt: Date) {
  return { _id: new mongo.ObjectId(), number, shared_at: sharedAt }
}

function aRow(line: number, phone: string, values: FieldValues): ReadRow {
  return { kind: 'customer', line, phone, values }
}

/** The customers after the plan's writes, computed independently of the tested code. */
function carryOut(plan: BatchPlan, stored: ReadonlyMap<string, Customer>): Map<string, Customer> {
  const after = new Map(stored)
  for (const write of plan.writes) {
    const before = after.get(write.phone)
    const customer = structuredClone({ ...before, _id: undefined }) as unknown as Customer
    customer._id = before?._id ?? write.id
    customer.primary_phone = write.phone
    customer.updated_at = write.updatedAt
    customer.last_upload = write.lastUpload
    customer.upload_count = write.uploadCount
    if (write.firstUpload) {
      customer.first_upload = write.firstUpload
      customer.first_uploaded_at = write.updatedAt
    } else if (before) customer.first_upload = before.first_upload
    for (const [path, value] of Object.entries(write.values)) {
      const isAttribute = path.startsWith('attributes.')
      if (isAttribute) customer.attributes ??= {}
      const holder = (isAttribute ? customer.attributes : customer) as Record<string, unknown>
      const name = path.replace('attributes.', '')
      if (value === null) delete holder[name]
      else holder[name] = value
    }
    after.set(write.phone, customer)
  }
  return after
}

function outcomes(plan: BatchPlan): string[] {
  return plan.rows.map((row) => row.outcome)
}

const nobody = new Map<string, Customer>()
const nothing = new Map<number, UploadRow>()

describe('planning a batch', () => {
  it('creates a customer nobody had, with every value as a change from nothing', () => {
    const plan = planBatch(anUpload(1, DAY_1), [aRow(2, KUSHAL, { full_name: 'Kushal' })], nobody, nothing)

    expect(outcomes(plan)).toEqual(['created'])
    expect(plan.rows[0]?.changes).toEqual({ full_name: { from: null, to: 'Kushal' } })
    expect(plan.writes).toMatchObject([{ kind: 'create', phone: KUSHAL, uploadCount: 1, updatedAt: DAY_1 }])
  })

  it('updates a known customer with only the fields that became others', () => {
    const first = planBatch(
      anUpload(1, DAY_1),
      [aRow(2, KUSHAL, { city: 'Pune', state: 'MH' })],
      nobody,
      nothing,
    )
    const stored = carryOut(first, nobody)

    const plan = planBatch(
      anUpload(2, DAY_2),
      [aRow(2, KUSHAL, { city: 'Nagpur', state: 'MH' })],
      stored,
      nothing,
    )

    expect(outcomes(plan)).toEqual(['updated'])
    expect(plan.rows[0]?.changes).toEqual({ city: { from: 'Pune', to: 'Nagpur' } })
    expect(plan.writes).toMatchObject([{ kind: 'change', values: { city: 'Nagpur' }, uploadCount: 2 }])
    expect(plan.writes[0]?.firstUpload).toBeUndefined()
  })

  it('moves the record keeping of a customer whose values stay the same', () => {
    const stored = carryOut(
      planBatch(anUpload(1, DAY_1), [aRow(2, KUSHAL, { city: 'Pune' })], nobody, nothing),
      nobody,
    )

    const plan = planBatch(anUpload(2, DAY_2), [aRow(5, KUSHAL, { city: 'Pune' })], stored, nothing)

    expect(outcomes(plan)).toEqual(['unchanged'])
    expect(plan.writes).toMatchObject([{ kind: 'touch', updatedAt: DAY_2, lastUpload: { line: 5 } }])
    expect(plan.rows[0]?.before).toMatchObject({ updated_at: DAY_1, upload_count: 1 })
  })

  it('merges a phone that comes twice, later values winning and earlier ones staying', () => {
    const rows = [
      aRow(2, KUSHAL, { full_name: 'Kushal', city: 'Pune' }),
      aRow(3, ASHA, { full_name: 'Asha' }),
      aRow(4, KUSHAL, { city: 'Nagpur' }),
    ]

    const plan = planBatch(anUpload(1, DAY_1), rows, nobody, nothing)

    expect(outcomes(plan)).toEqual(['created', 'created', 'duplicate'])
    expect(plan.rows[2]?.changes).toEqual({ city: { from: 'Pune', to: 'Nagpur' } })
    expect(plan.writes).toHaveLength(2)
    expect(plan.writes[0]?.values).toEqual({ full_name: 'Kushal', city: 'Nagpur' })
  })

  it('knows a phone that came in an earlier batch of the same file', () => {
    const upload = anUpload(1, DAY_1)
    const stored = carryOut(planBatch(upload, [aRow(2, KUSHAL, { city: 'Pune' })], nobody, nothing), nobody)

    const plan = planBatch(upload, [aRow(900, KUSHAL, { city: 'Nagpur' })], stored, nothing)

    expect(outcomes(plan)).toEqual(['duplicate'])
    expect(plan.writes).toMatchObject([{ kind: 'change', uploadCount: 1 }])
  })

  it('takes a field away where the file says so, and says nothing where there was none', () => {
    const stored = carryOut(
      planBatch(anUpload(1, DAY_1), [aRow(2, KUSHAL, { email: 'k@example.com' })], nobody, nothing),
      nobody,
    )

    const plan = planBatch(
      anUpload(2, DAY_2),
      [aRow(2, KUSHAL, { email: null, address: null })],
      stored,
      nothing,
    )

    expect(plan.rows[0]?.changes).toEqual({ email: { from: 'k@example.com', to: null } })
  })

  it('keeps columns the catalogue does not know one level down', () => {
    const plan = planBatch(
      anUpload(1, DAY_1),
      [aRow(2, KUSHAL, { city: 'Pune', 'attributes.shirt_size': 'M' })],
      nobody,
      nothing,
    )

    expect(plan.rows[0]?.values).toEqual({ city: 'Pune', attributes: { shirt_size: 'M' } })
    expect(plan.rows[0]?.changes?.attributes).toEqual({ shirt_size: { from: null, to: 'M' } })
  })

  it('never turns the clock back for a share that was found late', () => {
    const stored = carryOut(
      planBatch(anUpload(1, DAY_2), [aRow(2, KUSHAL, { city: 'Pune' })], nobody, nothing),
      nobody,
    )

    const plan = planBatch(anUpload(2, DAY_1), [aRow(2, KUSHAL, { city: 'Pune' })], stored, nothing)

    expect(plan.writes[0]?.updatedAt).toEqual(DAY_2)
  })

  it('plans documents a server takes, of 16 MB at most, for the longest row there can be', () => {
    // A row has at most 1,048,576 characters of three UTF-8 bytes each; all of them may differ from the
    // stored ones.
    const valuesOf = (letter: string) =>
      Object.fromEntries(
        Array.from({ length: 104 }, (_, n) => [`attributes.note_${n}`, letter.repeat(10_000)] as const),
      )
    const first = planBatch(anUpload(1, DAY_1), [aRow(2, KUSHAL, valuesOf('\u0905'))], nobody, nothing)
    const stored = carryOut(first, nobody)

    const { rows } = planBatch(anUpload(2, DAY_2), [aRow(2, KUSHAL, valuesOf('\u0906'))], stored, nothing)

    expect(rows[0]?.outcome).toBe('updated')
    for (const document of [...rows, ...stored.values()])
      expect(mongo.BSON.calculateObjectSize(document)).toBeLessThan(16 * 1024 * 1024)
  })

  const MB = 1024 * 1024
  const LIMIT = 16 * MB
  const longNotes = (name: string, megabytes: number) =>
    Object.fromEntries(
      Array.from({ length: megabytes }, (_, n) => [`attributes.${name}_${n}`, 'x'.repeat(MB - 40)] as const),
    )
  const aLargeRow = (line: number, values: FieldValues): ReadRow => ({
    kind: 'customer',
    line,
    phone: KUSHAL,
    values,
    source: { cells: [KUSHAL, 'as written'], column: 'Phone' },
  })
  const tooLarge = { outcome: 'invalid', problem: { code: 'customer_too_large', column: 'Phone' } }

  it('makes the row invalid with which a customer would not fit into the database any more', () => {
    let stored: ReadonlyMap<string, Customer> = nobody
    const plans = Array.from({ length: 8 }, (_, at) => {
      const rows = [aLargeRow(2, longNotes(`of_${at}`, 3)), aRow(3, ASHA, { city: 'Pune' })]
      const plan = planBatch(anUpload(at + 1, DAY_1), rows, stored, nothing)
      stored = carryOut(plan, stored)
      for (const document of [...plan.rows, ...stored.values()])
        expect(mongo.BSON.calculateObjectSize(document)).toBeLessThan(LIMIT)
      return plan
    })

    expect(plans.map((plan) => plan.rows[0]?.outcome)).toEqual([
      'created',
      ...['updated', 'updated', 'updated', 'updated'],
      ...['invalid', 'invalid', 'invalid'],
    ])
    expect(plans.at(-1)?.rows[0]).toMatchObject({ ...tooLarge, cells: [KUSHAL, 'as written'] })
    // The file's other rows are imported, and an invalid row does not touch the customer.
    expect(plans.at(-1)?.writes.map(({ phone }) => phone)).toEqual([ASHA])
    expect(stored.get(KUSHAL)?.upload_count).toBe(5)
  })

  it('makes the row invalid whose own document would not fit, with what it replaces', () => {
    const first = planBatch(anUpload(1, DAY_1), [aLargeRow(2, longNotes('a', 3))], nobody, nothing)
    let stored = carryOut(first, nobody)
    for (const name of ['b', 'c', 'd'])
      stored = carryOut(
        planBatch(anUpload(2, DAY_1), [aLargeRow(2, longNotes(name, 3))], stored, nothing),
        stored,
      )
    const others = ['a', 'b', 'c', 'd'].flatMap((name) => Object.keys(longNotes(name, 3)))

    const { rows, writes } = planBatch(
      anUpload(3, DAY_2),
      [aLargeRow(2, { ...Object.fromEntries(others.map((path) => [path, 'y'.repeat(MB / 4)])) })],
      stored,
      nothing,
    )

    expect(mongo.BSON.calculateObjectSize(stored.get(KUSHAL) ?? {})).toBeLessThan(LIMIT)
    expect([rows[0], writes]).toMatchObject([tooLarge, []])
  })

  it('goes on with the next row of a customer after one that was too large', () => {
    const rows = [
      ...[2, 3, 4, 5, 6, 7].map((line) => aLargeRow(line, longNotes(`line_${line}`, 3))),
      aLargeRow(8, { city: 'Pune' }),
    ]
    const upload = anUpload(1, DAY_1)

    const plan = planBatch(upload, rows, nobody, nothing)
    const again = planBatch(upload, rows, nobody, new Map(plan.rows.map((row) => [row.line, row])))

    expect(outcomes(plan)).toEqual(['created', ...Array(4).fill('duplicate'), 'invalid', 'duplicate'])
    // Recorded rows have their shared words stored.
    expect(again).toEqual({ ...plan, shared: [] })
    const [customer] = carryOut(plan, nobody).values()
    expect(customer).toMatchObject({ city: 'Pune', last_upload: { line: 8 } })
    expect(mongo.BSON.calculateObjectSize(customer ?? {})).toBeLessThan(LIMIT)
  })

  it('keeps the outcome recorded before a crash, though the customer has changed since', () => {
    const upload = anUpload(1, DAY_1)
    const rows = [aRow(2, KUSHAL, { city: 'Pune' }), aRow(3, KUSHAL, { city: 'Nagpur' })]
    const before = planBatch(upload, rows, nobody, nothing)
    const recorded = new Map(before.rows.map((row) => [row.line, row]))

    const notYetWritten = planBatch(upload, rows, nobody, recorded)
    const alreadyWritten = planBatch(upload, rows, carryOut(before, nobody), recorded)

    expect(before.shared).toEqual([
      { line: 2, words: [':pune'] },
      { line: 3, words: [':nagpur'] },
    ])
    expect(notYetWritten).toEqual({ ...before, shared: [] })
    expect(alreadyWritten).toMatchObject({ rows: before.rows, writes: [] })
    // Needs a confirming write: the done state was only read.
    expect(alreadyWritten.done).toMatchObject([{ phone: KUSHAL, lastUpload: { line: 3 } }])
  })
})

const phones = fc.constantFrom(KUSHAL, ASHA, '+14155550100', '+442071838750')
const value = fc.option(fc.constantFrom('a', 'b', 1, 2, true), { nil: null })
const values = fc.dictionary(fc.constantFrom('city', 'email', 'attributes.x', 'attributes.y'), value)
const anyRow = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('customer' as const), phone: phones, values }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('blank' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('invalid' as const),
      problem: fc.constant({ line: 0, column: null, code: 'phone_invalid' as const, message: 'x' }),
      cells: fc.constant(['x']),
    }),
  },
)
const files = fc
  .array(anyRow, { maxLength: 30 })
  .map((rows) => rows.map((row, index) => ({ ...row, line: index + 2 }) as ReadRow))

describe('any file', () => {
  it('gives every row one outcome, and the receipt balances', () => {
    fc.assert(
      fc.property(files, (rows) => {
        const plan = planBatch(anUpload(1, DAY_1), rows, nobody, nothing)
        const counts = addRows(emptyCounts(), plan.rows)
        expect(counts.rows).toBe(rows.length)
        expect(ROW_OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0)).toBe(counts.rows)
      }),
    )
  })

  it('gives the same customers and outcomes however it is cut into batches, wherever a run breaks off', () => {
    fc.assert(
      fc.property(files, fc.array(fc.nat(30)), fc.nat(30), (rows, cuts, breakAt) => {
        const upload = anUpload(1, DAY_1)
        const whole = planBatch(upload, rows, nobody, nothing)
        const expected = carryOut(whole, nobody)

        // In pieces; the piece at `breakAt` is recorded but its customers are written only in the next run.
        const bounds = [...new Set([0, ...cuts.filter((cut) => cut < rows.length), rows.length])].sort(
          (a, b) => a - b,
        )
        let stored: Map<string, Customer> = new Map()
        const outcomesSeen: string[] = []
        for (let index = 0; index + 1 < bounds.length; index++) {
          const piece = rows.slice(bounds[index], bounds[index + 1])
          let plan = planBatch(upload, piece, stored, nothing)
          if (index === breakAt % bounds.length)
            plan = planBatch(upload, piece, stored, new Map(plan.rows.map((row) => [row.line, row])))
          stored = carryOut(plan, stored)
          outcomesSeen.push(...outcomes(plan))
        }

        expect(outcomesSeen).toEqual(outcomes(whole))
        for (const [phone, customer] of expected)
          for (const path of ['city', 'email', 'attributes.x', 'attributes.y', 'upload_count'])
            expect(valueAt(stored.get(phone) ?? {}, path)).toEqual(valueAt(customer, path))
        expect(stored.size).toBe(expected.size)
      }),
    )
  })
})
