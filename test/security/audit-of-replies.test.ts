import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ACTIONS } from '../../commands/actions/actions.ts'
import { PAGE_NAMES } from '../../commands/actions/page-actions.ts'
import { dayOf } from '../../commands/text/dates.ts'
import { SUBCOMMAND_NAMES } from '../../commands/uploads/uploads.ts'
import { showMessage } from '../../dev/slack/show-message.ts'
import type { ShownView } from '../../dev/workspace/workspace.ts'
import type { AuditEntry } from '../../models/index.ts'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'
import { readView } from '../support/view-controls.ts'

/**
 * #1 created Kushal and Meena, and #2 changed Kushal; #3 waits for its phone column and #4 is a waiting
 * preview of #2: both contain people's values.
 */
let bot: PlayedBot
/** `_id`s by a text in replies about the customer. */
let people: Map<string, string>
beforeAll(async () => {
  bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('asha') }))
  const { workspace, models } = bot
  const first =
    'phone,name,city\n07417119023,Kushal Sharma,Pune\n09000000101,Meena Sharma,Goa\n12,Broken,Agra\n'
  await workspace.waitForReceipt(await bot.share('asha', 'first.csv', first))
  const second = 'phone,name,city\n07417119023,Kushal Sharma,Nagpur\n'
  await workspace.waitForReceipt(await bot.share('asha', 'second.csv', second))
  await workspace.waitForReply(
    await bot.share('asha', 'held.csv', 'Kunde,Ort,Erreichbar unter\nLata Rao,Goa,09820098201\n'),
  )
  // The preview shows current changes: the stored city is another one now.
  await models.customers.collection.updateOne({ full_name: 'Kushal Sharma' }, { $set: { city: 'Thane' } })
  await workspace.command('asha', 'customers', '/uploads preview 2')
  await vi.waitFor(async () => expect((await bot.upload(4)).status).toBe('held'), { timeout: 45_000 })
  const stored = await models.customers.collection.find({}).toArray()
  people = new Map(stored.map(({ _id, full_name }) => [String(full_name).split(' ')[0] ?? '', String(_id)]))
}, 120_000)
afterAll(() => bot.stop())

const HOME: ShownView = { id: 'VHOME', type: 'home', callbackId: '', blocks: [] }
const today = () => dayOf(new Date(), 'Asia/Kolkata')
const idOf = (name: string) => people.get(name) ?? ''

/** Values in an upload but in no customer: a reply with them has shown the upload. */
const OF_UPLOADS: readonly (readonly [RegExp, number])[] = [
  [/Lata|98200/, 3],
  [/Broken|Agra/, 1],
]

async function lastEntry(): Promise<AuditEntry | null> {
  return await bot.models.audit.collection.findOne<AuditEntry>({}, { sort: { _id: -1 } })
}

/** Checks the audit entry of a reply. @returns the people it showed */
async function checkEntry(output: string, what: string): Promise<string[]> {
  const entry = await lastEntry()
  const shown = [...people].filter(
    ([name, _]) => output.includes(name) || (name === 'Kushal' && /74171.?19023/.test(output)),
  )
  const customers = (entry?.customers ?? []).map(String)
  const missing = shown.filter(([, id]) => !customers.includes(id)).map(([name]) => name)
  expect(missing, `${what} shows customers who are not in its audit entry: ${output}`).toEqual([])
  return shown.map(([name]) => name)
}

async function checkUpload(printed: string, number: number, what: string): Promise<void> {
  expect((await lastEntry())?.uploads ?? [], `${what} shows an upload: ${printed}`).toContain(number)
}

/** A count may still run after its progress message, and only one runs at a time. */
async function countsEnd(): Promise<void> {
  const lane = { _id: 'counting', claim: { $exists: true } }
  await expect
    .poll(() => bot.models.askedCounts.collection.findOne(lane as object), { timeout: 30_000 })
    .toBeNull()
}

