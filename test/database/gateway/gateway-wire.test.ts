import { randomUUID } from 'node:crypto'
import type { BSON } from 'bson'
import mongoose from 'mongoose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DatabaseServer } from '../../../src/database/start-server.ts'
import { openDocumentDb } from '../documentdb/documentdb-server.ts'
import { connectWire, encodeQuery, encodeRequest } from './wire-client.ts'

const { Binary, MongoClient } = mongoose.mongo
const MB = 1024 * 1024

interface Thing {
  _id: number
  n?: number
  text?: string
  more?: string
  data?: mongoose.mongo.Binary
}

let server: DatabaseServer | string
let uri: string
let client: mongoose.mongo.MongoClient
let database: mongoose.mongo.Db
let things: mongoose.mongo.Collection<Thing>

beforeAll(async () => {
  server = await openDocumentDb()
  if (typeof server === 'string') return
  uri = server.uri
  client = new MongoClient(uri)
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

const insertRequest = (id: number, documents: BSON.Document[], flags = 0) =>
  encodeRequest(
    id,
    { insert: things.collectionName, $db: database.databaseName },
    { flags, sequences: { documents } },
  )

describe('messages and packets', () => {
  it.each([1, 2, 3, 7, 16, 17, 100])('reads a message that comes in packets of %i bytes', async (size) => {
    const wire = await connectWire(uri)
    const message = insertRequest(7, [{ a: 1 }, { a: 2 }])
    for (let at = 0; at < message.length; at += size) {
      wire.socket.write(message.subarray(at, at + size))
      await new Promise(setImmediate)
    }
    expect(await wire.next()).toMatchObject({ responseTo: 7, body: { n: 2, ok: 1 } })
    wire.socket.destroy()
  })

  it('answers many messages of one packet in their order', async () => {
    const wire = await connectWire(uri)
    const ping = (id: number) => encodeRequest(id, { ping: 1, $db: 'admin' })
    wire.socket.write(
      Buffer.concat([insertRequest(1, [{ _id: 1 }]), ping(2), insertRequest(3, [{ _id: 2 }]), ping(4)]),
    )
    const replies = [await wire.next(), await wire.next(), await wire.next(), await wire.next()]
    expect(replies.map((reply) => reply?.responseTo)).toEqual([1, 2, 3, 4])
    wire.socket.destroy()
  })

  it('answers the hello of a driver that does not know yet what is spoken here', async () => {
    const wire = await connectWire(uri)
    wire.socket.write(encodeQuery(5, { ismaster: 1, helloOk: true }))
    expect(await wire.next()).toMatchObject({
      responseTo: 5,
      body: { helloOk: true, maxWireVersion: 21, ok: 1 },
    })
    wire.socket.destroy()
  })

  it('says nothing to a write nobody waits for, and does it before the next request', async () => {
    const wire = await connectWire(uri)
    const count = encodeRequest(2, { count: things.collectionName, query: {}, $db: database.databaseName })
    wire.socket.write(Buffer.concat([insertRequest(1, [{ a: 1 }], 2), count]))
    expect(await wire.next()).toMatchObject({ responseTo: 2, body: { n: 1 } })
    wire.socket.destroy()
  })

  it('accepts a checksum and the permission to stream answers', async () => {
    const wire = await connectWire(uri)
    wire.socket.write(encodeRequest(1, { ping: 1, $db: 'admin' }, { flags: 1 | (1 << 16) }))
    expect(await wire.next()).toMatchObject({ responseTo: 1, body: { ok: 1 } })
    wire.socket.destroy()
  })

  it('answers a command that is no BSON with InvalidBSON', async () => {
    const wire = await connectWire(uri)
    const message = encodeRequest(1, { ping: 1, text: 'abc', $db: 'admin' })
    message[message.indexOf('text') - 1] = 0x44
    wire.socket.write(message)
    expect(await wire.next()).toMatchObject({ body: { ok: 0, code: 22, codeName: 'InvalidBSON' } })
    wire.socket.destroy()
  })

  it.each<[string, () => Buffer]>([
    ['a length below a header', () => Buffer.from([15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
    ['a length above 48 MB', () => Buffer.concat([Buffer.from([0, 108, 220, 3]), Buffer.alloc(60)])],
    ['another protocol', () => Buffer.from('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')],
    ['a flag that changes the meaning', () => encodeRequest(1, { ping: 1 }, { flags: 4 })],
    [
      'an operation of long ago',
      () =>
        Buffer.concat([
          Buffer.from([20, 0, 0, 0]),
          Buffer.alloc(8),
          Buffer.from([210, 7, 0, 0]),
          Buffer.alloc(4),
        ]),
    ],
  ])('closes the connection on %s, and serves the others', async (_name, bytes) => {
    const wire = await connectWire(uri)
    wire.socket.write(bytes())
    expect(await wire.next()).toBeNull()
    expect(await database.command({ ping: 1 })).toMatchObject({ ok: 1 })
  })

  it('survives documents whose inside is broken', async () => {
    const good = insertRequest(1, [{ _id: 1, text: 'abcdefgh', list: [1, 2, 3], inner: { a: 'b' } }])
    const from = good.indexOf('documents')
    for (let at = from + 14; at < good.length - 1; at += 1) {
      const bad = Buffer.from(good)
      bad[at] = 0xee
      const wire = await connectWire(uri)
      wire.socket.write(bad)
      const reply = await wire.next()
      expect(reply === null || typeof reply.body.ok === 'number').toBe(true)
      wire.socket.destroy()
    }
    expect(await database.command({ ping: 1 })).toMatchObject({ ok: 1 })
    await things.drop()
  })
})

/** The server's own count: it notices a closed client in its own time. */
const countConnections = async (): Promise<number> =>
  (await database.command({ serverStatus: 1 })).connections.current

describe('clients that go away', () => {
  it('in the middle of a message: nothing is stored, others are served', async () => {
    const wire = await connectWire(uri)
    const message = insertRequest(1, [{ a: 1 }])
    const withIt = await countConnections()
    await new Promise((resolve) => wire.socket.write(message.subarray(0, message.length - 3), resolve))
    wire.socket.destroy()
    await expect.poll(countConnections).toBeLessThan(withIt)
    expect(await things.countDocuments()).toBe(0)
  })

  it('while their request runs: it is finished, others are served', async () => {
    const documents = Array.from({ length: 5000 }, (_, n) => ({ _id: n }))
    const wire = await connectWire(uri)
    await new Promise<void>((resolve) => wire.socket.write(insertRequest(1, documents), () => resolve()))
    wire.socket.resetAndDestroy()
    await expect
      .poll(() => things.countDocuments(), { timeout: 45_000 })
      .toSatisfy((n) => n === 0 || n === 5000)
    expect(await database.command({ ping: 1 })).toMatchObject({ ok: 1 })
  })

  it('while an answer is on its way: the rest of it is dropped', async () => {
    await things.insertMany(Array.from({ length: 15 }, (_, n) => ({ _id: n, text: 'x'.repeat(MB) })))
    const wire = await connectWire(uri)
    wire.socket.write(encodeRequest(1, { find: things.collectionName, $db: database.databaseName }))
    await new Promise((resolve) => wire.socket.once('data', resolve))
    wire.socket.resetAndDestroy()
    expect(await things.countDocuments()).toBe(15)
  })

  it('with a cursor open: another connection may go on with it for a while', async () => {
    await things.insertMany(Array.from({ length: 300 }, (_, n) => ({ _id: n })))
    const wire = await connectWire(uri)
    const find = { find: things.collectionName, batchSize: 10, $db: database.databaseName }
    wire.socket.write(encodeRequest(1, find))
    const id = (await wire.next())?.body.cursor.id
    const withIt = await countConnections()
    wire.socket.destroy()
    await expect.poll(countConnections).toBeLessThan(withIt)
    const page = await database.command({ getMore: id, collection: things.collectionName, batchSize: 1000 })
    expect(page.cursor.nextBatch).toHaveLength(290)
  })

  it('slowly: a client that does not read its answers holds nobody up', async () => {
    await things.insertMany(Array.from({ length: 15 }, (_, n) => ({ _id: n, text: 'x'.repeat(MB) })))
    const wire = await connectWire(uri)
    wire.socket.pause()
    for (let id = 1; id <= 20; id += 1)
      wire.socket.write(encodeRequest(id, { find: things.collectionName, $db: database.databaseName }))
    for (let times = 0; times < 20; times += 1) expect(await things.countDocuments()).toBe(15)
    wire.socket.resume()
    for (let id = 1; id <= 20; id += 1) expect((await wire.next())?.responseTo).toBe(id)
    wire.socket.destroy()
  })
})

describe('sizes', () => {
  const filled = (total: number) => {
    const empty = mongoose.mongo.BSON.calculateObjectSize({ _id: 1, data: new Binary(Buffer.alloc(0)) })
    return { _id: 1, data: new Binary(Buffer.alloc(total - empty, 7)) }
  }

  it('stores a document of exactly 16 MB and gives it back', async () => {
    await things.insertOne(filled(16 * MB))
    const found = await things.findOne()
    expect(found?.data?.length()).toBe(filled(16 * MB).data.length())
  })

  it('refuses a document one byte larger with code 10334', async () => {
    const wire = await connectWire(uri)
    wire.socket.write(insertRequest(1, [filled(16 * MB + 1)]))
    expect(await wire.next()).toMatchObject({ body: { ok: 0, code: 10334, codeName: 'BSONObjectTooLarge' } })
    wire.socket.destroy()
  })

  it('refuses an update that would grow a document beyond 16 MB', async () => {
    await things.insertOne(filled(16 * MB - 100))
    const error = await things
      .updateOne({ _id: 1 }, { $set: { more: 'x'.repeat(200) } })
      .catch((thrown) => thrown)
    expect([10334, 17419]).toContain(error.code)
  })

  it('takes a message of nearly 48,000,000 bytes', async () => {
    const documents = Array.from({ length: 47 }, (_, n) => ({
      _id: n,
      data: new Binary(Buffer.alloc(1_020_000, n)),
    }))
    const wire = await connectWire(uri)
    const message = insertRequest(1, documents)
    expect(message.length).toBeGreaterThan(47_900_000)
    wire.socket.write(message)
    expect(await wire.next()).toMatchObject({ body: { n: 47, ok: 1 } })
    expect(await things.countDocuments()).toBe(47)
    wire.socket.destroy()
  })

  it('takes 100,000 documents in one message', async () => {
    const wire = await connectWire(uri)
    wire.socket.write(
      insertRequest(
        1,
        Array.from({ length: 100_000 }, (_, n) => ({ _id: n })),
      ),
    )
    expect(await wire.next()).toMatchObject({ body: { n: 100_000, ok: 1 } })
    wire.socket.write(
      insertRequest(
        2,
        Array.from({ length: 100_001 }, (_, n) => ({ n })),
      ),
    )
    expect(await wire.next()).toMatchObject({ body: { ok: 0, code: 16 } })
    wire.socket.destroy()
  })

  it('splits an answer above 16 MB into pages', async () => {
    await things.insertMany(Array.from({ length: 40 }, (_, n) => ({ _id: n, text: 'x'.repeat(MB) })))
    expect(
      await things
        .find()
        .sort({ _id: 1 })
        .map(({ _id }) => _id)
        .toArray(),
    ).toEqual(Array.from({ length: 40 }, (_, n) => n))
  })
})
