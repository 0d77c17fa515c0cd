import mongoose from 'mongoose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createModels, type Models } from '../../../models/index.ts'
import { readPhones } from '../../../src/uploads/record-kinds/read-phones.ts'
import { openTestDatabase, type TestDatabase } from '../../support/test-database.ts'

let database: TestDatabase
let models: Models

beforeAll(async () => {
  database = await openTestDatabase()
  models = createModels(database.connection)
})
afterAll(() => database.drop())
beforeEach(async () => {
  await models.customers.collection.deleteMany({})
})

const phoneOf = (index: number) => `+9198200${String(index).padStart(5, '0')}`
const ALL = Array.from({ length: 450 }, (_, index) => phoneOf(index))

/** Every phone with two records, in mixed order. */
async function storeAll(): Promise<void> {
  const records = [...ALL.toReversed(), ...ALL].map((primary_phone) => ({ primary_phone }))
  await models.customers.collection.insertMany(records as never[])
}

async function readAll(after: string, onBatch: (batches: number) => Promise<void> = async () => {}) {
  const reader = readPhones(models, after)
  const batches: string[][] = []
  for (let batch = await reader.next(); batch.length > 0; batch = await reader.next()) {
    batches.push(batch)
    await onBatch(batches.length)
  }
  await reader.close()
  return batches
}

describe('reading the phones of all records', () => {
  it('gives each once, in order, however many records it has', async () => {
    await storeAll()

    const batches = await readAll('')

    expect(batches.flat()).toEqual(ALL)
    expect(batches.length).toBe(3)
  })

  it('begins behind the phone it is given', async () => {
    await storeAll()

    expect((await readAll(phoneOf(199))).flat()).toEqual(ALL.slice(200))
  })

  it('gives none where there are none', async () => {
    expect(await readAll('')).toEqual([])
  })

  it('goes on where it was when its cursor is lost', async () => {
    const more = Array.from({ length: 6_000 }, (_, index) => ({ primary_phone: phoneOf(index) }))
    await models.customers.collection.insertMany(more as never[])
    const watched = await mongoose.createConnection(database.uri, { monitorCommands: true }).asPromise()
    const client = watched.getClient()
    let cursor: unknown
    client.on('commandSucceeded', ({ commandName, reply }) => {
      if (commandName === 'find') cursor = (reply as { cursor: { id: unknown } }).cursor.id
    })
    const reader = readPhones(createModels(watched), '')
    const read: string[] = []
    let failures = 0
    for (;;) {
      // Like a server without space for the cursor.
      if (read.length === 1_000 && failures === 0)
        await client.db(watched.name).command({ killCursors: 'customers', cursors: [cursor] })
      const batch = await reader.next().catch(() => undefined)
      if (batch === undefined) failures += 1
      if (batch?.length === 0) break
      read.push(...(batch ?? []))
    }
    await watched.close()

    expect(failures).toBe(1)
    expect(read).toEqual(more.map(({ primary_phone }) => primary_phone))
  })
})
