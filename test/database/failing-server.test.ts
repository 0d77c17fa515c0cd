import type { BSON } from 'bson'
import type { Connection } from 'mongoose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { createModels, type FileUpload, type Models } from '../../models/index.ts'
import { chunkBy } from '../../src/chunk-by.ts'
import { connectDatabase } from '../../src/database/connect.ts'
import { describeServer } from '../../src/server-facts.ts'
import { createUploadQueue } from '../../src/uploads/worker/upload-queue.ts'
import { createUploadWorker, type UploadWorker } from '../../src/uploads/worker/upload-worker.ts'
import { runDeps } from '../support/play-uploads.ts'
import { openTestModels } from '../support/test-models.ts'
import { type Failure, greetingLike, startWireServer, throughServer } from '../support/wire-server.ts'

/**
 * Imports through a connection on which the server rejects, does not acknowledge, or is cut off, like
 * MongoDB's `failCommand`. Each must end as if nothing had happened.
 */
const ROWS = 30
const FILE = `Phone,City\n${Array.from({ length: ROWS }, (_, n) => `98200982${String(n).padStart(2, '0')},Pune`).join('\n')}\n`
const PATIENCE = { timeout: 45_000, interval: 20 }

const { models: direct, database } = await openTestModels()
const server = await startWireServer({
  target: inject('databaseUri'),
  greeting: greetingLike(await describeServer(database.connection)),
})
const connection = await connectDatabase(throughServer(server, database.uri), { log: () => undefined })
const models = createModels(connection)
let worker: UploadWorker

afterAll(async () => {
  await connection.close()
  await server.stop()
})
beforeEach(async () => {
  for (const model of [direct.customers, direct.uploadRows, direct.fileUploads])
    await model.collection.deleteMany({})
  server.reset()
  worker = startWorker(models)
})
afterEach(() => worker.stop())

function startWorker(on: Models): UploadWorker {
  const { options, ...deps } = runDeps(on)
  const started = createUploadWorker({
    ...deps,
    sources: {
      slack: {
        canOpen: () => true,
        open: async () => ({
          name: 'list.csv',
          stream: (async function* () {
            yield Buffer.from(FILE)
          })(),
        }),
      },
    },
    options: { ...options, batchSize: 10 },
    timing: { leaseMs: 1_500, pollMs: 100, retryMs: 10, longestRetryMs: 50 },
  })
  started.start()
  return started
}

let minute = 0
async function share(): Promise<FileUpload> {
  minute++
  const { upload } = await createUploadQueue({ models: direct }).queueSlackShare({
    team: 'T1',
    channel: 'C1',
    user: 'U1',
    fileId: `F${minute}`,
    sharedAt: new Date(Date.UTC(2026, 0, 1, 9, minute)),
  })
  worker.wakeQueue()
  return upload
}

async function untilOver({ _id }: FileUpload): Promise<FileUpload> {
  return await vi.waitFor(async () => {
    const found = await direct.fileUploads.collection.findOne<FileUpload>({ _id })
    if (found?.status !== 'done' && found?.status !== 'failed') throw new Error('not over')
    return found
  }, PATIENCE)
}

async function expectWhole(upload: FileUpload): Promise<void> {
  const over = await untilOver(upload)
  expect(over).toMatchObject({ status: 'done', counts: { rows: ROWS, created: ROWS } })
  expect(await direct.customers.collection.countDocuments({ city: 'Pune', upload_count: 1 })).toBe(ROWS)
  expect(await direct.uploadRows.collection.countDocuments({ outcome: 'created' })).toBe(ROWS)
  expect(server.pending()).toBe(0)
}

const isCheckpoint = ({ update }: BSON.Document) => update?.$set?.checkpoint !== undefined
const isOf =
  (collection: string) =>
  (command: BSON.Document): boolean =>
    Object.values(command)[0] === collection

/** The commands at which an import can fail. */
const PLACES: readonly (Pick<Failure, 'commands' | 'where'> & { readonly name: string })[] = [
  { name: 'the rows', commands: ['insert'], where: isOf('upload_rows') },
  { name: 'the customers', commands: ['insert'], where: isOf('customers') },
  { name: 'a lookup', commands: ['find'], where: isOf('customers') },
  { name: 'a checkpoint', commands: ['findAndModify'], where: isCheckpoint },
]

