import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findControl, listControls } from '../../../dev/demo/demo-controls.ts'
import { showMessage } from '../../../dev/slack/show-message.ts'
import type { Message, Share } from '../../../dev/workspace/workspace.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'
import { buildZip } from '../../xlsx/support/build-zip.ts'

/** Two letters that occur in names in several encodings: `Õõ` in windows-1252, `Őő` in windows-1250. */
const bytesOf = (text: string) => Buffer.from(text, 'latin1')
const OPEN = bytesOf('Name,Phone\n\xd5\xf5,07417119014\n')
const MORE = bytesOf('name,PHONE\n\xd5\xf5,9820098200\n')
const KUSHAL = '+917417119014'

let bot: PlayedBot
beforeEach(async () => {
  bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('meera') }))
})
afterEach(() => bot.stop())

const textOf = (message: Pick<Message, 'text' | 'blocks'>) =>
  showMessage(message, { nameOf: bot.workspace.personName, timeZone: 'Asia/Kolkata' })
const receiptOf = async (share: Share) => textOf(await bot.workspace.waitForReceipt(share))
const nameOf = async (primary_phone: string) =>
  (await bot.models.customers.collection.findOne({ primary_phone }))?.full_name

async function press(person: string, message: Message, label: string): Promise<string> {
  const control = findControl([message], label)
  if (!control) throw new Error(`there is no ${label} in ${textOf(message)}`)
  return (await bot.workspace.act(person, 'customers', control)).answers.map(textOf).join('\n')
}

