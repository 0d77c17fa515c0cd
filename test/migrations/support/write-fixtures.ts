import { mkdir, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { Readable } from 'node:stream'
import { mongo } from 'mongoose'
import { afterEach, expect, it } from 'vitest'
import { findControl, listControls, type Pressable } from '../../../dev/demo/demo-controls.ts'
import { type Share, startWorkspace, type Workspace } from '../../../dev/workspace/workspace.ts'
import { createModels, ensureIndexes, type FileUpload, type Models } from '../../../models/index.ts'
import { prepareDatabase } from '../../../src/migrations/prepare-database.ts'
import { loadConfig } from '../../../src/settings/config.ts'
import { queueForget, requestForget } from '../../../src/uploads/forget/forget-request.ts'
import { importOptionsOf } from '../../../src/uploads/import/import-options.ts'
import { createPathSource } from '../../../src/uploads/import/path-source.ts'
import { claimUpload } from '../../../src/uploads/lease/upload-lease.ts'
import { queueSwitch } from '../../../src/uploads/record-kinds/switch-request.ts'
import { queueUndo } from '../../../src/uploads/undo/undo-request.ts'
import { runUpload } from '../../../src/uploads/worker/run-upload.ts'
import { createUploadQueue } from '../../../src/uploads/worker/upload-queue.ts'
import { playWorkspace } from '../../support/play-workspace.ts'
import { openTestDatabase, type TestDatabase } from '../../support/test-database.ts'
import { buildWorkbook, inline, row } from '../../xlsx/support/build-workbook.ts'
import { buildZip } from '../../xlsx/support/build-zip.ts'

/**
 * Writes the fixtures of the upgrade tests (test/migrations/fixtures/before): databases, messages and files
 * of a version. All people are invented. Not a test of this version: copy it to the same place in a checkout
 * of the earlier version, as write-fixtures.test.ts, and run it there once with UPGRADE_FIXTURES naming an
 * output folder.
 *
 * In that checkout BATCH_SIZE is 2 in select-undo-rows.ts and read-phones.ts, so that the kill interrupts an
 * undo and a switch of five people. The current fixtures are of commit bd4785e, with `stopProcesses` added to
 * its play-workspace.ts.
 */
const FOLDER = process.env.UPGRADE_FIXTURES ?? ''

interface DumpedFile {
  readonly share: Share
  readonly person: string
  readonly name: string
  readonly bytes: Uint8Array
}

/** The controls of an ephemeral reply. */
interface DumpedAnswer {
  readonly asked: string
  readonly controls: readonly { readonly label: string; readonly action: string; readonly value: string }[]
}

const PEOPLE = ['asha', 'ravi', 'meera']

async function dump(
  name: string,
  workspace: Workspace,
  { connection }: Models,
  files: readonly DumpedFile[],
  answers: readonly DumpedAnswer[] = [],
): Promise<void> {
  const collections: Record<string, unknown[]> = {}
  for (const { name: collection } of (await connection.db?.listCollections().toArray()) ?? []) {
    const documents = await connection.collection(collection).find({}).sort({ _id: 1 }).toArray()
    if (documents.length > 0)
      collections[collection] = documents.map((document) =>
        mongo.BSON.EJSON.serialize(document, { relaxed: true }),
      )
  }
  const messages = (await workspace.messages('customers'))
    .filter(({ user, files: own = [] }) => user === workspace.botUserId && own.length === 0)
    .map(({ ts, thread_ts, text, blocks, metadata }) => ({ ts, thread_ts, text, blocks, metadata }))
  const fixture = {
    workspace: {
      team: workspace.teamId,
      bot: workspace.botUserId,
      url: workspace.url,
      channel: workspace.channelId('customers'),
      people: Object.fromEntries(PEOPLE.map((person) => [person, workspace.userId(person)])),
    },
    files: files.map(({ share: { fileId, ts }, person, name: file, bytes }) => ({
      id: fileId,
      ts,
      person,
      name: file,
      ...(/\.csv$/.test(file)
        ? { text: new TextDecoder().decode(bytes) }
        : { base64: Buffer.from(bytes).toString('base64') }),
    })),
    messages,
    answers,
    collections,
  }
  await mkdir(FOLDER, { recursive: true })
  const text = writeCompactly(fixture)
    .replaceAll(`"${hostname()}"`, '"desk-of-ops"')
    .replaceAll(FOLDER, '/home/ops')
  await writeFile(`${FOLDER}/${name}.json`, `${text}\n`)
}

/** One line per file, message, reply and document, for readable diffs. */
function writeCompactly({ collections, ...rest }: Readonly<Record<string, unknown>>): string {
  const lines = (list: readonly unknown[]) => `[\n${list.map((one) => JSON.stringify(one)).join(',\n')}\n]`
  const entries = (value: object) =>
    Object.entries(value).map(
      ([key, one]) => `${JSON.stringify(key)}: ${Array.isArray(one) ? lines(one) : JSON.stringify(one)}`,
    )
  const stored = `"collections": {\n${entries(collections as object).join(',\n')}\n}`
  return `{\n${[...entries(rest), stored].join(',\n')}\n}`
}

const bytesOf = (lines: readonly string[]) => new TextEncoder().encode(`${lines.join('\n')}\n`)
const workbook = (...sheets: { name: string; cells: string[][] }[]) =>
  buildZip(
    buildWorkbook({
      sheets: sheets.map(({ name, cells }) => ({
        name,
        rows: cells
          .map((line, at) =>
            row(at + 1, ...line.map((text, column) => inline(`${'ABCDE'[column]}${at + 1}`, text))),
          )
          .join(''),
      })),
    }),
  )

it('a bot that was used', async () => {
  const bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('meera') }))
  const { workspace, models } = bot
  const files: DumpedFile[] = []
  async function share(
    person: string,
    name: string,
    content: readonly string[] | Uint8Array,
    announce = true,
  ) {
    const bytes = content instanceof Uint8Array ? content : bytesOf(content)
    const shared = await workspace.share(person, 'customers', { name, bytes }, { announce })
    files.push({ share: shared, person, name, bytes })
    return shared
  }
  async function press(shared: Share, label: string, person = 'asha') {
    const control = findControl(await workspace.thread(shared), label)
    if (!control) throw new Error(`no ${label}`)
    await workspace.act(person, 'customers', control)
    return control
  }
  const HEADER = 'Phone,Name,City,Due Amount'
  const NAMES = ['Kiran Vaidya', 'Leela Bose', 'Tara Nair', 'Imran Qadri', 'Rekha Lal', 'Dev Malik']
  const line = (at: number, city: string, name = NAMES[at % NAMES.length] ?? '', due = 100 + at) =>
    `98110200${String(10 + at)},${name},${city},${due}`
  const day = (count: number, city: string) => Array.from({ length: count }, (_, at) => line(at, city))

  // 1 to 3: done, with an invalid row and a duplicate; updated; undone. 4 is the undo.
  await workspace.waitForReceipt(
    await share('asha', 'day-1.csv', [HEADER, ...day(12, 'Salem'), '12,Nobody,Salem,1', line(0, 'Salem')]),
  )
  await workspace.waitForReceipt(await share('ravi', 'day-2.csv', [HEADER, ...day(4, 'Erode')]))
  await workspace.waitForReceipt(
    await share('ravi', 'wrong.csv', [HEADER, line(0, 'Theni'), '9811029999,Gone Case,Theni,5']),
  )
  await workspace.act('ravi', 'customers', { action: 'undo_confirm', value: '3' })
  await expect.poll(async () => (await bot.upload(3)).status).toBe('undone')
  // 5: failed.
  await workspace.waitForReceipt(await share('asha', 'empty.csv', ['Phone,Name']))
  // 6 and 7: a chosen phone column and a chosen sheet, both stored.
  const chosen = await share('asha', 'agents.csv', ['Agent,Line,Place', 'Kiran Vaidya,9811020010,Madurai'])
  await workspace.waitForReply(chosen)
  await press(chosen, 'Line')
  await workspace.waitForReceipt(chosen)
  const sheets = (place: string) => [
    {
      name: 'North',
      cells: [
        ['Phone', 'Name', 'City'],
        ['9811020011', 'Leela Bose', place],
      ],
    },
    {
      name: 'South',
      cells: [
        ['Phone', 'Name', 'City'],
        ['9811020012', 'Tara Nair', place],
      ],
    },
  ]
  const book = await share('asha', 'regions.xlsx', workbook(...sheets('Karur')))
  await workspace.waitForReply(book)
  await press(book, 'South')
  await workspace.waitForReceipt(book)
  // 8: held by the guard because of other names. 9: asks for its phone column. 10: asks for its sheet.
  await workspace.waitForReply(
    await share('asha', 'shifted.csv', [
      HEADER,
      ...Array.from({ length: 12 }, (_, at) => line(at, 'Vellore', NAMES[(at + 1) % 6])),
    ]),
  )
  await workspace.waitForReply(
    await share('ravi', 'field-visits.csv', [
      'Person,Ring,Area',
      'Imran Qadri,9811020013,Ooty',
      'Rekha Lal,9811020014,Ooty',
    ]),
  )
  await workspace.waitForReply(
    await share(
      'ravi',
      'desks.xlsx',
      workbook(
        {
          name: 'Desk A',
          cells: [
            ['Phone', 'Name'],
            ['9811020015', 'Dev Malik'],
          ],
        },
        {
          name: 'Desk B',
          cells: [
            ['Phone', 'Name'],
            ['9811020016', 'Kiran Vaidya'],
          ],
        },
      ),
    ),
  )
  // 11: held because rows share phones. 12: held for a requested preview.
  await workspace.waitForReply(
    await share('meera', 'office.csv', [
      HEADER,
      ...Array.from(
        { length: 12 },
        (_, at) => `9811021000,${NAMES[at % 6]} ${'ABCDEFGHIJKL'[at]},Hosur,${at}`,
      ),
    ]),
  )
  await workspace.command('asha', 'customers', '/uploads preview')
  await workspace.waitForReply(
    await share('asha', 'shown.csv', [HEADER, line(2, 'Karaikal'), '9811021001,Nila Das,Karaikal,9']),
  )
  // 13: discarded by its old button.
  await workspace.waitForReply(
    await share('ravi', 'left.csv', ['Who,Klingel,Town', 'Imran Qadri,9811020013,Ooty']),
  )
  expect(
    (await models.fileUploads.collection.find({ status: 'held' }).sort({ number: 1 }).toArray()).map(
      ({ number }) => number,
    ),
  ).toEqual([8, 9, 10, 11, 12, 13])
  const answers: DumpedAnswer[] = []
  const keep = (asked: string, shown: readonly Pressable[]) =>
    answers.push({
      asked,
      controls: shown.flatMap(listControls).map(({ label, action, value }) => ({ label, action, value })),
    })
  for (const text of [
    '/customer 9811020010',
    '/customer kiran',
    '/customer 9811020010 today',
    '/customer history 9811020010',
    '/customer forget 9811020019',
    '/uploads recent',
    '/uploads show 1',
    '/uploads show 2',
    '/uploads show 3',
    '/uploads show 8',
    '/uploads show 12',
    '/uploads preview 8',
    '/uploads preview 12',
    '/uploads compare 2 1',
    '/uploads digest',
    '/uploads mapping',
    '/uploads mapping 1',
    '/uploads mapping 2',
    '/uploads undo 2',
    '/uploads undo 4',
  ])
    keep(text, (await workspace.command('meera', 'customers', text)).answers)
  for (const { asked, controls } of [...answers])
    for (const { label, action, value } of controls)
      if (/^(open_view|pick_view)/.test(action))
        keep(`${asked} > ${label}`, (await workspace.act('meera', 'customers', { action, value })).answers)
  const home = await workspace.openHome('meera')
  keep('the App Home', home ? [{ blocks: home.blocks }] : [])
  // 14: queued, and not begun.
  const queued = await share(
    'asha',
    'late.csv',
    [HEADER, line(3, 'Arcot'), '9811021002,Omar Sethi,Arcot,12'],
    false,
  )
  const { teamId: team } = workspace
  await bot.stopProcesses()
  await createUploadQueue({ models }).queueSlackShare({
    team,
    channel: queued.channel,
    user: queued.user,
    fileId: queued.fileId,
    sharedAt: queued.sharedAt,
  })
  await dump('used', workspace, models, files, answers)
  await bot.stop()
}, 180_000)

