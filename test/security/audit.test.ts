import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findControl } from '../../dev/demo/demo-controls.ts'
import type { AuditEntry } from '../../models/index.ts'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'

let bot: PlayedBot
beforeEach(async () => {
  bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('asha') }))
  const text = 'phone,name,city\n07417119014,Kushal Sharma,Pune\n12,Broken,Agra\n'
  await bot.workspace.waitForReceipt(await bot.share('asha', 'a.csv', text))
})
afterEach(() => bot.stop())

const audit = () => bot.models.audit.collection.find<AuditEntry>({}).sort({ at: 1, _id: 1 }).toArray()
const findId = async () =>
  (await bot.models.customers.collection.findOne({ primary_phone: '+917417119014' }))?._id

describe('the audit', () => {
  it('says who looked whom up, shared and exported it, and undid what, without a value of a customer', async () => {
    const { workspace } = bot
    const id = await findId()
    await workspace.command('ravi', 'customers', '/customer 07417119014')
    await workspace.command('ravi', 'customers', '/customer sharma')
    await workspace.act('ravi', 'customers', { action: 'share_view', value: `customer:${id}` })
    await workspace.act('ravi', 'customers', { action: 'send_failed_rows', value: '1' })
    await workspace.command('asha', 'customers', '/uploads recent')
    await workspace.act('ravi', 'customers', { action: 'undo_confirm', value: '1' })
    await workspace.act('asha', 'customers', { action: 'undo_confirm', value: '1' })

    const ravi = { user: workspace.userId('ravi'), channel: workspace.channelId('customers') }
    const asha = { ...ravi, user: workspace.userId('asha') }
    const entries = await audit()
    expect(entries).toMatchObject([
      {
        ...ravi,
        entry: 'command',
        name: '/customer',
        outcome: 'answered',
        did: 'looked_up',
        customers: [id],
      },
      { ...ravi, entry: 'command', name: '/customer', did: 'looked_up', customers: [id] },
      { ...ravi, entry: 'action', name: 'share_view', did: 'shared', customers: [id] },
      { ...ravi, entry: 'action', name: 'send_failed_rows', did: 'exported', uploads: [1] },
      { ...asha, entry: 'command', name: '/uploads', did: 'asked', outcome: 'answered' },
      { ...ravi, name: 'undo_confirm', did: 'undid', outcome: 'refused', why: 'not_allowed', uploads: [1] },
      { ...asha, name: 'undo_confirm', did: 'undid', outcome: 'answered', uploads: [1, 2] },
    ])
    expect(JSON.stringify(entries)).not.toMatch(/74171|sharma|kushal|pune|broken/i)
  })

  it('says so also of what is looked up outside of a channel, of an export, and of who had whom forgotten', async () => {
    const { workspace } = bot
    const id = await findId()
    const window = await workspace.openShortcut('ravi', 'lookup_customer')
    const home = await workspace.openHome('ravi')
    if (!window || !home) throw new Error('nothing was opened')
    await workspace.submit('ravi', window, '07417119014')
    await workspace.actInView('ravi', home, { action: 'open_view', value: `history:${id}` })
    await workspace.command('asha', 'customers', '/uploads export')
    await workspace.command('ravi', 'customers', '/uploads export')
    const { answers } = await workspace.command('asha', 'customers', '/customer forget 07417119014', {
      isLate: true,
    })
    const button = findControl(answers, 'Forget for good')
    if (!button) throw new Error('nothing was asked')
    await workspace.act('ravi', 'customers', button)
    await workspace.act('asha', 'customers', button)

    const ravi = { user: workspace.userId('ravi') }
    const asha = { user: workspace.userId('asha'), channel: workspace.channelId('customers') }
    const deeds = async () => (await audit()).filter(({ did }) => did && did !== 'asked')
    await expect.poll(async () => (await deeds()).length).toBe(7)
    expect(await deeds()).toMatchObject([
      { ...ravi, entry: 'view', did: 'looked_up', customers: [id] },
      { ...ravi, entry: 'view', name: 'open_view', did: 'looked_up', customers: [id] },
      { ...asha, name: '/uploads', did: 'exported', outcome: 'answered' },
      { ...ravi, name: '/uploads', did: 'exported', outcome: 'refused', why: 'not_allowed' },
      { ...asha, name: '/customer', did: 'looked_up', outcome: 'answered', customers: [id], uploads: [1] },
      { ...ravi, name: 'forget_confirm', did: 'forgot', outcome: 'refused', why: 'not_allowed' },
      { ...asha, name: 'forget_confirm', did: 'forgot', outcome: 'answered' },
    ])
    expect(JSON.stringify(await audit())).not.toMatch(/74171|sharma|kushal|pune|broken/i)
  })

  it('is written before anything is done: without it there is no answer', async () => {
    const { collection } = bot.models.audit
    // A unique index that makes every write fail.
    await collection.createIndex({ entry: 1 }, { unique: true })
    await bot.workspace.command('ravi', 'customers', '/uploads recent')

    const { answers } = await bot.workspace.command('ravi', 'customers', '/customer 07417119014')

    expect(answers).toMatchObject([{ visibility: 'asker' }])
    expect(answers[0]?.text).not.toMatch(/Kushal|Pune/)
    expect(answers[0]?.text).toMatch(/reference/i)
  })
})
