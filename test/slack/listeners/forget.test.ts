import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeNoForget } from '../../../commands/receipts/forget-reply.ts'
import { describeRefusal } from '../../../commands/receipts/undo-reply.ts'
import { findControl } from '../../../dev/demo/demo-controls.ts'
import type { ActionInput } from '../../../dev/workspace/workspace.ts'
import {
  type Customer,
  type FileUpload,
  type ForgetUpload,
  type RecordKind,
  ROW_OUTCOMES,
  type UploadRow,
} from '../../../models/index.ts'
import { describeInChannel } from '../../../src/slack/access/view-refusals.ts'
import { queueSwitch } from '../../../src/uploads/record-kinds/switch-request.ts'
import { headlineOf } from '../../support/headline.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'
import { readView } from '../../support/view-controls.ts'

const KUSHAL = '+917417119014'
const LATA = '+919820098201'
const LONG = { timeout: 45_000 }
/** Any trace of the person, in any document. */
const TRACES = /74171|kushal|sharma|SL-1001|sl1001|Nagpur|Pune/i

let bot: PlayedBot
/** Files that Slack deleted for the bot. */
let deleted: string[]
beforeEach(async () => {
  bot = await playWorkspace((workspace) => ({
    ADMINS: `${workspace.userId('meera')} ${workspace.userId('asha')}`,
    GUARD: 'off',
  }))
  deleted = []
  bot.workspace.use(async (call, next) => {
    const answer = await next(call)
    if (call.path !== '/api/files.delete') return answer
    const { ok }: { ok: boolean } = JSON.parse(await answer.clone().text())
    if (ok) deleted.push(new URLSearchParams(call.body.toString()).get('file') ?? '')
    return answer
  })
})
afterEach(() => bot.stop())

async function upload(person: string, name: string, ...lines: string[]): Promise<void> {
  const share = await bot.share(person, name, lines.join('\n'))
  await bot.workspace.waitForReceipt(share)
}

/** Too late for a modal: the question comes as a message with buttons. */
const type = async (person: string, text: string) =>
  (await bot.workspace.command(person, 'customers', text, { isLate: true })).answers

async function waitUntilDone(number: number): Promise<FileUpload> {
  await expect.poll(async () => (await bot.upload(number)).finished_at, LONG).toBeDefined()
  return await bot.upload(number)
}

/** The button of the last confirmation. */
async function confirmForget(person = 'meera'): Promise<ActionInput> {
  const answers = await type(person, '/customer forget 07417119014')
  const button = findControl(answers, 'Forget for good')
  if (!button) throw new Error(`no button: ${JSON.stringify(answers)}`)
  return button
}