interface Stage {
  readonly workspace: Workspace
  readonly models: Models
  readonly database: TestDatabase
  readonly files: DumpedFile[]
}
let stage: Stage | undefined

async function open(): Promise<Stage> {
  const database = await openTestDatabase()
  const models = createModels(database.connection)
  await prepareDatabase(models, { info() {} })
  await ensureIndexes(models)
  stage = { workspace: await startWorkspace(), models, database, files: [] }
  return stage
}
afterEach(async () => {
  await stage?.workspace.stop()
  await stage?.database.drop()
  stage = undefined
})

async function share(
  { workspace, models, files }: Stage,
  name: string,
  lines: readonly string[],
  person = 'asha',
) {
  const bytes = bytesOf(lines)
  const shared = await workspace.share(person, 'customers', { name, bytes }, { announce: false })
  files.push({ share: shared, person, name, bytes })
  const { channel, user, fileId, sharedAt } = shared
  const place = { team: workspace.teamId, channel, user, fileId, sharedAt }
  return (await createUploadQueue({ models }).queueSlackShare(place)).upload
}

/** Runs the head of the queue; with `kill`, like a process that dies after its second batch. */
async function run({ workspace, models, files }: Stage, kill = false): Promise<void> {
  const claimed = await claimUpload(models, { leaseMs: 1 }, () => true)
  if (!claimed) throw new Error('nothing to do')
  const quiet = async () => {}
  const dying = new AbortController()
  let batches = 0
  const { defaultRegion, dateOrder, clearWord, limits, guard } = loadConfig({
    SLACK_BOT_TOKEN: workspace.token,
    SLACK_SIGNING_SECRET: workspace.signingSecret,
  })
  const work = runUpload(
    {
      models: kill && claimed.kind === 'forget' ? dieErasing(models, dying) : models,
      sources: {
        cli: createPathSource(),
        slack: {
          canOpen: () => true,
          async open({ source }, _, claim) {
            const file = files.find(
              ({ share: { fileId } }) => source.kind === 'slack' && fileId === source.file_id,
            )
            if (!file) throw new Error('no such file')
            await claim(file.share.ts, file.name)
            return {
              name: file.name,
              bytes: file.bytes.length,
              thread: file.share.ts,
              link: `${workspace.url}/archives/${file.share.channel}/p${file.share.ts.replace('.', '')}`,
              stream: Readable.from([Buffer.from(file.bytes)]),
            }
          },
        },
      },
      listener: {
        queued: quiet,
        waiting: quiet,
        asked: quiet,
        finished: quiet,
        async progress() {
          if (kill && ++batches === 2) dying.abort(new Error('killed'))
        },
      },
      options: {
        ...importOptionsOf({
          defaultRegion,
          dateOrder,
          clearWord,
          limits,
          guard,
          fallbackEncoding: undefined,
        }),
        batchSize: 2,
      },
      log: { debug() {}, info() {}, warn() {}, error() {} },
      retry: { retryMs: 1, longestRetryMs: 5 },
    },
    claimed,
    dying.signal,
  )
  await (kill ? expect(work).rejects.toThrow('killed') : work)
}

