import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Customer } from '../../../models/index.ts'
import { writeFailedRows } from '../../../src/uploads/import/index.ts'
import { playFile } from '../../support/play-file.ts'
import { openTestModels } from '../../support/test-models.ts'

const { models } = await openTestModels()
const FULL = '+919820098200'
const OTHER = '+917417119014'
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'large-'))
})
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }))

describe('a customer that has almost as much as the database can store', () => {
  it('gets no more: its row comes back to be corrected, and the others are imported', async () => {
    const notes = Array.from({ length: 15 }, (_, n) => [`note_${n}`, 'x'.repeat(1024 * 1024)])
    const filling = 'y'.repeat(15 * 1024 * 60)
    await models.customers.collection.insertOne({
      primary_phone: FULL,
      full_name: 'Full Of It',
      attributes: { ...Object.fromEntries(notes), filling },
    })
    const comments = Array.from({ length: 10 }, () => 'z'.repeat(9_000)).join()
    const header = Array.from({ length: 10 }, (_, n) => `Comment ${n + 1}`).join()
    const bytes = Buffer.from(
      `Phone,City,${header}\n9820098200,Pune,${comments}\n7417119014,Goa,${comments}\n`,
    )

    const limits = { maxBytes: 10_000_000, maxRows: 1_000, maxColumns: 50, maxCellLength: 10_000 }
    const upload = await playFile(models, { name: 'comments.csv', bytes }, { limits })

    expect(upload).toMatchObject({ status: 'done', counts: { rows: 2, created: 1, invalid: 1 } })
    const row = await models.uploadRows.collection.findOne({ upload: upload._id, outcome: 'invalid' })
    expect(row?.problem).toMatchObject({ code: 'customer_too_large', column: 'Phone' })
    const full = await models.customers.collection.findOne<Customer>({ primary_phone: FULL })
    expect(full).not.toHaveProperty('city')
    expect(full?.upload_count).toBeUndefined()
    expect(await models.customers.collection.countDocuments({ primary_phone: OTHER, city: 'Goa' })).toBe(1)

    const path = join(folder, 'rows.csv')
    await writeFailedRows(models, upload, path, { dateOrder: 'day_first' })
    const [, back = ''] = (await readFile(path, 'utf8')).split('\n')
    expect(back).toContain('larger than the 16 MB')
    expect(back).toContain(`9820098200,Pune,${comments}`)
  })
})
