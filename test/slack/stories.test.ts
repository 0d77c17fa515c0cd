import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'

let bot: PlayedBot

beforeAll(async () => {
  bot = await playWorkspace()
  const day1 = 'Phone,Name,City\n7417119014,Kushal Sharma,Pune\n9000000101,Meena Sharma,Chennai\n'
  const day2 =
    'Phone,Name,City\n7417119014,Kushal Sharma,Mumbai\n9000000108,Nisha & Co,Jaipur\n123,Nobody,Here\n'
  await bot.workspace.waitForReceipt(await bot.share('asha', 'day-1.csv', day1))
  await bot.workspace.waitForReceipt(await bot.share('ravi', 'day-2.csv', day2))
}, 120_000)
afterAll(() => bot.stop())

interface Control {
  readonly action: string
  readonly value: string
  readonly type: 'button' | 'static_select'
}

interface Element {
  readonly type: string
  readonly action_id: string
  readonly value?: string
  readonly text?: { readonly text: string }
  readonly options?: readonly { readonly text: { readonly text: string }; readonly value: string }[]
}

type Answer = Awaited<ReturnType<PlayedBot['workspace']['command']>>['answers'][number]

function findControl(answer: Answer, label: string): Control {
  const blocks = (answer.blocks ?? []) as { type: string; elements?: Element[] }[]
  for (const element of blocks.flatMap(({ type, elements }) =>
    type === 'actions' ? (elements ?? []) : [],
  )) {
    const action = element.action_id
    if (element.text?.text.startsWith(label)) return { action, value: element.value ?? '', type: 'button' }
    const option = element.options?.find(({ text }) => text.text.startsWith(label))
    if (option) return { action, value: option.value, type: 'static_select' }
  }
  throw new Error(`no ${label} in ${JSON.stringify(answer.blocks)}`)
}

async function ask(person: string, text: string): Promise<Answer> {
  const { answers } = await bot.workspace.command(person, 'customers', text)
  const [answer] = answers
  if (!answer) throw new Error(`no answer to ${text}`)
  return answer
}

async function press(person: string, answer: Answer, label: string, channel = 'customers'): Promise<Answer> {
  const { answers } = await bot.workspace.act(person, channel, findControl(answer, label))
  const [next] = answers
  if (!next) throw new Error(`no answer to ${label}`)
  return next
}

describe('a story in Slack', () => {
  it('goes from a name over the card to the sources and the history, for the asker alone', async () => {
    const list = await ask('asha', '/customer sharma')
    const card = await press('asha', list, 'Kushal')
    const sources = await press('asha', card, 'Where from?')
    const history = await press('asha', card, 'History')

    for (const answer of [list, card, sources, history]) expect(answer.visibility).toBe('asker')
    expect(card.text).toContain('Mumbai')
    expect(sources.text).toContain('day-2.csv')
    expect(history.text).toContain('Pune → Mumbai')
  })

  it('stands in the channel once it is shared, with the name of whoever shared it', async () => {
    const shared = await press('ravi', await ask('ravi', '/customer 07417119014'), 'Share in channel')

    expect(shared.visibility).toBe('channel')
    const messages = await bot.workspace.messages('customers')
    const last = messages.at(-1)
    expect(last?.text).toContain('Kushal Sharma')
    // By name, because a mention would notify them.
    expect(last?.text).toContain('Shared by ravi.')
    expect(JSON.stringify(last?.blocks)).not.toContain('"actions"')
  })

  it('is not opened in a channel the bot was not invited to', async () => {
    const card = await ask('asha', '/customer 07417119014')

    for (const label of ['History', 'Share in channel']) {
      const refused = await press('asha', card, label, 'gossip')
      expect(refused.visibility).toBe('asker')
      expect(refused.text).toContain('/invite')
      expect(refused.text).not.toContain('Kushal')
    }
  })

  it('finds what a person uploaded when they are mentioned', async () => {
    const { text } = await ask('asha', '/uploads recent @ravi')

    expect(text).toContain('day-2.csv')
    expect(text).not.toContain('day-1.csv')
  })

  it('reads a name as it was typed, with the signs Slack escapes', async () => {
    expect((await ask('asha', '/customer nisha & co')).text).toContain('Nisha &amp; Co')
  })
})

describe('a file for one person', () => {
  async function directFiles(person: string) {
    const channel = await bot.workspace.openDirectMessage(person)
    const messages = await bot.workspace.messages(channel)
    // Slack shows a file in a thread of direct messages as "1 reply".
    for (const { files = [], thread_ts: thread } of messages) expect(files.length > 0 && thread).toBeFalsy()
    return messages.flatMap(({ files = [] }) => files.map(({ name }) => name))
  }

  it('comes as a direct message, and nobody else gets it', async () => {
    const before = (await bot.workspace.messages('customers')).length
    const compared = await ask('meera', '/uploads compare 2 1')

    expect(compared.text).toContain('New, only in #2')
    expect(compared.text).toContain('compare-2-with-1.csv')
    expect(await directFiles('meera')).toEqual(['compare-2-with-1.csv'])
    expect(await directFiles('asha')).toEqual([])
    expect((await bot.workspace.messages('customers')).length).toBe(before)
  })

  it('holds the rows to correct, for whoever asks', async () => {
    const shown = await ask('asha', '/uploads show 2')
    expect(shown.text).toContain('Pune → Mumbai')

    expect((await press('asha', shown, 'Send me the rows')).text).toContain('rows to correct.csv')
    expect(await directFiles('asha')).toEqual(['day-2 - rows to correct.csv'])
  })

  it('is not imported by the bot that sent it', async () => {
    expect(await bot.models.fileUploads.collection.countDocuments()).toBe(2)
  })
})
