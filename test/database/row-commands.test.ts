import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BSON } from 'bson'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createModels, type FileUpload } from '../../models/index.ts'
import { connectDatabase } from '../../src/database/connect.ts'
import { describeServer } from '../../src/server-facts.ts'
import { applyBatch } from '../../src/uploads/apply/apply-batch.ts'
import { dropBehindLast, dropUnapplied } from '../../src/uploads/apply/index.ts'
import { compareUploads } from '../../src/uploads/comparison/index.ts'
import { findChangedSince } from '../../src/uploads/filters/find-changed-customers.ts'
import {
  forecastForget,
  queueForget,
  requestForget,
  watchForgetting,
} from '../../src/uploads/forget/index.ts'
import { writeFailedRows } from '../../src/uploads/import/failed-rows.ts'
import { removeStaleNameWords } from '../../src/uploads/names/index.ts'
import {
  countOpenUploads,
  findByParts,
  findChannelUploads,
  findLastChange,
  findRecentUploads,
  findUploadBefore,
  findUploadByReference,
  findUploaders,
  findUploadsByName,
  summarisePeriod,
} from '../../src/uploads/queries/index.ts'
import {
  countDummies,
  countOutcomes,
  countRows,
  findProblems,
  findSharedPhones,
  summariseChanges,
} from '../../src/uploads/results/index.ts'
import { removeOldValues } from '../../src/uploads/retention/index.ts'
import { findSecondPhones } from '../../src/uploads/second-phones/index.ts'
import { finishFailedUndo } from '../../src/uploads/undo/undo-run.ts'
import { playImport, playSwitch, playUndo, runNext } from '../support/play-uploads.ts'
import { findComplaints } from '../support/query-plans.ts'
import { listLookups } from '../support/served-by-index.ts'
import { openTestModels } from '../support/test-models.ts'
import { greetingLike, startWireServer, throughServer } from '../support/wire-server.ts'

/** Checks that every command about rows can use an index, and does not change ids. */
const { models: direct, database } = await openTestModels()
const server = await startWireServer({
  target: inject('databaseUri'),
  greeting: greetingLike(await describeServer(database.connection)),
})
const connection = await connectDatabase(throughServer(server, database.uri), { log: () => undefined })
const models = createModels(connection)
const phoneOf = (n: number) => `+9198200${String(n).padStart(5, '0')}`
const rowsOf = (city: string) =>
  Array.from({ length: 20 }, (_, n) => ({ line: n + 2, phone: phoneOf(n % 18), values: { city } }))
const DAY_1 = new Date('2026-01-01T09:00:00Z')
const DAY_2 = new Date('2026-01-02T09:00:00Z')

const path = join(tmpdir(), `rows-to-correct-${process.pid}.csv`)
const keys = new Map<string, string>()

afterAll(async () => {
  await rm(path, { force: true })
  await connection.close()
  await server.stop()
})

async function noteKeys(): Promise<void> {
  for await (const { _id, number, shared_at } of direct.fileUploads.collection.find<FileUpload>({})) {
    const key = `${number} ${shared_at.toISOString()}`
    expect(keys.get(String(_id)) ?? key).toBe(key)
    keys.set(String(_id), key)
  }
}

/** A leased upload, for functions that only a run calls. */
async function leased({ _id }: FileUpload): Promise<FileUpload> {
  const lease = { token: 'ours', lane: 'customers', expires_at: new Date(Date.now() + 600_000) }
  await direct.fileUploads.collection.updateOne({ _id }, { $set: { status: 'running', lease } })
  const upload = await direct.fileUploads.collection.findOne<FileUpload>({ _id })
  if (!upload) throw new Error('it is gone')
  return upload
}

const release = async ({ _id }: FileUpload) =>
  await direct.fileUploads.collection.updateOne({ _id }, { $set: { status: 'done' }, $unset: { lease: '' } })

beforeAll(async () => {
  const first = await playImport(models, { sharedAt: DAY_1 }, rowsOf('Pune'))
  await noteKeys()
  const second = await playImport(models, { sharedAt: DAY_2 }, rowsOf('Goa'))
  // Recorded before, by a run that died.
  await applyBatch(
    models,
    await leased(second),
    rowsOf('Goa').map((row) => ({ kind: 'customer', ...row })),
  )
  await dropUnapplied(models, await leased(second))
  await dropBehindLast(models, await leased(second))
  await release(second)
  await countOutcomes(models, second)
  await countRows(models, second)
  await countDummies(models, second._id, { columns: [] } as never)
  await findProblems(models, second._id, 5)
  await findSharedPhones(models, second)
  await findSecondPhones(models, second, 'kept')
  await findSecondPhones(models, { ...second, match_other_phones: true }, 'matched')
  await summariseChanges(models, second)
  await writeFailedRows(models, { ...second, file: { ...second.file, header: ['phone'] } }, path, {
    dateOrder: 'day_first',
  })
  for await (const _ of findChangedSince(models, DAY_1));
  for await (const _ of compareUploads(models, first, second));
  const undo = await playUndo(models, second.number)
  await noteKeys()
  await playUndo(models, undo.number)
  await finishFailedUndo(models, await leased(undo))
  await release(undo)
  await playSwitch(models, 'as_written')
  await playSwitch(models, 'one_per_phone')
  const asker = { team: 'T1', channel: 'C1', user: 'U1' }
  await askQuestions(second)
  await forecastForget(models, phoneOf(3))
  const token = await requestForget(models, phoneOf(3), asker, true)
  await queueForget(models, token, { ...asker, now: new Date() })
  await direct.fileUploads.collection.updateOne({ _id: first._id }, { $set: { 'counts.invalid': 1 } })
  await runNext(models)
  await removeOldValues(
    { models, days: 1, log: { info: () => undefined }, deleteFile: async () => true },
    new Date('2026-03-01T09:00:00Z'),
  )
}, 120_000)