async function forget(): Promise<ForgetUpload> {
  const button = await confirmForget()
  const { answers } = await bot.workspace.act('meera', 'customers', button)
  const number = Number(/#(\d+)/.exec(answers[0]?.text ?? '')?.[1])
  const done = await waitUntilDone(number)
  if (done.kind !== 'forget') throw new Error(`#${number} is of kind ${done.kind}`)
  return done
}

function createGate() {
  let open = () => {}
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { passed, open: () => open() }
}

/** The whole database as text. */
async function readEverything(): Promise<string> {
  const collections = await bot.models.connection.listCollections()
  const documents = await Promise.all(
    collections.map(({ name }) => bot.models.connection.collection(name).find().toArray()),
  )
  return JSON.stringify(documents)
}

const find = (phone = KUSHAL) => bot.models.customers.collection.findOne<Customer>({ primary_phone: phone })

/** Two files with Kushal, one with an invalid row of his. */
async function playHistory(): Promise<void> {
  await upload(
    'asha',
    'a.csv',
    'phone,name,city,loan id,shoe size',
    '07417119014,Kushal Sharma,Pune,SL-1001,9',
    '9820098201,Lata,Mumbai,SL-1002,7',
  )
  const again = await bot.share(
    'ravi',
    'b.csv',
    [
      'phone,name,city,loan id,due date',
      '7417119014,Kushal Sharma,Nagpur,SL-1001,2026-01-31',
      '+91 74171-19014,Kushal Sharma,Nagpur,SL-1001,someday',
      '12,Kushal Sharma,Pune,sl 1001,2026-01-31',
      '13,Nobody We Know,Agra,SL-1009,2026-01-31',
      '9820098201,Lata,Thane,SL-1002,2026-01-31',
    ].join('\n'),
  )
  await bot.workspace.waitForReceipt(again)
  await bot.workspace.waitForFile(again)
  await expect.poll(async () => (await bot.upload(2)).receipt.due, LONG).toBe(false)
}

/** Switches the record kind. */
async function switchRecords(kind: RecordKind): Promise<void> {
  const asker = { user: 'admin', name: 'records', now: new Date() }
  const { number } = await queueSwitch(bot.models, kind, asker)
  await waitUntilDone(number)
}

describe('where a phone has several records', () => {
  it.each(['one_per_upload', 'as_written'] as const)(
    '%s: all of them go, and no trace stays',
    async (kind) => {
      await switchRecords(kind)
      await playHistory()
      const records = await bot.models.customers.collection.countDocuments({ primary_phone: KUSHAL })
      const others = await bot.models.customers.collection.countDocuments({ primary_phone: LATA })
      expect(records).toBe(2)

      const proof = await forget()

      expect(proof.forget_counts).toMatchObject({ customers: records })
      expect(await readEverything()).not.toMatch(TRACES)
      expect(await bot.models.customers.collection.countDocuments({ primary_phone: LATA })).toBe(others)
      await switchRecords('one_per_phone')
      expect(await bot.models.customers.collection.find<Customer>({}).toArray()).toMatchObject([
        { primary_phone: LATA },
      ])
    },
  )
})

describe('/customer forget', () => {
  it('is for admins: others are told whom to ask, and nothing happens', async () => {
    await upload('asha', 'a.csv', 'phone,name', '07417119014,Kushal')

    const [answer] = await type('ravi', '/customer forget 07417119014')

    expect(answer).toMatchObject({ visibility: 'asker' })
    expect(answer?.text).toMatch(/<@\w+> or <@\w+>/)
    expect(await bot.models.forgetRequests.collection.countDocuments()).toBe(0)
  })

  it('is not to be had in a window, where people only look', async () => {
    await upload('asha', 'a.csv', 'phone,name', '07417119014,Kushal')
    const window = await bot.workspace.openShortcut('meera', 'lookup_customer')
    if (!window) throw new Error('no window')

    const answer = await bot.workspace.submit('meera', window, 'forget 07417119014')

    expect(readView(answer, bot.workspace)).toContain(headlineOf(describeInChannel()))
    expect(await bot.models.forgetRequests.collection.countDocuments()).toBe(0)
  })

  it('says what will happen, and its button names nobody and is for whoever asked alone, once', async () => {
    await playHistory()
    const [question] = await type('meera', '/customer forget 07417119014')
    const button = await confirmForget()

    expect(question?.text).toMatch(/\b1 customer .*\b2 .*\b2 uploads.*#1, #2/s)
    expect(button.value).toMatch(/^[0-9a-f]{32}$/)
    const tries = [
      await bot.workspace.act('asha', 'customers', button),
      await bot.workspace.act('ravi', 'customers', button),
      await bot.workspace.act('meera', 'customers', { ...button, value: `${button.value.slice(0, -1)}x` }),
      await bot.workspace.act('meera', 'customers', { ...button, value: '0'.repeat(32) }),
      await bot.workspace.act('meera', 'customers', { ...button, value: KUSHAL }),
    ]
    expect(tries.map(({ answers }) => answers[0]?.text ?? '')).toEqual([
      expect.stringContaining(headlineOf(describeNoForget())),
      expect.stringMatching(/<@\w+> or <@\w+>/),
      expect.stringContaining(headlineOf(describeNoForget())),
      expect.stringContaining(headlineOf(describeNoForget())),
      expect.stringContaining(headlineOf(describeNoForget())),
    ])
    expect(await find()).not.toBeNull()

    const pressed = await Promise.all([1, 2, 3].map(() => bot.workspace.act('meera', 'customers', button)))

    const texts = pressed.map(({ answers }) => answers[0]?.text ?? '')
    const stored = await bot.models.fileUploads.collection.find({ forget: { $exists: true } }).toArray()
    expect(stored).toHaveLength(1)
    // Each press takes a number before it finds out whether it was the first.
    const asked = new RegExp(`#${stored[0]?.number}\\b`)
    expect(texts.filter((text) => asked.test(text))).toHaveLength(1)
  })

  it('leaves no trace of the person anywhere, receipts that add up, and a proof that names nobody', async () => {
    await playHistory()
    await type('ravi', '/uploads compare 2 1')
    const failedRows = (await bot.upload(2)).failed_rows?.file_id ?? ''
    const [comparison] = await bot.models.sentFiles.collection.find().toArray()
    await bot.workspace.act('ravi', 'customers', { action: 'undo_confirm', value: '2' })
    await waitUntilDone(3)

    const proof = await forget()

    expect(await readEverything()).not.toMatch(TRACES)
    expect(proof).toMatchObject({
      status: 'done',
      source: { user: bot.workspace.userId('meera') },
      // Two rows with the phone, two invalid ones, and the row of the undo.
      forget_counts: { customers: 1, rows: 5, uploads: 3, files: 2 },
    })
    expect(deleted.sort()).toEqual([failedRows, String(comparison?._id)].sort())
    for (const number of [1, 2]) {
      const { _id, counts } = await bot.upload(number)
      const rows = await bot.models.uploadRows.collection.find<UploadRow>({ upload: _id }).toArray()
      expect(counts?.rows).toBe(rows.length)
      for (const outcome of ROW_OUTCOMES)
        expect(rows.filter((row) => row.outcome === outcome)).toHaveLength(counts?.[outcome] ?? -1)
    }
    // Other customers are unchanged.
    expect(await find(LATA)).toMatchObject({ full_name: 'Lata', city: 'Mumbai' })
    expect(await readEverything()).toContain('Nobody We Know')
    const [again] = await type('asha', '/uploads show 2')
    expect(again?.text).not.toMatch(/kushal|sharma|nagpur|pune/i)
    const [shown] = await type('asha', `/uploads show ${proof.number}`)
    expect(shown?.text).toMatch(new RegExp(`#${proof.number}.*Customers deleted: 1\\n.*<@`, 's'))
    await expect
      .poll(() => bot.workspace.ephemerals.at(-1)?.text, LONG)
      .toMatch(new RegExp(`#${proof.number}.*Customers deleted: 1\\n`, 's'))
  })

  it.each(['files.getUploadURLExternal', 'files.completeUploadExternal'])(
    'leaves nobody a list with somebody forgotten in it that had come as far as %s meanwhile',
    async (method) => {
      await playHistory()
      const [arrived, forgotten] = [createGate(), createGate()]
      const shared: string[] = []
      bot.workspace.use(async (call, next) => {
        if (call.path === `/api/${method}`) {
          arrived.open()
          await forgotten.passed
        }
        const answer = await next(call)
        const [, id] = /(F[A-Z0-9]{6,})/.exec(call.body.toString()) ?? []
        if (id && call.path === '/api/files.completeUploadExternal') shared.push(id)
        return answer
      })
      const readable = () => shared.filter((id) => !deleted.includes(id))
      const { answers } = await bot.workspace.command('meera', 'customers', '/uploads export')
      await arrived.passed

      await forget()
      forgotten.open()

      await expect.poll(() => answers.at(-1)?.text, LONG).toMatch(/customers-[\d-]+\.csv/)
      expect(readable()).toEqual([])
      await type('meera', '/uploads export')
      await expect.poll(readable, LONG).toHaveLength(1)
    },
  )

  it('is stronger than undo, history and looking back: nobody comes back by them', async () => {
    await playHistory()
    await forget()

    for (const number of [1, 2]) {
      const person = number === 1 ? 'asha' : 'ravi'
      await bot.workspace.act(person, 'customers', { action: 'undo_confirm', value: String(number) })
      const undo = await waitUntilDone(3 + number)
      expect(undo).toMatchObject({ status: 'done', undo_counts: { rows: 1 } })
    }
    const put = await bot.workspace.act('ravi', 'customers', { action: 'undo_confirm', value: '5' })
    expect(put.answers[0]?.text).toContain('#6')
    await waitUntilDone(6)
    const asked = [
      await type('asha', '/customer 07417119014'),
      await type('asha', '/customer history 07417119014'),
      await type('asha', '/customer 07417119014 on today'),
      await type('asha', '/customer sharma'),
      await type('asha', '/uploads undo 3'),
    ]

    expect(await bot.models.customers.collection.find<Customer>({}).toArray()).toMatchObject([
      { primary_phone: LATA },
    ])
    expect(asked.flat().map(({ text }) => text)).toEqual([
      // Nobody is found, so there are no buttons and no history.
      expect.stringMatching(/\+91 74171 19014.*\/uploads recent/s),
      expect.stringMatching(/\+91 74171 19014.*\/uploads recent/s),
      expect.stringMatching(/^\S*\+91 74171 19014[^\n]*$/),
      expect.stringContaining('"sharma"'),
      headlineOf(describeRefusal({ kind: 'for_good', upload: await bot.upload(3) }, 3)),
    ])
    expect(await readEverything()).not.toMatch(TRACES)
  })

  it('knows nothing of the person when they are uploaded again', async () => {
    await playHistory()
    const before = await find()
    await forget()

    await upload('asha', 'c.csv', 'phone,name', '07417119014,Kushal Again')

    const customer = await find()
    expect(customer?._id).not.toEqual(before?._id)
    expect(customer).toMatchObject({ full_name: 'Kushal Again', upload_count: 1 })
    expect(customer?.first_uploaded_at).toEqual((await bot.upload(4)).shared_at)
    expect(customer?.city).toBeUndefined()
    expect((await bot.upload(4)).counts).toMatchObject({ created: 1 })
  })

  it('waits for a file with the person that is being imported', async () => {
    const rows = Array.from({ length: 3_000 }, (_, at) => `98${String(20_000_000 + at)},Somebody`)
    const share = await bot.share(
      'asha',
      'many.csv',
      ['phone,name', ...rows, '07417119014,Kushal'].join('\n'),
    )
    await expect.poll(async () => bot.models.fileUploads.collection.countDocuments()).toBe(1)

    const done = await forget()

    expect((await bot.workspace.waitForReceipt(share)).text).toMatch(/3,001 of 3,001 rows/)
    expect(done.forget_counts).toMatchObject({ customers: 1, rows: 1 })
    expect(await find()).toBeNull()
  })

  it('takes the person out of the receipt of a file that failed, in its thread', async () => {
    await upload('asha', 'a.csv', 'phone,name', '07417119014,Kushal Sharma')
    const failed = await bot.share('ravi', 'kushal 7417119014.csv', '%PDF-1.4 nothing')
    const read = async () => JSON.stringify(await bot.workspace.waitForReply(failed))
    await expect.poll(read, LONG).toContain('7417119014.csv')
    await expect.poll(async () => (await bot.upload(2)).receipt.due, LONG).toBe(false)

    await forget()

    await expect.poll(read, LONG).toContain('named a person who was forgotten')
    expect(
      JSON.stringify((await bot.workspace.thread(failed)).map(({ text, blocks }) => [text, blocks])),
    ).not.toMatch(/74171/)
  })

  it('takes the person out of files that wait for a decision, and out of the question in the thread', async () => {
    await upload(
      'asha',
      'a.csv',
      'phone,name,city',
      '07417119014,Kushal Sharma,Pune',
      '9820098201,Lata,Mumbai',
    )
    const asked = await bot.share(
      'ravi',
      'q.csv',
      'Kunde,Erreichbar unter,Ort\nKushal Sharma,07417119014,Nagpur\nLata,9820098201,Thane\n',
    )
    await bot.workspace.waitForReply(asked)
    await type('ravi', '/uploads preview')
    const held = await bot.share(
      'ravi',
      'p.csv',
      'phone,name,city\n07417119014,Kushal Sharma,Nagpur\n9820098201,Lata,Thane\n',
    )
    await bot.workspace.waitForReply(held)
    expect(JSON.stringify(await bot.upload(3))).toContain('Pune')
    const [question] = await type('meera', '/customer forget 07417119014')
    expect(question?.text).toMatch(/\b2 files .*#2, #3\./s)

    await forget()

    const waiting = JSON.stringify([await bot.upload(2), await bot.upload(3)])
    expect(waiting).not.toMatch(/74171|Kushal|Pune/)
    expect(waiting).toContain('Thane')
    await expect
      .poll(async () => JSON.stringify(await bot.workspace.waitForReply(asked)))
      .not.toMatch(/74171|Kushal/)
  })

  it('takes the person out of a file that was discarded after its preview', async () => {
    await upload('asha', 'a.csv', 'phone,name,city', '07417119014,Kushal Sharma,Pune', '9820098201,Lata,Agra')
    await type('ravi', '/uploads preview')
    const held = await bot.share(
      'ravi',
      'p.csv',
      'phone,name,city\n07417119014,Kushal Verma,Nagpur\n9820098201,Lata,Thane\n',
    )
    await bot.workspace.waitForReply(held)
    await expect.poll(async () => (await bot.upload(2)).status, LONG).toBe('held')
    expect(JSON.stringify(await bot.upload(2))).toContain('Pune')
    await bot.workspace.act('ravi', 'customers', { action: 'leave_upload', value: '2' })
    await waitUntilDone(2)

    await forget()

    expect(await readEverything()).not.toMatch(TRACES)
    expect(JSON.stringify(await bot.upload(2))).toContain('Thane')
  })

  it('takes the person out of lists of second phones, though no row of those files is theirs', async () => {
    await upload('asha', 'a.csv', 'phone,name,alternate phone', '07417119014,Kushal Sharma,9820098300')
    await upload('ravi', 'b.csv', 'phone,name', '9820098300,Gita Rao', '9820098201,Lata')
    expect((await bot.upload(2)).second_phones).toMatchObject({ rows: 1 })
    const { answers } = await bot.workspace.act('ravi', 'customers', {
      action: 'send_second_phones',
      value: '2',
    })
    await expect.poll(() => answers.at(-1)?.text, LONG).toContain('was sent to you')
    const [sent] = await bot.models.sentFiles.collection.find().toArray()
    await type('ravi', '/uploads preview')
    const held = await bot.share('ravi', 'p.csv', 'phone,name\n9820098300,Gita R\n')
    const read = async () => JSON.stringify(await bot.workspace.waitForReply(held))
    await expect.poll(read, LONG).toContain('Kushal')

    await forget()

    expect(deleted).toEqual([String(sent?._id)])
    expect(await readEverything()).not.toMatch(TRACES)
    await expect.poll(read, LONG).not.toMatch(/Kushal/)
  })
})
