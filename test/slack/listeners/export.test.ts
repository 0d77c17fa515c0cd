import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Customer, RecordKind } from '../../../models/index.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { exportCustomers } from '../../../src/uploads/filters/export-customers.ts'
import { queueSwitch } from '../../../src/uploads/record-kinds/switch-request.ts'
import { measureGrowth } from '../../support/memory.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'

const LONG = { timeout: 45_000 }
const RICH = [
  'phone,alternate phone,name,e-mail,city,office city,loan id,loan amount,due amount,due date,days past due,do not call,shoe size,line,$where,क्षेत्र',
  '07417119014,9820098299,"Sharma, ""K""",k@example.com,Pune,Thane,007,1234.567,-500.5,2026-01-31,12,yes,9,7,=1+1,उत्तर',
  '9820098200,,@HYPERLINK("x"),,Mumbai,,,123456789012.25,0,,,no,@x,,"it\'s",',
  '9820098201,,Lata,,,Agra,000123456789012345,,,,,,,,,',
].join('\n')

let bot: PlayedBot
let folder: string
beforeEach(async () => {
  bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('meera') }))
  folder = await mkdtemp(join(tmpdir(), 'export-test-'))
})
afterEach(async () => {
  await bot.stop()
  await rm(folder, { recursive: true, maxRetries: 20 })
})

async function upload(name: string, text: string | Uint8Array): Promise<string> {
  const { text: receipt } = await bot.workspace.waitForReceipt(await bot.share('asha', name, text))
  return receipt
}
const type = async (person: string, text: string) =>
  (await bot.workspace.command(person, 'customers', text)).answers

/** The export as a workbook. */
async function writeWorkbook(): Promise<Buffer> {
  const path = join(folder, 'customers.xlsx')
  await exportCustomers(bot.models, path, { catalogue: DEFAULT_CATALOGUE, format: 'xlsx' })
  return await readFile(path)
}

async function write(since?: Date): Promise<string> {
  const path = join(folder, 'customers.csv')
  await exportCustomers(bot.models, path, {
    catalogue: DEFAULT_CATALOGUE,
    format: 'csv',
    ...(since && { since }),
  })
  return await readFile(path, 'utf8')
}

async function switchRecords(kind: RecordKind): Promise<void> {
  const { _id } = await queueSwitch(bot.models, kind, { user: 'admin', name: 'records', now: new Date() })
  const find = () => bot.models.fileUploads.collection.findOne({ _id, finished_at: { $exists: true } })
  await expect.poll(find, LONG).not.toBeNull()
}

/** Customers without fields that every mention changes. */
const readCustomers = async () =>
  (await bot.models.customers.collection.find<Customer>({}).sort({ primary_phone: 1, _id: 1 }).toArray()).map(
    ({ updated_at: _, last_upload: __, upload_count: ___, ...rest }) => rest,
  )

