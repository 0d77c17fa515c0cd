import { afterEach, describe, expect, it } from 'vitest'
import type { FrontLayer } from '../../../dev/slack/slack-front.ts'
import type { Share } from '../../../dev/workspace/workspace.ts'
import type { FileUpload } from '../../../models/index.ts'
import { createReactions } from '../../../src/slack/messages/reactions.ts'
import { createBoltLogger } from '../../../src/slack/transport/bolt-logger.ts'
import { createWebClient } from '../../../src/slack/transport/slack-call.ts'
import { createReactionStore, type ReactionStore } from '../../../src/stores/reaction-store.ts'
import { createCollectingLog } from '../../support/collecting-log.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'

const LIST = 'Phone,Name\n7417119014,Kushal\n'
const LONG = { timeout: 45_000 }

let bot: PlayedBot
afterEach(() => bot.stop())

/** The bot's reactions on a share's message. */
async function reactionsOn(share: Share): Promise<string[]> {
  const messages = await bot.workspace.messages(share.channel)
  const message = messages.find(({ ts }) => ts === share.ts)
  return (message?.reactions ?? []).map(({ name }) => name)
}
const expectOne = (share: Share, name: string) => expect.poll(() => reactionsOn(share), LONG).toEqual([name])
const press = (action: string, value: string, person = 'asha') =>
  bot.workspace.act(person, 'customers', { action: `${action}:0`, value })

/** The number of calls of a method. */
function countCalls(path: string): { readonly count: number } {
  const calls = { count: 0 }
  bot.workspace.use(async (call, next) => {
    if (call.path.startsWith(path)) calls.count += 1
    return await next(call)
  })
  return calls
}

describe('the reaction on a shared message', () => {
  it('says that the file is imported, was undone, and is imported again', async () => {
    bot = await playWorkspace()
    const calls = countCalls('/api/reactions.')
    const share = await bot.share('asha', 'list.csv', LIST)

    await expectOne(share, 'white_check_mark')
    // A small file is done before an hourglass would be visible.
    expect(calls.count).toBe(1)

    await press('undo_confirm', '1')
    await expectOne(share, 'leftwards_arrow_with_hook')
    await press('undo_confirm', '2')
    await expectOne(share, 'white_check_mark')
  })

  it('says that the file failed, waits for a decision, or was discarded', async () => {
    bot = await playWorkspace()
    const failed = await bot.share('asha', 'empty.csv', 'Phone,Name\n')
    await expectOne(failed, 'warning')

    const asked = await bot.share('asha', 'asked.csv', 'Kunde,Anruf,Ort\nNisha,9820098202,Pune\n')
    await expectOne(asked, 'question')
    await press('leave_upload', '2')
    await expectOne(asked, 'leftwards_arrow_with_hook')
  })

  it('is an hourglass while the file waits for others', async () => {
    bot = await playWorkspace()
    let open = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const restore = bot.workspace.use(async (call, next) => {
      if (/\/files-pri|download/.test(call.path)) await gate
      return await next(call)
    })
    await bot.share('asha', 'first.csv', LIST)
    await expect.poll(async () => (await bot.upload(1)).status, LONG).toBe('running')
    const second = await bot.share('ravi', 'second.csv', 'Phone,Name\n9000000101,Meena\n')
    await expectOne(second, 'hourglass_flowing_sand')

    open()
    restore()
    await expectOne(second, 'white_check_mark')
  })

  it('is not there with REACTIONS=off', async () => {
    bot = await playWorkspace({ REACTIONS: 'off' })
    const calls = countCalls('/api/reactions.')
    const share = await bot.share('asha', 'list.csv', LIST)
    await bot.workspace.waitForReceipt(share)
    await expect.poll(async () => (await bot.upload(1)).receipt.due, LONG).toBe(false)

    expect(await reactionsOn(share)).toEqual([])
    expect(calls.count).toBe(0)
  })

  it('is not there without the scope: one line in the log says so, and all else works', async () => {
    const log = createCollectingLog()
    bot = await playWorkspace({}, log)
    const calls = countCalls('/api/reactions.')
    bot.workspace.use(refusing('missing_scope'))

    for (const name of ['one.csv', 'two.csv', 'three.csv'])
      await bot.workspace.waitForReceipt(await bot.share('asha', name, `${LIST}900000010${name.length},X\n`))
    await expect.poll(async () => (await bot.upload(3)).receipt.due, LONG).toBe(false)

    expect(calls.count).toBeLessThanOrEqual(1)
    expect(log.lines.filter(({ message }) => message.startsWith('no reactions'))).toHaveLength(1)
  })
})

