import { mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createModels,
  dropCustomerIndexes,
  ensureIndexes,
  isDuplicateKey,
  type Models,
  toDatabaseError,
} from '../../models/index.ts'
import { AppError } from '../../src/errors.ts'
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

describe('the translator of database errors', () => {
  const named = (name: string, code?: number | string) => Object.assign(new Error('text'), { name, code })
  const bulkFailure = (...codes: number[]) =>
    Object.assign(named('MongoBulkWriteError', codes[0]), { writeErrors: codes.map((code) => ({ code })) })

  it.each([
    [named('MongoNetworkError'), 'database_unavailable'],
    [named('MongooseServerSelectionError'), 'database_unavailable'],
    [new mongo.MongoServerError({ code: 189 }), 'database_unavailable'],
    [new mongo.MongoServerError({ code: 14031 }), 'database_full'],
    [new mongo.MongoServerError({ code: 2 }), 'database_failed'],
    [named('Error', 'ECONNRESET'), 'database_unavailable'],
    [named('MongoBulkWriteError', 'ECONNRESET'), 'database_unavailable'],
    [named('MongoBulkWriteError'), 'database_unavailable'],
    [bulkFailure(11000, 11000), 'database_failed'],
    [bulkFailure(11000, 14031), 'database_full'],
    [named('MongoServerClosedError'), 'database_unavailable'],
    [new mongo.MongoServerError({ code: 13 }), 'database_refused'],
    [new mongo.MongoServerError({ code: 18 }), 'database_refused'],
    [new mongo.MongoServerError({ code: 8000 }), 'database_refused'],
    [bulkFailure(11000, 13), 'database_refused'],
    [new TypeError('ours'), 'unexpected'],
  ])('gives %s the code %s', (error, code) => {
    const translated = toDatabaseError(error)
    expect(translated.code).toBe(code)
    expect(translated.cause).toBe(error)
  })

  it.each(['RetryableWriteError', 'RetryableError', 'SystemOverloadedError'])(
    'takes what a server labels %s for something that passes, whatever its code',
    (label) => {
      const error = new mongo.MongoServerError({ code: 123_456, errorLabels: [label] })

      expect(toDatabaseError(error).code).toBe('database_unavailable')
      expect(toDatabaseError(new mongo.MongoServerError({ code: 123_456 })).code).toBe('database_failed')
    },
  )

  it.each([
    6, 7, 43, 50, 63, 64, 89, 91, 112, 133, 134, 150, 189, 202, 249, 262, 272, 279, 365, 391, 402, 406, 407,
    412, 433, 449, 450, 453, 462, 9001, 10058, 10107, 11600, 11601, 11602, 13388, 13435, 13436, 14031, 91331,
  ])('waits for a server that answers %i', (code) => {
    expect(toDatabaseError(new mongo.MongoServerError({ code })).isTransient).toBe(true)
    expect(toDatabaseError(bulkFailure(11000, code)).isTransient).toBe(true)
  })

  it('leaves an error of ours as it is', () => {
    const error = new AppError('lease_lost')
    expect(toDatabaseError(error)).toBe(error)
  })
})
