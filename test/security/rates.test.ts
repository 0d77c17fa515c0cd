import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createPersonRates } from '../../src/stores/person-rates.ts'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'

let bot: PlayedBot
const start = async (settings: Record<string, string>) => {
  bot = await playWorkspace(settings)
  const names = ['Priya Shah', 'Pavan Rao', 'Dev O', '王 伟']
  const rows = names.map((name, at) => `0741711901${at},${name}`)
  await bot.workspace.waitForReceipt(await bot.share('asha', 'a.csv', `phone,name\n${rows.join('\n')}\n`))
}

const textsOf = (all: readonly { readonly answers: readonly { readonly text: string }[] }[]) =>
  all.map(({ answers }) => answers.map(({ text }) => text).join())

describe('one person who asks for very much', () => {
  beforeEach(() => start({ QUESTIONS_PER_MINUTE: '20', PREVIEWS_PER_MINUTE: '2' }))
  afterEach(() => bot.stop())

  it('gets as many answers as the setting says within a minute, then a sentence, and it is in the audit', async () => {
    const { workspace } = bot
    const ask = async (person: string) =>
      textsOf([await workspace.command(person, 'customers', '/customer 07417119010')])[0] ?? ''
    const texts: string[] = []
    for (let at = 0; at < 24; at += 6)
      texts.push(...(await Promise.all(Array.from({ length: 6 }, () => ask('ravi')))))

    expect(texts.filter((text) => text.includes('Priya'))).toHaveLength(20)
    for (const text of texts.filter((text) => !text.includes('Priya')))
      expect(text).toMatch(/I do up to 20 questions a minute for one person\.\s+Ask again in \d+ seconds?\./)
    const refused = { user: workspace.userId('ravi'), outcome: 'refused', why: 'too_many' }
    expect(await bot.models.audit.collection.countDocuments(refused)).toBe(4)
    // Other people are not affected.
    expect(await ask('meera')).toContain('Priya')
  })

  it('is counted by all processes together, and no request is lost where many come at once', async () => {
    const limits = { question: 20, preview: 1 }
    const processes = [1, 2, 3].map(() => createPersonRates({ models: bot.models, limits }))

    const all = await Promise.all(
      Array.from({ length: 60 }, (_, at) => processes[at % 3]?.take('U8', 'question')),
    )

    expect(all.filter((seconds) => seconds === undefined)).toHaveLength(20)
  })

  it('is counted for commands, buttons and windows alike', async () => {
    const { workspace } = bot
    for (let at = 0; at < 20; at += 1)
      await workspace.act('ravi', 'customers', { action: 'open_view', value: 'recent:' })

    const home = { id: 'VHOME', type: 'home', callbackId: '', blocks: [] } as const
    const view = await workspace.actInView('ravi', home, { action: 'open_view', value: 'upload:1' })
    const [typed] = textsOf([await workspace.command('ravi', 'customers', '/customer 07417119010')])

    expect(typed).toContain('I do up to 20 questions a minute')
    expect(JSON.stringify(view?.blocks)).toContain('I do up to 20 questions a minute')
  })

  it.each(['/customer', '/customer call', '/uploads'])(
    'is counted for each customer that is asked for at once: %s',
    async (words) => {
      const asked = `${words} 07417119010, 07417119011`
      for (let at = 0; at < 18; at += 1) await bot.workspace.command('ravi', 'customers', '/uploads')
      await bot.workspace.command('ravi', 'customers', asked)

      const [typed] = textsOf([await bot.workspace.command('ravi', 'customers', '/customer 07417119010')])

      expect(typed).toContain('I do up to 20 questions a minute')
    },
  )

  it('gets as many previews as the setting says, by command and by the menu of a message', async () => {
    const { workspace } = bot
    const upload = await bot.upload(1)
    if (upload.source.kind !== 'slack') throw new Error('not shared')
    const message = { ts: upload.source.thread ?? '', files: [{ id: upload.source.file_id, name: 'a.csv' }] }
    await workspace.command('ravi', 'customers', '/uploads preview 1')
    await workspace.command('ravi', 'customers', '/uploads preview 1')

    const third = await workspace.command('ravi', 'customers', '/uploads preview 1')
    const picked = await workspace.pickFromMenu('ravi', 'customers', 'preview_file', message)
    const next = await workspace.command('ravi', 'customers', '/uploads preview')

    for (const text of textsOf([third, picked, next]))
      expect(text).toMatch(/I do up to 2 previews a minute for one person\.\s+Ask again in/)
    expect(await bot.models.fileUploads.collection.countDocuments({ preview_wanted: true })).toBe(2)
    expect(await bot.models.audit.collection.countDocuments({ why: 'too_many' })).toBe(3)
  })

  it('is answered again once the minute is over', async () => {
    const { workspace, models } = bot
    const rates = createPersonRates({ models, limits: { question: 1, preview: 1 } })
    expect(await rates.take('U9', 'question')).toBeUndefined()
    expect(await rates.take('U9', 'question')).toBeGreaterThan(0)
    expect(await rates.take('U9', 'preview')).toBeUndefined()

    await models.personRates.collection.updateMany({}, { $set: { until: new Date(Date.now() - 1) } })

    expect(await rates.take('U9', 'question')).toBeUndefined()
    expect(workspace.userId('ravi')).not.toBe('U9')
  })
})

describe('a search for one letter', () => {
  beforeAll(() => start({}))
  afterAll(() => bot.stop())

  it.each(['p', 'P', ' p ', 'p.', 'p*', 'p p', 'p d', 'ṕ', 'p’', 'history p', 'p on today', 'p history'])(
    'lists nobody: /customer %s',
    async (text) => {
      const [answer] = textsOf([await bot.workspace.command('ravi', 'customers', `/customer ${text}`)])

      expect(answer).toContain('is too short to look anybody up')
      expect(answer).not.toMatch(/Priya|Pavan|found/)
    },
  )

  it.each([
    ['pr', 'Priya'],
    ['dev o', 'Dev O'],
    ['王', '王 伟'],
  ])('is none where there is more: /customer %s', async (text, name) => {
    const [output] = textsOf([await bot.workspace.command('ravi', 'customers', `/customer ${text}`)])

    expect(output).toContain(name)
  })
})
