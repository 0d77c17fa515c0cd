import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findControl } from '../../../dev/demo/demo-controls.ts'
import { showMessage } from '../../../dev/slack/show-message.ts'
import type { Message, Share, ShownView } from '../../../dev/workspace/workspace.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'
import { readView } from '../../support/view-controls.ts'

const LONG = { timeout: 45_000 }
/** Names are in the town column, towns in the remark column. */
const MAY = 'Telefon,Stadt,Bemerkung\n07417119014,Kushal,Pune\n9820098200,Meena,Goa\n'
const KUSHAL = { primary_phone: '+917417119014' }

let bot: PlayedBot
beforeEach(async () => {
  bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('meera') }))
})
afterEach(() => bot.stop())

const textOf = (message: Pick<Message, 'text' | 'blocks'>) =>
  showMessage(message, { nameOf: bot.workspace.personName, timeZone: 'Asia/Kolkata' })
const read = (view: ShownView | undefined) => readView(view, bot.workspace)
const customer = () => bot.models.customers.collection.findOne(KUSHAL)

async function press(person: string, message: Message, label: string) {
  const control = findControl([message], label)
  if (!control) throw new Error(`there is no ${label} in ${textOf(message)}`)
  const { answers } = await bot.workspace.act(person, 'customers', control)
  return answers
}

async function openColumns(person: string, message: Message): Promise<ShownView> {
  const [answer] = await press(person, message, 'Wrong column?')
  if (!answer?.window) throw new Error(`no window: ${answer && textOf(answer)}`)
  return answer.window
}

/** Choices by column index: the target, and the rule. */
const pick = (columns: Readonly<Record<number, readonly [string, string?]>>) =>
  Object.fromEntries(
    Object.entries(columns).map(([index, [target, rule]]) => [
      `row:${index}`,
      { 'form_menu:target': target, ...(rule !== undefined && { 'form_menu:rule': rule }) },
    ]),
  )
const RIGHT = pick({ 1: ['full_name'], 2: ['city', 'fill_blanks'] })

const send = (person: string, view: ShownView, picks = RIGHT) =>
  bot.workspace.submit(person, view, '', { picks })

async function shareDone(name: string, text = MAY): Promise<[Share, Message]> {
  const share = await bot.share('asha', name, text)
  return [share, await bot.workspace.waitForReceipt(share)]
}

async function sharePreviewed(name: string): Promise<[Share, Message]> {
  await bot.workspace.command('asha', 'customers', '/uploads preview')
  const share = await bot.share('asha', name, MAY)
  return [share, await bot.workspace.waitForReply(share)]
}

/** @ravi corrects two columns of the preview, and the file is imported. */
async function importAsChosen(): Promise<void> {
  const [share, preview] = await sharePreviewed('may.csv')
  await send('ravi', await openColumns('ravi', preview))
  const last = async () => (await bot.workspace.thread(share)).at(-1) ?? preview
  await expect.poll(async () => textOf(await last()), LONG).toContain('as chosen by @ravi')
  await press('asha', await last(), 'Import')
  await bot.workspace.waitForReceipt(share)
}

const finished = async (number: number) => (await bot.upload(number)).finished_at !== undefined