describe('an export', () => {
  it.each([
    ['a CSV', 'customers.csv', () => write()],
    ['a workbook', 'customers.xlsx', writeWorkbook],
  ])('as %s can be shared again as it is, and changes nothing then', async (_, name, writeAgain) => {
    await upload('rich.csv', RICH)
    const before = await readCustomers()
    expect(before).toHaveLength(3)

    await upload(name, await writeAgain())

    expect((await bot.upload(2)).counts).toMatchObject({ rows: 3, unchanged: 3 })
    expect(await readCustomers()).toEqual(before)
  })

  it('brings everybody back into an empty database', async () => {
    await upload('rich.csv', RICH)
    const values = (customers: Awaited<ReturnType<typeof readCustomers>>) =>
      customers.map(({ _id: _, first_uploaded_at: __, first_upload: ___, ...rest }) => rest)
    const before = values(await readCustomers())
    const text = await write()
    for (const model of [bot.models.customers, bot.models.uploadRows]) await model.collection.deleteMany({})

    await upload('customers.csv', text)

    expect(values(await readCustomers())).toEqual(before)
  })

  it('has a line for each record where numbers written differently are different, and they come back as they were', async () => {
    await switchRecords('as_written')
    await upload('a.csv', 'phone,name\n07417119014,Kushal\n+917417119014,Kushal S\n74171 19014,K\n')
    const before = await readCustomers()
    expect(before).toHaveLength(3)

    await upload('customers.csv', await write())

    expect((await bot.upload(3)).counts).toMatchObject({ rows: 3, unchanged: 3 })
    expect(await readCustomers()).toEqual(before)
  })

  it('has a line for each record where every list is kept apart; shared again they are one record of a new list, the latest value last', async () => {
    await switchRecords('one_per_upload')
    await upload('a.csv', 'phone,name,city\n07417119014,Kushal,Pune\n')
    await upload('b.csv', 'phone,name\n07417119014,Kushal Sharma\n')
    const text = await write()
    expect(text.split('\r\n').slice(1, -1)).toEqual([
      expect.stringMatching(/Kushal,.*Pune/),
      expect.stringContaining('Kushal Sharma'),
    ])

    await upload('customers.csv', text)

    expect((await bot.upload(4)).counts).toMatchObject({ rows: 2, created: 1, duplicate: 1 })
    expect(await bot.models.customers.collection.findOne({}, { sort: { _id: -1 } })).toMatchObject({
      full_name: 'Kushal Sharma',
      city: 'Pune',
    })
  })

  it('is safe in a spreadsheet', async () => {
    await upload('rich.csv', RICH)

    const cells = (await write()).split(/[,\r\n]/)

    expect(cells.filter((cell) => /^"?[=+@]|^"?-(?!\d)/.test(cell))).toEqual([])
    expect(cells).toContain("'+917417119014")
    expect(cells).toContain("'007")
  })

  it('has only those whose values changed since then, each once, also by an undo', async () => {
    await upload('old.csv', 'phone,name\n9820098200,Lata\n9820098201,Meena\n9820098202,Nisha\n')
    const since = (await bot.upload(1)).finished_at
    if (!since) throw new Error('not finished')
    const later = new Date(since.getTime() + 1)
    await expect.poll(() => Date.now()).toBeGreaterThan(later.getTime())
    await upload('new.csv', 'phone,name\n9820098200,Lata M\n9820098201,Meena\n9820098203,Omar\n')
    await upload('newer.csv', 'phone,city\n9820098200,Pune\n')

    expect((await write(later)).split('\r\n').slice(1, -1)).toEqual([
      expect.stringMatching(/^'\+919820098200.*Lata M.*Pune/),
      expect.stringMatching(/^'\+919820098203.*Omar/),
    ])
    const before = new Date()
    await bot.workspace.act('asha', 'customers', { action: 'undo_confirm', value: '2' })
    await expect.poll(async () => (await bot.upload(4)).finished_at, LONG).toBeDefined()
    expect((await write(before)).split('\r\n').slice(1, -1)).toEqual([
      expect.stringMatching(/^'\+919820098200.*Lata,.*Pune/),
    ])
  })

  it('does not let memory grow with the customers', async () => {
    const many = Array.from({ length: 30_000 }, (_, at) => ({
      primary_phone: `+9198${String(20_000_000 + at)}`,
      full_name: 'x'.repeat(500),
    }))
    await bot.models.customers.collection.insertMany(many as never)
    const ceiling = 150 * 1024 * 1024

    const { grown, result: text } = await measureGrowth(ceiling, () => write())

    expect(text.length).toBeGreaterThan(15_000_000)
    // Pages of a thousand customers of half a kilobyte, plus garbage; the file has 16 MB.
    expect(grown).toBeLessThan(ceiling)
  })
})

describe('/uploads export', () => {
  it('is for admins', async () => {
    const [answer] = await type('asha', '/uploads export')

    expect(answer?.text).toMatch(/<@/)
    expect(await bot.models.sentFiles.collection.countDocuments()).toBe(0)
  })

  it('sends a workbook where somebody asks for one', async () => {
    await upload('rich.csv', RICH)
    await upload('other.csv', 'Phone,Name\n07417119014,Kushal\n')
    await type('meera', '/uploads export as xlsx')
    const direct = await bot.workspace.openDirectMessage('meera')
    const sent = async () => JSON.stringify(await bot.workspace.messages(direct))
    await expect.poll(sent, LONG).toMatch(/customers-\d{4}-\d\d-\d\d\.xlsx/)

    await type('meera', '/uploads compare 2 1 as xlsx')
    await expect.poll(sent, LONG).toContain('compare-2-with-1.xlsx')
  })

  it('says that it works on it, sends the file to the asker alone, and is in the audit', async () => {
    await upload('rich.csv', RICH)
    const answers = await type('meera', '/uploads export')
    expect(answers[0]).toMatchObject({ visibility: 'asker' })
    expect(answers[0]?.text).toMatch(/\w/)
    const direct = await bot.workspace.openDirectMessage('meera')

    const sent = () => bot.workspace.messages(direct)
    await expect
      .poll(async () => JSON.stringify(await sent()), LONG)
      .toMatch(/customers-\d{4}-\d\d-\d\d\.csv/)
    // In direct messages a thread is only visible as "1 reply".
    expect((await sent()).filter(({ thread_ts }) => thread_ts !== undefined)).toEqual([])
    expect(JSON.stringify(await bot.workspace.messages('customers'))).not.toMatch(/customers-\d{4}/)
    const sentFiles = await bot.models.sentFiles.collection.find().toArray()
    expect(sentFiles).toMatchObject([{ user: bot.workspace.userId('meera') }])
    expect(sentFiles[0]?.uploads).toBeUndefined()
    await expect
      .poll(() => bot.models.audit.collection.countDocuments({ did: 'exported', outcome: 'answered' }), LONG)
      .toBe(1)
  })

  it.each([
    ['since yesterday', []],
    ['changed since 1 Jan 2026', []],
    ['since', ['"since" was not understood']],
    ['since the flood', ['"since the flood" was not understood']],
    ['since 1 Jan 2099', ['1 Jan 2099']],
  ])('understands %s', async (text, objections) => {
    const answers = await type('meera', `/uploads export ${text}`)

    expect(answers[0]?.text.match(/"since[^"]*" was not understood|1 Jan 2099/g) ?? []).toEqual(objections)
  })
})
