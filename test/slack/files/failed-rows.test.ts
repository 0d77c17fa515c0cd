import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { showMessage } from '../../../dev/slack/show-message.ts'
import type { Share } from '../../../dev/workspace/workspace.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'

const DAY_1 = [
  'Phone;Name;Due Date',
  '07417119014;Kushal;31/01/2026',
  '12345;@HYPERLINK("http://x");01/02/2026',
  '98XXXXXX10;"Sita; ""Devi""";',
  '0982009820012345;Too many digits;;surplus',
].join('\r\n')
const KUSHAL = '+917417119014'

let bot: PlayedBot
beforeEach(async () => {
  bot = await playWorkspace()
})
afterEach(() => bot.stop())

async function receiptOf(share: Share): Promise<string> {
  const receipt = await bot.workspace.waitForReceipt(share)
  return showMessage(receipt, { nameOf: bot.workspace.personName, timeZone: 'Asia/Kolkata' })
}

async function filesIn(share: Share): Promise<number> {
  const thread = await bot.workspace.thread(share)
  return thread.filter(({ user, files }) => user === bot.workspace.botUserId && files?.length).length
}

async function waitUntilPosted(number: number): Promise<void> {
  await expect.poll(async () => (await bot.upload(number)).receipt.due, { timeout: 45_000 }).toBe(false)
}

/** The receipt is posted again, as after a crash between posting and storing. */
async function repeatReceipt(number: number): Promise<void> {
  await bot.models.fileUploads.collection.updateOne({ number }, { $set: { 'receipt.due': true } })
  await waitUntilPosted(number)
}

