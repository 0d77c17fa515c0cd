import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  createModels,
  dropCustomerIndexes,
  ensureIndexes,
  isDuplicateKey,
  type Models,
} from '../../models/index.ts'
import type { AppError } from '../../src/errors.ts'
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts'

let database: TestDatabase
let models: Models

beforeAll(async () => {
  database = await openTestDatabase()
  models = createModels(database.connection)
})
afterAll(() => database.drop())

describe('the indexes', () => {
  it('names some of the customers that stand in the way of one phone, one customer, and no phone', async () => {
    const { insertedIds } = await models.customers.collection.insertMany([
      { primary_phone: '+917417119014' },
      { primary_phone: '+917417119014' },
      { primary_phone: '+919820098200' },
    ])

    const failure = await ensureIndexes(models).catch((error: unknown) => error)

    expect(failure).toMatchObject({ code: 'database_duplicates' })
    const { message } = failure as AppError
    expect(message).toContain(`${insertedIds[0]} and ${insertedIds[1]}`)
    expect(message).not.toContain(String(insertedIds[2]))
    expect(message).not.toContain('7417119014')
    await models.customers.collection.deleteMany({})
  })

  it('of a collection are created by one command', async () => {
    const own = await openTestDatabase()
    const named = createModels(own.connection)
    const { collection } = named.fileUploads
    const [all, single] = [vi.spyOn(collection, 'createIndexes'), vi.spyOn(collection, 'createIndex')]

    await ensureIndexes(named)

    expect([all.mock.calls.length, single.mock.calls.length]).toEqual([1, 0])
    expect(await collection.indexes()).toHaveLength(named.fileUploads.schema.indexes().length + 1)
    await own.drop()
  })

  it('are taken as they are under another name, as Compass or a sharded cluster gives them', async () => {
    const own = await openTestDatabase()
    const named = createModels(own.connection)
    const phones = named.customers.collection
    await phones.createIndex({ primary_phone: 1 }, { name: 'primary_phone_1', unique: true })
    await named.fileUploads.collection.createIndex({ shared_at: -1, number: -1 }, { name: 'made_by_hand' })
    await named.uploadRows.collection.createIndex(
      { search: 1 },
      { name: 'also_by_hand', partialFilterExpression: { search: { $exists: true } } },
    )

    await ensureIndexes(named)
    await ensureIndexes(named)

    const names = async (collection: typeof phones) => (await collection.indexes()).map(({ name }) => name)
    expect(await names(phones)).toEqual(['_id_', 'primary_phone_1'])
    expect(await names(named.fileUploads.collection)).not.toContain('recent')
    expect(await names(named.uploadRows.collection)).not.toContain('search')
    // A switch drops it under any name.
    await dropCustomerIndexes(named)
    expect(await names(phones)).toEqual(['_id_'])
    await own.drop()
  })

  it.each<[string, object]>([
    ['is not unique', {}],
    ['is for some documents alone', { unique: true, partialFilterExpression: { city: 'Pune' } }],
  ])('are not replaced by one that %s', async (_, options) => {
    const own = await openTestDatabase()
    const named = createModels(own.connection)
    const phones = named.customers.collection
    await phones.createIndex({ primary_phone: 1 }, { name: 'primary_phone_1', ...options })

    await ensureIndexes(named).catch(() => undefined)

    await phones.insertOne({ primary_phone: '+917417119014' })
    const second = await phones.insertOne({ primary_phone: '+917417119014' }).catch(isDuplicateKey)
    const indexes = await phones.indexes()
    // Either both exist, or the start fails: the unique index is never silently missing.
    expect(second === true || !indexes.some(({ name }) => name === 'primary_phone')).toBe(true)
    await own.drop()
  })

  it('refuse a second customer with the same phone', async () => {
    await ensureIndexes(models)
    await ensureIndexes(models)
    await models.customers.collection.insertOne({ primary_phone: '+917417119014' })

    const failure = await models.customers.collection
      .insertOne({ primary_phone: '+917417119014' })
      .catch((error: unknown) => error)

    expect(isDuplicateKey(failure)).toBe(true)
  })

  it('let one upload run at a time', async () => {
    const running = (number: number) => ({
      number,
      status: 'running',
      source: { kind: 'cli' },
      lease: { lane: 'customers' },
      shared_at: new Date(),
    })
    await models.fileUploads.collection.insertOne(running(1))

    const failure = await models.fileUploads.collection.insertOne(running(2)).catch((error: unknown) => error)

    expect(isDuplicateKey(failure)).toBe(true)
    await models.fileUploads.collection.insertOne({ ...running(3), status: 'queued' })
  })
})