// Not 391, which the driver answers with a new login; this connection has none.
const CODES = [
  6, 7, 43, 46, 50, 63, 89, 91, 112, 117, 133, 134, 150, 189, 202, 237, 249, 262, 272, 279, 314, 317, 355,
  365, 384, 402, 406, 407, 412, 433, 449, 450, 453, 462, 9001, 10058, 10107, 11600, 11601, 11602, 13388,
  13435, 13436, 14031, 91331,
]

describe('an import from a server that refuses for a while', () => {
  // One import meets as many codes as there are places.
  it.each(chunkBy(CODES, () => 1, PLACES.length).map((codes) => [codes.join(', '), codes] as const))(
    'ends whole after the codes %s, each at another place',
    async (_, codes) => {
      for (const [at, place] of PLACES.entries()) {
        const code = codes[at]
        // The driver itself retries some of these once, so one of two failures reaches the bot.
        if (code !== undefined) server.fail({ ...place, times: 2, error: { code } })
      }

      await expectWhole(await share())
    },
  )

  it.each(PLACES.map((place) => [place.name, place] as const))(
    'ends whole, whatever is refused: %s',
    async (_, place) => {
      for (const code of [189, 262, 11602]) server.fail({ ...place, error: { code } })

      await expectWhole(await share())
    },
  )

  it.each(['RetryableWriteError', 'RetryableError', 'SystemOverloadedError'])(
    'ends whole after a code nobody knows, with the label %s',
    async (label) => {
      for (const place of PLACES)
        server.fail({ ...place, times: 2, error: { code: 987_654, errorLabels: [label] } })

      await expectWhole(await share())
    },
  )

  it('ends with words after a code that does not pass', async () => {
    server.fail({ commands: ['insert'], where: isOf('upload_rows'), error: { code: 121 } })

    expect(await untilOver(await share())).toMatchObject({
      status: 'failed',
      problem: { code: 'database_failed' },
    })
  })
})

describe('an import whose writes are done, and not acknowledged', () => {
  it.each<[string, Omit<Failure, 'commands'>]>([
    ['because no majority has them in time', { writeConcernError: { code: 64 } }],
    ['because the primary steps down', { writeConcernError: { code: 189 } }],
    ['because the line breaks behind them', { closes: 'after' }],
    ['because the line breaks before them', { closes: 'before' }],
  ])('ends whole %s', async (_, failure) => {
    for (const place of PLACES) server.fail({ ...place, times: 2, ...failure })

    await expectWhole(await share())
  })

  it('asks for a majority on the disk, and no longer than ten seconds', async () => {
    await expectWhole(await share())

    const writes = server.commands.filter(
      ({ insert, update, findAndModify }) => insert ?? update ?? findAndModify,
    )
    expect(writes.length).toBeGreaterThan(5)
    for (const { writeConcern } of writes)
      expect(writeConcern).toEqual({ w: 'majority', wtimeout: 10_000, j: true })
  })

  it('writes customers that seem written once more, and anew where that was rolled back', async () => {
    server.fail({ commands: ['insert'], where: isOf('customers'), times: 2, closes: 'after' })
    server.fail({ commands: ['update'], where: isOf('customers'), delayMs: 1_000 })
    const upload = await share()
    const confirmation = await vi.waitFor(() => {
      const found = server.commands.find(({ update }) => update === 'customers')
      if (!found) throw new Error('nothing was written once more')
      return found
    }, PATIENCE)
    await direct.customers.collection.deleteMany({})

    await expectWhole(upload)
    expect(confirmation.writeConcern).toMatchObject({ w: 'majority' })
    expect(confirmation.updates).toHaveLength(10)
  })
})

