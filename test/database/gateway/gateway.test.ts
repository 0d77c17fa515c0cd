import { randomUUID } from 'node:crypto'
import mongoose from 'mongoose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DatabaseServer } from '../../../src/database/start-server.ts'
import { openDocumentDb } from '../documentdb/documentdb-server.ts'

type Client = mongoose.mongo.MongoClient
type Collection = mongoose.mongo.Collection
const { Long, MongoClient } = mongoose.mongo

let server: DatabaseServer | string
let client: Client
let database: mongoose.mongo.Db
let things: Collection

beforeAll(async () => {
  server = await openDocumentDb()
  if (typeof server === 'string') return
  client = new MongoClient(server.uri)
  await client.connect()
  database = client.db(`test_${randomUUID().slice(0, 8)}`)
})

afterAll(async () => {
  if (typeof server === 'string') return
  await database.dropDatabase()
  await client.close()
  await server.stop()
})

beforeEach((context) => {
  if (typeof server === 'string') return context.skip(server)
  things = database.collection(`things_${randomUUID().slice(0, 8)}`)
})

const numbered = (count: number) => Array.from({ length: count }, (_, n) => ({ n, text: `row ${n}` }))
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: { code?: unknown }) => error.code,
  )

describe('writes', () => {
  it('stores documents and gives them back as they were', async () => {
    const at = new Date('2026-01-31T10:00:00.123Z')
    const document = {
      name: 'Kushal',
      nested: { list: [1, 'two', null, { three: 3.5 }] },
      at,
      big: Long.MAX_VALUE,
      'odd key': 'ünï',
    }
    const { insertedId } = await things.insertOne(document)
    const { big, ...rest } = document
    const found = await things.findOne({ _id: insertedId }, { promoteLongs: false })
    expect(found).toMatchObject(rest)
    expect(String(found?.big)).toBe(String(big))
    expect(Object.keys(found ?? {})).toEqual(['_id', 'name', 'nested', 'at', 'big', 'odd key'])
  })

  it('upserts: $setOnInsert holds at the first write only', async () => {
    for (const day of [1, 2, 3])
      await things.updateOne(
        { phone: '+1' },
        { $set: { updated: day }, $setOnInsert: { first: day } },
        { upsert: true },
      )
    expect(await things.find().toArray()).toMatchObject([{ phone: '+1', first: 1, updated: 3 }])
  })

  it('reports what an unordered bulk write did, with the ids of the upserted by position', async () => {
    await things.insertOne({ k: 1, v: 0 })
    const result = await things.bulkWrite(
      [1, 2, 3].map((k) => ({ updateOne: { filter: { k }, update: { $set: { v: k } }, upsert: true } })),
      { ordered: false },
    )
    expect(result).toMatchObject({ matchedCount: 1, modifiedCount: 1, upsertedCount: 2 })
    expect(Object.keys(result.upsertedIds)).toEqual(['1', '2'])
  })

  it('deletes one and many', async () => {
    await things.insertMany(numbered(10))
    expect((await things.deleteOne({ n: { $lt: 5 } })).deletedCount).toBe(1)
    expect((await things.deleteMany({ n: { $lt: 5 } })).deletedCount).toBe(4)
  })

  it('finds and modifies with sort, before and after', async () => {
    await things.insertMany(numbered(3))
    const before = await things.findOneAndUpdate(
      {},
      { $inc: { n: 10 } },
      { sort: { n: -1 }, returnDocument: 'before' },
    )
    const after = await things.findOneAndUpdate({ n: 12 }, { $inc: { n: 1 } }, { returnDocument: 'after' })
    expect([before?.n, after?.n, await things.findOneAndUpdate({ n: 99 }, { $set: { n: 1 } })]).toEqual([
      2,
      13,
      null,
    ])
  })

  it('takes writes nobody waits for, in order', async () => {
    for (const n of [1, 2, 3]) await things.insertOne({ n }, { writeConcern: { w: 0 } })
    await things.updateOne({ n: 3 }, { $set: { n: 4 } }, { writeConcern: { w: 0 } })
    await expect
      .poll(() =>
        things
          .find()
          .sort({ n: 1 })
          .map(({ n }) => n)
          .toArray(),
      )
      .toEqual([1, 2, 4])
  })

  it('takes lists inside the command as well as beside it', async () => {
    await database.command({ insert: things.collectionName, documents: [{ _id: 1 }, { _id: 2 }] })
    const reply = await database.command({
      update: things.collectionName,
      updates: [{ q: { _id: 1 }, u: { $set: { a: 1 } } }],
    })
    expect(reply).toMatchObject({ ok: 1, n: 1, nModified: 1 })
    expect(await things.find().toArray()).toEqual([{ _id: 1, a: 1 }, { _id: 2 }])
  })

  it('refuses an operator that does not exist and an _id that would change', async () => {
    await things.insertOne({ _id: 1 as never })
    expect(await codeOf(things.updateOne({ _id: 1 as never }, { $nothing: { a: 1 } }))).toBe(9)
    expect(await codeOf(things.updateOne({ _id: 1 as never }, { $set: { _id: 2 } }))).toBe(66)
  })
})

