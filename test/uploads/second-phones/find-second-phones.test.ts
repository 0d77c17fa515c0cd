import fc from 'fast-check'
import { afterAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { createModels, type FileUpload } from '../../../models/index.ts'
import { connectDatabase } from '../../../src/database/connect.ts'
import { describeServer } from '../../../src/server-facts.ts'
import {
  readSecondPhones,
  type SecondPhoneRow,
} from '../../../src/uploads/second-phones/find-second-phones.ts'
import { type PlayedRow, playImport } from '../../support/play-uploads.ts'
import { openTestModels } from '../../support/test-models.ts'
import { greetingLike, startWireServer, throughServer } from '../../support/wire-server.ts'

const { models: direct, database } = await openTestModels()
const server = await startWireServer({
  target: inject('databaseUri'),
  greeting: greetingLike(await describeServer(database.connection)),
})
const connection = await connectDatabase(throughServer(server, database.uri), { log: () => undefined })
const models = createModels(connection)

afterAll(async () => {
  await connection.close()
  await server.stop()
})
beforeEach(async () => {
  for (const { collection } of [direct.customers, direct.uploadRows, direct.fileUploads])
    await collection.deleteMany({})
  server.reset()
})

const PHONES = Array.from({ length: 8 }, (_, n) => `+91982000030${n}`)
let day = 0
const play = (rows: readonly PlayedRow[]) =>
  playImport(direct, { sharedAt: new Date(Date.UTC(2026, 0, ++day)) }, rows)

async function listRows(upload: FileUpload, maxKnown?: number): Promise<SecondPhoneRow[]> {
  const found: SecondPhoneRow[] = []
  for await (const row of readSecondPhones(models, upload, 'kept', maxKnown)) found.push(row)
  return found
}

const passes = () =>
  server.commands.filter(({ find, filter }) => find === 'upload_rows' && filter?._id?.$gt !== undefined)

const row = fc.record({
  phone: fc.constantFrom(...PHONES),
  values: fc.record(
    {
      full_name: fc.constantFrom('Asha Rao', 'Kiran Rao'),
      other_phones: fc.uniqueArray(fc.constantFrom(...PHONES), { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: [] },
  ),
})
const list = fc
  .array(row, { minLength: 1, maxLength: 10 })
  .map((rows) => rows.map((one, at): PlayedRow => ({ line: at + 2, ...one })))

describe('the rows whose phone is a second phone of others', () => {
  it('are the same found by those phones and by a pass through the file', async () => {
    let named = 0
    await fc.assert(
      fc.asyncProperty(fc.array(list, { minLength: 1, maxLength: 3 }), async (lists) => {
        for (const { collection } of [direct.customers, direct.uploadRows]) await collection.deleteMany({})
        for (const rows of lists) {
          const upload = await play(rows)
          const found = await listRows(upload)
          expect(found).toEqual(await listRows(upload, 0))
          named += found.length
        }
      }),
      { numRuns: 15 },
    )
    expect(named).toBeGreaterThan(0)
  })

  it('are found without a pass through the file while few second phones are stored', async () => {
    const [own = '', second = '', other = ''] = PHONES
    await play([{ line: 2, phone: own, values: { full_name: 'Asha Rao', other_phones: [second] } }])
    const upload = await play([
      { line: 2, phone: other, values: { full_name: 'Nisha Shah' } },
      { line: 3, phone: second, values: { full_name: 'Kiran Rao' } },
    ])

    expect(await listRows(upload)).toEqual([
      { line: 3, phone: second, name: 'Kiran Rao', others: [{ phone: own, name: 'Asha Rao' }] },
    ])
    expect(passes()).toEqual([])
    expect(await listRows(upload, 0)).toHaveLength(1)
    expect(passes()).not.toEqual([])
  })
})
