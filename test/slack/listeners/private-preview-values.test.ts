import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findControl } from '../../../dev/demo/demo-controls.ts'
import { removeOldValues } from '../../../src/uploads/retention/remove-old-values.ts'
import { removePrivateFiles } from '../../../src/uploads/retention/remove-private-files.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'
import { type PrivateFiles, playPrivateFiles } from '../../support/private-files.ts'

const LONG = { timeout: 45_000 }
const DAY_MS = 86_400_000
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const KNOWN = 'Phone,Name,City\n9820098400,Deepa Nair,Pune\n9820098201,Lata,Mumbai\n'
const GIVEN = 'Phone,Name,City\n9820098400,Deepa Iyer,Nagpur\n9820098201,Lata,Thane\n12,Deepa Iyer,Nagpur\n'
const TRACES = /98400|deepa|iyer|nair|Nagpur|Pune/i

let bot: PlayedBot
let files: PrivateFiles
beforeEach(async () => {
  bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('meera'), GUARD: 'off' }), undefined, {
    channels: ['customers', 'north'],
  })
  files = playPrivateFiles(bot)
  await bot.workspace.waitForReceipt(await bot.share('ravi', 'known.csv', KNOWN))
})
afterEach(() => bot.stop())

async function importInto(channel: string): Promise<void> {
  await bot.workspace.submit('asha', await files.askChannel(2, 'asha'), `Import into #${channel}`)
  await files.waitFor(2, 'done')
  await files.waitForReceipt(2)
}

/** Forgets the person of the lists above. @returns the reply to the admin */
async function forget(): Promise<string> {
  const typed = await bot.workspace.command('meera', 'customers', '/customer forget 9820098400', {
    isLate: true,
  })
  const button = findControl(typed.answers, 'Forget for good')
  if (!button) throw new Error(`no button: ${JSON.stringify(typed.answers)}`)
  const { answers } = await bot.workspace.act('meera', 'customers', button)
  const number = Number(/#(\d+)/.exec(answers[0]?.text ?? '')?.[1])
  await files.waitFor(number, 'done')
  await files.waitForReceipt(number)
  return bot.workspace.ephemerals.map(({ text }) => text).join('\n')
}

async function readEverything(): Promise<string> {
  const collections = await bot.models.connection.listCollections()
  const documents = await Promise.all(
    collections.map(({ name }) => bot.models.connection.collection(name).find().toArray()),
  )
  return JSON.stringify(documents)
}

const readDirect = async () =>
  JSON.stringify(await bot.workspace.messages(await bot.workspace.openDirectMessage('asha')))

describe('a person in a file that was put into a window', () => {
  it('is forgotten while its preview waits: in the database and in the conversation', async () => {
    await files.preview(2, 'asha', GIVEN)
    expect(JSON.stringify(await bot.upload(2))).toMatch(TRACES)

    await forget()

    expect(JSON.stringify(await bot.upload(2))).not.toMatch(TRACES)
    expect(await readEverything()).not.toMatch(TRACES)
    await expect.poll(readDirect, LONG).not.toMatch(TRACES)
    expect(await bot.upload(2)).toMatchObject({ status: 'held', private_until: expect.any(Date) })
  })

  it('is forgotten after its import: rows, receipt and rows to correct', async () => {
    await files.preview(2, 'asha', GIVEN)
    await importInto('north')
    const { failed_rows: sent } = await bot.upload(2)
    expect(sent?.file_id).toBeDefined()

    await forget()

    expect(await readEverything()).not.toMatch(TRACES)
    expect(sent?.file_id && (await bot.workspace.readFile(sent.file_id))).toBeUndefined()
    await expect
      .poll(async () => JSON.stringify(await bot.workspace.messages('north')), LONG)
      .not.toMatch(TRACES)
    await expect.poll(readDirect, LONG).not.toMatch(TRACES)
  })

  it('leaves no value behind once the unused preview is removed', async () => {
    await bot.models.customers.collection.deleteMany({})
    await bot.models.uploadRows.collection.deleteMany({})
    await bot.models.fileUploads.collection.updateOne({ number: 1 }, { $unset: { changed_fields: '' } })
    await files.preview(2, 'asha', GIVEN)
    const remove = { models: bot.models, deleteFile: async () => false, log: silent }

    expect(await removePrivateFiles(remove, new Date(Date.now() + DAY_MS))).toBe(1)

    expect(JSON.stringify(await bot.upload(2))).not.toMatch(TRACES)
    await expect.poll(readDirect, LONG).not.toMatch(TRACES)
  })
})

describe('the values of a file that was put into a window', () => {
  it('go with the retention policy as those of any file; the file is its sender’s and stays', async () => {
    await files.preview(2, 'asha', GIVEN)
    await importInto('north')
    const { source, failed_rows: sent } = await bot.upload(2)
    const deleted: string[] = []
    const deleteFile = async (id: string) => deleted.push(id) > 0

    const removed = await removeOldValues(
      { models: bot.models, days: 30, deleteFile, log: silent },
      new Date(Date.now() + 31 * DAY_MS),
    )

    expect(removed).toEqual({ files: 2, rows: 5 })
    expect(deleted).toEqual([sent?.file_id])
    expect(deleted).not.toContain(source.kind === 'slack' && source.file_id)
    const rows = await bot.models.uploadRows.collection.find({ upload: (await bot.upload(2))._id }).toArray()
    expect(rows).toHaveLength(3)
    // The search words of current customers stay: they name stored values.
    expect(JSON.stringify(rows.map(({ search, ...row }) => row))).not.toMatch(/deepa|iyer|Nagpur|Thane/i)
    expect(JSON.stringify(await bot.upload(2))).not.toMatch(TRACES)
    expect((await bot.upload(2)).counts).toMatchObject({ updated: 2, invalid: 1 })
  })

  it('stay while the preview waits for its sender', async () => {
    await files.preview(2, 'asha', GIVEN)
    const options = { models: bot.models, days: 30, deleteFile: async () => true, log: silent }

    await removeOldValues(options, new Date(Date.now() + 3_600_000))

    expect(await bot.upload(2)).toMatchObject({ status: 'held', preview: expect.anything() })
  })
})
