import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ShownView } from '../../../dev/workspace/workspace.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'
import { readView } from '../../support/view-controls.ts'

const LIST = 'Phone,Name,City\n7417119014,Kushal,Pune\n9000000101,Meena,Goa\n'
const LONG = { timeout: 45_000 }

let bot: PlayedBot
beforeEach(async () => {
  bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('meera') }), undefined, {
    channels: ['customers', 'north'],
  })
  await bot.workspace.waitForReceipt(await bot.share('asha', 'list.csv', LIST))
})
afterEach(() => bot.stop())

const undoAsk = { action: 'undo_ask:0', value: '1' }
const read = (view: ShownView | undefined) => readView(view, bot.workspace)
const count = (kind: string) => bot.models.fileUploads.collection.countDocuments({ kind: kind as never })

async function askUndo(person = 'asha'): Promise<ShownView> {
  const { answers } = await bot.workspace.act(person, 'customers', undoAsk)
  const window = answers[0]?.window
  if (!window) throw new Error(`no window: ${JSON.stringify(answers)}`)
  return window
}

/** Every later call of a method, with its arguments. */
function watch(method: string): URLSearchParams[] {
  const calls: URLSearchParams[] = []
  bot.workspace.use(async (call, next) => {
    if (call.path === `/api/${method}`) calls.push(new URLSearchParams(call.body.toString()))
    return await next(call)
  })
  return calls
}

