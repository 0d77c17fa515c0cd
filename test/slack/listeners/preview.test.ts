import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareWithPreview } from '../../../commands/receipts/compare-with-preview.ts'
import { describeOrigins } from '../../../commands/receipts/preview-reply.ts'
import type { Share } from '../../../dev/workspace/workspace.ts'
import type { FileUpload } from '../../../models/index.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { explainReason } from '../../../src/uploads/guard/guard-reasons.ts'
import { eventually } from '../../support/eventually.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'
import { readView } from '../../support/view-controls.ts'

let bot: PlayedBot

beforeAll(async () => {
  bot = await playWorkspace()
})
afterAll(() => bot.stop())

const PEOPLE = [
  'Kushal Sharma',
  'Meenakshi Iyer',
  'Imran Qureshi',
  'Lakshmi Devi',
  'Harpreet Singh',
  'Kavya Nair',
]
const CITIES = ['Pune', 'Chennai', 'Hyderabad', 'Vijayawada', 'Amritsar', 'Kochi']
const lines = (cells: (at: number) => string[]): string =>
  ['Phone,Name,City', ...PEOPLE.map((_, at) => [`900000010${at}`, ...cells(at)].join(','))].join('\n')

const LIST = lines((at) => [PEOPLE[at] ?? '', CITIES[at] ?? ''])
const SHIFTED = lines((at) => [CITIES[at] ?? '', PEOPLE[at] ?? ''])

const customers = () => bot.models.customers.collection.find({}).sort({ primary_phone: 1 }).toArray()
const output = (answers: readonly { readonly text: string }[]) => answers.map(({ text }) => text).join('\n')

async function press(person: string, action: string, value: string): Promise<string> {
  const { answers } = await bot.workspace.act(person, 'customers', { action: `${action}:0`, value })
  const window = answers[0]?.window
  if (window?.submit === undefined) return output(answers)
  return readView(await bot.workspace.submit(person, window, ''), bot.workspace)
}

async function ask(person: string, text: string): Promise<string> {
  return output((await bot.workspace.command(person, 'customers', text)).answers)
}

async function waitFor(number: number, status: FileUpload['status']): Promise<FileUpload> {
  return await eventually(async () => {
    const upload = await bot.models.fileUploads.collection.findOne<FileUpload>({ number })
    return upload?.status === status && !upload.receipt.due && upload
  }, `#${number} did not become ${status}`)
}

const threadText = async (share: Share) =>
  (await bot.workspace.thread(share)).map(({ text }) => text).join('\n')