describe('the columns of a file that waits', () => {
  it('are shown in a window with their cells, to who opened it', async () => {
    const [, preview] = await sharePreviewed('may.csv')
    const window = await openColumns('ravi', preview)

    expect(window.callbackId).toMatch(/^form:[0-9a-f]{32}$/)
    expect(read(window)).toContain('Stadt\nKushal  ·  Meena')
    expect(JSON.stringify(window.blocks)).not.toContain('+91')
    expect(window.submit).toBe('Read again')
  })

  it('are read again as chosen, shown, imported, and remembered for the next file', async () => {
    const [share, preview] = await sharePreviewed('may.csv')
    expect(textOf(preview)).toContain('no name')

    expect(read(await send('ravi', await openColumns('ravi', preview)))).toContain('is read again')

    await expect.poll(async () => (await bot.upload(1)).status, LONG).toBe('held')
    expect(await bot.models.customers.collection.countDocuments()).toBe(0)
    const again = await bot.workspace.waitForReply(share)
    await expect
      .poll(async () => textOf((await bot.workspace.thread(share)).at(-1) ?? again), LONG)
      .toMatch(/name Stadt.*Columns Stadt, Bemerkung as chosen by @ravi/s)
    await press('asha', (await bot.workspace.thread(share)).at(-1) ?? again, 'Import')
    await bot.workspace.waitForReceipt(share)
    expect(await customer()).toMatchObject({ full_name: 'Kushal', city: 'Pune' })
    expect(await bot.upload(1)).toMatchObject({
      file: { mapping: { rules: [{ path: 'city', rule: 'fill_blanks' }] } },
    })

    const [, june] = await shareDone('june.csv', 'TELEFON,stadt,Bemerkung\n07417119014,Kushal N,Delhi\n')
    expect(textOf(june)).toMatch(/as chosen by @ravi for #1/)
    expect(await customer()).toMatchObject({ full_name: 'Kushal N', city: 'Pune' })
    expect(textOf(june)).toContain('"Bemerkung" holds another value than the customer')
    expect(
      await bot.models.audit.collection.findOne({ name: 'columns', did: 'changed_mapping' }),
    ).toMatchObject({ entry: 'view', uploads: [1], user: bot.workspace.userId('ravi') })
  })

  it('can get another phone column in words, and be forgotten', async () => {
    await importAsChosen()
    const ask = async (text: string) =>
      (await bot.workspace.command('ravi', 'customers', `/uploads ${text}`)).answers.map(textOf).join()

    for (const text of ['Stadt = state', '"Stadt"  =state', '2 = State', '“stadt” = state overwrite'])
      expect(await ask(`mapping 1 ${text}`)).toMatch(/Stadt\*?: State/)
    expect(await ask('mapping 1 Telefon=leave out')).toMatch(
      /"Telefon" is the phone column of these files\. Choose another phone column first\./,
    )

    expect(await ask('mapping 1 Bemerkung=phone')).toMatch(/phone numbers in \*?Bemerkung/)
    expect(await bot.models.columnChoices.collection.findOne({ number: 1 })).toMatchObject({ column: 2 })
    expect(await ask('mapping 1')).toMatch(/phone numbers in \*?Bemerkung/)
    expect(await ask('mapping 1 Stadt')).toMatch(/phone column of such files is \*?Stadt/)
    const choice = await bot.models.columnChoices.collection.findOne({ number: 1 })
    expect(choice).toMatchObject({ column: 1 })
    expect(choice?.columns).not.toContainEqual(expect.objectContaining({ index: 1 }))
    expect(await ask('mapping forget 1')).toContain('as the phone column is forgotten')
  })

  it('are named in words by their number where their headings are the same', async () => {
    await bot.workspace.command('asha', 'customers', '/uploads preview')
    const share = await bot.share('asha', 'notes.csv', 'Telefon,Notiz,Notiz\n07417119014,Pune,x\n')
    await send(
      'asha',
      await openColumns('asha', await bot.workspace.waitForReply(share)),
      pick({ 1: ['city'] }),
    )
    const last = async () => (await bot.workspace.thread(share)).at(-1) ?? { ts: '', user: '', text: '' }
    await expect.poll(async () => textOf(await last()), LONG).toContain('as chosen by @asha')
    await press('asha', await last(), 'Import')
    await bot.workspace.waitForReceipt(share)
    const ask = async (text: string) =>
      (await bot.workspace.command('asha', 'customers', `/uploads ${text}`)).answers.map(textOf).join()

    expect(await ask('mapping 1 Notiz=state')).toContain('several columns "Notiz": 2, 3. Type its number.')
    expect(await ask('mapping 1 Notiz')).toContain('several columns "Notiz": 2, 3. Type its number.')
    expect(await ask('mapping 1 3=state')).toContain('Notiz: State')
  })

  it('are read by their headings again where the choice is forgotten', async () => {
    await importAsChosen()
    const { answers } = await bot.workspace.command('ravi', 'customers', '/uploads mapping forget 1')
    expect(answers.map(textOf).join()).toContain(
      'The choice of 2 columns is forgotten. Such files are read by their headings again.',
    )
  })

  it('need a phone, and one rule for each field', async () => {
    const [, preview] = await sharePreviewed('may.csv')
    const window = await openColumns('asha', preview)

    const without = await send('asha', window, pick({ 0: ['AS_IT_IS'] }))
    expect(read(without)).toContain('No column is the phone')
    const two = pick({ 0: ['PHONE'], 1: ['city', 'keep'], 2: ['city', 'fill_blanks'] })
    expect(read(await send('asha', without ?? window, two))).toContain('different rules')
    expect(await bot.upload(1)).toMatchObject({ status: 'held' })
  })

  it('are changed by nobody but who opened the window, once', async () => {
    const [, preview] = await sharePreviewed('may.csv')
    const window = await openColumns('asha', preview)

    await bot.workspace.submit('ravi', window, '', { picks: RIGHT, timeoutMs: 1 })
    await expect.poll(() => read(bot.workspace.shownWindow(window.id))).toContain('sent already')
    expect(await bot.upload(1)).toMatchObject({ status: 'held' })
    const output = [await send('asha', window), await send('asha', window)].map(read)
    expect(output[0]).toContain('is read again')
    expect(output[1]).toContain('sent already')
  })

  it('stay as chosen where another window was opened before', async () => {
    const [share, preview] = await sharePreviewed('may.csv')
    const [old, other] = [await openColumns('ravi', preview), await openColumns('asha', preview)]
    await send('asha', other, pick({ 2: ['city'] }))
    await expect
      .poll(async () => textOf((await bot.workspace.thread(share)).at(-1) ?? preview), LONG)
      .toContain('as chosen by @asha')

    expect(read(await send('ravi', old, pick({ 1: ['full_name'] })))).toContain(
      'columns of #1 were changed after this window was opened',
    )
    expect((await bot.upload(1)).file.columns?.columns).toEqual([
      { index: 2, target: 'field', field: 'city' },
    ])
  })

  it('come in pages, which keep what was chosen', async () => {
    const many = Array.from({ length: 60 }, (_, at) => `K${at}`)
    await bot.workspace.command('asha', 'customers', '/uploads preview')
    const share = await bot.share(
      'asha',
      'wide.csv',
      `Phone,${many.join(',')}\n9820098200${',x'.repeat(60)}\n`,
    )
    const first = await openColumns('asha', await bot.workspace.waitForReply(share))

    expect(read(first)).toContain('Page 1 of 2')
    const next = findControl([{ blocks: first.blocks, view: first }], 'Next columns')
    const second =
      next && (await bot.workspace.actInView('asha', first, { ...next }, { picks: pick({ 3: ['city'] }) }))
    expect(read(second)).toContain('Page 2 of 2')
    expect(JSON.stringify(second?.blocks).length).toBeLessThan(250_000)
    expect(read(second && (await send('asha', second, pick({ 50: ['state'] }))))).toContain('is read again')
    await expect
      .poll(async () => (await bot.upload(1)).file.columns?.columns, LONG)
      .toEqual([
        { index: 3, target: 'field', field: 'city' },
        { index: 50, target: 'field', field: 'state' },
      ])
  })
})

describe('the columns of a file that was imported', () => {
  it('are corrected by an undo and a new upload at the place of the share', async () => {
    const [share, receipt] = await shareDone('may.csv')
    expect(await customer()).toMatchObject({ city: 'Kushal' })
    await shareDone('later.csv', 'Phone,State\n07417119014,Goa\n')

    const asked = await send('asha', await openColumns('asha', receipt))
    expect(read(asked)).toMatch(/Undo #1 may\.csv and read it again with these columns\?/)
    expect(asked?.submit).toBe('Undo and read again')
    expect(await bot.models.fileUploads.collection.countDocuments()).toBe(2)
    expect(read(asked && (await bot.workspace.submit('asha', asked, '')))).toContain('queued as #3')

    await expect.poll(() => finished(4).catch(() => false), LONG).toBe(true)
    const [undone, again] = [await bot.upload(1), await bot.upload(4)]
    expect(undone.status).toBe('undone')
    expect(again).toMatchObject({
      kind: 'import',
      status: 'done',
      shared_at: undone.shared_at,
      reread_of: { number: 1, place: 1 },
    })
    expect(again).not.toHaveProperty('message')
    expect(await customer()).toMatchObject({ full_name: 'Kushal', city: 'Pune', state: 'Goa' })
    const printed = async () => (await bot.workspace.thread(share)).map(textOf).join('\n')
    await expect.poll(printed, LONG).toContain('Read again in place of #1')
    expect(await bot.workspace.command('asha', 'customers', '/uploads undo 3')).toMatchObject({
      answers: [{ text: expect.stringContaining('is imported as #4 now') }],
    })
  })

  it('are corrected by the uploader and the admins alone', async () => {
    const [, receipt] = await shareDone('may.csv')
    expect((await press('ravi', receipt, 'Wrong column?')).map(textOf).join()).toMatch(/Only @asha/)
    expect(await openColumns('meera', receipt)).toBeDefined()
  })

  it('names the rows of forgotten people, which come back', async () => {
    const [, receipt] = await shareDone('may.csv')
    const rows = bot.models.uploadRows.collection
    await rows.updateOne({ line: 2 }, { $set: { forgotten_by: 9 } })

    const asked = read(await send('asha', await openColumns('asha', receipt)))
    expect(asked).toContain('still has 1 row of forgotten people. They are imported again, too.')
  })

  it('are read again with the phone column chosen for a file without headings', async () => {
    const list = '07417119014,9820098201,Kushal\n9820098202,9820098203,Meena\n9820098204,9820098205,Asha\n'
    const share = await bot.share('asha', 'list.csv', list)
    const control = findControl([await bot.workspace.waitForReply(share)], 'Column 2')
    if (control) await bot.workspace.act('asha', 'customers', control)
    const receipt = await bot.workspace.waitForReceipt(share)

    const asked = await send('asha', await openColumns('asha', receipt), pick({ 2: ['full_name'] }))
    if (asked) await bot.workspace.submit('asha', asked, '')
    await expect.poll(() => finished(3).catch(() => false), LONG).toBe(true)
    expect(await bot.models.customers.collection.findOne({ primary_phone: '+919820098201' })).toMatchObject({
      full_name: 'Kushal',
    })
  })

  it('stay as they are where the file is gone from Slack, and nothing is undone', async () => {
    const [share, receipt] = await shareDone('may.csv')
    const window = await openColumns('asha', receipt)
    const asked = await send('asha', window)
    await bot.workspace.deleteFile(share)

    expect(read(asked && (await bot.workspace.submit('asha', asked, '')))).toContain('no longer in Slack')
    expect(read(await send('asha', await openColumns('asha', receipt)))).toContain('no longer in Slack')
    expect(await bot.upload(1)).toMatchObject({ status: 'done' })
    expect(await bot.models.fileUploads.collection.countDocuments()).toBe(1)
  })

  it('are read again once, however often it is confirmed', async () => {
    const [, receipt] = await shareDone('may.csv')
    const windows = await Promise.all([openColumns('asha', receipt), openColumns('meera', receipt)])
    const asked = [await send('asha', windows[0]), await send('meera', windows[1])]
    for (const [at, view] of asked.entries())
      if (view) {
        await bot.workspace.submit(at === 0 ? 'asha' : 'meera', view, '')
        await bot.workspace.submit(at === 0 ? 'asha' : 'meera', view, '')
      }
    await expect.poll(() => finished(3).catch(() => false), LONG).toBe(true)
    expect(await bot.models.fileUploads.collection.countDocuments({ kind: 'undo' })).toBe(1)
    expect(await bot.models.fileUploads.collection.countDocuments({ reread_of: { $exists: true } })).toBe(1)
  })
})

describe('a button or a window from before an upgrade', () => {
  it('says to open the window again where nothing of it is stored', async () => {
    const [, receipt] = await shareDone('may.csv')
    const window = await openColumns('asha', receipt)
    await bot.models.columnWindows.collection.deleteMany({})

    expect(read(await send('asha', window))).toContain('Nothing was changed. Open it again.')
    expect(await openColumns('asha', receipt)).toBeDefined()
    expect(await bot.models.fileUploads.collection.countDocuments()).toBe(1)
  })

  it('says so where a field it offered is gone', async () => {
    const [, preview] = await sharePreviewed('may.csv')
    const window = await openColumns('asha', preview)
    const menu = (value: string) => ({
      'form_menu:target': { type: 'static_select', selected_option: { value } },
    })

    const state = { 'row:1': menu('field_of_last_year'), 'row:2': menu('city') }
    const again = await bot.workspace.submit('asha', window, state)
    expect(read(again)).toContain('The field you chose for "Stadt" no longer exists. Choose another one.')
    expect(await bot.upload(1)).toMatchObject({ status: 'held' })
    expect(read(again && (await send('asha', again)))).toContain('is read again')
  })

  it('works for a file whose cells were not stored', async () => {
    const [, receipt] = await shareDone('may.csv')
    const columns = 'file.mapping.columns.$[].rank'
    await bot.models.fileUploads.collection.updateOne(
      { number: 1 },
      { $unset: { 'file.sample': '', 'file.mapping.rules': '', 'file.headings': '', [columns]: '' } },
    )

    const window = await openColumns('asha', receipt)
    expect(read(window)).toContain('Stadt')
    expect(read(window)).not.toContain('Kushal')
    expect(read(await send('asha', window))).toMatch(/Undo #1 may\.csv and read it again/)
  })

  it('says that there is nothing to correct where no header was stored', async () => {
    const [, receipt] = await shareDone('may.csv')
    await bot.models.fileUploads.collection.updateOne({ number: 1 }, { $unset: { 'file.header': '' } })

    const answers = await press('asha', receipt, 'Wrong column?')
    expect(answers.map(textOf).join()).toContain('no columns to correct here. Nothing was changed')
  })
})