describe('unique indexes', () => {
  beforeEach(async () => {
    await things.createIndex({ phone: 1 }, { unique: true })
    await things.insertMany([{ phone: '+1' }, { phone: '+2' }])
  })

  it.each<[string, () => Promise<unknown>]>([
    ['insert', () => things.insertOne({ phone: '+1' })],
    [
      'an insert of an _id that is there',
      async () => things.insertOne({ _id: (await things.findOne())?._id as never }),
    ],
    ['insertMany', () => things.insertMany([{ phone: '+1' }])],
    ['update', () => things.updateOne({ phone: '+1' }, { $set: { phone: '+2' } })],
    ['upsert', () => things.updateOne({ other: 1 }, { $set: { phone: '+2' } }, { upsert: true })],
    ['replace', () => things.replaceOne({ phone: '+1' }, { phone: '+2' })],
    ['an ordered bulk write', () => things.bulkWrite([{ insertOne: { document: { phone: '+2' } } }])],
    [
      'an unordered bulk write',
      () => things.bulkWrite([{ insertOne: { document: { phone: '+2' } } }], { ordered: false }),
    ],
    ['findOneAndUpdate', () => things.findOneAndUpdate({ phone: '+1' }, { $set: { phone: '+2' } })],
    [
      'an upserting findOneAndUpdate',
      () => things.findOneAndUpdate({ x: 1 }, { $set: { phone: '+2' } }, { upsert: true }),
    ],
    ['findOneAndReplace', () => things.findOneAndReplace({ phone: '+1' }, { phone: '+2' })],
  ])('answers %s of a second one with code 11000 and changes nothing', async (_name, write) => {
    const error = await write().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 11000 })
    expect(String((error as Error).message)).toContain('E11000')
    expect(await things.countDocuments()).toBe(2)
    expect(await things.distinct('phone')).toEqual(['+1', '+2'])
  })

  it('goes on after a violation in an unordered write, and names every violation by its position', async () => {
    const rows = ['+3', '+1', '+4', '+2', '+5'].map((phone) => ({ insertOne: { document: { phone } } }))
    const error = await things.bulkWrite(rows, { ordered: false }).catch((thrown) => thrown)
    expect(error.writeErrors.map((one: { index: number; code: number }) => [one.index, one.code])).toEqual([
      [1, 11000],
      [3, 11000],
    ])
    expect(error.result.insertedCount).toBe(3)
    expect(await things.countDocuments()).toBe(5)
  })

  it('stops at a violation in an ordered write', async () => {
    const rows = ['+3', '+1', '+4'].map((phone) => ({ phone }))
    expect(await codeOf(things.insertMany(rows))).toBe(11000)
    expect((await things.distinct('phone')).sort()).toEqual(['+1', '+2', '+3'])
  })

  it('refuses a unique index over duplicates', async () => {
    await things.insertMany([{ email: 'a' }, { email: 'a' }].map((row, n) => ({ ...row, phone: `p${n}` })))
    expect(await codeOf(things.createIndex({ email: 1 }, { unique: true }))).toBe(11000)
  })

  it('watches only what a partial index covers', async () => {
    await things.createIndex({ slot: 1 }, { unique: true, partialFilterExpression: { status: 'running' } })
    await things.insertMany([
      { phone: 'a', slot: 1, status: 'done' },
      { phone: 'b', slot: 1, status: 'done' },
      { phone: 'c', slot: 1, status: 'running' },
    ])
    expect(await codeOf(things.insertOne({ phone: 'd', slot: 1, status: 'running' }))).toBe(11000)
    expect(await codeOf(things.updateOne({ phone: 'a' }, { $set: { status: 'running' } }))).toBe(11000)
  })
})

