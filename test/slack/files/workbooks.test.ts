import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findControl } from '../../../dev/demo/demo-controls.ts'
import { showMessage } from '../../../dev/slack/show-message.ts'
import type { Message, Share } from '../../../dev/workspace/workspace.ts'
import { removeOldValues } from '../../../src/uploads/retention/index.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'
import { type BuiltSheet, buildWorkbook, inline, number, row } from '../../xlsx/support/build-workbook.ts'
import { buildZip } from '../../xlsx/support/build-zip.ts'
import { readWorkbook } from '../../xlsx/support/read-workbook.ts'

let bot: PlayedBot
beforeEach(async () => {
  bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('meera') }))
})
afterEach(() => bot.stop())

const textOf = (message: Pick<Message, 'text' | 'blocks'>) =>
  showMessage(message, { nameOf: bot.workspace.personName, timeZone: 'Asia/Kolkata' })
const receiptOf = async (share: Share) => textOf(await bot.workspace.waitForReceipt(share))
const ask = async (person: string, text: string) =>
  (await bot.workspace.command(person, 'customers', `/uploads ${text}`)).answers.map(textOf).join('\n')

async function press(person: string, message: Message, label: string): Promise<string> {
  const control = findControl([message], label)
  if (!control) throw new Error(`there is no ${label} in ${textOf(message)}`)
  return (await bot.workspace.act(person, 'customers', control)).answers.map(textOf).join('\n')
}

const workbook = (...sheets: BuiltSheet[]) => buildZip(buildWorkbook({ sheets }))

/** A list whose second customer has an invalid phone, in row 7. */
function aList(name: string, phone: string, city = 'Pune'): BuiltSheet {
  const rows = [
    row(1, inline('A1', 'Phone'), inline('B1', 'Name'), inline('C1', 'City')),
    row(2, number('A2', phone), inline('B2', 'Asha'), inline('C2', city)),
    row(7, number('A7', '12345'), inline('B7', '007'), inline('C7', '=Goa')),
  ]
  return { name, rows: rows.join('') }
}

describe('a workbook shared in Slack', () => {
  it('gets a receipt that names Excel rows, and hands its rows to correct back as a workbook', async () => {
    const share = await bot.share('asha', 'april.xlsx', workbook(aList('April', '9820098201')))

    const receipt = await receiptOf(share)
    expect(receipt).toMatch(/1 of 6 rows imported/)
    expect(receipt).toContain('Row 7: ')
    expect(receipt).not.toMatch(/\bline\b/i)
    const sent = await bot.workspace.waitForFile(share)
    expect(sent.name).toBe('april - rows to correct.xlsx')
    expect((await readWorkbook(sent.bytes)).cells).toEqual([
      ['line', 'problem', 'how to fix', 'Phone', 'Name', 'City'],
      ['7', expect.stringContaining('Phone'), expect.any(String), '12345', '007', '=Goa'],
    ])
    expect(await ask('asha', 'show 1')).toContain('Row 7')
  })
})

describe('the rows to correct of a workbook', () => {
  it('say which cells Excel cannot hold, and never hand a part of one back', async () => {
    const rows = [
      row(1, inline('A1', 'Phone'), inline('B1', 'Name'), inline('C1', 'Remark')),
      row(2, inline('A2', '12345'), inline('B2', 'Asha'), inline('C2', 'long '.repeat(8000))),
      row(3, inline('A3', '9820098201'), inline('B3', 'Ravi'), inline('C3', 'x'.repeat(50_001))),
    ]
    const bytes = workbook({ name: 'April', rows: rows.join('') })
    const share = await bot.share('asha', 'april.xlsx', bytes)

    const sent = await bot.workspace.waitForFile(share)
    const { cells } = await readWorkbook(sent.bytes)
    expect(cells.map((one) => one.at(-1))).toEqual(['Remark', '#TOO_LONG!', '#TOO_LONG!'])
    const sentence = 'A cell with more than 32,767 characters is not in this file.'
    expect(cells.slice(1).map((one) => one[1]?.includes(sentence))).toEqual([true, true])
    await expect
      .poll(async () => JSON.stringify(await bot.workspace.thread(share)))
      .toContain(
        '2 cells have more than 32,767 characters, the most Excel holds. #TOO_LONG! is in their place.',
      )

    const again = await bot.share('asha', sent.name, sent.bytes)
    await receiptOf(again)
    expect((await bot.upload(2)).counts).toMatchObject({ invalid: 1, created: 1 })
    expect(JSON.stringify(await bot.models.customers.collection.find().toArray())).not.toMatch(/long|xxx|TOO/)
  })
})

