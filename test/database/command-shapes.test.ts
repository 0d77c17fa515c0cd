import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mongoose, { mongo } from 'mongoose'
import { afterAll, describe, expect, it } from 'vitest'
import { createModels, readRecordsSetting, updateMatching } from '../../models/index.ts'
import { createHeadFinder } from '../../src/uploads/lease/queue-order.ts'
import { watchBotCommands } from '../support/command-origin.ts'
import { createShapeRecorder, readShapes } from '../support/command-shapes.ts'
import { openTestDatabase } from '../support/test-database.ts'

const shapesOf = (...commands: object[]): string[] => {
  const recorder = createShapeRecorder()
  for (const command of commands) recorder.record(command)
  return recorder.list().map(({ command }) => JSON.stringify(command))
}

describe('commands of one shape', () => {
  const find = (filter: object, more = {}) => ({ find: 'file_uploads', filter, ...more })

  it.each<[string, object, object]>([
    ['their values', find({ number: 1 }), find({ number: 2 })],
    ['the length of a list', find({ number: { $in: [1] } }), find({ number: { $in: [1, 2] } })],
    ['their session', find({ number: 1 }, { lsid: { id: 1 } }), find({ number: 1 }, { lsid: { id: 2 } })],
    ['what they return', find({ number: 1 }), find({ number: 1 }, { projection: { number: 1 } })],
    ['an id', find({ _id: new mongo.ObjectId() }), find({ _id: new mongo.ObjectId() })],
  ])('differ in %s only', (_, one, other) => {
    expect(shapesOf(one, other)).toHaveLength(1)
  })

  it.each<[string, object, object]>([
    ['other paths', find({ number: 1 }), find({ message: 1 })],
    ['other operators', find({ number: 1 }), find({ number: { $gt: 1 } })],
    ['a sort', find({ number: 1 }), find({ number: 1 }, { sort: { shared_at: 1 } })],
    ['a limit', find({ number: 1 }), find({ number: 1 }, { limit: 1 })],
    ['another status', find({ status: 'queued' }), find({ status: { $in: ['done'] } })],
    ['the condition of a partial index', find({ 'receipt.due': true }), find({ 'receipt.due': false })],
    ['another kind of value', find({ message: 'x' }), find({ message: null })],
  ])('are not those with %s', (_, one, other) => {
    expect(shapesOf(one, other)).toHaveLength(2)
  })

  it('are kept once of each statement of a write, in the form of explain', () => {
    const updates = [
      { q: { _id: 1 }, u: {} },
      { q: { _id: 2 }, u: {} },
      { q: { number: 2 }, u: {} },
    ]

    expect(shapesOf({ update: 'customers', updates, lsid: 4, writeConcern: {} })).toEqual([
      '{"update":"customers","updates":[{"q":{"_id":1},"u":{}}]}',
      '{"update":"customers","updates":[{"q":{"number":2},"u":{}}]}',
    ])
  })

  it('come back from files as they were sent, each once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shapes-'))
    try {
      const recorder = createShapeRecorder()
      const at = new Date('2026-01-01')
      recorder.record(find({ shared_at: { $gt: at }, message: /^x/i }), 'findIt')
      await recorder.write(join(folder, 'one.json'))
      await recorder.write(join(folder, 'two.json'))

      const [shape, ...others] = await readShapes([folder, join(folder, 'one.json')])
      expect(others).toEqual([])
      expect(shape).toEqual({
        collection: 'file_uploads',
        command: { find: 'file_uploads', filter: { shared_at: { $gt: at }, message: /^x/i } },
        origin: 'findIt',
      })
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('what is recorded while a test runs', async () => {
  const database = await openTestDatabase()
  const connection = await mongoose
    .createConnection(database.uri, { monitorCommands: true, autoIndex: false, autoCreate: false })
    .asPromise()
  const models = createModels(connection)
  afterAll(async () => {
    await connection.close()
    await database.drop()
  })
  const seen: string[] = []
  watchBotCommands(connection, (command, origin) => seen.push(`${Object.values(command)[0]}: ${origin}`))

  it('is what the bot sends, with the function that sends it', async () => {
    seen.length = 0
    await readRecordsSetting(models.settings)
    await Promise.all([createHeadFinder(models).find()])

    expect(new Set(seen)).toEqual(
      new Set([
        'settings: readRecordsSetting in models/setting.ts',
        'file_uploads: findUrgent in src/uploads/lease/queue-order.ts',
        'file_uploads: findRest in src/uploads/lease/queue-order.ts',
      ]),
    )
  })

  it('is nothing that the test sends itself', async () => {
    seen.length = 0
    await models.members.findOne({ name: 'x' }).lean()
    await models.fileUploads.collection.find({ kind: 'x' }).toArray()
    await models.fileUploads.collection.countDocuments({ kind: 'x' })
    await updateMatching(models.fileUploads, { attempts: 4 }, { $set: { attempts: 5 } })
    await models.fileUploads.deleteMany({ number: 4 })

    expect(seen).toEqual([])
  })
})