/** What commands and jobs ask about uploads and people. */
async function askQuestions(upload: FileUpload): Promise<void> {
  const reach = { channels: new Set(['C1']), isAdmin: true }
  for (const filter of [{}, { users: ['U1'] }, { isFailed: true, since: DAY_1 }, { before: DAY_2 }])
    await findRecentUploads(models, filter, 5, reach)
  await findUploadByReference(models, 'last', reach)
  await findUploadsByName(models, upload.file.name, 5, reach)
  await findLastChange(models, 'U1', reach)
  await findUploaders(models, 5, reach)
  await findUploadBefore(models, upload, reach)
  await findChannelUploads(models, reach.channels, 5)
  await countOpenUploads(models)
  await summarisePeriod(models, { from: DAY_1, until: DAY_2 }, [], reach.channels)
  await summarisePeriod(models, { from: DAY_1, until: DAY_2 }, [])
  await findByParts(models, { names: ['asha'], place: 'pune' }, 5)
  const isOutdated = await watchForgetting(models)
  await isOutdated()
  await removeStaleNameWords(models, new Date())
}

/** The filters of reads, updates and deletes on rows. */
function listFilters(): BSON.Document[] {
  return server.commands.flatMap((command): BSON.Document[] => {
    const [[name, collection] = []] = Object.entries(command)
    if (collection !== 'upload_rows') return []
    if (name === 'find') return [command.filter]
    if (name === 'aggregate') return [command.pipeline[0]?.$match ?? {}]
    if (name === 'distinct' || name === 'count') return [command.query ?? {}]
    const statements: BSON.Document[] = command.updates ?? command.deletes ?? []
    return statements.map(({ q }) => q)
  })
}

/** True if an index serves the condition; a mere existence check leads to none. */
function isLed({ _id, phone, customer_phone: other, search, forgotten_by, outcome }: BSON.Document): boolean {
  const isNamed = (value: unknown) =>
    value !== undefined &&
    !(typeof value === 'object' && value !== null && Object.keys(value).join() === '$exists')
  return [_id, phone, other, search, forgotten_by].some(isNamed) || outcome === 'invalid'
}

describe('what is asked of the rows of an upload', () => {
  it('is found by a range of ids or by an index of its own', () => {
    const filters = listFilters().filter(({ upload }) => upload !== undefined)
    const lost = filters.filter((filter) => !isLed(filter))

    expect(filters.length).toBeGreaterThan(40)
    expect(lost).toEqual([])
  })

  it('is never sorted by upload or line, for which there is no index', () => {
    const sorts = server.commands.flatMap(({ find, sort, filter }) =>
      find === 'upload_rows' && sort && !isLed({ ...filter, _id: undefined }) ? [sort] : [],
    )

    expect(sorts.length).toBeGreaterThan(5)
    for (const sort of sorts) expect(Object.keys(sort)).toEqual(['_id'])
  })
})

describe('what is asked of a collection', () => {
  const askedOf = (collection: string) =>
    server.commands.filter((command) => Object.values(command)[0] === collection)

  it('has an index for its filter and its sort, or is a pass that is meant', () => {
    const names = new Set(server.commands.map((command) => String(Object.values(command)[0])))
    const complaints = [...names].flatMap((name) =>
      askedOf(name).flatMap((command) => findComplaints(name, command).map((one) => ({ name, ...one }))),
    )

    expect(complaints).toEqual([])
    for (const name of ['customers', 'file_uploads', 'upload_rows'])
      expect(askedOf(name).flatMap(listLookups).length, name).toBeGreaterThan(10)
  })
})

describe('what the ids of rows are made of', () => {
  it('is never written again once an upload is stored', async () => {
    await noteKeys()
    const changes = server.commands.flatMap((command) => [
      ...(command.update === 'file_uploads' ? command.updates.map(({ u }: BSON.Document) => u) : []),
      ...(command.findAndModify === 'file_uploads' ? [command.update] : []),
    ])
    const touched = changes
      .flatMap((change: BSON.Document | BSON.Document[]) => [change].flat())
      .flatMap((change) =>
        Object.entries(change).flatMap(([operator, fields]) =>
          operator === '$setOnInsert' ? [] : Object.keys(Object(fields)),
        ),
      )

    expect(keys.size).toBe(7)
    expect(touched.length).toBeGreaterThan(30)
    for (const field of ['_id', 'number', 'shared_at']) expect(touched).not.toContain(field)
  })

  it('lets no two processes write two rows of one line', async () => {
    const upload = await playImport(models, { sharedAt: new Date('2026-01-05T09:00:00Z') }, rowsOf('Agra'))
    const batch = rowsOf('Thane').map((row) => ({ kind: 'customer' as const, ...row }))
    const held = await leased(upload)
    await Promise.all([applyBatch(models, held, batch), applyBatch(direct, held, batch)])
    await release(upload)

    const rows = await direct.uploadRows.collection.find({ upload: upload._id }).toArray()
    expect(rows.map(({ line }) => line).sort((a, b) => a - b)).toEqual(batch.map(({ line }) => line))
    await expect(
      direct.uploadRows.collection.insertMany(rows.slice(0, 1)),
      'the id alone refuses it, without an index on upload and line',
    ).rejects.toMatchObject({ code: 11000 })
    const indexes = await direct.uploadRows.collection.indexes()
    expect(indexes.filter(({ key }) => 'line' in key && !('outcome' in key))).toEqual([])
  })
})
