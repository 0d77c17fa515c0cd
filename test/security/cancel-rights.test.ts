import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findControl } from '../../dev/demo/demo-controls.ts'
import type { Message, Share } from '../../dev/workspace/workspace.ts'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'

const LONG = { timeout: 45_000 }

let bot: PlayedBot
let open = () => {}
let close: () => void = () => {}
let file = 0

beforeAll(async () => {
  bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('meera') }), undefined, {
    people: ['asha', 'ravi', 'meera', 'farah'].map((name) => ({ name, realName: name })),
    channels: ['customers', 'north'],
  })
})
afterAll(() => bot.stop())

/** One file is being downloaded, the other waits behind it. */
async function shareTwo(): Promise<{ first: Share; second: Share; waiting: Message }> {
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  close = bot.workspace.use(async (call, next) => {
    if (/download/.test(call.path)) await gate
    return await next(call)
  })
  file += 1
  const first = await bot.share('asha', `first-${file}.csv`, `Phone,Name\n900000${1000 + file},A\n`)
  const number = 2 * file - 1
  await expect.poll(async () => (await findUpload(number))?.status, LONG).toBe('running')
  const second = await bot.share('ravi', `second-${file}.csv`, `Phone,Name\n900000${2000 + file},B\n`)
  const answer = async () => (await bot.workspace.thread(second)).at(0)
  await expect.poll(answer, LONG).toBeDefined()
  const waiting = await answer()
  if (!waiting) throw new Error('nothing was said')
  return { first, second, waiting }
}

const findUpload = (number: number) => bot.models.fileUploads.collection.findOne({ number })

function letGo(): void {
  open()
  close()
}

describe('the button Cancel of a file that waits', () => {
  let shared: Awaited<ReturnType<typeof shareTwo>>
  let number: number
  beforeEach(async () => {
    shared = await shareTwo()
    number = 2 * file
  })

  async function press(person: string, channel = 'customers') {
    const button = findControl([shared.waiting], 'Cancel')
    if (!button) throw new Error('no button')
    const { answers } = await bot.workspace.act(person, channel, button)
    return answers[0]?.text ?? ''
  }

  it.each([
    ['who uploaded it', 'ravi'],
    ['an admin', 'meera'],
  ])('works for %s: it is never imported, and its thread says so', async (_, person) => {
    expect(await press(person)).toContain('is cancelled')
    const receipt = await bot.workspace.waitForReceipt(shared.second)
    expect(receipt.text).toContain('was cancelled: nothing was imported')
    expect(receipt.text).toContain(`<@${bot.workspace.userId(person)}>`)
    // Slack delivers it again.
    await bot.workspace.announce(shared.second, 1)
    letGo()
    await bot.workspace.waitForReceipt(shared.first)

    expect(await findUpload(number)).toMatchObject({ status: 'failed', problem: { code: 'cancelled' } })
    expect(await findUpload(number + 1)).toBeNull()
    expect(await bot.models.audit.collection.findOne({ did: 'cancelled', uploads: number })).toMatchObject({
      user: bot.workspace.userId(person),
      name: 'cancel_upload',
      outcome: 'answered',
    })
  })

  it.each([
    ['another member of the channel', 'farah', 'customers', /Only <@\w+>, who uploaded it/],
    ['who uploaded another file', 'asha', 'customers', /Only <@\w+>, who uploaded it/],
  ])('does nothing for %s', async (_, person, channel, words) => {
    expect(await press(person, channel)).toMatch(words)
    expect(await bot.models.audit.collection.findOne({ did: 'cancelled', uploads: number })).toMatchObject({
      outcome: 'refused',
      why: 'not_allowed',
    })
    letGo()
    await bot.workspace.waitForReceipt(shared.second)

    expect(await findUpload(number)).toMatchObject({ status: 'done' })
  })
})
