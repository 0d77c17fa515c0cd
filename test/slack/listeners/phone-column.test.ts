import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDemoChat } from '../../../dev/demo/demo-chat.ts'
import { findControl, listControls } from '../../../dev/demo/demo-controls.ts'
import { showMessage } from '../../../dev/slack/show-message.ts'
import type { Message, Share } from '../../../dev/workspace/workspace.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'

const MARCH = 'Kunde,Erreichbar unter,Ort\nKushal,07417119014,Pune\nMeena,98200 98200,Mumbai\n'
const KUSHAL = '+917417119014'

let bot: PlayedBot
beforeEach(async () => {
  bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('meera') }))
})
afterEach(() => bot.stop())

const textOf = (message: Pick<Message, 'text' | 'blocks'>) =>
  showMessage(message, { nameOf: bot.workspace.personName, timeZone: 'Asia/Kolkata' })

async function press(
  person: string,
  message: Message,
  label: string,
  channel = 'customers',
): Promise<string> {
  const control = findControl([message], label)
  if (!control) throw new Error(`there is no ${label} in ${textOf(message)}`)
  const { answers } = await bot.workspace.act(person, channel, control)
  return answers.map(textOf).join('\n')
}

async function receiptOf(share: Share): Promise<string> {
  return textOf(await bot.workspace.waitForReceipt(share))
}

