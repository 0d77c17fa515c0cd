import { tmpdir } from 'node:os'
import type { BSON } from 'bson'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { createModels, ensureIndexes } from '../../models/index.ts'
import { connectDatabase } from '../../src/database/connect.ts'
import { openDatabase } from '../../src/database/index.ts'
import { describeServer } from '../../src/server-facts.ts'
import { countMatchingCustomers } from '../../src/uploads/filters/index.ts'
import { openTestModels } from '../support/test-models.ts'
import { greetingLike, startWireServer, throughServer, type WireServer } from '../support/wire-server.ts'

/** Checks the options of commands, on the commands that were sent. */
const { models: direct, database } = await openTestModels()
const ends: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const end of ends.reverse()) await end()
})

async function startServer(): Promise<WireServer> {
  const server = await startWireServer({
    target: inject('databaseUri'),
    greeting: greetingLike(await describeServer(database.connection)),
  })
  ends.push(server.stop)
  return server
}

describe('a group of every customer', () => {
  it('may use the disk where memory is not enough, as MongoDB asks for', async () => {
    const server = await startServer()
    const connection = await connectDatabase(throughServer(server, database.uri), { log: () => undefined })
    ends.push(() => connection.close())
    const models = createModels(connection)
    await direct.customers.collection.dropIndexes()
    await direct.customers.collection.insertMany([
      { primary_phone: '+919820098200', city: 'Pune' },
      { primary_phone: '+919820098200', city: 'Goa' },
    ])

    await expect(ensureIndexes(models)).rejects.toMatchObject({ code: 'database_duplicates' })
    await direct.customers.collection.deleteMany({})
    await countMatchingCustomers(models, {
      filter: {},
      by: 'city',
      startOfDay: (day) => new Date(day),
      now: new Date(),
    })

    const groups = server.commands.filter(
      ({ aggregate, pipeline = [] }) =>
        aggregate === 'customers' &&
        pipeline.some(({ $group }: BSON.Document) => $group && $group._id !== null),
    )
    expect(groups).toHaveLength(2)
    for (const group of groups) expect(group.allowDiskUse).toBe(true)
  })
})

describe('how long an operation waits for a primary', () => {
  it.each([
    ['20 s where it is a worker: as long as an election may take', true, 20_000],
    ['10 s where a person waits', false, 10_000],
  ])('is %s', async (_, isWorker, expected) => {
    const server = await startServer()
    const opened = await openDatabase(
      { mongodbUri: throughServer(server, database.uri), dataDir: tmpdir(), cacheDir: tmpdir(), isWorker },
      () => undefined,
    )
    ends.push(opened.close)

    expect(opened.connection.getClient().options.serverSelectionTimeoutMS).toBe(expected)
  })
})
