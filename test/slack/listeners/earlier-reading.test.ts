import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findControl } from '../../../dev/demo/demo-controls.ts'
import { showMessage } from '../../../dev/slack/show-message.ts'
import type { Message, Share } from '../../../dev/workspace/workspace.ts'
import type { Customer, FileUpload } from '../../../models/index.ts'
import type { HeaderMapping, RegionColumn } from '../../../src/customers/fields/index.ts'
import { markHeadings } from '../../../src/migrations/mark-headings.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'

const HEADER = 'Client,Contact Number,Alternate Number,ISD,City'
const WEEK_1 = `${HEADER}\nVikram,9812345678,9822233344,91,Pune\nNeha,9845567890,9822233345,91,Thane\n`
const WEEK_2 = `${HEADER}\nVikram,9812345678,9822233344,91,Nagpur\nNeha,9845567890,9822233345,91,Thane\n`
/** The earlier version's reading of these headings: the alternate number first, and no country. */
const ALTERNATE_FIRST: Earlier = { phones: [2, 1], regions: [] }

interface Earlier {
  readonly phones: readonly number[]
  readonly regions?: readonly RegionColumn[]
  readonly region?: string
}

let bot: PlayedBot
beforeEach(async () => {
  bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('meera') }))
})
afterEach(() => bot.stop())

const textOf = (message: Pick<Message, 'text' | 'blocks'>) =>
  showMessage(message, { nameOf: bot.workspace.personName, timeZone: 'Asia/Kolkata' })
const receiptOf = async (share: Share) => textOf(await bot.workspace.waitForReceipt(share))

/** Stores an upload like an earlier version: with another reading, and without this version's marks. */
async function asEarlierVersion(number: number, { phones, regions, region }: Earlier): Promise<void> {
  const { file } = await bot.upload(number)
  if (!file.mapping) throw new Error('not imported')
  const columns = file.mapping.columns.map((column) => {
    const rank = phones.indexOf(column.index)
    return rank >= 0
      ? { ...column, target: 'phone', field: 'primary_phone', rank }
      : column.target === 'phone'
        ? { index: column.index, header: column.header, target: 'attribute', field: `column_${column.index}` }
        : column
  })
  const { regions: _, region: __, ...rest } = file.mapping
  const mapping = {
    ...rest,
    columns,
    ...(regions && { regions }),
    ...(region && { region }),
  } as HeaderMapping
  await bot.models.fileUploads.collection.updateOne(
    { number },
    { $set: { 'file.mapping': mapping }, $unset: { 'file.headings': '' } },
  )
  await markHeadings(bot.models)
}

async function importedBefore(earlier: Earlier, text = WEEK_1): Promise<void> {
  await receiptOf(await bot.share('asha', 'week-1.csv', text))
  await asEarlierVersion(1, earlier)
}

async function press(
  person: string,
  message: Message,
  label: string,
  channel = 'customers',
): Promise<string> {
  const control = findControl([message], label)
  if (!control) throw new Error(`there is no ${label} in ${textOf(message)}`)
  return (await bot.workspace.act(person, channel, control)).answers.map(textOf).join('\n')
}

const phones = async () =>
  (await bot.models.customers.collection.find<Customer>({}).toArray())
    .map(({ primary_phone }) => primary_phone)
    .sort()

