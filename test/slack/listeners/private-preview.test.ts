import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ShownView } from '../../../dev/workspace/workspace.ts'
import { removePrivateFiles } from '../../../src/uploads/retention/remove-private-files.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'
import { type PrivateFiles, playPrivateFiles } from '../../support/private-files.ts'
import { controlIn, readView } from '../../support/view-controls.ts'

const LIST = 'Phone,Name,City\n7417119014,Kushal,Pune\n9000000101,Meena,Goa\n12,Nobody,Agra\n'
const LONG = { timeout: 45_000 }
const DAY_MS = 86_400_000
const silent = { debug() {}, info() {}, warn() {}, error() {} }

let bot: PlayedBot
let files: PrivateFiles
beforeEach(async () => {
  bot = await playWorkspace({}, undefined, { channels: ['customers', 'north'] })
  files = playPrivateFiles(bot)
})
afterEach(() => bot.stop())

const read = (view: ShownView | undefined) => readView(view, bot.workspace)
const bytesOf = (text: string) => new TextEncoder().encode(text)
const openWindow = (person: string) => bot.workspace.openShortcut(person, 'preview_upload')
const readDirect = async (person: string) =>
  await bot.workspace.messages(await bot.workspace.openDirectMessage(person))
const preview = () => files.preview(1, 'asha', LIST)
const askChannel = () => files.askChannel(1, 'asha')

