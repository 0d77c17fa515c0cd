import { mongo } from 'mongoose'
import { expect, it } from 'vitest'
import type { UndoRow } from '../../../models/index.ts'
import { shareUndoWrites } from '../../../src/uploads/undo/share-undo-writes.ts'

const FIRST = new mongo.ObjectId()
const SECOND = new mongo.ObjectId()
const DAY = new Date('2026-01-01T09:00:00Z')

const keeping = (upload: mongo.ObjectId, line: number, count: number) => ({
  updated_at: DAY,
  last_upload: { upload, line },
  upload_count: count,
})

function aRow(index: number, changed: Partial<UndoRow> = {}): UndoRow {
  return {
    _id: new mongo.ObjectId(),
    upload: new mongo.ObjectId(),
    line: index + 2,
    outcome: 'restored',
    phone: `+9198200${String(index).padStart(5, '0')}`,
    customer: new mongo.ObjectId(),
    changes: { city: { from: 'Goa', to: 'Pune' } },
    before: keeping(SECOND, index + 2, 2),
    after: keeping(FIRST, index + 2, 1),
    shared_at: DAY,
    ...changed,
  }
}

const many = (length: number, changed: Partial<UndoRow> = {}) =>
  Array.from({ length }, (_, index) => aRow(index, changed))

it('sends one statement per few hundred customers', () => {
  const { statements, alone } = shareUndoWrites(many(600), 'mongodb')

  expect(alone).toEqual([])
  expect(statements.map((one) => Object.keys(one))).toEqual([['updateMany'], ['updateMany'], ['updateMany']])
})

it('deletes customers by one statement for those with the same fields', () => {
  const city = { city: { from: 'Goa', to: null } }
  const rows = [
    ...many(3, { outcome: 'removed', after: null, changes: city }),
    ...[7, 8].map((index) => aRow(index, { outcome: 'removed', after: null, changes: {} })),
  ]

  const { statements, alone } = shareUndoWrites(rows, 'documentdb')

  expect(alone).toEqual([])
  expect(statements.map((one) => Object.keys(one))).toEqual([['deleteMany'], ['deleteMany']])
})

it('leaves a customer to restore, a second record of a phone and a write without an equal alone', () => {
  const restored = aRow(1, { before: null })
  const [one, two] = [aRow(2), aRow(3)]
  const again = aRow(2)
  const odd = aRow(4, { changes: { state: { from: null, to: 'Goa' } } })

  const { statements, alone } = shareUndoWrites([restored, one, two, again, odd], 'mongodb')

  expect(new Set(alone)).toEqual(new Set([restored, again, odd]))
  expect(statements).toHaveLength(1)
})

it('splits statements that a server would refuse for their size', () => {
  const wide = many(60, {
    changes: {
      attributes: Object.fromEntries(
        // Three bytes per character: the limit counts bytes.
        Array.from({ length: 10 }, (_, n) => [`note_${n}`, { from: '\u0905'.repeat(12_000), to: 'x' }]),
      ),
    },
  })

  const { statements } = shareUndoWrites(wide, 'documentdb')

  expect(statements.length).toBeGreaterThan(2)
  for (const one of statements) expect(mongo.BSON.calculateObjectSize(one)).toBeLessThan(16 * 1024 * 1024)
})