describe('a file whose bytes prove no encoding', () => {
  it('is asked about with the same lines in each likely encoding, and read as answered', async () => {
    const share = await bot.share('asha', 'june.csv', OPEN)
    const question = await bot.workspace.waitForReply(share)
    expect(textOf(question)).toContain('Which encoding of #1 june.csv shows the right letters?')
    expect(textOf(question)).toMatch(/windows-1252 +Õõ,07417119014/)
    expect(listControls(question).length).toBeGreaterThan(2)
    expect(await bot.models.customers.collection.countDocuments()).toBe(0)

    expect(await press('ravi', question, 'Western European (Windows), windows-1252')).toContain(
      'The file is read as Western European (Windows), windows-1252',
    )

    const receipt = await receiptOf(share)
    expect(receipt).toContain('1 of 1 row imported')
    expect(receipt).toContain('Encoding: Western European (Windows), windows-1252, as chosen by @ravi')
    expect(await nameOf(KUSHAL)).toBe('Õõ')
    // The lines are deleted from the message and the database.
    expect(await bot.workspace.thread(share)).toHaveLength(1)
    // First cells stay for the columns modal, until retention or forget deletes them.
    const { file, ...stored } = await bot.upload(1)
    expect(JSON.stringify({ ...stored, file: { ...file, sample: [] } })).not.toContain('07417119014')
    const [deed] = await bot.models.audit.collection.find({ name: 'choose_encoding' }).toArray()
    expect(deed).toMatchObject({ user: bot.workspace.userId('ravi'), did: 'imported', uploads: [1] })
  })

  it('is read the same way next time the same person shares these headings, until that is forgotten', async () => {
    const share = await bot.share('asha', 'june.csv', OPEN)
    await press('ravi', await bot.workspace.waitForReply(share), 'Western European (Windows), windows-1252')
    await receiptOf(share)

    expect(await receiptOf(await bot.share('asha', 'july.csv', MORE))).toContain(
      'Encoding: Western European (Windows), windows-1252, as chosen by @ravi for #1',
    )
    expect(await nameOf('+919820098200')).toBe('Õõ')
    // Another person's program may use another encoding.
    const theirs = await bot.workspace.waitForReply(await bot.share('meera', 'july.csv', MORE))
    expect(textOf(theirs)).toContain('Which encoding of')

    const ask = async (text: string) =>
      (await bot.workspace.command('ravi', 'customers', `/uploads ${text}`)).answers.map(textOf).join('\n')
    expect(await ask('mapping')).toMatch(/1 +Name, Phone, shared by @asha +Encoding windows-1252 +@ravi/)
    const other = (await bot.upload(3)).question?.candidates.map(({ header }) => header) ?? []
    const second = other.find((name) => name !== 'windows-1252') ?? ''
    expect(await ask(`mapping 1 ${second}`)).toContain(`such files are read as ${second}.`)
    expect(await receiptOf(await bot.share('asha', 'august.csv', MORE))).toContain(second)
    await ask('mapping forget 1')
    const asked = await bot.workspace.waitForReply(await bot.share('asha', 'september.csv', MORE))
    expect(textOf(asked)).toContain('Which encoding of')
  })

  it('goes on by itself when another file of the same person with its headings is answered', async () => {
    const first = await bot.share('asha', 'a.csv', OPEN)
    const asked = await bot.workspace.waitForReply(first)
    const second = await bot.share('asha', 'b.csv', MORE)
    await bot.workspace.waitForReply(second)

    const answer = await press('ravi', asked, 'Western European (Windows), windows-1252')

    expect(answer).toContain('read the same way: #2')
    expect(await receiptOf(second)).toContain(
      'Encoding: Western European (Windows), windows-1252, as chosen by @ravi for #1',
    )
  })

  it('is asked about its phone column, too, and keeps the encoding that was chosen', async () => {
    const strange = bytesOf('Kunde,Erreichbar unter\n\xd5\xf5,07417119014\n')
    const share = await bot.share('asha', 'odd.csv', strange)
    await press('asha', await bot.workspace.waitForReply(share), 'Western European (Windows), windows-1252')
    await expect
      .poll(async () => textOf(await bot.workspace.waitForReply(share)), { timeout: 45_000 })
      .toContain('Which column of')
    expect((await bot.upload(1)).file.chosen_encoding).toMatchObject({ name: 'windows-1252' })
    await press('asha', await bot.workspace.waitForReply(share), 'Erreichbar unter')

    expect(await receiptOf(share)).toContain('1 of 1 row imported')
    expect(JSON.stringify(await bot.models.customers.collection.findOne({}))).toContain('Õõ')
  })

  it('is read in a zip archive, too, and remembered for no file without headings', async () => {
    const headerless = bytesOf('\xd5\xf5,07417119014,2026-01-31\n\xd5\xf5,9820098200,2026-01-31\n')
    const share = await bot.share('asha', 'june.zip', buildZip([{ name: 'june.csv', content: headerless }]))
    const question = await bot.workspace.waitForReply(share)
    expect(textOf(question)).toContain('the choice applies to this file only')
    await press('asha', question, 'Western European (Windows), windows-1252')
    await expect
      .poll(async () => (await bot.upload(1)).question?.kind, { timeout: 45_000 })
      .toBe('phone_column')

    expect(await bot.models.columnChoices.collection.countDocuments()).toBe(0)
  })

  it('can be left out, and is moved by no answer made up or given elsewhere', async () => {
    const share = await bot.share('asha', 'june.csv', OPEN)
    const question = await bot.workspace.waitForReply(share)
    const control = findControl([question], 'Western European (Windows), windows-1252')
    if (!control) throw new Error('no button')
    for (const [channel, value] of [
      ['gossip', control.value ?? ''],
      ['customers', '1:99'],
      ['customers', '99:0'],
    ] as const)
      await bot.workspace.act('ravi', channel, { ...control, value })
    expect(await bot.upload(1)).toMatchObject({ status: 'held' })

    expect(await press('ravi', question, 'Do not import this file')).toContain('june.csv')
    await receiptOf(share)
    expect(await bot.upload(1)).toMatchObject({ status: 'failed', problem: { code: 'left_out' } })
    // First cells stay for the columns modal, until retention or forget deletes them.
    const { file, ...stored } = await bot.upload(1)
    expect(JSON.stringify({ ...stored, file: { ...file, sample: [] } })).not.toContain('07417119014')
  })

  it('shows no line of a person who was forgotten', async () => {
    const known = await bot.share('asha', 'known.csv', 'Name,Phone\nKushal,07417119014\n')
    await receiptOf(known)
    const rows = '\xd5\xf5,07417119014\n\xd5\xf5,9820098200\n'
    const share = await bot.share('asha', 'june.csv', bytesOf(`Name,Phone\n${rows}`))
    await bot.workspace.waitForReply(share)

    // Too late for a modal: the question comes as a message with buttons.
    const { answers } = await bot.workspace.command('meera', 'customers', `/customer forget ${KUSHAL}`, {
      isLate: true,
    })
    const control = findControl(answers, 'Forget for good')
    if (!control) throw new Error('no button')
    await bot.workspace.act('meera', 'customers', control)
    await expect
      .poll(async () => JSON.stringify(await bot.upload(2)), { timeout: 45_000 })
      .not.toContain('07417119014')
    const { question } = await bot.upload(2)
    expect(question?.candidates.map(({ examples }) => examples[0])).toEqual(
      question?.candidates.map(() => ''),
    )
    await expect
      .poll(async () => textOf(await bot.workspace.waitForReply(share)), { timeout: 45_000 })
      .not.toContain('07417119014')
    expect(textOf(await bot.workspace.waitForReply(share))).toContain('9820098200')
  })
})