describe('a file whose phone column cannot be told', () => {
  it('is asked about with examples, imported as answered, and remembered for the next such file', async () => {
    const { workspace, models } = bot
    const march = await bot.share('asha', 'march.csv', MARCH)
    const question = await workspace.waitForReply(march)

    expect(textOf(question)).toMatch(/^[^\n]*#1 march\.csv/)
    expect(textOf(question)).toMatch(/Erreichbar unter +07417119014 {2}· {2}98200 98200/)
    expect(await models.customers.collection.countDocuments()).toBe(0)
    expect(await press('ravi', question, 'Erreichbar unter')).toContain('Erreichbar unter')
    expect(await receiptOf(march)).toMatch(/2 of 2 rows.*Erreichbar unter.*@ravi/s)

    const april = await bot.share(
      'meera',
      'april.csv',
      'KUNDE,Erreichbar_Unter,ort\nKushal,7417119014,Nagpur\n',
    )

    expect(await receiptOf(april)).toMatch(/@ravi .*#1 \(.+\)\./)
    expect(await models.customers.collection.findOne({ primary_phone: KUSHAL })).toMatchObject({
      city: 'Nagpur',
    })
    // One message throughout; the examples are deleted from it and from the database.
    expect(await workspace.thread(march)).toHaveLength(1)
    // First cells stay for the columns modal, until retention or forget deletes them.
    const { file, ...stored } = await bot.upload(1)
    expect(JSON.stringify({ ...stored, file: { ...file, sample: [] } })).not.toContain('98200 98200')
  })

  it('lets others go first, and the latest file still wins', async () => {
    const held = await bot.share('asha', 'march.csv', MARCH)
    const question = await bot.workspace.waitForReply(held)
    const later = await bot.share('ravi', 'later.csv', 'Phone,City\n07417119014,Nagpur\n')
    expect(await receiptOf(later)).toContain('1 of 1 row')

    await press('asha', question, 'Erreichbar unter')

    expect(await receiptOf(held)).toContain('2 of 2 rows')
    expect(await bot.models.customers.collection.findOne({ primary_phone: KUSHAL })).toMatchObject({
      city: 'Nagpur',
    })
  })

  it('takes one answer, and tells whoever comes second who gave it', async () => {
    const share = await bot.share('asha', 'march.csv', MARCH)
    const question = await bot.workspace.waitForReply(share)

    const output = await Promise.all([
      press('asha', question, 'Erreichbar unter'),
      press('asha', question, 'Erreichbar unter'),
      press('asha', question, 'Erreichbar unter'),
    ])
    await receiptOf(share)
    output.push(
      await press('ravi', question, 'Ort'),
      await press('ravi', question, 'Do not import this file'),
    )

    // The person who answered is not informed about their own answer.
    expect(output.filter((text) => !text.includes('@asha'))).toEqual([
      expect.stringContaining('Erreichbar unter'),
    ])
    expect(output.filter((text) => /@asha .*Erreichbar unter .*#1/.test(text))).toHaveLength(4)
    expect(await bot.upload(1)).toMatchObject({ status: 'done', file: { phone_column: { index: 1 } } })
    expect(await receiptOf(share)).toContain('2 of 2 rows')
  })

  it('can be left out', async () => {
    const share = await bot.share('asha', 'march.csv', MARCH)
    const question = await bot.workspace.waitForReply(share)

    expect(await press('ravi', question, 'Do not import this file')).toContain('march.csv')

    await receiptOf(share)
    expect(await bot.upload(1)).toMatchObject({ status: 'failed', problem: { code: 'left_out' } })
    await press('ravi', question, 'Ort')
    expect(await bot.upload(1)).toMatchObject({ status: 'failed' })
    expect(await bot.models.customers.collection.countDocuments()).toBe(0)
  })

  it('goes on by itself when another file with its header has been answered', async () => {
    const [first, second] = [
      await bot.share('asha', 'a.csv', MARCH),
      await bot.share('asha', 'b.csv', `${MARCH}Lata,9820098201,Goa\n`),
    ]
    await bot.workspace.waitForReply(second)

    await press('asha', await bot.workspace.waitForReply(first), 'Erreichbar unter')

    expect(await receiptOf(second)).toContain('3 of 3 rows')
  })

  it.each([
    ['another channel', { source: 'gossip' }, '1:1'],
    ['a column there is not', {}, '1:99'],
    ['an upload there is not', {}, '99:1'],
    ['something made up', {}, '1:1; drop'],
    ['nothing', {}, ''],
  ])('is not moved by a click from or for %s', async (_, { source }: { source?: string }, value) => {
    const question = await bot.workspace.waitForReply(await bot.share('asha', 'march.csv', MARCH))
    const [control] = listControls(question)
    await bot.workspace.act('ravi', source ?? 'customers', {
      ...control,
      action: 'choose_phone_column:0',
      type: 'static_select',
      value,
    })

    expect(await bot.upload(1)).toMatchObject({ status: 'held' })
  })

  it('is answered also where another team was stored with its channel', async () => {
    await bot.workspace.waitForReply(await bot.share('asha', 'march.csv', MARCH))
    await bot.models.fileUploads.collection.updateOne({ number: 1 }, { $set: { 'source.team': 'TOTHER' } })

    const { answers } = await bot.workspace.act('ravi', 'customers', {
      action: 'choose_phone_column:0',
      type: 'static_select',
      value: '1:1',
    })

    expect(answers).toHaveLength(1)
    expect(await bot.upload(1)).toMatchObject({ question: { answer: { index: 1 } } })
  })

  it('is asked about, answered and imported once with two processes at work', async () => {
    await bot.addWorker()
    const shares: Share[] = []
    for (const name of ['a', 'b', 'c', 'd'])
      shares.push(
        await bot.share('asha', `${name}.csv`, `${name} name,${name} dial,Ort\nKushal,07417119014,${name}\n`),
      )
    for (const share of shares) {
      const question = await bot.workspace.waitForReply(share)
      const label = listControls(question)[0]?.label ?? ''
      expect(await press('ravi', question, label)).toContain(label)
    }

    for (const share of shares) {
      expect(await receiptOf(share)).toContain('1 of 1 row')
      expect(await bot.workspace.thread(share)).toHaveLength(1)
    }
    expect(await bot.models.uploadRows.collection.countDocuments()).toBe(4)
  })
})

describe('a phone column chosen in one channel', () => {
  const shareInGossip = async (name: string) => {
    const bytes = new TextEncoder().encode(MARCH)
    return await bot.workspace.share('meera', 'gossip', { name, bytes })
  }

  it('releases files of that channel alone, with each number in the audit, and is a suggestion elsewhere', async () => {
    const { workspace, models } = bot
    await workspace.inviteBot('asha', 'gossip')
    const theirs = await shareInGossip('theirs.csv')
    await workspace.waitForReply(theirs)
    const [first, second] = [
      await bot.share('asha', 'a.csv', MARCH),
      await bot.share('asha', 'b.csv', `${MARCH}Lata,9820098201,Goa\n`),
    ]
    await workspace.waitForReply(second)

    const printed = await press('ravi', await workspace.waitForReply(first), 'Erreichbar unter')

    expect(printed).toContain('Files of this channel with the same headings are read the same way: #3.')
    expect(await receiptOf(second)).toContain('3 of 3 rows imported')
    expect(await bot.upload(1)).toMatchObject({ status: 'held' })
    const ravi = { user: workspace.userId('ravi'), channel: workspace.channelId('customers') }
    expect(await models.audit.collection.find({ did: 'imported' }).sort({ _id: 1 }).toArray()).toMatchObject([
      { ...ravi, name: 'choose_phone_column', outcome: 'answered', uploads: [2] },
      { ...ravi, name: 'choose_phone_column', outcome: 'answered', uploads: [3] },
    ])

    const later = await shareInGossip('later.csv')
    const question = await workspace.waitForReply(later)
    expect(textOf(question)).toContain(
      '@ravi chose Erreichbar unter for a file with these headings in another channel (#2). Choose it here, too, if it is right.',
    )
    expect(listControls(question)[0]?.label).toBe('Erreichbar unter')
    expect(await press('meera', question, 'Erreichbar unter', 'gossip')).toContain('read the same way: #1')
    expect(await receiptOf(theirs)).toContain('chosen by @meera for #4')
    expect(await models.columnChoices.collection.distinct('channel')).toHaveLength(2)
  })

  it('is shown and changed by nobody who is not in that channel, an admin neither', async () => {
    const share = await bot.share('asha', 'march.csv', MARCH)
    await press('asha', await bot.workspace.waitForReply(share), 'Erreichbar unter')
    await receiptOf(share)
    await bot.workspace.inviteBot('asha', 'gossip')
    await bot.workspace.leave('meera', 'customers')

    for (const text of ['mapping', 'mapping 1', 'mapping 1 Kunde', 'mapping forget 1']) {
      const { answers } = await bot.workspace.command('meera', 'gossip', `/uploads ${text}`)
      expect(answers.map(textOf).join()).toMatch(
        /choice does not exist|No phone column, sheet or encoding has been chosen/,
      )
    }
    for (const [action, value] of [
      ['change_column_choice', '1:0'],
      ['forget_column_choice', '1'],
    ] as const)
      await bot.workspace.act('meera', 'gossip', { action, value })
    expect(await bot.models.columnChoices.collection.findOne({ number: 1 })).toMatchObject({ column: 1 })
  })

  it('that is held for another reason by now is not released', async () => {
    const [first, second] = [await bot.share('asha', 'a.csv', MARCH), await bot.share('asha', 'b.csv', MARCH)]
    await bot.workspace.waitForReply(second)
    const answer = { index: 1, by: 'U1', at: new Date() }
    await bot.models.fileUploads.collection.updateOne(
      { number: 2 },
      { $set: { 'question.answer': answer, hold: { reasons: [] } } },
    )

    await press('asha', await bot.workspace.waitForReply(first), 'Erreichbar unter')
    await receiptOf(first)

    expect(await bot.upload(2)).toMatchObject({ status: 'held' })
  })
})

describe('a file without a header', () => {
  const HEADERLESS = 'Kushal,07417119014,Pune\nMeena,98200 98200,Mumbai\n'

  it('is asked about, its first line is imported, and nothing is remembered', async () => {
    const share = await bot.share('asha', 'list.csv', HEADERLESS)
    const question = await bot.workspace.waitForReply(share)
    expect(textOf(question)).toMatch(/Column 2 +07417119014/)

    await press('asha', question, 'Column 2')

    expect(await receiptOf(share)).toContain('2 of 2 rows')
    expect(await bot.models.customers.collection.findOne({ primary_phone: KUSHAL })).toMatchObject({
      attributes: { column_1: 'Kushal', column_3: 'Pune' },
    })
    await bot.workspace.waitForReply(await bot.share('asha', 'again.csv', HEADERLESS))
    expect(await bot.upload(2)).toMatchObject({ status: 'held' })
  })
})

describe('/uploads mapping', () => {
  const choices = () => bot.models.columnChoices.collection.find().toArray()
  const ask = async (text: string, person = 'asha') =>
    (await bot.workspace.command(person, 'customers', `/uploads ${text}`)).answers

  it('lets only whoever chose, and the admins, change or forget a choice', async () => {
    const share = await bot.share('asha', 'march.csv', MARCH)
    await press('asha', await bot.workspace.waitForReply(share), 'Erreichbar unter')
    await receiptOf(share)
    const change = findControl(await ask('mapping 1'), 'Kunde')
    if (!change) throw new Error('no menu')

    const refused = [
      await ask('mapping 1 Kunde', 'ravi'),
      await ask('mapping forget 1', 'ravi'),
      (await bot.workspace.act('ravi', 'customers', change)).answers,
    ]

    for (const answers of refused) expect(answers.map(textOf).join()).toMatch(/@asha.*\/uploads mapping 1/s)
    expect((await ask('mapping 1 Kunde', 'meera')).map(textOf).join()).toContain('Kunde')
    expect(await bot.models.columnChoices.collection.findOne()).toMatchObject({ column: 0 })
  })

  it('shows, changes and forgets what was chosen, and says what to do with files imported before', async () => {
    expect((await ask('mapping')).map(textOf).join()).not.toContain('Kunde')
    const share = await bot.share('asha', 'march.csv', MARCH)
    await press('asha', await bot.workspace.waitForReply(share), 'Erreichbar unter')
    await receiptOf(share)

    expect((await ask('mapping')).map(textOf).join()).toMatch(
      /1 +Kunde, Erreichbar unter, Ort +Erreichbar unter +@asha/,
    )
    const one = await ask('mapping 1')
    const change = findControl(one, 'Kunde')
    if (!change) throw new Error('no menu')
    const { answers } = await bot.workspace.act('asha', 'customers', change)
    // The current column, and the effect on earlier files.
    expect(answers.map(textOf).join().split('\n')).toEqual([
      expect.stringContaining('Kunde'),
      expect.stringMatching(/\bfiles\b/i),
    ])
    expect(await choices()).toMatchObject([{ column: 0 }])
    await ask('mapping 1 erreichbar unter')
    expect(await choices()).toMatchObject([{ column: 1 }])
    expect((await ask('mapping 1 9')).map(textOf).join()).toContain('"9"')
    expect(await choices()).toMatchObject([{ column: 1 }])
    await ask('mapping forget 1')
    expect(await choices()).toEqual([])
    expect((await ask('mapping forget 1')).map(textOf).join()).toContain('/uploads mapping')

    const next = await bot.workspace.waitForReply(await bot.share('asha', 'april.csv', MARCH))
    expect(textOf(next)).toContain('april.csv')
    expect(await bot.upload(2)).toMatchObject({ status: 'held' })
  })

  it('asks again rather than trust a choice where the column holds no phone', async () => {
    const share = await bot.share('asha', 'march.csv', MARCH)
    await press('asha', await bot.workspace.waitForReply(share), 'Erreichbar unter')
    await receiptOf(share)

    const odd = await bot.share('asha', 'odd.csv', 'Kunde,Erreichbar unter,Ort\nKushal,evenings,Pune\n')

    await bot.workspace.waitForReply(odd)
    expect(await bot.upload(2)).toMatchObject({ status: 'held' })
  })
})

it('is played by the demo script', async () => {
  const stated: string[] = []
  const chat = createDemoChat({
    workspace: bot.workspace,
    channel: 'customers',
    print: (text) => stated.push(text),
  })
  const script = await readFile(new URL('../../../dev/scripts/phone-column.txt', import.meta.url), 'utf8')

  for (const line of script.split('\n')) expect(await chat.play(line)).toBe('done')

  const text = stated.join('\n')
  expect(text.match(/\[Do not import this file\]/g)).toHaveLength(1)
  expect(text).toMatch(/ravi presses Erreichbar unter.*2 of 3 rows/s)
  expect(text).toContain('branch-list-march - rows to correct.csv')
  expect(text).toMatch(/meera shares branch-list-april.csv.*2 of 2 rows.*@ravi/s)
})