describe('the rows that failed', () => {
  it('come back in the thread as they were, with line, problem and how to fix, safe in a spreadsheet', async () => {
    const share = await bot.share('asha', 'day-1.csv', DAY_1)

    const { name, text } = await bot.workspace.waitForFile(share)

    expect(name).toBe('day-1 - rows to correct.csv')
    const lines = text.split('\r\n')
    expect(lines[0]).toBe('\uFEFFline;problem;how to fix;Phone;Name;Due Date')
    expect(lines[1]).toMatch(
      /^3;"[^;]*""Phone""[^;]*;[^;]*;12345;"'@HYPERLINK\(""http:\/\/x""\)";'?01\/02\/2026$/,
    )
    expect(lines[2]).toMatch(/;98XXXXXX10;"Sita; ""Devi""";$/)
    expect(lines[3]).toMatch(/;'0982009820012345;Too many digits;;surplus$/)
    expect(lines).toHaveLength(5)
    await waitUntilPosted(1)
    const [, message] = await bot.workspace.thread(share)
    expect(JSON.stringify(message?.blocks)).toContain('3 rows of day-1.csv')
  })

  it('can be corrected and shared again as they are', async () => {
    const { text } = await bot.workspace.waitForFile(await bot.share('asha', 'day-1.csv', DAY_1))
    const corrected = text
      .replace(';12345;', ';98200 98200;')
      .replace('98XXXXXX10', '98200 98201')
      .replace(';surplus', '')

    const again = await bot.share('asha', 'day-1 - rows to correct.csv', corrected)

    expect(await receiptOf(again)).toContain('2 of 3 rows')
    expect(await bot.models.customers.collection.findOne({ primary_phone: '+919820098200' })).toMatchObject({
      full_name: '@HYPERLINK("http://x")',
      due_date: '2026-02-01',
    })
    const customers = await bot.models.customers.collection.find({ attributes: { $exists: true } }).toArray()
    expect(customers).toEqual([])
    const { name, text: left } = await bot.workspace.waitForFile(again)
    expect(name).toBe('day-1 - rows to correct.csv')
    expect(left.split('\r\n')[0]).toBe('\uFEFFline;problem;how to fix;Phone;Name;Due Date')
  })

  it('keep the order of day and month that the whole file proved', async () => {
    const american = 'Phone,Due Date\n07417119014,12/31/2026\n12345,03/04/2026\n'
    const { text } = await bot.workspace.waitForFile(await bot.share('asha', 'us.csv', american))
    expect(text).toContain('Due Date (MM/DD/YYYY)')

    await receiptOf(await bot.share('asha', 'again.csv', text.replace('12345', '07417119014')))

    expect(await bot.models.customers.collection.findOne({ primary_phone: KUSHAL })).toMatchObject({
      due_date: '2026-03-04',
    })
  })

  it('come back with a header when the file had none', async () => {
    const share = await bot.share('asha', 'list.csv', 'Ram,07417119014\nSita,98XXXXXX10\nGita,98200 98200\n')
    const question = await bot.workspace.waitForReply(share)
    await bot.workspace.act('asha', 'customers', {
      action: 'choose_phone_column:0',
      type: 'static_select',
      value: '1:1',
      message: question.ts,
    })

    const { text } = await bot.workspace.waitForFile(share)

    expect(text).toMatch(/^\uFEFFline,problem,how to fix,column_1,phone\r\n/)
    const again = await bot.share('asha', 'again.csv', text.replace('98XXXXXX10', '98200 98201'))
    expect(await receiptOf(again)).toContain('1 of 1 row')
  })

  it('are not sent where there are none', async () => {
    const share = await bot.share('asha', 'good.csv', 'Phone\n07417119014\n')
    await receiptOf(share)
    await waitUntilPosted(1)

    expect(await filesIn(share)).toBe(0)
  })

  it('are never imported by the bot itself', async () => {
    const share = await bot.share('asha', 'day-1.csv', DAY_1)
    const { id } = await bot.workspace.waitForFile(share)
    await waitUntilPosted(1)

    const outcome = await bot.workspace.announce({ ...share, fileId: id, user: bot.workspace.botUserId })
    await bot.workspace.announce({ ...share, fileId: id })
    await expect
      .poll(() =>
        bot.models.fileUploads.collection.countDocuments({ status: { $in: ['queued', 'running'] } }),
      )
      .toBe(0)

    expect(outcome.status).toBe(200)
    expect(await bot.models.fileUploads.collection.countDocuments()).toBe(1)
  })
})

describe('the file of failed rows is sent once', () => {
  it('when the receipt is repeated', async () => {
    const share = await bot.share('asha', 'day-1.csv', DAY_1)
    await bot.workspace.waitForFile(share)
    await waitUntilPosted(1)

    await repeatReceipt(1)
    await repeatReceipt(1)

    expect(await filesIn(share)).toBe(1)
  })

  it('when Slack shared it and the answer was lost', async () => {
    bot.workspace.use(async (call, next) => {
      const answer = await next(call)
      if (call.path === '/api/files.completeUploadExternal' && answer.ok && !isPerson(call.headers))
        throw new Error('cut')
      return answer
    })
    const share = await bot.share('asha', 'day-1.csv', DAY_1)
    await bot.workspace.waitForFile(share)
    await waitUntilPosted(1)
    await repeatReceipt(1)

    expect(await filesIn(share)).toBe(1)
  })

  it('when the process died between sharing it and writing that down', async () => {
    const share = await bot.share('asha', 'day-1.csv', DAY_1)
    await bot.workspace.waitForFile(share)
    await waitUntilPosted(1)
    await bot.models.fileUploads.collection.updateOne(
      { number: 1 },
      { $unset: { 'failed_rows.sent_at': '', 'failed_rows.message': '' } },
    )

    await repeatReceipt(1)

    expect(await filesIn(share)).toBe(1)
    expect((await bot.upload(1)).failed_rows).toMatchObject({ message: expect.any(String) })
  })

  it('after all, when the process died before sharing it', async () => {
    const stopCutting = bot.workspace.use(async (call, next) => {
      if (call.path === '/api/files.completeUploadExternal' && !isPerson(call.headers)) throw new Error('cut')
      return await next(call)
    })
    const share = await bot.share('asha', 'day-1.csv', DAY_1)
    await expect
      .poll(async () => (await bot.upload(1)).failed_rows?.file_id, { timeout: 45_000 })
      .toBeDefined()
    expect(await filesIn(share)).toBe(0)
    stopCutting()
    await expect
      .poll(
        async () => {
          await bot.models.fileUploads.collection.updateOne(
            { number: 1 },
            { $unset: { 'receipt.claimed_until': '' } },
          )
          return (await bot.upload(1)).failed_rows?.sent_at
        },
        { timeout: 45_000, interval: 500 },
      )
      .toBeDefined()

    expect(await filesIn(share)).toBe(1)
  })

  it('when Slack says that it shared it, does not, and does so after all once it was sent anew', async () => {
    const forgotten: (() => Promise<unknown>)[] = []
    let isDeleted = false
    // Slack has the file from its first answer on, so it can be deleted; Slack may share it any time.
    bot.workspace.use(async (call, next) => {
      if (call.path === '/api/files.delete' && forgotten.length > 0 && !isDeleted) {
        isDeleted = true
        return Response.json({ ok: true })
      }
      if (call.path !== '/api/files.completeUploadExternal' || isPerson(call.headers)) return await next(call)
      const before = forgotten.length
      forgotten.push(() => next(call))
      return before === 0 ? Response.json({ ok: true, files: [] }) : await next(call)
    })
    const share = await bot.share('asha', 'day-1.csv', DAY_1)
    await expect
      .poll(
        async () => {
          await bot.models.fileUploads.collection.updateOne(
            { number: 1 },
            { $unset: { 'receipt.claimed_until': '' } },
          )
          return (await bot.upload(1)).failed_rows?.sent_at
        },
        { timeout: 50_000, interval: 500 },
      )
      .toBeDefined()
    if (!isDeleted) await forgotten[0]?.()

    expect(forgotten).toHaveLength(2)
    expect(await filesIn(share)).toBe(1)
  }, 120_000)

  it('or not at all where Slack refuses, which the receipt says', async () => {
    bot.workspace.use(async (call, next) =>
      call.path === '/api/files.getUploadURLExternal' && !isPerson(call.headers)
        ? Response.json({ ok: false, error: 'missing_scope' })
        : await next(call),
    )
    const share = await bot.share('asha', 'day-1.csv', DAY_1)

    await expect.poll(() => receiptOf(share)).toContain('(missing_scope)')
    await waitUntilPosted(1)
    expect(await filesIn(share)).toBe(0)
  })
})

function isPerson(headers: Headers): boolean {
  return !headers.get('authorization')?.startsWith(`Bearer ${bot.workspace.token}`)
}