describe('a workbook with several lists', () => {
  const BRANCHES = () => workbook(aList('North', '9820098201'), aList('South', '9820098202'))

  it('is asked about, imported as answered, and remembered until somebody forgets it', async () => {
    const share = await bot.share('asha', 'branches.xlsx', BRANCHES())
    const question = await bot.workspace.waitForReply(share)
    expect(textOf(question)).toContain('Which sheet of #1 branches.xlsx is the customer list?')
    expect(textOf(question)).toMatch(/South +Phone {2}· {2}Name {2}· {2}City/)

    expect(await press('ravi', question, 'South')).toContain('The list is on sheet South')
    const receipt = await receiptOf(share)
    expect(receipt).toContain('Sheet: South, as chosen by @ravi')
    expect(receipt).toContain('Read sheet “South” only. Not read: “North”.')
    expect(await bot.models.customers.collection.distinct('primary_phone')).toEqual(['+919820098202'])

    const again = await bot.share(
      'meera',
      'may.xlsx',
      workbook(aList('NORTH', '9820098203'), aList('South', '9820098204')),
    )
    expect(await receiptOf(again)).toMatch(/as chosen by @ravi for #1/)
    expect(await bot.models.customers.collection.distinct('primary_phone')).toContain('+919820098204')

    expect(await ask('ravi', 'mapping')).toMatch(/1 +North, South +Sheet South +@ravi/)
    expect(await ask('ravi', 'mapping 1 north')).toContain('the list of such workbooks is on North')
    expect(await ask('ravi', 'mapping forget 1')).toContain('I will ask about the next such file.')
    const asked = await bot.share('asha', 'june.xlsx', BRANCHES())
    expect(textOf(await bot.workspace.waitForReply(asked))).toContain('Which sheet of')
  })

  it('is asked about its phone column, too, and reads the sheet that was chosen', async () => {
    const strange = (name: string, phone: string): BuiltSheet => ({
      name,
      rows:
        row(1, inline('A1', 'Kunde'), inline('B1', 'Erreichbar unter')) +
        row(2, inline('A2', 'Asha'), number('B2', phone)),
    })
    const bytes = workbook(strange('North', '9820098201'), strange('South', '9820098202'))
    const share = await bot.share('asha', 'strange.xlsx', bytes)
    await press('asha', await bot.workspace.waitForReply(share), 'South')
    await expect
      .poll(async () => (await bot.upload(1)).question?.kind, { timeout: 45_000 })
      .toBe('phone_column')
    expect((await bot.upload(1)).file.sheet).toMatchObject({ name: 'South', position: 2 })
    await expect
      .poll(async () => textOf(await bot.workspace.waitForReply(share)), { timeout: 45_000 })
      .toContain('Which column of')
    await press('asha', await bot.workspace.waitForReply(share), 'Erreichbar unter')

    expect(await receiptOf(share)).toContain('1 of 1 row imported')
    expect(await bot.models.customers.collection.distinct('primary_phone')).toEqual(['+919820098202'])
  })
})

describe('the upload of a workbook', () => {
  const list = (...rows: readonly (readonly [phone: string, name: string, city: string])[]) =>
    workbook({
      name: 'List',
      rows:
        row(1, inline('A1', 'Phone'), inline('B1', 'Name'), inline('C1', 'City')) +
        rows
          .map(([phone, name, city], at) =>
            row(at + 3, number(`A${at + 3}`, phone), inline(`B${at + 3}`, name), inline(`C${at + 3}`, city)),
          )
          .join(''),
    })
  const APRIL = list(['9820098201', 'Asha Rao', 'Pune'], ['9820098202', 'Ravi Das', 'Goa'])
  const MAY = list(['9820098201', 'Asha Rao', 'Nagpur'], ['9820098203', 'Lata Bose', 'Kochi'])
  const readCustomers = () => bot.models.customers.collection.find().sort({ primary_phone: 1 }).toArray()
  const waitUntilDone = async (number: number) =>
    await expect.poll(async () => (await bot.upload(number)).finished_at, { timeout: 45_000 }).toBeDefined()

  it('is compared with another, undone, and gone on with by the undo of the undo', async () => {
    await receiptOf(await bot.share('asha', 'april.xlsx', APRIL))
    const before = await readCustomers()
    await receiptOf(await bot.share('ravi', 'may.xlsx', MAY))
    const after = await readCustomers()

    const compared = await ask('meera', 'compare 2 1')
    expect(compared).toMatch(/Lata Bose/)
    expect(compared).toMatch(/Ravi Das/)
    expect(compared).toMatch(/Nagpur/)

    await bot.workspace.act('ravi', 'customers', { action: 'undo_confirm:0', value: '2' })
    await waitUntilDone(3)
    expect(await readCustomers()).toEqual(before)
    expect(await bot.upload(2)).toMatchObject({ status: 'undone', file: { sheet: { name: 'List' } } })

    await bot.workspace.act('ravi', 'customers', { action: 'undo_confirm:0', value: '3' })
    await waitUntilDone(4)
    expect(await readCustomers()).toEqual(after)
  })

  it('is previewed on request and imported by the button, from the sheet that was shown', async () => {
    await receiptOf(await bot.share('asha', 'april.xlsx', APRIL))
    const before = await readCustomers()
    await ask('ravi', 'preview')
    const share = await bot.share('ravi', 'may.xlsx', MAY)
    await expect.poll(async () => (await bot.upload(2)).status, { timeout: 45_000 }).toBe('held')

    expect(await readCustomers()).toEqual(before)
    expect(await bot.upload(2)).toMatchObject({
      file: { sheet: { name: 'List', position: 1 } },
      preview: { counts: { created: 1, updated: 1, blank: 1 } },
    })
    await bot.workspace.act('ravi', 'customers', { action: 'approve_upload:0', value: '2' })
    expect(await receiptOf(share)).toContain('may.xlsx')
    expect((await bot.upload(2)).counts).toMatchObject({ created: 1, updated: 1, blank: 1 })
  })

  it('is held by the guard where its columns have moved', async () => {
    const people = [
      'Kushal Sharma',
      'Meenakshi Iyer',
      'Imran Qureshi',
      'Lakshmi Devi',
      'Harpreet Singh',
      'Kavya Nair',
    ]
    const cities = ['Pune', 'Chennai', 'Hyderabad', 'Vijayawada', 'Amritsar', 'Kochi']
    const phones = people.map((_, at) => `982009820${at}`)
    const rows = (names: readonly string[], places: readonly string[]) =>
      phones.map((phone, at) => [phone, names[at] ?? '', places[at] ?? ''] as const)
    await receiptOf(await bot.share('asha', 'april.xlsx', list(...rows(people, cities))))
    const before = await readCustomers()

    await bot.share('ravi', 'moved.xlsx', list(...rows(cities, people)))
    await expect.poll(async () => (await bot.upload(2)).status, { timeout: 45_000 }).toBe('held')

    expect((await bot.upload(2)).hold?.reasons).toContainEqual({ kind: 'names', rows: 6, of: 6 })
    expect(await readCustomers()).toEqual(before)
  })

  it('loses its rows and the workbook of rows to correct where a person in it is forgotten', async () => {
    const bytes = workbook({
      name: 'List',
      rows: [
        row(1, inline('A1', 'Phone'), inline('B1', 'Name'), inline('C1', 'Due Date')),
        row(2, number('A2', '9820098201'), inline('B2', 'Asha Rao'), inline('C2', 'someday')),
        row(3, number('A3', '9820098201'), inline('B3', 'Asha Rao'), inline('C3', '2026-01-31')),
        row(4, number('A4', '9820098202'), inline('B4', 'Ravi Das'), inline('C4', '2026-01-31')),
      ].join(''),
    })
    const share = await bot.share('asha', 'april.xlsx', bytes)
    const sent = await bot.workspace.waitForFile(share)
    expect((await readWorkbook(sent.bytes)).cells.flat()).toContain('Asha Rao')
    const { answers } = await bot.workspace.command('meera', 'customers', '/customer forget 9820098201', {
      isLate: true,
    })
    const button = findControl(answers, 'Forget for good')
    if (!button) throw new Error('there is no button to forget')
    await bot.workspace.act('meera', 'customers', button)
    await waitUntilDone(2)

    expect(await bot.workspace.readBytes(sent.id)).toBeUndefined()
    const stored = JSON.stringify(await bot.models.uploadRows.collection.find().toArray())
    expect(stored).not.toMatch(/98200 ?98201|Asha/)
    expect(stored).toContain('Ravi Das')
  })

  it('keeps its receipt and its sheet where the retention policy removes its rows', async () => {
    await receiptOf(await bot.share('asha', 'april.xlsx', APRIL))
    const later = new Date(Date.now() + 40 * 86_400_000)
    await removeOldValues(
      { models: bot.models, days: 30, log: { info() {} }, deleteFile: async () => true },
      later,
    )

    expect(await bot.upload(1)).toMatchObject({
      retention: expect.anything(),
      counts: { created: 2 },
      file: { sheet: { name: 'List' } },
    })
    expect(JSON.stringify(await bot.models.uploadRows.collection.find().toArray())).not.toMatch(/Asha|Pune/)
    expect(await ask('meera', 'show 1')).toContain('april.xlsx')
  })
})
