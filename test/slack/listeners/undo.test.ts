import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeGone } from '../../../commands/reply/page.ts'
import type { Share } from '../../../dev/workspace/workspace.ts'
import type { FileUpload } from '../../../models/index.ts'
import { eventually } from '../../support/eventually.ts'
import { headlineOf } from '../../support/headline.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'

let bot: PlayedBot

beforeAll(async () => {
  bot = await playWorkspace()
})
afterAll(() => bot.stop())

const DAY_1 = 'Phone,Name,City\n7417119014,Kushal,Pune\n9000000101,Meenakshi,Chennai\n'
const WRONG = 'Phone,Name,City\n7417119014,Pune,Kushal\n9000000108,Nisha,Jaipur\n'

const customers = () => bot.models.customers.collection.find({}).sort({ primary_phone: 1 }).toArray()
const answer = (answers: readonly { readonly text: string }[]) => answers.map(({ text }) => text).join('\n')

async function press(person: string, action: string, value: string): Promise<string> {
  const { answers } = await bot.workspace.act(person, 'customers', { action: `${action}:0`, value })
  return answer(answers)
}

async function waitFor(number: number, status: FileUpload['status']): Promise<FileUpload> {
  return await eventually(async () => {
    const upload = await bot.models.fileUploads.collection.findOne<FileUpload>({ number })
    return upload?.status === status && !upload.receipt.due && upload.finished_at && upload
  }, `#${number} did not become ${status}`)
}

const threadText = async (share: Share) =>
  (await bot.workspace.thread(share)).map(({ text }) => text).join('\n')

describe('undo in Slack', () => {
  it('says what will happen, takes the file back, and puts it back when the undo is undone', async () => {
    await bot.workspace.waitForReceipt(await bot.share('asha', 'day-1.csv', DAY_1))
    const before = await customers()
    const share = await bot.share('ravi', 'wrong.csv', WRONG)
    const receipt = await bot.workspace.waitForReceipt(share)
    expect(JSON.stringify(receipt.blocks)).toMatch(/undo_ask:\d/)
    const after = await customers()

    const asked = await press('ravi', 'undo_ask', '2')
    expect(asked.match(/^• \d+ customer/gm)).toEqual(['• 1 customer', '• 1 customer'])
    expect(await customers()).toEqual(after)
    expect(await press('ravi', 'undo_confirm', '2')).toContain('#3')
    await waitFor(3, 'done')
    await waitFor(2, 'undone')

    expect(await customers()).toEqual(before)
    const thread = await threadText(share)
    expect(thread).toMatch(/#3\W.* \W*#2\W/)
    expect(thread).toMatch(/^Undone .*#3/m)

    for (const words of ['undo 3', 'undo #3', 'undo no. 3']) {
      const { answers } = await bot.workspace.command('ravi', 'customers', `/uploads ${words}`)
      expect(answer(answers).match(/^• \d+ customer/gm)).toEqual(['• 2 customer'])
      expect(answer(answers)).toMatch(/Undo \W*#3\W.* \W*#2\W* \W*wrong.csv/)
    }
    await press('ravi', 'undo_confirm', '3')
    await waitFor(4, 'done')
    expect(await customers()).toEqual(after)
    expect(await waitFor(2, 'done')).not.toHaveProperty('undone_by')
  })

  it('refuses what the person may not undo, and what cannot be undone, with the reason', async () => {
    expect(await press('asha', 'undo_confirm', '2')).toContain(`<@${bot.workspace.userId('ravi')}>`)
    expect(await press('meera', 'undo_ask', '4')).toMatch(/#4\W.*#3/)
    expect(await press('ravi', 'undo_confirm', '3')).toContain('/uploads undo 4')
    expect(await press('asha', 'undo_ask', '99')).toContain('#99')
    expect(await press('asha', 'undo_ask', '; drop')).toContain(headlineOf(describeGone()))
    const { answers } = await bot.workspace.command('asha', 'customers', '/uploads undo')
    expect(answer(answers)).toContain('/uploads undo 42')
  })

  it('runs an undo once, however often the button is pressed', async () => {
    await Promise.all(Array.from({ length: 4 }, () => press('asha', 'undo_confirm', '1')))

    expect(await bot.models.fileUploads.collection.countDocuments({ 'undo_of.file_number': 1 })).toBe(1)
  })

  it('keeps a customer that a later file mentions, and says so in the thread', async () => {
    const undo = await bot.models.fileUploads.collection.findOne<FileUpload>({ 'undo_of.file_number': 1 })
    const done = await waitFor(undo?.number ?? 0, 'done')

    expect(done).toMatchObject({ undo_counts: { rows: 2, restored: 0, removed: 1, kept: 1 } })
    expect(await customers()).toMatchObject([
      { primary_phone: '+917417119014', full_name: 'Pune', upload_count: 1 },
      { primary_phone: '+919000000108' },
    ])
  })
})