/** The customer is deleted, the rows are not. */
function dieErasing(models: Models, dying: AbortController): Models {
  const { collection } = models.uploadRows
  const dies = new Proxy(collection, {
    get(target, key) {
      if (key === 'updateMany')
        return () => {
          dying.abort(new Error('killed'))
          dying.signal.throwIfAborted()
        }
      const value = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { ...models, uploadRows: { collection: dies } as unknown as Models['uploadRows'] }
}

const DAY_1 = [
  'Phone,Name,City,Due Date',
  '9811020010,Kiran Vaidya,Salem,03/04/2026',
  '98110 20011,Leela Bose,Salem,25/04/2026',
  '9811020012,Tara Nair,Salem,04/05/2026',
  '9811020013,Imran Qadri,Salem,05/05/2026',
  '9811020014,Rekha Lal,Salem,06/05/2026',
]
const DAY_2 = DAY_1.map((line) => line.replace('Salem', 'Erode'))
const asker = (at: Stage) => ({
  team: at.workspace.teamId,
  channel: at.workspace.channelId('customers'),
  user: at.workspace.userId('asha'),
  now: new Date(),
})

async function statusOf({ models }: Stage, number: number) {
  return await models.fileUploads.collection.findOne<FileUpload>({ number })
}

it('an import that was killed half-way', async () => {
  const at = await open()
  await share(at, 'day-1.csv', DAY_1)
  await run(at)
  await share(at, 'day-2.csv', DAY_2)
  await run(at, true)
  expect(await statusOf(at, 2)).toMatchObject({ status: 'running', checkpoint: { line: 5 } })
  await share(at, 'day-3.csv', [DAY_1[0] ?? '', '9811020010,Kiran Vaidya,Theni,07/05/2026'], 'ravi')
  await dump('import-half-way', at.workspace, at.models, at.files)
}, 120_000)

it('an import of a command line that was killed half-way', async () => {
  const at = await open()
  const path = `${FOLDER}/walk-ins.csv`
  await mkdir(FOLDER, { recursive: true })
  await writeFile(
    path,
    [
      'Agent,Line,Office Line',
      ...DAY_1.slice(1).map(
        (text, index) => `${text.split(',')[1]},${text.split(',')[0]},044223344${10 + index}`,
      ),
    ].join('\n'),
  )
  await createUploadQueue({ models: at.models }).queueCliShare({
    path,
    user: 'ops',
    sharedAt: new Date(),
    phoneColumn: 'Line',
  })
  await run(at, true)
  expect(await statusOf(at, 1)).toMatchObject({ status: 'running', checkpoint: { line: 5 } })
  await dump('command-line-half-way', at.workspace, at.models, at.files)
}, 120_000)

it('an undo that was killed half-way', async () => {
  const at = await open()
  await share(at, 'day-1.csv', DAY_1)
  await run(at)
  await share(at, 'day-2.csv', DAY_2)
  await run(at)
  await queueUndo(at.models, 2, { ...asker(at), admins: new Set() })
  await run(at, true)
  expect(await statusOf(at, 3)).toMatchObject({ kind: 'undo', status: 'running', checkpoint: { line: 5 } })
  await dump('undo-half-way', at.workspace, at.models, at.files)
}, 120_000)

it('a forget that was killed half-way', async () => {
  const at = await open()
  await share(at, 'day-1.csv', DAY_1)
  await run(at)
  await share(at, 'day-2.csv', DAY_2)
  await run(at)
  const token = await requestForget(at.models, '+919811020010', asker(at))
  await queueForget(at.models, token, asker(at))
  await run(at, true)
  expect(await statusOf(at, 3)).toMatchObject({ kind: 'forget', status: 'running' })
  await dump('forget-half-way', at.workspace, at.models, at.files)
}, 120_000)

it('a switch that was killed half-way', async () => {
  const at = await open()
  await share(at, 'day-1.csv', DAY_1)
  await run(at)
  await share(at, 'day-2.csv', DAY_2)
  await run(at)
  await share(at, 'day-3.csv', [DAY_1[0] ?? '', '9811020010,Kiran Vaidya,Theni,07/05/2026'], 'ravi')
  await queueSwitch(at.models, 'one_per_upload', { user: 'asha', name: 'switch', now: new Date() })
  await run(at, true)
  expect(await statusOf(at, 4)).toMatchObject({
    kind: 'switch',
    status: 'running',
    checkpoint: { switched: {} },
  })
  await dump('switch-half-way', at.workspace, at.models, at.files)
}, 120_000)

it.each(['as_written', 'one_per_upload'] as const)(
  'records kept %s',
  async (kind) => {
    const at = await open()
    await share(at, 'day-1.csv', DAY_1)
    await run(at)
    await queueSwitch(at.models, kind, { user: 'asha', name: 'switch', now: new Date() })
    await run(at)
    await share(at, 'day-3.csv', DAY_2)
    await run(at)
    expect(await statusOf(at, 3)).toMatchObject({ status: 'done', records: { kind } })
    await share(at, 'day-4.csv', [DAY_1[0] ?? '', '9811020010,Kiran Vaidya,Theni,07/05/2026'], 'ravi')
    await dump(kind.replaceAll('_', '-'), at.workspace, at.models, at.files)
  },
  60_000,
)