describe('reading', () => {
  it('counts, lists distinct values and aggregates', async () => {
    await things.insertMany(numbered(50).map((row) => ({ ...row, parity: row.n % 2 })))
    expect(await things.countDocuments({ n: { $gte: 40 } })).toBe(10)
    expect(await things.estimatedDocumentCount()).toBeGreaterThanOrEqual(0)
    expect(await things.distinct('parity')).toEqual([0, 1])
    const groups = await things
      .aggregate([{ $group: { _id: '$parity', sum: { $sum: '$n' } } }, { $sort: { _id: 1 } }])
      .toArray()
    expect(groups).toEqual([
      { _id: 0, sum: 600 },
      { _id: 1, sum: 625 },
    ])
  })

  it.each<[string, object]>([
    ['in the order of the index', { sort: { n: 1 } }],
    ['in an order no index has', { sort: { text: 1 } }],
    ['in no order', {}],
    ['with a projection', { projection: { n: 1 }, sort: { n: -1 } }],
  ])('pages through 5,000 documents %s', async (_name, options) => {
    await things.insertMany(numbered(5000))
    const seen = await things
      .find({}, { ...options, batchSize: 97 })
      .map(({ n }) => n)
      .toArray()
    expect(seen).toHaveLength(5000)
    expect(new Set(seen).size).toBe(5000)
  })

  it('pages through a grouping', async () => {
    await things.insertMany(numbered(2000))
    const pages = things.aggregate([{ $group: { _id: '$n' } }], { batchSize: 10 })
    let count = 0
    for await (const _ of pages) count += 1
    expect(count).toBe(2000)
  })

  it('keeps a cursor through writes of others', async () => {
    await things.insertMany(numbered(1000))
    const cursor = things.find({}, { sort: { text: 1 }, batchSize: 10 })
    const first = await cursor.next()
    await things.deleteMany({ n: { $gt: 500 } })
    const rest = await cursor.toArray()
    expect(first?.n).toBe(0)
    expect(rest.length).toBeGreaterThanOrEqual(500)
  })

  it('lets another connection of the same client continue a cursor', async () => {
    await things.insertMany(numbered(300))
    const page = await database.command({ find: things.collectionName, batchSize: 100, sort: { text: 1 } })
    const other = new MongoClient((server as DatabaseServer).uri)
    const next = await other
      .db(database.databaseName)
      .command({ getMore: page.cursor.id, collection: things.collectionName, batchSize: 1000 })
    await other.close()
    expect(next.cursor.nextBatch).toHaveLength(200)
    expect(Number(next.cursor.id)).toBe(0)
  })

  it('kills a cursor on request, and says so to whoever still asks', async () => {
    await things.insertMany(numbered(300))
    const { cursor } = await database.command(
      { find: things.collectionName, batchSize: 10 },
      { promoteLongs: false },
    )
    const killed = await database.command({
      killCursors: things.collectionName,
      cursors: [cursor.id, Long.fromNumber(1)],
    })
    expect(killed.cursorsKilled.map(String)).toEqual([String(cursor.id)])
    expect(killed.cursorsNotFound.map(String)).toEqual(['1'])
    expect(await codeOf(database.command({ getMore: cursor.id, collection: things.collectionName }))).toBe(43)
  })

  it('closes the cursors of a client that says goodbye', async () => {
    await things.insertMany(numbered(300))
    const other = new MongoClient((server as DatabaseServer).uri)
    const cursor = other
      .db(database.databaseName)
      .collection(things.collectionName)
      .find({}, { batchSize: 10 })
    await cursor.next()
    const id = cursor.id
    await other.close()
    expect(await codeOf(database.command({ getMore: id, collection: things.collectionName }))).toBe(43)
  })

  it('gives up after maxTimeMS and serves the next request', async () => {
    await things.insertMany(numbered(3000))
    const slow = [
      {
        $lookup: {
          from: things.collectionName,
          pipeline: [{ $match: { $expr: { $gt: ['$n', -1] } } }],
          as: 'all',
        },
      },
      { $unwind: '$all' },
      { $group: { _id: null, count: { $sum: 1 } } },
    ]
    expect(await codeOf(things.aggregate(slow, { maxTimeMS: 50 }).toArray())).toBe(50)
    expect(await things.countDocuments({}, { maxTimeMS: 10_000 })).toBe(3000)
  })
})

