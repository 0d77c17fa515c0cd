import mongoose, { mongo } from 'mongoose'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createModels, type Models } from '../../models/index.ts'
import { findAtOnce } from '../../src/raw-documents/index.ts'
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts'

let database: TestDatabase
let models: Models

beforeAll(async () => {
  database = await openTestDatabase()
  models = createModels(database.connection)
})
afterAll(() => database.drop())
beforeEach(async () => {
  vi.restoreAllMocks()
  await models.customers.collection.deleteMany({})
})

const phoneOf = (index: number) => `+9198200${String(index).padStart(5, '0')}`

async function store(count: number, note = ''): Promise<string[]> {
  const stored = Array.from({ length: count }, (_, index) => ({ primary_phone: phoneOf(index), note }))
  await models.customers.collection.insertMany(stored as never[])
  return stored.map(({ primary_phone }) => primary_phone)
}

async function findPhones(count: number, of = models): Promise<unknown[]> {
  const found = await findAtOnce(of.customers.collection, { primary_phone: { $ne: phoneOf(0) } }, count)
  return found.map((bytes) => mongo.BSON.deserialize(bytes).primary_phone).sort()
}

describe('finding few documents at once', () => {
  it('returns the bytes of all that match', async () => {
    const phones = await store(250)

    expect(await findPhones(250)).toEqual(phones.slice(1))
  })

  it('returns none where there are none', async () => {
    expect(await findPhones(10)).toEqual([])
  })

  it('returns all of more documents than expected, and leaves no cursor open', async () => {
    const phones = await store(30)
    const watched = await mongoose.createConnection(database.uri, { monitorCommands: true }).asPromise()
    const opened: string[] = []
    const closed: string[] = []
    watched.getClient().on('commandSucceeded', ({ commandName, reply }) => {
      const { cursor, cursorsKilled = [] } = reply as {
        cursor?: { id: unknown }
        cursorsKilled?: unknown[]
      }
      if (commandName === 'find' && Number(cursor?.id) !== 0) opened.push(String(cursor?.id))
      if (commandName === 'killCursors') closed.push(...cursorsKilled.map(String))
      if (commandName === 'getMore' && Number(cursor?.id) === 0) closed.push('read to its end')
    })
    const found = await findPhones(3, createModels(watched))
    await watched.close()

    expect(found).toEqual(phones.slice(1))
    expect(opened.length).toBe(2)
    expect(closed).toEqual([opened[0], 'read to its end'])
  })

  it('closes a cursor with a small id by the type the server gave it', async () => {
    const phones = await store(5)
    const { db } = models.connection
    if (!db) throw new Error('The test database is not connected.')
    const answer = mongo.BSON.serialize({ cursor: { id: mongo.Long.fromNumber(4_711), firstBatch: [] } })
    const command = vi
      .spyOn(db, 'command')
      .mockImplementationOnce(async (_command, options) => mongo.BSON.deserialize(answer, options))

    expect(await findPhones(5)).toEqual(phones.slice(1))
    expect(command.mock.lastCall?.[0]).toMatchObject({ cursors: [mongo.Long.fromNumber(4_711)] })
  })

  it('reads with the read concern of the connection', async () => {
    const phones = await store(5)
    const majority = { monitorCommands: true, readConcern: { level: 'majority' } } as const
    const watched = await mongoose.createConnection(database.uri, majority).asPromise()
    const asked: unknown[] = []
    watched.getClient().on('commandStarted', ({ commandName, command }) => {
      if (commandName === 'find') asked.push(command.readConcern)
    })
    const found = await findPhones(5, createModels(watched))
    await watched.close()

    expect(found).toEqual(phones.slice(1))
    expect(asked).toEqual([{ level: 'majority' }])
  })

  it('returns all of documents that are too large for one answer', async () => {
    const phones = await store(9, 'x'.repeat(3 * 1024 * 1024))

    expect(await findPhones(9)).toEqual(phones.slice(1))
  })

  it('asks again when the connection breaks', async () => {
    const phones = await store(5)
    const { db } = models.connection
    if (!db) throw new Error('The test database is not connected.')
    const command = vi.spyOn(db, 'command').mockRejectedValueOnce(new mongo.MongoNetworkError('cut'))

    expect(await findPhones(5)).toEqual(phones.slice(1))
    expect(command).toHaveBeenCalledOnce()
  })

  it('fails at once when no server could be selected', async () => {
    const { db } = models.connection
    if (!db) throw new Error('The test database is not connected.')
    const failure = Object.create(mongo.MongoServerSelectionError.prototype) as Error
    vi.spyOn(db, 'command').mockRejectedValueOnce(failure)
    const find = vi.spyOn(models.customers.collection, 'find')

    await expect(findPhones(5)).rejects.toBe(failure)
    expect(find).not.toHaveBeenCalled()
  })
})