describe('a claim whose answer is lost', () => {
  it('is found again by the worker that has it, and counts as one attempt', async () => {
    const isClaim = ({ update }: BSON.Document) =>
      JSON.stringify(update ?? '').includes('customers') && Array.isArray(update)
    server.fail({ commands: ['findAndModify'], where: isClaim, times: 8, writeConcernError: { code: 64 } })
    const attempts: number[] = []
    const upload = await share()
    await vi.waitFor(async () => {
      const found = await direct.fileUploads.collection.findOne<FileUpload>({ _id: upload._id })
      if (found) attempts.push(found.attempts)
      if (found?.status !== 'done') throw new Error('not over')
    }, PATIENCE)

    expect(server.pending()).toBe(0)
    expect(Math.max(...attempts)).toBe(1)
  })
})

describe('a sign of life that takes long', () => {
  it('is never joined by another', async () => {
    let open = 0
    let limit = 0
    const isRenewal = ({ update }: BSON.Document) =>
      Array.isArray(update) && JSON.stringify(Object.keys(update[0]?.$set ?? {})) === '["lease.expires_at"]'
    const renewals = () => server.commands.filter(isRenewal).length
    server.fail({ commands: ['insert'], where: isOf('upload_rows'), delayMs: 4_000 })
    server.fail({
      commands: ['findAndModify'],
      where: (command) => {
        if (!isRenewal(command)) return false
        open++
        limit = Math.max(limit, open)
        setTimeout(() => open--, 1_200)
        return true
      },
      times: 2,
      delayMs: 1_200,
    })

    await expectWhole(await share())
    expect(renewals()).toBeGreaterThanOrEqual(2)
    expect(limit).toBe(1)
  })
})

/** A mongod started with `--setParameter enableTestCommands=1`. */
const admin = database.connection.getClient().db('admin')
const setFailPoint = (mode: unknown, data: BSON.Document = {}) =>
  admin.command({
    configureFailPoint: 'failCommand',
    mode,
    data: { appName: 'customer-uploads', failCommands: [], ...data },
  })
const hasFailPoints = await setFailPoint('off').then(
  () => true,
  () => false,
)

it('has fail points where the run is to prove something by them', () => {
  expect(hasFailPoints || process.env.EXPECT_FAIL_POINTS !== 'yes').toBe(true)
})

describe.skipIf(!hasFailPoints)('an import from a MongoDB that fails by its own failCommand', () => {
  /** Not through the server above, which keeps the greeting that names the bot. */
  let own: Connection
  beforeAll(async () => {
    own = await connectDatabase(database.uri, { log: () => undefined })
  })
  beforeEach(async () => {
    await worker.stop()
    worker = startWorker(createModels(own))
  })
  afterAll(() => own.close())

  async function expectWholeDespite(failCommand: string, data: BSON.Document): Promise<void> {
    await setFailPoint({ times: 2 }, { failCommands: [failCommand], ...data })
    await expectWhole(await share())
    const { count } = await setFailPoint('off')
    expect(Number(count), `${failCommand} failed`).toBeGreaterThan(0)
  }

  const commands = ['insert', 'find', 'findAndModify']
  /** Their errors carry details that failCommand does not have. */
  const detailed = [63, 150, 249, 13388]
  const simple = CODES.filter((code) => !detailed.includes(code))
  it.each(simple.map((code, at) => [code, commands[at % commands.length] ?? '']))(
    'ends whole after code %i of %s',
    async (errorCode, command) => {
      await expectWholeDespite(command, { errorCode })
    },
  )

  it.each<[string, BSON.Document]>([
    ['a primary that steps down', { errorCode: 189 }],
    ['a server that shuts down', { errorCode: 91 }],
    ['a write without a majority', { writeConcernError: { code: 64, errmsg: 'timed out' } }],
    ['a line that is cut', { closeConnection: true }],
    ['an overloaded server', { errorCode: 462, errorLabels: ['SystemOverloadedError', 'RetryableError'] }],
  ])('ends whole after %s, whatever fails', async (_, data) => {
    for (const command of data.writeConcernError ? ['insert', 'findAndModify'] : commands) {
      for (const { collection } of [direct.customers, direct.uploadRows]) await collection.deleteMany({})
      await expectWholeDespite(command, data)
    }
  })
})