describe('the guard in Slack', () => {
  it('holds a file whose names have moved, says why, and imports it only when told to', async () => {
    await bot.workspace.waitForReceipt(await bot.share('asha', 'list.csv', LIST))
    const before = await customers()

    const share = await bot.share('ravi', 'shifted.csv', SHIFTED)
    await waitFor(2, 'held')

    expect(await customers()).toEqual(before)
    const held = await threadText(share)
    expect((await bot.upload(2)).hold?.reasons).toContainEqual({ kind: 'names', rows: 6, of: 6 })
    expect(held).toContain(explainReason({ kind: 'names', rows: 6, of: 6 }))
    expect(held).not.toContain('Kushal')
    // The label as in the card and the examples.
    expect(held).toMatch(/Name: 6 customers/)
    expect(await press('meera', 'preview_examples', '2')).toContain('Kushal Sharma')

    expect(await press('ravi', 'approve_upload', '2')).toContain('shifted.csv')
    await waitFor(2, 'done')
    const receipt = await threadText(share)
    expect(receipt).toContain(`<@${bot.workspace.userId('ravi')}>`)
    expect(describeOrigins(await bot.upload(2), DEFAULT_CATALOGUE)).toHaveLength(2)
    expect(receipt).toMatch(/^.*\b6 customers\b.*\n• \W*Lines 2–6\W*: name, city\W.* #1\b/m)
    expect(await press('ravi', 'approve_upload', '2')).toContain('#2')
    expect(await bot.upload(2)).toMatchObject({ status: 'done' })
  })

  it('holds an older list that would put old values back, and forgets it when it is discarded', async () => {
    const before = await customers()
    const share = await bot.share('asha', 'list.csv', LIST)
    await waitFor(3, 'held')

    const { hold } = await bot.upload(3)
    const reason = hold?.reasons.find(({ kind }) => kind === 'old_values')
    if (!reason) throw new Error('no old values')
    expect(await threadText(share)).toContain(explainReason(reason))
    // Everybody who looks at it sees the reason and can decide.
    const { answers } = await bot.workspace.command('asha', 'customers', '/uploads show 3')
    expect(output(answers)).toContain(explainReason(reason))
    for (const action of ['approve_upload', 'leave_upload'])
      expect(JSON.stringify(answers[0]?.blocks)).toContain(action)
    expect(await press('asha', 'leave_upload', '3')).toContain('list.csv')
    expect(await waitFor(3, 'failed')).toMatchObject({ problem: { code: 'left_out' } })
    expect(await customers()).toEqual(before)
    expect(await ask('asha', '/uploads recent 1')).toMatch(/#3 .*discarded/)
    // A decision is no failure.
    expect(await ask('asha', '/uploads recent failed')).not.toContain('list.csv')
  })

  it('imports the same file again, and says in the receipt that it came before', async () => {
    const share = await bot.share('meera', 'again.csv', SHIFTED)
    await bot.workspace.waitForReceipt(share)

    expect(await waitFor(4, 'done')).toMatchObject({ counts: { unchanged: 6 }, same_as: { number: 2 } })
    expect(await threadText(share)).toMatch(/ uploaded before: \W*#2/)
  })
})

describe('a preview in Slack', () => {
  it('shows what the next file would do, and imports it as previewed', async () => {
    const before = await customers()
    expect(await ask('asha', '/uploads preview')).toMatch(/\b15 minutes\b/)
    const share = await bot.share('asha', 'corrected.csv', SHIFTED.replace('Kochi', 'Kollam'))
    const { preview } = await waitFor(5, 'held')

    expect(await customers()).toEqual(before)
    expect(preview).toMatchObject({
      counts: { rows: 6, updated: 1, unchanged: 5 },
      fields: [{ field: 'full_name', customers: 1, examples: [{ line: 7, from: 'Kochi', to: 'Kollam' }] }],
    })
    expect(await threadText(share)).toMatch(/#5\W.*Rows 6, Created 0, Updated 1/s)
    expect(await ask('asha', '/uploads preview 5')).toContain('Rows 6, Created 0, Updated 1')

    await press('asha', 'approve_upload', '5')
    expect(await waitFor(5, 'done')).toMatchObject({ counts: preview?.counts })
    expect(compareWithPreview(await bot.upload(5), { catalogue: DEFAULT_CATALOGUE })).toEqual([])
    expect(await threadText(share)).not.toMatch(/\d, not \d/)
  })

  it('says so where somebody else wrote between preview and import', async () => {
    await ask('ravi', '/uploads preview')
    const share = await bot.share('ravi', 'moved.csv', SHIFTED.replace('Kochi', 'Kottayam'))
    await waitFor(6, 'held')
    await bot.models.customers.collection.updateOne(
      { full_name: 'Kollam' },
      { $set: { full_name: 'Kottayam' } },
    )
    await press('ravi', 'approve_upload', '6')
    await waitFor(6, 'done')

    expect(await threadText(share)).toContain('0 updated, not 1; 6 unchanged, not 5.')
  })

  it('says so, too, where the same customer changes, but from something else', async () => {
    await ask('ravi', '/uploads preview')
    const share = await bot.share('ravi', 'again.csv', SHIFTED.replace('Kochi', 'Thrissur'))
    await waitFor(7, 'held')
    await bot.models.customers.collection.updateOne(
      { full_name: 'Kottayam' },
      { $set: { full_name: 'Palakkad' } },
    )
    await press('ravi', 'approve_upload', '7')
    await waitFor(7, 'done')

    expect(await threadText(share)).toContain('line 7 had another name.')
  })

  it('previews a file that was imported long ago, under a number of its own', async () => {
    expect(await ask('meera', '/uploads preview 1')).toContain('#8')
    const { preview, hold } = await waitFor(8, 'held')

    expect(preview?.counts).toMatchObject({ rows: 6, updated: 6 })
    expect(hold?.reasons.map(({ kind }) => kind)).toContain('names')
    expect(await ask('meera', '/uploads preview last')).toContain('Rows 6, Created 0, Updated 6')
    expect(await ask('meera', '/uploads preview 99')).toContain('#99')
  })
})

describe('the menu of a message', () => {
  const pick = (
    callbackId: string,
    person: string,
    share: Share,
    files = [{ id: share.fileId, name: 'x.csv' }],
  ) =>
    bot.workspace.interact({
      type: 'message_action',
      callback_id: callbackId,
      trigger_id: '1.2',
      message_ts: share.ts,
      response_url: `${bot.workspace.apiUrl}nowhere`,
      team: { id: bot.workspace.teamId, domain: 'team' },
      user: { id: bot.workspace.userId(person), name: person },
      channel: { id: share.channel, name: 'customers' },
      message: { type: 'message', ts: share.ts, user: share.user, files },
    })

  async function latest(status: FileUpload['status'], fileId: string): Promise<FileUpload> {
    const { collection } = bot.models.fileUploads
    return await eventually(
      () => collection.findOne<FileUpload>({ 'source.file_id': fileId, status }, { sort: { number: -1 } }),
      `no ${status} upload of ${fileId}`,
    )
  }

  it('imports a file nobody told us of, once, and previews it afterwards', async () => {
    const bytes = new TextEncoder().encode('Phone,Name\n9000000177,Nisha\n')
    const share = await bot.workspace.share(
      'asha',
      'customers',
      { name: 'x.csv', bytes },
      { announce: false },
    )

    await pick('import_file', 'ravi', share)
    const imported = await latest('done', share.fileId)
    await pick('import_file', 'ravi', share)
    await pick('preview_file', 'ravi', share)
    const previewed = await latest('held', share.fileId)

    expect(imported).toMatchObject({ source: { user: bot.workspace.userId('asha') }, counts: { created: 1 } })
    expect(previewed).toMatchObject({ preview: { counts: { unchanged: 1 } } })
    expect(await bot.models.fileUploads.collection.countDocuments({ 'source.file_id': share.fileId })).toBe(2)
  })

  it('says at once that a picture is no list, and queues nothing', async () => {
    const bytes = Uint8Array.of(137, 80, 78, 71)
    const share = await bot.workspace.share(
      'asha',
      'customers',
      { name: 'team.png', bytes },
      { announce: false },
    )
    const files = [{ id: share.fileId, name: 'team.png', mode: 'hosted' }]
    const texts = await Promise.all(
      ['preview_file', 'import_file'].map(async (menu) => {
        const message = { ts: share.ts, user: share.user, files }
        const { answers } = await bot.workspace.pickFromMenu('ravi', 'customers', menu, message)
        return answers.map(({ text }) => text)
      }),
    )

    expect(texts).toEqual([[expect.stringContaining('team.png')], [expect.stringContaining('team.png')]])
    expect(await bot.models.fileUploads.collection.countDocuments({ 'source.file_id': share.fileId })).toBe(0)
  })

  it.each(['preview_file', 'import_file'])(
    'trusts no id of a file that was not shared in that channel: %s',
    async (menu) => {
      const bytes = new TextEncoder().encode('phone,name\n07417119014,Elsewhere\n')
      const elsewhere = await bot.workspace.share(
        'asha',
        'gossip',
        { name: 'x.csv', bytes },
        { announce: false },
      )
      const before = await bot.models.fileUploads.collection.countDocuments()
      const ids = [elsewhere.fileId, 'FNOBODYS', 'F', '../F1', `F${'0'.repeat(40_000)}`]

      const { answers } = await bot.workspace.pickFromMenu('ravi', 'customers', menu, {
        ts: elsewhere.ts,
        user: elsewhere.user,
        files: ids.map((id) => ({ id, name: 'x.csv' })),
      })

      const text = answers.map((answer) => answer.text).join('\n')
      expect(text.match(/was not shared in this channel/g)).toHaveLength(ids.length)
      expect(await bot.models.fileUploads.collection.countDocuments()).toBe(before)
    },
  )

  it('does nothing with a message that has no file', async () => {
    const before = await bot.models.fileUploads.collection.countDocuments()
    const share = {
      fileId: 'F0',
      channel: bot.workspace.channelId('customers'),
      user: 'U1',
      ts: '1.5',
      sharedAt: new Date(),
    }

    await pick('preview_file', 'ravi', share, [])

    expect(await bot.models.fileUploads.collection.countDocuments()).toBe(before)
  })
})
