import { mongo } from 'mongoose'
import { beforeAll, expect, it } from 'vitest'
import type { UploadRow } from '../../../models/index.ts'
import { findCustomerRows, findPackedRows, rowId, unpackRow } from '../../../src/uploads/rows/index.ts'
import { openTestModels } from '../../support/test-models.ts'

const { models } = await openTestModels()
const CUSTOMERS = 300
const upload = { _id: new mongo.ObjectId(), number: 7, shared_at: new Date('2026-01-01T09:00:00Z') }
const phoneOf = (n: number) => `+9198200${String(n).padStart(5, '0')}`
const phones = Array.from({ length: CUSTOMERS }, (_, n) => phoneOf(n))

const aRow = (line: number, more: Partial<UploadRow>): UploadRow => ({
  _id: rowId(upload, line),
  upload: upload._id,
  line,
  outcome: 'updated',
  shared_at: upload.shared_at,
  ...more,
})

beforeAll(async () => {
  const own = phones.map((phone, n) =>
    aRow(n + 2, {
      phone,
      customer: new mongo.ObjectId(),
      values: { city: 'Pune', attributes: { shirt: 'M' }, other_phones: [phoneOf(n + 9_000)] },
      changes: { city: { from: null, to: 'Pune' } },
      before: { upload_count: 1, updated_at: upload.shared_at },
    }),
  )
  const bySecond = phones
    .filter((_, n) => n % 100 === 0)
    .map((phone, n) =>
      aRow(1_000 + n, { phone: phoneOf(8_000 + n), customer_phone: phone, written: '98200' }),
    )
  const ofOthers = [aRow(2_000, { phone: phoneOf(1), customer_phone: phoneOf(7_000) })]
  await models.uploadRows.collection.insertMany([...own, ...bySecond, ...ofOthers])
})

it('finds the rows of several hundred customers, also those matched by a second phone', async () => {
  const rows = await findCustomerRows(models, phones)

  expect(rows.map(({ line }) => line).sort((a, b) => a - b)).toEqual([
    ...phones.map((_, n) => n + 2),
    1_000,
    1_001,
    1_002,
  ])
  const matched = rows.filter(({ second_phone }) => second_phone !== undefined)
  expect(matched.map(({ phone }) => phone).sort()).toEqual([phoneOf(0), phoneOf(100), phoneOf(200)])
  expect(matched.every(({ written }) => written === undefined)).toBe(true)
})

it('unpacks to the same rows', async () => {
  const packed = await findPackedRows(models, phones)

  expect(packed.filter((row) => 'values' in row && row.values instanceof Uint8Array)).toHaveLength(CUSTOMERS)
  expect(packed.map(unpackRow)).toEqual(await findCustomerRows(models, phones))
})
