import { mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createModels,
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
    [new TypeError('ours'), 'unexpected'],
  ])('gives %s the code %s', (error, code) => {
    const translated = toDatabaseError(error)
    expect(translated.code).toBe(code)
    expect(translated.cause).toBe(error)
  })

  it('leaves an error of ours as it is', () => {
    const error = new AppError('lease_lost')
    expect(toDatabaseError(error)).toBe(error)
  })
})