const read = (answers: readonly object[]) =>
  answers
    .map((answer) =>
      showMessage(answer as Parameters<typeof showMessage>[0], {
        nameOf: bot.workspace.personName,
        timeZone: 'Asia/Kolkata',
      }),
    )
    .join('\n')

/** The typed text, and the people it shows; or the number of the upload whose values it shows. */
const TYPED: readonly (readonly [string, readonly string[], number?])[] = [
  ['/customer 07417119023', ['Kushal']],
  ['/customer kushal', ['Kushal']],
  ['/customer sharma', ['Kushal', 'Meena']],
  ['/customer meena sharma goa', ['Meena']],
  ['/customer goa', ['Meena']],
  ['/customer 19023', ['Kushal']],
  ['/customer 19023 kushal', ['Kushal']],
  ['/customer 74171*', ['Kushal']],
  ['/customer kushl sharna', ['Kushal']],
  ['/customer who changed meena', ['Meena']],
  ['/customer 741711902', ['Kushal']],
  ['/customer 07417119023, meena', ['Kushal', 'Meena']],
  ['/customer merge 07417119023', ['Kushal']],
  ['/customer history 07417119023', ['Kushal']],
  ['/customer 07417119023 on today', ['Kushal']],
  // It shows since when the customer exists.
  ['/customer 07417119023 on 2020-01-01', ['Kushal']],
  ['/customer forget 07417119023', ['Kushal']],
  ['/uploads show 1', [], 1],
  ['/uploads show 3', [], 3],
  ['/uploads show held', [], 3],
  ['/uploads held.csv', [], 3],
  ['/uploads undo last', [], 2],
  ['/uploads compare 2', ['Kushal', 'Meena'], 1],
  ['/uploads who uploaded today', []],
  ['/uploads today', []],
  ['/uploads count', []],
  ['/uploads count by city', []],
  ['/uploads count #1', [], 1],
  ['/uploads export #1', [], 1],
  ['/uploads show 4', [], 4],
  ['/uploads compare 1 2', ['Kushal', 'Meena'], 1],
  ['/uploads preview 3', [], 3],
  ['/uploads preview 4', [], 4],
  ['/uploads undo 1', [], 1],
  ['/uploads recent', []],
  ['/uploads digest', []],
  ['/uploads mapping', []],
  ['/uploads export', []],
]