const refusing =
  (error: string): FrontLayer =>
  async (call, next) =>
    call.path.startsWith('/api/reactions.') ? Response.json({ ok: false, error }) : await next(call)

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** A separate process that is killed before or after a step. */
function createProcess(killAt?: { readonly step: string; readonly when: 'before' | 'after' }) {
  const { workspace, models } = bot
  const client = createWebClient(workspace.token, workspace.apiUrl, createBoltLogger(silent))
  const killed = new Error('killed')
  let isDead = false
  async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (isDead) throw killed
    if (killAt?.step === name && killAt.when === 'before') isDead = true
    if (isDead) throw killed
    const result = await work()
    if (killAt?.step === name) isDead = true
    if (isDead) throw killed
    return result
  }
  const real = createReactionStore({ models })
  const store: ReactionStore = {
    find: (...args) => step('find', () => real.find(...args)),
    read: real.read,
    willAdd: (...args) => step('willAdd', () => real.willAdd(...args)),
    changed: (...args) => step('changed', () => real.changed(...args)),
    setDue: (...args) => step('setDue', () => real.setDue(...args)),
    listDue: () => step('listDue', () => real.listDue()),
  }
  const add = client.reactions.add.bind(client.reactions)
  const remove = client.reactions.remove.bind(client.reactions)
  client.reactions.add = (args) => step('add', () => add(args))
  client.reactions.remove = (args) => step('remove', () => remove(args))
  return createReactions({ client, store, isOn: true, log: silent })
}

describe('exactly one reaction is there', () => {
  const steps = ['willAdd', 'add', 'remove', 'changed']
  const kills = steps.flatMap((step) => (['before', 'after'] as const).map((when) => ({ step, when })))

  it.each(kills)('after a kill $when $step, once another process has looked', async (kill) => {
    bot = await playWorkspace()
    const share = await bot.share('asha', 'list.csv', LIST)
    await expectOne(share, 'white_check_mark')
    await expect.poll(async () => (await bot.upload(1)).receipt.due, LONG).toBe(false)
    const { _id } = await bot.upload(1)
    await bot.models.fileUploads.collection.updateOne({ _id }, { $set: { status: 'undone' } })

    await createProcess(kill).show({ _id, status: 'undone' })
    await createProcess().show({ _id })

    expect(await reactionsOn(share)).toEqual(['leftwards_arrow_with_hook'])
    expect((await bot.upload(1)).receipt.reactions).toEqual(['leftwards_arrow_with_hook'])
  })

  it('where the caller knows an earlier state', async () => {
    bot = await playWorkspace()
    const share = await bot.share('asha', 'list.csv', LIST)
    await expectOne(share, 'white_check_mark')
    await expect.poll(async () => (await bot.upload(1)).receipt.due, LONG).toBe(false)
    const { _id } = await bot.upload(1)
    await bot.models.fileUploads.collection.updateOne({ _id }, { $set: { status: 'undone' } })

    await createProcess().show({ _id, status: 'queued' })

    expect(await reactionsOn(share)).toEqual(['leftwards_arrow_with_hook'])
    expect((await bot.upload(1)).receipt.reactions).toEqual(['leftwards_arrow_with_hook'])
  })

  it('however many processes show it at once, and whatever happens meanwhile', async () => {
    bot = await playWorkspace()
    const share = await bot.share('asha', 'list.csv', LIST)
    await expectOne(share, 'white_check_mark')
    await expect.poll(async () => (await bot.upload(1)).receipt.due, LONG).toBe(false)
    const { _id } = await bot.upload(1)
    const set = (status: FileUpload['status']) =>
      bot.models.fileUploads.collection.updateOne({ _id }, { $set: { status } })

    await set('queued')
    const late = holdBack('/api/reactions.add')
    const slow = createProcess().show({ _id })
    await late.reached
    await set('done')
    late.restore()
    await createProcess().show({ _id })
    late.open()
    await slow
    await Promise.all([1, 2, 3].map(() => createProcess().show({ _id })))

    expect(await reactionsOn(share)).toEqual(['white_check_mark'])
  })

  it('also where Slack did not take it at first', async () => {
    bot = await playWorkspace()
    const restore = bot.workspace.use(refusing('internal_error'))
    const share = await bot.share('asha', 'list.csv', LIST)
    await expect.poll(async () => (await bot.upload(1)).receipt.reaction_due, LONG).toBe(true)
    expect(await reactionsOn(share)).toEqual([])
    restore()

    await createProcess().showRest()

    expect(await reactionsOn(share)).toEqual(['white_check_mark'])
    expect((await bot.upload(1)).receipt).not.toHaveProperty('reaction_due')
  })
})

/** Delays the first call of a method until released. */
function holdBack(path: string) {
  let open = () => {}
  let reach = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const reached = new Promise<void>((resolve) => {
    reach = resolve
  })
  const restore = bot.workspace.use(async (call, next) => {
    if (call.path === path) {
      reach()
      await gate
    }
    return await next(call)
  })
  return { open: () => open(), reached, restore }
}
