import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { toAsker } from '../../../commands/reply/index.ts'
import { createResponder, type Respond, type ResponderDeps } from '../../../src/slack/answers/index.ts'
import { createReplySender } from '../../../src/slack/messages/index.ts'
import { createSentAnswerStore } from '../../../src/stores/index.ts'
import { createCollectingLog } from '../../support/collecting-log.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'

const LIST = 'Phone,Name\n7417119014,Kushal Sharma\n'
const ASHA = 'UASHA'
const MINUTE_MS = 60_000

let bot: PlayedBot
beforeAll(async () => {
  bot = await playWorkspace()
  await bot.workspace.waitForReceipt(await bot.share('asha', 'list.csv', LIST))
})
afterAll(() => bot.stop())

const say = (text: string) => toAsker({ kind: 'text', text })

function play() {
  let now = 0
  const responded: string[] = []
  const sent: { readonly channel: string; readonly text: string }[] = []
  const respond: Respond = async (message) => {
    if (responded.length >= 5) throw Object.assign(new Error('used_url'), { statusCode: 404 })
    responded.push(typeof message === 'string' ? message : (message.text ?? ''))
  }
  const postMessage = vi.fn(async ({ channel, text }: { channel: string; text: string }) => {
    sent.push({ channel, text })
    return { ok: true, channel: 'D1', ts: `${sent.length}.0` }
  })
  const deps = {
    sender: createReplySender(),
    log: createCollectingLog(),
    client: { chat: { postMessage } },
    commandDeps: { models: bot.models },
    sentAnswers: createSentAnswerStore({ models: bot.models }),
    deleteMessage: async () => true,
  }
  // Only what a responder uses of the bot's parts.
  const responder = createResponder(respond, ASHA, deps as unknown as ResponderDeps, () => now)
  return {
    responder,
    responded,
    sent,
    waitUntil: (minutes: number) => {
      now = minutes * MINUTE_MS
    },
  }
}

describe('progress and result of one request', () => {
  it('go through the response_url, of which two uses are kept for the result', async () => {
    const { responder, responded, sent } = play()
    for (const step of ['one', 'two', 'three', 'four']) await responder.post(say(step))
    await responder.answer(say('done'))

    expect(responded).toEqual(['one', 'two', 'three', 'done'])
    expect(sent).toEqual([{ channel: ASHA, text: 'four' }])
  })

  it('are direct messages after half an hour', async () => {
    const { responder, responded, sent, waitUntil } = play()
    await responder.post(say('started'))
    waitUntil(31)
    await responder.post(say('half'))
    await responder.answer(say('done'))

    expect(responded).toEqual(['started'])
    expect(sent.map(({ text }) => text)).toEqual(['half', 'done'])
  })

  it('are recorded where they show a customer in a direct message, so that forgetting finds them', async () => {
    const { responder, waitUntil } = play()
    waitUntil(45)
    const customer = (await bot.models.customers.findOne().lean())?._id
    if (customer === undefined) throw new Error('no customer')
    await responder.answer({
      ...say('Kushal Sharma'),
      trace: { did: 'looked_up', customers: [String(customer)] },
    })

    expect(await bot.models.sentAnswers.countDocuments({ channel: 'D1', customers: customer })).toBe(1)
  })
})

it('sends the answer as a direct message where Slack closed the response_url early', async () => {
  const restore = bot.workspace.use(async (call, next) =>
    call.path.startsWith('/responses/') ? new Response('expired_url', { status: 404 }) : await next(call),
  )
  onTestFinished(restore)
  const direct = await bot.workspace.openDirectMessage('asha')
  await bot.workspace.command('asha', 'customers', '/customer 7417119014', { timeoutMs: 0 })

  await expect
    .poll(async () => (await bot.workspace.messages(direct)).at(-1)?.text, { timeout: 30_000 })
    .toContain('Kushal Sharma')
})
