import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { createDemoChat } from '../../../dev/demo/demo-chat.ts'
import { makePrivateFolder } from '../../../src/private-files/private-folder.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'

let bot: PlayedBot
const answer: string[] = []
let play: (line: string) => Promise<readonly [string, string]>

beforeAll(async () => {
  bot = await playWorkspace()
  const { workspace } = bot
  const chat = createDemoChat({ workspace, channel: 'customers', print: (text) => answer.push(text) })
  play = async (line) => {
    answer.length = 0
    return [await chat.play(line), answer.join('\n')] as const
  }
}, 120_000)
afterAll(() => bot.stop())

it('explains a line that lacks a name', async () => {
  expect(await play('press')).toEqual(['misunderstood', expect.stringContaining('Nothing has a button yet')])
  expect(await play('as')).toEqual(['misunderstood', expect.stringContaining('asha, ravi and meera')])
})

it('lets nobody press what only another person was told', async () => {
  await play('share examples/day-1.csv')
  await play('as ravi')
  await play('/customer 07417119014')
  await play('as meera')

  expect(await play('press History')).toEqual(['misunderstood', 'Only ravi sees "History". Type: as ravi'])
  expect((await play('press'))[1]).not.toContain('History')
  await play('as ravi')
  expect((await play('press History'))[0]).toBe('done')
})

it('says at once that a picture is ignored', async () => {
  const folder = await makePrivateFolder('demo-test')
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }))
  const path = join(folder, 'cat.png')
  await writeFile(path, 'x')
  expect(await play(`share ${path}`)).toEqual([
    'done',
    expect.stringContaining('ignores files that are not lists'),
  ])
})

it('asks the bot in a person’s own words, and shows the count that follows', async () => {
  await play('as asha')

  const [outcome, shown] = await play('@bot how many customers in pune')
  expect(outcome).toBe('done')
  expect(shown).toMatch(/1 of 7 customers: in pune/)
  expect((await play('/uploads count without e-mail'))[1]).toMatch(/1 of 7 customers: without e-mail/)
  expect(await play('customers in pune')).toEqual([
    'misunderstood',
    expect.stringContaining('begin with @bot: @bot customers in pune'),
  ])
})
