import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REFRESH_HOME, SEARCH_CUSTOMER } from '../../../commands/home/home.ts'
import { listControls } from '../../../dev/demo/demo-controls.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'
import { controlIn, readView } from '../../support/view-controls.ts'

let bot: PlayedBot

beforeAll(async () => {
  bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('meera') }))
  const day1 =
    'Phone,Name,City\n7417119014,Kushal Sharma,Pune\n9000000101,Meena Sharma,Chennai\n12,Broken,Agra\n'
  await bot.workspace.waitForReceipt(await bot.share('asha', 'day-1.csv', day1))
  await bot.workspace.waitForReceipt(await bot.share('ravi', 'day-2.csv', 'Phone,City\n7417119014,Mumbai\n'))
}, 120_000)
afterAll(() => bot.stop())

const read = (view: Parameters<typeof readView>[0]) => readView(view, bot.workspace)

describe('the App Home', () => {
  it('shows today at a glance, the last files with buttons, and a chart of thirty days', async () => {
    const home = await bot.workspace.openHome('asha')
    const text = read(home)

    expect(text).toMatch(/Today: 2 .*, 2 .*, 1 /)
    expect(text).toContain('Uploads 2 · Created 2 · Updated 1 · To correct 1 · Failed 0')
    expect(text).toContain('2 customers in all.')
    expect(text).toContain('• #2 day-2.csv · By: @ravi · When: today at')
    expect(text).toContain('Result: 1 row: 1 updated')
    expect(text).toMatch(/Customers, the last 30 days\n +Created +Updated/)
    expect(text).toContain('[Show one of them: #2 day-2.csv | #1 day-1.csv]')
  })

  it('lets those undo who may: whoever shared the file, and admins', async () => {
    const undos = async (person: string) =>
      read(await bot.workspace.openHome(person)).match(/\[Undo #\d+\]/g)?.length ?? 0

    expect(await undos('asha')).toBe(1)
    expect(await undos('meera')).toBe(2)
  })

  it('shows the settings in force to admins, no secret among them, and to nobody else', async () => {
    const home = (await bot.workspace.openHome('meera')) ?? never()
    expect(read(home)).not.toContain('TIME_ZONE')
    const admins = read(await bot.workspace.actInView('meera', home, controlIn(home, 'Settings')))

    expect(admins).toMatch(/Settings in force \(for admins\)(?:\n• .*)*\n• ADMINS @meera\n/)
    expect(admins).toMatch(/\n(?:• .*\n)*• Other: .*TIME_ZONE Asia\/Kolkata/)
    expect(admins).toContain('SLACK_SIGNING_SECRET set')
    expect(admins).not.toContain(bot.workspace.token)
    expect(admins).not.toContain(bot.workspace.signingSecret)
    const others = (await bot.workspace.openHome('asha')) ?? never()
    expect(read(others)).not.toContain('[Settings]')
    const asked = { action: 'open_view', value: 'settings' }
    expect(read(await bot.workspace.actInView('asha', others, asked))).toContain('Only an admin')
  })

  it('exports all customers for admins, once that was asked in a window', async () => {
    const { workspace } = bot
    const home = (await workspace.openHome('meera')) ?? never()

    const asked = await workspace.actInView('meera', home, controlIn(home, 'Export'))
    expect(read(asked)).toContain('Export all customers?')
    const shown = asked ?? never()
    await workspace.actInView('meera', shown, controlIn(shown, 'Export as CSV'))

    await expect.poll(() => read(workspace.shownWindow(shown.id)), { timeout: 45_000 }).toMatch(/sent/)
    expect(read(await workspace.openHome('asha'))).not.toContain('[Export]')
    const control = { action: 'export_filter:0', value: 'csv:' }
    expect(read(await workspace.actInView('asha', home, control))).toContain('Only an admin')
  })

  it('opens a window for that person alone with what a button is about, and goes on in it', async () => {
    const { workspace } = bot
    const home = await workspace.openHome('asha')
    const before = (await workspace.messages('customers')).length
    const window = await workspace.actInView('asha', home ?? never(), controlIn(home, '#2 day-2.csv'))

    expect(window).toMatchObject({ type: 'modal' })
    expect(read(window)).toContain('#2 day-2.csv: 1 of 1 row')
    expect(read(window)).not.toContain('Share in channel')
    const compared = await workspace.actInView(
      'asha',
      window ?? never(),
      controlIn(window, 'Compare with #1'),
    )
    expect(compared?.id).toBe(window?.id)
    expect(read(compared)).toMatch(/#2 day-2\.csv .*#1 day-1\.csv/)
    expect((await workspace.messages('customers')).length).toBe(before)
  })

  it.each([
    ['typed and sent with the button', 'button' as const],
    ['typed and sent with Enter', 'plain_text_input' as const],
  ])('looks a customer up: %s', async (_, type) => {
    const { workspace } = bot
    const home = await workspace.openHome('ravi')
    const action = { action: `${SEARCH_CUSTOMER}:0`, value: '-', type }

    const window = await workspace.actInView('ravi', home ?? never(), action, { typed: '07417119014' })

    expect(read(window)).toContain('Kushal Sharma')
    expect(read(window)).toContain('City: Mumbai')
    const history = await workspace.actInView('ravi', window ?? never(), controlIn(window, 'History'))
    expect(read(history)).toContain('Pune → Mumbai')
    expect(history?.callbackId).toBe('lookup_customer')
  })

  it('shows anew what happened meanwhile when Refresh is pressed', async () => {
    const { workspace } = bot
    const home = await workspace.openHome('meera')
    await workspace.waitForReceipt(await bot.share('meera', 'late.csv', 'Phone,Name\n9000000777,Late\n'))

    await workspace.actInView(
      'meera',
      home ?? never(),
      { action: `${REFRESH_HOME}:0`, value: '-' },
      { timeoutMs: 1 },
    )

    await expect.poll(() => read(workspace.home('meera'))).toContain('#3 late.csv')
  })

  it('undoes a file from a window, says so in the channel, and shows it in the Home', async () => {
    const { workspace } = bot
    const home = await workspace.openHome('meera')
    const asked = await workspace.actInView('meera', home ?? never(), controlIn(home, 'Undo #3'))
    expect(read(asked)).toContain('Undo #3 late.csv?')

    expect(asked?.submit).toBe('Undo #3')
    const done = await workspace.submit('meera', asked ?? never(), '')

    expect(read(done)).toContain('#4')
    await expect.poll(async () => (await bot.upload(3)).status, { timeout: 45_000 }).toBe('undone')
    expect(await bot.upload(4)).toMatchObject({ source: { channel: workspace.channelId('customers') } })
    await expect.poll(() => read(workspace.home('meera')), { timeout: 45_000 }).toContain('#4')
  })

  it('offers no Undo where the retention policy deleted the row data, of a file or of the file of an undo', async () => {
    const { workspace, models } = bot
    const undos = async () => {
      const controls = listControls({ blocks: (await workspace.openHome('meera'))?.blocks ?? [] })
      return controls.flatMap(({ label, value }) => (/^Undo #/.test(label) ? [Number(value)] : []))
    }
    const which = { number: { $in: [2, 3] } }
    await expect.poll(async () => (await bot.upload(4)).status, { timeout: 45_000 }).toBe('done')
    expect(await undos()).toEqual([4, 2, 1])

    await models.fileUploads.collection.updateMany(which, {
      $set: { retention: { began_at: new Date(), line: 0 } },
    })

    expect(await undos()).toEqual([1])
    const home = await workspace.openHome('meera')
    const shown = await workspace.actInView('meera', home ?? never(), {
      action: 'open_view',
      value: 'upload:4',
    })
    expect(read(shown)).not.toContain('[Undo]')
    expect(read(shown)).toContain('retention policy')
    await models.fileUploads.collection.updateMany(which, { $unset: { retention: '' } })
  })
})

/** Pages of other people are refreshed meanwhile. @returns how often this person's page was shown since */
function countPublished(person: string): () => number {
  let count = 0
  bot.workspace.use(async (call, next) => {
    const user = new URLSearchParams(call.body.toString()).get('user_id')
    if (call.path === '/api/views.publish' && user === bot.workspace.userId(person)) count += 1
    return await next(call)
  })
  return () => count
}

describe('what is under way', () => {
  it('stands in the Home with how far it is, and goes by itself when it is over, with one refresh in 15 seconds', async () => {
    const uploads = bot.models.fileUploads.collection
    const number = 900
    // One runs at a time: earlier tests' uploads must end first.
    await expect.poll(() => uploads.countDocuments({ status: 'running' }), { timeout: 45_000 }).toBe(0)
    await uploads.insertOne({
      kind: 'import',
      number,
      status: 'running',
      source: {
        kind: 'slack',
        team: bot.workspace.teamId,
        channel: bot.workspace.channelId('customers'),
        user: bot.workspace.userId('ravi'),
        file_id: 'F900',
      },
      file: { name: 'large.csv' },
      checkpoint: { line: 12_001, counts: { rows: 12_000 } },
      lease: { lane: 'customers', token: 'x', expires_at: new Date(Date.now() + 3_600_000) },
      attempts: 1,
      shared_at: new Date(),
      started_at: new Date(Date.now() - 3 * 60_000),
      receipt: { due: false },
    })

    const openedAt = Date.now()
    const published = countPublished('asha')
    const home = await bot.workspace.openHome('asha')
    expect(read(home)).toContain('#900 large.csv by @ravi: 12,000 rows done, started ')
    expect(read(home)).toMatch(/started \d minutes ago/)

    await uploads.deleteOne({ number })
    await expect.poll(() => read(bot.workspace.home('asha')), { timeout: 45_000 }).not.toContain('large.csv')
    expect(Date.now() - openedAt).toBeGreaterThan(14_000)
    expect(published()).toBe(2)
  }, 120_000)
})

describe('tables and charts, which Slack takes in messages only', () => {
  it('are bars and lines in the Home', async () => {
    const published = countPublished('asha')

    const home = await bot.workspace.openHome('asha')

    expect(read(home)).toContain('Customers, the last 30 days')
    expect(read(home)).toMatch(/Uploads \d+ · Created \d+/)
    expect(JSON.stringify(home?.blocks)).not.toMatch(/"type":"(?:table|data_table|data_visualization)"/)
    expect(published()).toBe(1)
  })
})

describe('the shortcut to look a customer up', () => {
  it('opens a window at once, and answers what is typed into it', async () => {
    const { workspace } = bot
    const window = await workspace.openShortcut('asha', 'lookup_customer')
    expect(window?.blocks[0]).toMatchObject({ type: 'input' })

    const found = await workspace.submit('asha', window ?? never(), 'sharma')
    expect(found?.id).toBe(window?.id)
    expect(read(found)).toContain('2 people found')
    const card = await workspace.actInView(
      'asha',
      found ?? never(),
      controlIn(found, 'Kushal Sharma · +91 74171 19014'),
    )
    expect(read(card)).toContain('City: Mumbai')
    const next = await workspace.submit('asha', card ?? never(), '9000000101')
    expect(read(next)).toContain('Meena Sharma')
  })
})

function never(): never {
  throw new Error('nothing was shown')
}
