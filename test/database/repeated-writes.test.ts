import type { BSON } from 'bson'
import { afterAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { type Customer, createModels } from '../../models/index.ts'
import { connectDatabase } from '../../src/database/connect.ts'
import { describeServer } from '../../src/server-facts.ts'
import { applyBatch } from '../../src/uploads/apply/apply-batch.ts'
import { readRecords } from '../../src/uploads/rows/index.ts'
import { type PlayedRow, playImport, playSwitch, playUndo } from '../support/play-uploads.ts'
import { openTestModels } from '../support/test-models.ts'
import { greetingLike, startWireServer, throughServer } from '../support/wire-server.ts'

/**
 * A write whose acknowledgement is lost may be rolled back with its primary. The repeated try may read from
 * that primary that all is done, so it must confirm with a write.
 */
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
  for (const model of [direct.customers, direct.uploadRows, direct.fileUploads])
    await model.collection.deleteMany({})
  server.reset()
})

const SIZE = 12
const phoneOf = (n: number) => `+9198200${String(n).padStart(5, '0')}`
const rowsOf = (city: string) =>
  Array.from({ length: SIZE }, (_, n): PlayedRow => ({ line: n + 2, phone: phoneOf(n), values: { city } }))
const share = async (day: number, city: string) =>
  await playImport(models, { sharedAt: new Date(Date.UTC(2026, 0, day, 9)) }, rowsOf(city))

const listCustomers = async () =>
  await direct.customers.collection.find<Customer>({}).sort({ primary_phone: 1, _id: 1 }).toArray()

/** Writes that change nothing: each sets a field to the value in its own filter. */
const isProof = ({ update, updates = [] }: BSON.Document) =>
  ['customers', 'record_moves'].includes(update) &&
  updates.length > 0 &&
  updates.every(({ u }: BSON.Document) =>
    ['primary_phone', 'phone'].includes(Object.keys(u.$set ?? {})[0] ?? ''),
  )

const nextProof = async () =>
  await vi.waitFor(
    () => {
      const found = server.commands.find(isProof)
      if (!found) throw new Error('nothing was proved')
      return found
    },
    { timeout: 45_000, interval: 10 },
  )

/** The first try is executed and not acknowledged; the driver itself retries it once. */
function loseAcknowledgement(commands: string[], collection: string): void {
  const where = (command: BSON.Document) => Object.values(command)[0] === collection
  server.fail({ commands, where, times: 2, closes: 'after' })
  server.fail({ commands: ['update'], where: isProof, delayMs: 1_000 })
}

describe('a repeated try', () => {
  it('of an undo writes the customers it finds done once more, and anew where that was rolled back', async () => {
    await share(1, 'Pune')
    const second = await share(2, 'Goa')
    const before = await listCustomers()
    server.reset()
    loseAcknowledgement(['update'], 'customers')

    const undoing = playUndo(models, second.number)
    const proof = await nextProof()
    await direct.customers.collection.deleteMany({})
    await direct.customers.collection.insertMany(before)

    expect(await undoing).toMatchObject({
      status: 'done',
      undo_counts: { rows: SIZE, restored: SIZE, kept: 0 },
    })
    expect(proof).toMatchObject({ update: 'customers', writeConcern: { w: 'majority', wtimeout: 10_000 } })
    expect(proof.updates).toHaveLength(SIZE)
    const after = await listCustomers()
    expect(after.map(({ city, upload_count }) => [city, upload_count])).toEqual(before.map(() => ['Pune', 1]))
  })

  it('of a switch proves the plans on record and the records it finds made', async () => {
    await share(1, 'Pune')
    await share(2, 'Goa')
    loseAcknowledgement(['insert'], 'customers')

    const switching = playSwitch(models, 'one_per_upload')
    const proof = await nextProof()

    expect((await switching).switch_counts).toMatchObject({ phones: SIZE, before: SIZE, after: 2 * SIZE })
    expect(proof).toMatchObject({ update: 'record_moves', writeConcern: { w: 'majority' } })
    const proved = server.commands.filter((command) => isProof(command) && command.update === 'customers')
    expect(proved.length).toBeGreaterThan(0)
    expect((await readRecords(models)).kind).toBe('one_per_upload')
    expect(await listCustomers()).toHaveLength(2 * SIZE)
    await playSwitch(models, 'one_per_phone')
  })

  it('of an import does not take rows for stored that are there and not on a majority', async () => {
    const upload = await share(1, 'Pune')
    await direct.fileUploads.collection.updateOne(
      { _id: upload._id },
      { $set: { status: 'running', lease: { token: 'ours', lane: 'customers', expires_at: new Date() } } },
    )
    const held = { ...upload, lease: { token: 'ours', lane: 'customers', expires_at: new Date() } }
    server.fail({
      commands: ['insert'],
      where: ({ insert }) => insert === 'upload_rows',
      writeConcernError: { code: 64 },
    })

    const again = applyBatch(
      models,
      held as never,
      rowsOf('Pune').map((row) => ({ kind: 'customer', ...row })),
    )

    await expect(again).rejects.toMatchObject({ code: 64 })
  })
})