describe('a file whose headings were read another way before', () => {
  it('is held with both readings, the phones of three rows, and the customers each finds', async () => {
    await importedBefore(ALTERNATE_FIRST)
    const before = await phones()

    const share = await bot.share(
      'ravi',
      'week-2.csv',
      `${WEEK_2}Asha,9876543210,9822233346,91,Goa\nMira,9876543211,,91,Goa\n`,
    )
    const question = textOf(await bot.workspace.waitForReply(share))

    expect(question).toMatch(/How should #2 week-2\.csv be read\?/)
    expect(question).toMatch(/imported before \(#1\)/)
    expect(question).toMatch(/Phone column +Alternate Number +Contact Number/)
    expect(question).toMatch(/Line 2 +\+91 98222 33344 +\+91 98123 45678/)
    expect(question).toMatch(/Line 3 .*\n.*Line 4 /)
    expect(question).not.toMatch(/Line 5/)
    expect(question).toMatch(/Known customers +0 in the first 4 rows +2 in the first 4 rows/)
    expect(await phones()).toEqual(before)
    expect(await bot.upload(2)).toMatchObject({ status: 'held' })
  })

  it.each([
    ['Read as before', ['+919822233344', '+919822233345'], 'Alternate Number', 'as before (#1)'],
    ['Read the new way', ['+919812345678', '+919845567890'], 'Contact Number', 'the new way'],
  ])('is read as answered by %s, and so are files to come', async (label, expected, column, output) => {
    await importedBefore(ALTERNATE_FIRST)
    await bot.models.customers.collection.deleteMany({})
    const share = await bot.share('ravi', 'week-2.csv', WEEK_2)

    const answer = await press('meera', await bot.workspace.waitForReply(share), label)
    const receipt = await receiptOf(share)

    expect(answer).toContain(`The file is read ${output}.`)
    expect(await phones()).toEqual(expected)
    expect(receipt).toMatch(new RegExp(`Phone column: ${column}, country from .*, chosen by @meera`))
    const third = await bot.share('ravi', 'week-3.csv', WEEK_2.replace('Nagpur', 'Goa'))
    expect(await receiptOf(third)).toMatch(
      new RegExp(`Phone column: ${column}, country from .*, chosen by @meera for #2`),
    )
    expect(await phones()).toEqual(expected)
    expect(await bot.models.audit.collection.findOne({ name: 'choose_reading' })).toMatchObject({
      user: bot.workspace.userId('meera'),
      did: 'imported',
      uploads: [2],
    })
    expect(JSON.stringify((await bot.upload(2)).question)).not.toContain('9822233344')
    const { answers } = await bot.workspace.command('meera', 'customers', '/uploads mapping')
    expect(answers.map(textOf).join()).toContain(column)
  })

  it('takes one answer, tells whoever comes second, and releases files that wait for the same', async () => {
    await importedBefore(ALTERNATE_FIRST)
    const [first, second] = [
      await bot.share('asha', 'week-2.csv', WEEK_2),
      await bot.share('asha', 'week-3.csv', `${WEEK_2}Asha,9876543210,9822233346,91,Goa\n`),
    ]
    await bot.workspace.waitForReply(second)
    const question = await bot.workspace.waitForReply(first)

    expect(await press('ravi', question, 'Read as before')).toContain('#3')
    await receiptOf(first)
    expect(await receiptOf(second)).toContain('3 of 3 rows')
    expect(await press('asha', question, 'Read the new way')).toContain('@ravi already chose as before (#1)')
  })

  it('is held where only the country is another, and the choice holds the country', async () => {
    const header = 'Name,Mobile,ISD'
    await importedBefore({ phones: [1], regions: [] }, `${header}\nAsha,9876543210,91\n`)

    const share = await bot.share('asha', 'abroad.csv', `${header}\nAsha,9876543210,91\nOmar,501234567,971\n`)
    const message = await bot.workspace.waitForReply(share)

    expect(textOf(message)).toMatch(
      /Country from +DEFAULT_REGION \(India\) +"ISD", then DEFAULT_REGION \(India\)/,
    )
    expect(textOf(message)).toMatch(/Line 3 +none +\+971 50 123 4567/)
    await press('asha', message, 'Read the new way')
    await receiptOf(share)
    expect(await phones()).toEqual(['+919876543210', '+971501234567'])
    expect(await bot.models.columnChoices.collection.findOne()).toMatchObject({
      column: 1,
      reading: { phones: [1], regions: [{ index: 2, kind: 'code' }] },
    })
  })

  it('is held where labels would now choose the phone of a row', async () => {
    const header = 'Name,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value'
    const rows = 'Asha,Work,02227801234,Mobile,9876543210\n'
    await importedBefore({ phones: [2, 4], regions: [] }, `${header}\n${rows}`)
    await bot.models.fileUploads.collection.updateOne(
      { number: 1 },
      { $unset: { 'file.mapping.labels': '' } },
    )
    await bot.models.customers.collection.deleteMany({})

    const share = await bot.share('asha', 'contacts.csv', `${header}\n${rows}`)
    const message = await bot.workspace.waitForReply(share)

    expect(textOf(message)).toMatch(
      /Order +the phone of "Phone 1 - Value" first +the phone that "Phone 1 - Label", "Phone 2 - Label" call a mobile first/,
    )
    await press('asha', message, 'Read as before')
    await receiptOf(share)
    expect(await phones()).toEqual(['+912227801234'])
    await receiptOf(
      await bot.share('asha', 'more.csv', `${header}\nRavi,Work,02227801235,Mobile,9876543211\n`),
    )
    expect(await phones()).toEqual(['+912227801234', '+912227801235'])
  })

  it('is held where the default region is another than then', async () => {
    await importedBefore({ phones: [1], regions: [], region: 'US' }, 'Name,Mobile\nAsha,9876543210\n')

    const share = await bot.share('asha', 'next.csv', 'Name,Mobile\nMaria,4155550132\nRavi,9876543211\n')
    const message = await bot.workspace.waitForReply(share)

    expect(textOf(message)).toMatch(
      /Country from +DEFAULT_REGION \(United States\) +DEFAULT_REGION \(India\)/,
    )
    expect(textOf(message)).toMatch(/Line 2 +\+1 415-?\s?555-?\s?0132/)
    await press('asha', message, 'Read as before')
    await receiptOf(share)
    expect(await phones()).toContain('+14155550132')
    const again = await bot.share('asha', 'again.csv', 'Name,Mobile\nMaria,4155550133\n')
    await receiptOf(again)
    expect(await phones()).toContain('+14155550133')
  })

  it('is not asked about where no row gets another phone, and stays compared until one does', async () => {
    await importedBefore({ phones: [1], regions: [] }, 'Name,Mobile,ISD\nAsha,9876543210,91\n')

    expect(
      await receiptOf(await bot.share('asha', 'a.csv', 'Name,Mobile,ISD\nAsha,9876543210,91\n')),
    ).toContain('1 of 1 row')
    const abroad = await bot.share('asha', 'b.csv', 'Name,Mobile,ISD\nOmar,501234567,971\n')

    expect(textOf(await bot.workspace.waitForReply(abroad))).toContain('imported before (#1)')
  })

  it('is asked about for a row far behind the first ones', async () => {
    await importedBefore({ phones: [1], regions: [] }, 'Name,Mobile,ISD\nAsha,9876543210,91\n')
    const rows = Array.from(
      { length: 600 },
      (_, at) => `P${at},98765${String(43210 + at).padStart(5, '0')},91`,
    )

    const share = await bot.share(
      'asha',
      'long.csv',
      `Name,Mobile,ISD\n${rows.join('\n')}\nOmar,501234567,971\n`,
    )

    expect(textOf(await bot.workspace.waitForReply(share))).toMatch(/Line 602 +none +\+971/)
  })

  it.each([
    ['has no earlier import', async () => {}],
    [
      'was undone',
      async () => {
        await importedBefore(ALTERNATE_FIRST)
        await bot.models.fileUploads.collection.updateOne({ number: 1 }, { $set: { status: 'undone' } })
      },
    ],
    [
      'was read the same way',
      async () => importedBefore({ phones: [1, 2], regions: [{ index: 3, kind: 'code' }] }),
    ],
  ])('is imported without a question where it %s', async (_, prepare) => {
    await prepare()

    expect(await receiptOf(await bot.share('asha', 'week-2.csv', WEEK_2))).toContain('2 of 2 rows')
  })

  it('is asked about in another channel, too, whose people decide for themselves', async () => {
    await importedBefore(ALTERNATE_FIRST)
    await bot.workspace.inviteBot('asha', 'gossip')
    const bytes = new TextEncoder().encode(WEEK_2)

    const share = await bot.workspace.share('asha', 'gossip', { name: 'theirs.csv', bytes })
    await press('asha', await bot.workspace.waitForReply(share), 'Read the new way', 'gossip')
    await receiptOf(share)
    const here = await bot.share('asha', 'ours.csv', WEEK_2)

    expect(textOf(await bot.workspace.waitForReply(here))).toContain('imported before (#1)')
    expect(await bot.models.columnChoices.collection.distinct('channel')).toHaveLength(1)
  })

  it('is not answered by somebody outside its channel', async () => {
    await importedBefore(ALTERNATE_FIRST)
    const question = await bot.workspace.waitForReply(await bot.share('asha', 'week-2.csv', WEEK_2))
    const control = findControl([question], 'Read as before')
    if (!control) throw new Error('no button')
    await bot.workspace.inviteBot('asha', 'gossip')
    await bot.workspace.leave('ravi', 'customers')

    await bot.workspace.act('ravi', 'gossip', control)

    expect(await bot.upload(2)).toMatchObject({ status: 'held' })
    expect((await bot.upload(2)).question?.answer).toBeUndefined()
  })

  it('shows the question before a preview, and previews the reading that was chosen', async () => {
    await importedBefore(ALTERNATE_FIRST)
    const share = await bot.share('asha', 'week-2.csv', WEEK_2)
    const question = await bot.workspace.waitForReply(share)
    await bot.models.fileUploads.collection.updateOne({ number: 2 }, { $set: { preview_wanted: true } })
    await press('asha', question, 'Read the new way')

    await expect
      .poll(async () => (await bot.upload(2)) as FileUpload, { timeout: 45_000 })
      .toMatchObject({ status: 'held', preview: { counts: { rows: 2, created: 0 } } })
  })

  it('is asked about with the earlier column first where the headings no longer tell', async () => {
    const header = 'Name,Phone,Contact Number'
    await importedBefore({ phones: [2, 1] }, `${header}\nAsha,9876543210,9876543210\n`)

    const share = await bot.share(
      'asha',
      'two.csv',
      `${header}\nAsha,9876543210,9822233344\nRavi,9876543211,9822233345\n`,
    )
    const question = textOf(await bot.workspace.waitForReply(share))

    expect(question).toContain('#1 has the same headings. Its phones were taken from Contact Number.')
    expect((await bot.upload(2)).question?.candidates[0]).toMatchObject({ header: 'Contact Number' })
  })
})