describe('a reply that shows a customer', () => {
  it.each(TYPED.map((row) => [row[0], row] as const))(
    'is in the audit with them: %s',
    async (text, [, names, upload]) => {
      await countsEnd()
      const message = read((await bot.workspace.command('asha', 'customers', text)).answers)

      expect(await checkEntry(message, text)).toEqual(expect.arrayContaining([...names]))
      // A count follows its progress message.
      if (upload !== undefined)
        await vi.waitFor(() => checkUpload(message, upload, text), { timeout: 30_000 })
      for (const [values, number] of OF_UPLOADS)
        if (!text.startsWith('/customer') && values.test(message)) await checkUpload(message, number, text)
    },
  )

  it('is looked for behind every word of /uploads', () => {
    const walked = TYPED.map(([text]) => /^\/uploads (\w+)/.exec(text)?.[1])

    expect(SUBCOMMAND_NAMES.filter((word) => !walked.includes(word))).toEqual([])
  })

  /** The subject of each page, and the people it shows. */
  const VIEWED: Readonly<Record<string, () => readonly [string, readonly string[], number?]>> = {
    customer: () => [`customer:${idOf('Kushal')}`, ['Kushal']],
    records: () => [`records:${idOf('Kushal')}`, ['Kushal']],
    sources: () => [`sources:${idOf('Kushal')}`, ['Kushal']],
    history: () => [`history:${idOf('Kushal')}:0`, ['Kushal']],
    day: () => [`day:${idOf('Kushal')}:${today()}`, ['Kushal']],
    people: () => [`people:${idOf('Kushal')}:${idOf('Meena')}`, ['Kushal', 'Meena']],
    upload: () => ['upload:3', [], 3],
    compare: () => ['compare:1:2', ['Kushal', 'Meena'], 1],
    recent: () => ['recent:', []],
    digest: () => [`digest:daily:${today()}`, []],
    settings: () => ['settings', []],
    columns: () => ['columns:4', [], 4],
    who: () => ['who:today', []],
    count: () => ['count:upload%3D1', [], 1],
    help: () => ['help:uploads', []],
  }

  it.each(PAGE_NAMES)(
    'is in the audit with them: the view %s, opened, shared, and outside of a channel',
    async (view) => {
      const [value, names, upload] = VIEWED[view]?.() ?? ['not walked', ['nobody'], undefined]
      for (const action of ['open_view', 'pick_view', 'share_view']) {
        const { answers } = await bot.workspace.act('asha', 'customers', { action, value })
        const stated = action === 'share_view' ? JSON.stringify(answers) : read(answers)

        expect(await checkEntry(stated, value), action).toEqual(expect.arrayContaining([...names]))
        if (upload !== undefined) await checkUpload(stated, upload, value)
      }
      const window = await bot.workspace.actInView('asha', HOME, { action: 'open_view', value })
      await checkEntry(readView(window, bot.workspace), value)
    },
  )

  it.each(ACTIONS.map(({ name }) => name))('is in the audit with them: the button %s', async (action) => {
    for (const value of ['4', '1:2', '1']) {
      if (action === 'approve_upload' || action === 'leave_upload' || action === 'undo_confirm') continue
      const texts = read((await bot.workspace.act('asha', 'customers', { action, value })).answers)

      await checkEntry(texts, `${action} ${value}`)
      for (const [values, number] of OF_UPLOADS)
        if (values.test(texts)) await checkUpload(texts, number, `${action} ${value}`)
    }
  })

  it('is in the audit with them: a look at the examples of a preview', async () => {
    const { answers } = await bot.workspace.act('asha', 'customers', {
      action: 'preview_examples',
      value: '4',
    })

    expect(read(answers)).toMatch(/Thane.*Nagpur/s)
    await checkUpload(read(answers), 4, 'preview_examples')
  })

  describe('where a row has the second phone of somebody in no row of its file', () => {
    /** #5 gives Meena a second phone, #6 has it as Gita's phone, and #7 is a waiting preview of #6. */
    beforeAll(async () => {
      const { workspace } = bot
      const fifth = 'phone,name,alternate phone\n09000000101,Meena Sharma,09820098277\n'
      await workspace.waitForReceipt(await bot.share('asha', 'fifth.csv', fifth))
      const sixth = 'phone,name\n09820098277,Gita Rao\n'
      await workspace.waitForReceipt(await bot.share('asha', 'sixth.csv', sixth))
      await workspace.command('asha', 'customers', '/uploads preview 6')
      await vi.waitFor(async () => expect((await bot.upload(7)).status).toBe('held'), { timeout: 45_000 })
    }, 120_000)

    it.each([
      ['show 6', 6],
      ['show 7', 7],
      ['preview 7', 7],
    ])('is in the audit with them: /uploads %s', async (text, number) => {
      const replies = read((await bot.workspace.command('asha', 'customers', `/uploads ${text}`)).answers)

      expect(await checkEntry(replies, text)).toContain('Meena')
      await checkUpload(replies, number, text)
    })

    it('is in the audit with them: the list of all such rows', async () => {
      const { answers } = await bot.workspace.act('asha', 'customers', {
        action: 'send_second_phones',
        value: '6',
      })

      await expect.poll(() => read(answers), { timeout: 45_000 }).toContain('was sent to you')
      expect(await lastEntry()).toMatchObject({ did: 'exported', uploads: [6] })
      expect((await lastEntry())?.customers?.map(String)).toContain(idOf('Meena'))
    })
  })
})
