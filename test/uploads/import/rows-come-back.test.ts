import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Customer, FileUpload } from '../../../models/index.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/index.ts'
import { exportCustomers } from '../../../src/uploads/filters/index.ts'
import { writeFailedRows } from '../../../src/uploads/import/index.ts'
import { playFile } from '../../support/play-file.ts'
import { storyRuns, storyTimeout } from '../../support/property-runs.ts'
import { openTestModels } from '../../support/test-models.ts'
import { buildWorkbook, inline, row } from '../../xlsx/support/build-workbook.ts'
import { buildZip } from '../../xlsx/support/build-zip.ts'
import { readWorkbook } from '../../xlsx/support/read-workbook.ts'

const { models } = await openTestModels()
const EVERYTHING = { maxInvalidPercent: 100 }
let folder: string

const empty = async () => {
  for (const model of [models.customers, models.uploadRows, models.fileUploads])
    await model.collection.deleteMany({})
}
beforeEach(async () => {
  await empty()
  folder = await mkdtemp(join(tmpdir(), 'come-back-'))
})
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }))

const HEADER = ['Phone', 'Name', 'Due Date', 'Loan Amount', 'Shade of Paint']

function asWorkbook(rows: readonly (readonly string[])[]): Buffer {
  const xml = [HEADER, ...rows].map((cells, at) =>
    row(
      at + 1,
      ...cells.flatMap((text, column) =>
        text === '' ? [] : [inline(`${'ABCDEFG'.charAt(column)}${at + 1}`, text)],
      ),
    ),
  )
  return buildZip(buildWorkbook({ sheets: [{ rows: xml.join('') }] }))
}

async function handBack(upload: FileUpload, name: string): Promise<Buffer> {
  const path = join(folder, name)
  await writeFailedRows(models, upload, path, { dateOrder: 'day_first' })
  return await readFile(path)
}

const outcomesOf = async ({ _id: upload }: FileUpload) =>
  (await models.uploadRows.collection.find({ upload }).sort({ line: 1 }).toArray())
    .filter(({ outcome }) => outcome === 'invalid')
    .map(({ problem }) => [problem.code, problem.column])

/** What the sender's columns were read as. */
const targetsOf = ({ file }: FileUpload) =>
  (file.mapping?.columns ?? []).flatMap(({ header, target, field }) =>
    HEADER.includes(header) ? [{ header, target, field }] : [],
  )

const cell = fc.constantFrom(
  '',
  'Asha',
  '=1+1',
  "'quoted",
  '007',
  '31/02/2026',
  '31/01/2026',
  '1.234',
  '1,234.50',
  '-5',
  '@x',
  'N/A',
  'a\nb',
  '_x0041_',
  '\u0007bell',
  ' नमस्ते ',
  '9.17417E+11',
  'x'.repeat(1001),
  '#UNCALCULATED!',
)
const phone = fc.constantFrom(
  '12345',
  '9820098201',
  '98200 98202',
  'no phone',
  '',
  '9.17417E+11',
  '98XXXXXX10',
)
const table = fc.array(fc.tuple(phone, cell, cell, cell, cell), { minLength: 1, maxLength: 10 })

/** Customers' names: a column of other values does not count as names. */
const named = fc.constantFrom('', 'Asha', 'Ravi Kumar', ' नमस्ते ', "O'Neil", '_x0041_ Das')
const customers = fc.array(fc.tuple(phone, named, cell, cell, cell), { minLength: 1, maxLength: 10 })

describe('the rows to correct of a workbook', () => {
  it(
    'are invalid again for the same reasons, and come back the same, where nobody corrects them',
    async () => {
      await fc.assert(
        fc.asyncProperty(table, async (rows) => {
          await empty()
          const first = await playFile(models, { name: 'a.xlsx', bytes: asWorkbook(rows) }, EVERYTHING)
          fc.pre(first.status === 'done' && (first.counts?.invalid ?? 0) > 0)
          const sent = await handBack(first, 'first.xlsx')
          const customers = await models.customers.collection.find().sort({ _id: 1 }).toArray()

          const again = await playFile(models, { name: 'b.xlsx', bytes: sent }, EVERYTHING)

          expect(again.status).toBe('done')
          // A column whose cells are mostly no names is not the name, and the fewer rows may be of either kind.
          fc.pre(isDeepStrictEqual(targetsOf(again), targetsOf(first)))
          expect(await outcomesOf(again)).toEqual(await outcomesOf(first))
          expect(await models.customers.collection.find().sort({ _id: 1 }).toArray()).toEqual(customers)
          const cellsOf = async (file: Buffer) =>
            (await readWorkbook(file)).cells.map(([, , , ...cells]) => cells)
          expect(await cellsOf(await handBack(again, 'again.xlsx'))).toEqual(await cellsOf(sent))
        }),
        storyRuns(6),
      )
    },
    storyTimeout(180_000),
  )
})

describe('an export as a workbook', () => {
  it(
    'changes no customer where it is shared again as it is',
    async () => {
      await fc.assert(
        fc.asyncProperty(customers, async (rows) => {
          await empty()
          await playFile(models, { name: 'a.xlsx', bytes: asWorkbook(rows) }, EVERYTHING)
          const before = await readCustomers()
          fc.pre(before.length > 0)
          const path = join(folder, 'export.xlsx')
          await exportCustomers(models, path, { catalogue: DEFAULT_CATALOGUE, format: 'xlsx' })

          const again = await playFile(models, { name: 'b.xlsx', bytes: await readFile(path) }, EVERYTHING)

          expect(again.counts).toMatchObject({ rows: before.length, unchanged: before.length })
          expect(await readCustomers()).toEqual(before)
        }),
        storyRuns(6),
      )
    },
    storyTimeout(180_000),
  )
})

/** Customers without fields that every mention changes. */
const readCustomers = async () =>
  (await models.customers.collection.find<Customer>({}).sort({ primary_phone: 1 }).toArray()).map(
    ({ updated_at: _, last_upload: __, upload_count: ___, ...rest }) => rest,
  )