describe('collections', () => {
  it('makes, lists and drops collections and indexes', async () => {
    await database.createCollection(things.collectionName)
    await things.createIndexes([
      { key: { a: 1 }, name: 'a' },
      { key: { b: -1, c: 1 }, name: 'bc', sparse: true },
      { key: { at: 1 }, name: 'ttl', expireAfterSeconds: 3600 },
    ])
    const indexes = await things.indexes()
    expect(indexes.map(({ name }) => name)).toEqual(['_id_', 'a', 'bc', 'ttl'])
    // mongodump writes what `listIndexes` returns, and a MongoDB rejects an index with options of another
    // engine.
    for (const index of indexes) expect(index).not.toHaveProperty('storageEngine')
    await things.dropIndex('a')
    expect((await things.indexes()).map(({ name }) => name)).toEqual(['_id_', 'bc', 'ttl'])
    expect(await codeOf(things.dropIndex('no such'))).toBe(27)
    const names = await database.listCollections({ name: things.collectionName }).toArray()
    expect(names.map(({ name }) => name)).toEqual([things.collectionName])
    expect(await things.drop()).toBe(true)
    expect(await database.listCollections({ name: things.collectionName }).toArray()).toEqual([])
  })

  it('lists indexes as any server could make them again', async () => {
    await things.createIndex({ a: 1 }, { name: 'a', unique: true })
    await things.createIndex({ b: 1 }, { name: 'b', partialFilterExpression: { b: { $exists: true } } })

    expect(await things.indexes()).toEqual([
      { v: 2, key: { _id: 1 }, name: '_id_' },
      { v: 2, key: { a: 1 }, name: 'a', unique: true },
      { v: 2, key: { b: 1 }, name: 'b', partialFilterExpression: { b: { $exists: true } } },
    ])
  })

  it('makes an index again without complaint, and refuses the same name for another key', async () => {
    await things.createIndex({ a: 1 }, { name: 'one' })
    expect(await things.createIndex({ a: 1 }, { name: 'one' })).toBe('one')
    expect([85, 86]).toContain(await codeOf(things.createIndex({ b: 1 }, { name: 'one' })))
  })

  it('reports sizes of collections and databases', async () => {
    await things.insertMany(numbered(10))
    expect(await database.command({ collStats: things.collectionName })).toMatchObject({ ok: 1 })
    expect(await database.stats()).toMatchObject({ ok: 1 })
    const { databases } = await client.db().admin().listDatabases()
    expect(databases.map(({ name }) => name)).toContain(database.databaseName)
  })

  it('lets many clients write to a collection that is not there yet', async () => {
    await Promise.all(numbered(40).map((row) => things.insertOne(row)))
    expect(await things.countDocuments()).toBe(40)
  })
})

describe('the conversation', () => {
  it('names itself and answers what drivers ask first', async () => {
    const admin = client.db().admin()
    expect(await admin.ping()).toMatchObject({ ok: 1 })
    expect(await admin.buildInfo()).toMatchObject({ version: '7.0.0', ok: 1 })
    expect(await admin.command({ connectionStatus: 1 })).toMatchObject({ ok: 1 })
    expect((await admin.serverStatus()).connections.current).toBeGreaterThan(0)
  })

  it.each([
    ['a command nobody knows', { fly: 1 }, 59],
    ['a name from the prototype', { constructor: 1 }, 59],
    ['a write without its list', { insert: 'things' }, 40414],
    [
      'an aggregation stage nobody knows',
      { aggregate: 'things', pipeline: [{ $nothing: 1 }], cursor: {} },
      40324,
    ],
    ['a cursor nobody opened', { getMore: Long.fromNumber(12345), collection: 'things' }, 43],
    ['a filter that is no document', { find: 'things', filter: 5 }, 14],
  ])('answers %s with its code', async (_name, command, code) => {
    expect(await codeOf(database.command(command))).toBe(code)
  })

  it('does not pretend to have transactions', async () => {
    const insert = { insert: 'things', documents: [{ a: 1 }], startTransaction: true, autocommit: false }
    expect(await codeOf(database.command(insert))).toBe(20)
  })

  it('keeps every one of many concurrent clients apart', async () => {
    await things.createIndex({ key: 1 }, { unique: true })
    const clients = Array.from(
      { length: 8 },
      () => new MongoClient((server as DatabaseServer).uri, { maxPoolSize: 4 }),
    )
    const keys = numbered(400).map(({ n }) => n)
    await Promise.all(
      clients.map(async (one, index) => {
        const mine = one.db(database.databaseName).collection(things.collectionName)
        // Each in another order: the engine's locks cross, and no caller may see the deadlocks.
        const order = [...keys].sort(
          (a, b) => ((a * 7919 * (index + 1)) % 401) - ((b * 7919 * (index + 1)) % 401),
        )
        await mine.bulkWrite(
          order.map((key) => ({
            updateOne: { filter: { key }, update: { $inc: { count: 1 } }, upsert: true },
          })),
          { ordered: false },
        )
      }),
    )
    await Promise.all(clients.map((one) => one.close()))
    const counts = await things.distinct('count')
    expect([await things.countDocuments(), counts]).toEqual([400, [8]])
  })
})