describe('a question in a window', () => {
  it('is opened before anything is counted, filled once, and done when it is sent', async () => {
    const opens = watch('views.open')
    const updates = watch('views.update')

    const window = await askUndo()

    expect(String(opens[0]?.get('view'))).toContain('Counting')
    expect(updates.map((args) => args.get('hash'))).toEqual([expect.stringMatching(/./)])
    expect(read(window)).toMatch(/Undo #1 list\.csv\?/)
    expect(window.submit).toBe('Undo #1')
    expect(await count('undo')).toBe(0)

    const answer = await bot.workspace.submit('asha', window, '')

    expect(read(answer)).toContain('queued as #2')
    await expect.poll(async () => (await bot.upload(2)).finished_at, LONG).toBeDefined()
    expect(await bot.upload(1)).toMatchObject({ status: 'undone' })
    expect(await bot.models.audit.collection.findOne({ name: 'undo_confirm' })).toMatchObject({
      entry: 'view',
      channel: bot.workspace.channelId('customers'),
      did: 'undid',
      uploads: [1, 2],
    })
  })

  it('carries a random word alone, which nobody else can use', async () => {
    const window = await askUndo()

    expect(window.callbackId).toMatch(/^question:[0-9a-f]{32}$/)
    expect(JSON.stringify(window.blocks)).not.toContain('undo_confirm')
    // The modal belongs to one person; another's submit has no effect.
    await bot.workspace.submit('meera', window, '', { timeoutMs: 1 })
    const shown = () => read(bot.workspace.shownWindow(window.id))
    await expect.poll(shown).toContain('This question is closed')
    expect(await count('undo')).toBe(0)
    expect(read(await bot.workspace.submit('asha', window, ''))).toContain('queued as')
  })

  it('acts once when it is sent twice', async () => {
    const window = await askUndo()

    await Promise.all([1, 2, 3].map(() => bot.workspace.submit('asha', window, '')))

    // All three end with the first change of the window.
    await expect.poll(() => count('undo')).toBe(1)
    expect(await bot.models.windowQuestions.collection.countDocuments()).toBe(0)
  })

  it.each<[string, () => Promise<unknown>]>([
    ['who left the channel', () => bot.workspace.leave('asha', 'customers')],
    ['who is a guest by now', () => bot.workspace.changeRole('asha', 'guest')],
  ])('does nothing for somebody %s since', async (_, change) => {
    const window = await askUndo()
    await change()
    // Channel membership is cached for a minute; another process has not cached it yet.
    bot.workspace.connect(`${await bot.addWorker()}/slack/events`)

    const answer = await bot.workspace.submit('asha', window, '')

    expect(read(answer)).toMatch(/I only answer members/)
    expect(await count('undo')).toBe(0)
  })

  it('is over a quarter of an hour later', async () => {
    const window = await askUndo()
    await bot.models.windowQuestions.collection.updateMany({}, { $set: { until: new Date(0) } })

    expect(read(await bot.workspace.submit('asha', window, ''))).toContain('This question is closed')
    expect(await count('undo')).toBe(0)
  })

  it.each<[string, () => Promise<{ readonly answers: readonly { readonly text: string }[] }>]>([
    ['an undo', () => bot.workspace.act('asha', 'customers', undoAsk, { isLate: true })],
    ['an undo typed', () => bot.workspace.command('asha', 'customers', '/uploads undo 1', { isLate: true })],
    [
      'forgetting',
      () => bot.workspace.command('meera', 'customers', '/customer forget 7417119014', { isLate: true }),
    ],
  ])('comes as a message for the asker alone where the click is too old: %s', async (_, ask) => {
    const { answers } = await ask()

    expect(answers).toMatchObject([{ visibility: 'asker' }])
    expect(answers[0]).not.toHaveProperty('window')
    expect(JSON.stringify(answers)).toMatch(/(undo|forget)_confirm/)
  })

  it('is none where the person may not: the refusal is a message', async () => {
    const { answers } = await bot.workspace.act('ravi', 'customers', undoAsk)

    expect(answers[0]).not.toHaveProperty('window')
    expect(answers[0]?.text).toContain('can undo')
    expect(await bot.models.windowQuestions.collection.countDocuments()).toBe(0)
  })

  it('lets an admin choose whether a number goes as a second phone, too', async () => {
    const both = 'Phone,Second Phone,Name\n9000000105,7417119014,Lata\n'
    await bot.workspace.waitForReceipt(await bot.share('asha', 'both.csv', both))
    const asked = await bot.workspace.command('meera', 'customers', '/customer forget 7417119014')
    const window = asked.answers[0]?.window
    if (!window) throw new Error('no window')

    expect(read(window)).toContain('for good?')
    const answer = await bot.workspace.submit('meera', window, 'Forget, also as second phone')

    expect(read(answer)).toMatch(/Queued as #\d/)
    await expect
      .poll(async () => bot.models.customers.collection.find({}).toArray(), LONG)
      .toMatchObject([{ primary_phone: '+919000000101' }, { primary_phone: '+919000000105' }])
    await expect
      .poll(async () => await bot.models.fileUploads.collection.findOne({ kind: 'forget' }), LONG)
      .toMatchObject({ status: 'done' })
    expect(JSON.stringify(await bot.models.customers.collection.find().toArray())).not.toContain('7417119014')
  })

  it('is asked once more before a file that looks like the wrong one is imported', async () => {
    const people = ['Asha', 'Ravi', 'Meera', 'Imran', 'Farah', 'Nisha']
    const rows = (write: (name: string) => string) =>
      people.map((name, at) => `900000020${at},${write(name)}\n`).join('')
    const right = `Phone,Name,City\n${rows((name) => `${name},Indore`)}`
    const moved = `Phone,Name,City\n${rows((name) => `Indore,${name}`)}`
    await bot.workspace.waitForReceipt(await bot.share('asha', 'right.csv', right))
    const share = await bot.share('ravi', 'moved.csv', moved)
    const held = await bot.workspace.waitForReply(share)
    expect(held.metadata?.event_payload.state).toBe('held')

    const approve = { action: 'approve_upload:0', value: '3', message: held.ts }
    const { answers } = await bot.workspace.act('ravi', 'customers', approve)
    expect(answers[0]?.text).toMatch(/Import #3 moved\.csv anyway\?/)
    expect(await bot.upload(3)).toMatchObject({ status: 'held' })
    const late = await bot.workspace.act('ravi', 'customers', approve, { isLate: true })
    expect(late.answers).toMatchObject([{ visibility: 'asker', thread: share.ts }])
    expect(JSON.stringify(late.answers)).toContain('import_anyway')

    const window = answers[0]?.window
    if (!window) throw new Error('no window')
    expect(read(await bot.workspace.submit('ravi', window, ''))).toContain('being imported')
    await bot.workspace.waitForReceipt(share)
  })

  it('takes the place of the window in which it was asked, outside of channels', async () => {
    const home = await bot.workspace.openHome('asha')
    if (!home) throw new Error('no home')
    const window = await bot.workspace.actInView('asha', home, undoAsk)
    if (!window) throw new Error('no window')

    expect(window.submit).toBe('Undo #1')
    expect(read(await bot.workspace.submit('asha', window, ''))).toContain('queued as #2')
  })

  it('still has its button in messages of an earlier version', async () => {
    const home = await bot.workspace.openHome('asha')
    if (!home) throw new Error('no home')

    const window = await bot.workspace.actInView('asha', home, { action: 'undo_confirm:0', value: '1' })

    expect(read(window)).toContain('queued as #2')
  })
})