describe('a file put into a window', () => {
  it('is previewed for its sender alone, imports nothing, and stands in no channel', async () => {
    const answer = await files.give('asha', LIST)

    expect(read(answer)).toMatch(/preview of private\.csv \(#1\) will be posted in our conversation/)
    await files.waitFor(1, 'held')
    await files.waitForReceipt(1)
    const [message, ...others] = await readDirect('asha')
    expect(others).toEqual([])
    expect(message?.text).toContain('#1')
    expect(JSON.stringify(message?.blocks)).toContain('Only you can see this preview')
    expect(await bot.workspace.messages('customers')).toEqual([])
    expect(await bot.models.customers.collection.countDocuments()).toBe(0)
    const { answers } = await bot.workspace.command('ravi', 'customers', '/uploads show 1')
    expect(answers[0]?.text).toMatch(/not shared in a channel that you and I are in/)
    const home = await bot.workspace.openHome('ravi')
    expect(read(home)).not.toContain('private.csv')
    const audit = await bot.models.audit.collection.findOne({ name: 'preview_upload', entry: 'view' })
    expect(audit).toMatchObject({ outcome: 'answered', did: 'previewed', uploads: [1] })
  })

  it('can be given from the Home, too', async () => {
    const home = await bot.workspace.openHome('asha')
    if (!home) throw new Error('no home')

    const window = await bot.workspace.actInView('asha', home, controlIn(home, 'Preview a file'))

    expect(window?.callbackId).toMatch(/^file:[0-9a-f]{32}$/)
    expect(JSON.stringify(window?.blocks)).toContain('"max_files":1')
  })

  it('is imported into the channel its sender chose, where its receipt and its rows to correct go', async () => {
    await preview()
    const window = await askChannel()
    expect(read(window)).toContain('Into which channel')
    const choice = pick(window, 'Import into #north')

    const answer = await bot.workspace.submit('asha', window, choice.typed)

    expect(read(answer)).toContain('being imported into #north')
    await files.waitFor(1, 'done')
    await files.waitForReceipt(1)
    const upload = await bot.upload(1)
    const north = bot.workspace.channelId('north')
    expect(upload.source).toMatchObject({ channel: north, user: bot.workspace.userId('asha') })
    expect(upload.private_until).toBeUndefined()
    const [receipt, ...replies] = await bot.workspace.messages('north')
    expect(receipt?.metadata?.event_payload).toMatchObject({ upload: 1, state: 'done' })
    expect(JSON.stringify(receipt?.blocks)).toContain('Imported from a preview by')
    expect(replies).toMatchObject([{ thread_ts: receipt?.ts, files: [{ name: expect.any(String) }] }])
    expect(await bot.workspace.messages('customers')).toEqual([])
    await expect.poll(async () => (await readDirect('asha'))[0]?.text, LONG).toContain('being imported')
    expect(await bot.models.customers.collection.countDocuments()).toBe(2)

    await bot.workspace.act('asha', 'north', { action: 'undo_confirm:0', value: '1' })
    await files.waitFor(1, 'undone')
    expect(await bot.models.customers.collection.countDocuments()).toBe(0)
  })

  it('has one receipt in the channel also where Slack’s answer to its post got lost', async () => {
    await preview()
    let isCut = false
    bot.workspace.use(async (call, next) => {
      const answer = await next(call)
      const isReceipt =
        call.path === '/api/chat.postMessage' &&
        new URLSearchParams(call.body.toString()).get('channel') === bot.workspace.channelId('north')
      if (!isReceipt || isCut) return answer
      isCut = true
      throw new Error('cut')
    })

    await bot.workspace.submit('asha', await askChannel(), 'Import into #north')
    await files.waitFor(1, 'done')
    await files.waitForReceipt(1)

    expect(isCut).toBe(true)
    const own = (await bot.workspace.messages('north')).filter(({ metadata }) => metadata?.event_type)
    expect(own.map(({ metadata }) => metadata?.event_payload.state)).toEqual(['done'])
    expect((await bot.upload(1)).receipt.message).toBe(own[0]?.ts)
  })

  it('begins one conversation where Slack’s answer to its first message got lost', async () => {
    let cuts = 0
    bot.workspace.use(async (call, next) => {
      const answer = await next(call)
      if (call.path !== '/api/chat.postMessage' || cuts > 0) return answer
      cuts += 1
      throw new Error('cut')
    })

    await preview()

    expect(cuts).toBe(1)
    expect(await readDirect('asha')).toHaveLength(1)
  })

  it('is imported once, however often its window is sent', async () => {
    await preview()
    const [one, other] = [await askChannel(), await askChannel()]

    await Promise.all(
      [one, one, other].map((view) =>
        bot.workspace.submit('asha', view, pick(view, 'Import into #north').typed),
      ),
    )

    await files.waitFor(1, 'done')
    await files.waitForReceipt(1)
    const receipts = (await bot.workspace.messages('north')).filter(
      ({ thread_ts, ts }) => !thread_ts || thread_ts === ts,
    )
    expect(receipts).toHaveLength(1)
    expect(await bot.models.fileUploads.collection.countDocuments()).toBe(1)
    const imported = { name: 'import_private', did: 'imported' } as const
    await expect.poll(() => bot.models.audit.collection.countDocuments(imported), LONG).toBe(1)
  })

  it('is queued once when its window is sent twice', async () => {
    const view = await files.open('asha')
    const file = await bot.workspace.upload('asha', { name: 'twice.csv', bytes: bytesOf(LIST) })

    await bot.workspace.submit('asha', view, '', { files: [file] })
    const again = await bot.workspace.submit('asha', view, '', { files: [file] })

    expect(read(again)).toContain('This question is closed')
    expect(await bot.models.fileUploads.collection.countDocuments()).toBe(1)
  })

  it('is not imported into a channel its sender has left since', async () => {
    await preview()
    const window = await askChannel()
    bot.workspace.use(async (call, next) => {
      const isTheirs = call.path.startsWith('/api/users.conversations')
      return isTheirs
        ? Response.json({
            ok: true,
            channels: [{ id: bot.workspace.channelId('customers'), name: 'customers' }],
          })
        : await next(call)
    })
    await bot.workspace.announceJoined('customers')

    const answer = await bot.workspace.submit('asha', window, pick(window, 'Import into #north').typed)

    expect(read(answer)).toContain('not both in that channel')
    expect(await bot.upload(1)).toMatchObject({ status: 'held' })
  })

  it('is refused of a guest, also of one who became a guest with the window open', async () => {
    const view = await files.open('ravi')
    await bot.workspace.changeRole('ravi', 'guest')
    const file = await bot.workspace.upload('ravi', { name: 'guest.csv', bytes: bytesOf(LIST) })

    expect(read(await bot.workspace.submit('ravi', view, '', { files: [file] }))).toContain('not guests')
    const opened = await openWindow('ravi')
    await expect
      .poll(() => opened && read(bot.workspace.shownWindow(opened.id)), LONG)
      .toContain('not guests')
    expect(await bot.models.fileUploads.collection.countDocuments()).toBe(0)
  })

  it('is answered also where it is no list', async () => {
    await files.give('asha', 'Dear all, see you on Monday.', 'letter.txt')

    await files.waitFor(1, 'failed')
    expect((await bot.upload(1)).problem?.code).toBe('not_csv')
    await expect
      .poll(async () => (await readDirect('asha'))[0]?.metadata?.event_payload.state, LONG)
      .toBe('failed')
  })

  it('is removed after a day without an import, and its sender told that Slack keeps the file', async () => {
    await preview()
    const deleted: string[] = []
    const deleteFile = async (id: string) => deleted.push(id) < 0
    const remove = (at: number) =>
      removePrivateFiles({ models: bot.models, deleteFile, log: silent }, new Date(at))

    expect(await remove(Date.now() + DAY_MS - 60_000)).toBe(0)
    expect(await remove(Date.now() + DAY_MS)).toBe(1)
    expect(await remove(Date.now() + DAY_MS)).toBe(0)

    const upload = await bot.upload(1)
    expect(upload).toMatchObject({ status: 'failed', problem: { code: 'left_out' } })
    expect(upload.preview).toBeUndefined()
    expect(upload.file.sample).toBeUndefined()
    expect(upload.source.kind === 'slack' && deleted).toEqual([
      upload.source.kind === 'slack' && upload.source.file_id,
    ])
    await expect
      .poll(async () => JSON.stringify((await readDirect('asha'))[0]?.blocks), LONG)
      .toContain('Slack does not let me delete your file')
  })
})

describe('the field for a file', () => {
  it.each([
    ['a picture', ['holiday.png'], /does not take holiday\.png/],
    ['two files', ['a.csv', 'b.csv'], /takes 1 files/],
  ])('does not take %s', async (_, names, complaint) => {
    const view = await files.open('asha')
    const given = await Promise.all(
      names.map((name) => bot.workspace.upload('asha', { name, bytes: bytesOf(LIST) })),
    )

    await expect(bot.workspace.submit('asha', view, '', { files: given })).rejects.toThrow(complaint)
  })
})

/** A modal's choice in the form the emulator needs. */
function pick(view: ShownView, label: string): { readonly id: string; readonly typed: string } {
  expect(JSON.stringify(view.blocks)).toContain(label)
  return { id: view.id, typed: label }
}
