import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'

const LIST = 'Phone,Name\n7417119014,Kushal Sharma\n'

let bot: PlayedBot
beforeAll(async () => {
  bot = await playWorkspace()
})
afterAll(() => bot.stop())

describe('the answer to a button in a thread', () => {
  it('is shown in the thread, to the person alone', async () => {
    const share = await bot.share('asha', 'list.csv', LIST)
    const receipt = await bot.workspace.waitForReceipt(share)
    const before = await bot.workspace.messages('customers')
    const { action, value } = { action: 'open_view', value: 'upload:1' }

    const { answers } = await bot.workspace.act('asha', 'customers', { action, value, message: receipt.ts })

    expect(answers).toMatchObject([{ visibility: 'asker', thread: share.ts }])
    expect(await bot.workspace.messages('customers')).toHaveLength(before.length)
  })

  it('is shown in the channel where Slack refuses it in the thread', async () => {
    const share = await bot.share('asha', 'second.csv', `${LIST}9000000101,Meena\n`)
    const receipt = await bot.workspace.waitForReceipt(share)
    const restore = bot.workspace.use(async (call, next) =>
      call.path === '/api/chat.postEphemeral'
        ? Response.json({ ok: false, error: 'not_in_channel' })
        : await next(call),
    )

    const { answers } = await bot.workspace.act('asha', 'customers', {
      action: 'open_view',
      value: 'upload:1',
      message: receipt.ts,
    })
    restore()

    expect(answers).toMatchObject([{ visibility: 'asker' }])
    expect(answers[0]?.thread).toBeUndefined()
  })

  it('is shown in the channel where the message stands there', async () => {
    const { answers } = await bot.workspace.act('asha', 'customers', {
      action: 'open_view',
      value: 'upload:1',
    })

    expect(answers[0]?.thread).toBeUndefined()
    expect(answers).toHaveLength(1)
  })
})
