import type { BSON } from 'bson'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { createModels } from '../../models/index.ts'
import { connectDatabase } from '../../src/database/connect.ts'
import { describeServer } from '../../src/server-facts.ts'
import { compareUploads } from '../../src/uploads/comparison/index.ts'
import { removeOldValues } from '../../src/uploads/retention/index.ts'
import { playImport, playUndo } from '../support/play-uploads.ts'
import { openTestModels } from '../support/test-models.ts'
import { greetingLike, startWireServer, throughServer } from '../support/wire-server.ts'

/**
 * Checks the sent commands against a sharded cluster's rules: MongoDB 5.0 to 7.0 reject an upsert without the
 * whole shard key, and ask every shard for a range without its prefix.
 */
const SHARD_KEYS: Readonly<Record<string, readonly string[]>> = {
  customers: ['primary_phone'],
  upload_rows: ['upload', 'line'],
}

const { models: direct, database } = await openTestModels()
const server = await startWireServer({
  target: inject('databaseUri'),
  greeting: greetingLike(await describeServer(database.connection)),
})
const connection = await connectDatabase(throughServer(server, database.uri), { log: () => undefined })
const models = createModels(connection)
const phoneOf = (n: number) => `+9198200${String(n).padStart(5, '0')}`
const rowsOf = (city: string) =>
  Array.from({ length: 20 }, (_, n) => ({ line: n + 2, phone: phoneOf(n), values: { city } }))

afterAll(async () => {
  await connection.close()
  await server.stop()
})

beforeAll(async () => {
  const first = await playImport(models, { sharedAt: new Date('2026-01-01T09:00:00Z') }, rowsOf('Pune'))
  const second = await playImport(models, { sharedAt: new Date('2026-01-02T09:00:00Z') }, rowsOf('Goa'))
  for await (const _ of compareUploads(models, first, second));
  // Another writer changes a customer during the undo: its row is planned again.
  server.fail({ commands: ['update'], where: ({ update }) => update === 'customers', delayMs: 1_000 })
  const asked = server.commands.length
  const undoing = playUndo(models, second.number)
  await vi.waitFor(
    () => expect(server.commands.slice(asked).some(({ update }) => update === 'customers')).toBe(true),
    { timeout: 45_000 },
  )
  await direct.customers.collection.updateOne({ primary_phone: phoneOf(3) }, { $set: { city: 'Delhi' } })
  expect((await undoing).status).toBe('done')
  await removeOldValues(
    { models, days: 1, log: { info: () => undefined }, deleteFile: async () => true },
    new Date('2026-03-01T09:00:00Z'),
  )
})

interface Statement {
  readonly collection: string
  readonly statement: BSON.Document
}

function listUpdates(): Statement[] {
  return server.commands.flatMap((command) =>
    typeof command.update === 'string' && Array.isArray(command.updates)
      ? command.updates.map((statement: BSON.Document) => ({ collection: command.update, statement }))
      : [],
  )
}

describe('what is sent to a cluster', () => {
  it('names the whole shard key in every upsert', () => {
    const upserts = listUpdates().filter(
      ({ collection, statement }) => statement.upsert === true && collection in SHARD_KEYS,
    )

    expect(upserts.length).toBeGreaterThan(0)
    for (const { collection, statement } of upserts)
      expect(Object.keys(statement.q)).toEqual(expect.arrayContaining([...(SHARD_KEYS[collection] ?? [])]))
  })

  it('names the beginning of the shard key in every change of one document', () => {
    const single = listUpdates().filter(
      ({ collection, statement }) => statement.multi !== true && collection in SHARD_KEYS,
    )

    expect(single.length).toBeGreaterThan(0)
    for (const { collection, statement } of single)
      expect(Object.keys(statement.q)).toContain(SHARD_KEYS[collection]?.[0])
  })

  it('names the upload beside every range of rows', () => {
    const ranges = server.commands.filter(({ find, filter }) => find === 'upload_rows' && filter?._id?.$gt)

    expect(ranges.length).toBeGreaterThan(1)
    for (const { filter } of ranges) expect(filter.upload._bsontype).toBe('ObjectId')
  })

  it('writes with a pipeline in one form alone, that of the engine behind', async () => {
    const sent = JSON.stringify(server.commands)
    const { engine } = await describeServer(connection)

    expect(sent.includes('"$unsetField"')).toBe(engine === 'documentdb')
  })
})
