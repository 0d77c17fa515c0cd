import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDemoChat } from '../../../dev/demo/demo-chat.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'

let bot: PlayedBot
beforeAll(async () => {
  bot = await playWorkspace()
}, 120_000)
afterAll(() => bot.stop())

it('plays the Home tab, the window to look customers up, and an invitation', async () => {
  const answer: string[] = []
  const chat = createDemoChat({
    workspace: bot.workspace,
    channel: 'customers',
    print: (text) => answer.push(text),
  })
  const play = async (line: string) => {
    answer.length = 0
    return [await chat.play(line), answer.join('\n')] as const
  }

  await play('share examples/day-1.csv')
  expect(await play('home')).toMatchObject(['done', expect.stringMatching(/to asha alone:.*#1 day-1\.csv/s)])
  expect(await play('press #1 day-1.csv')).toMatchObject([
    'done',
    expect.stringContaining('8 of 11 rows imported'),
  ])
  expect(await play('lookup kushal')).toMatchObject(['done', expect.stringContaining('City: Pune')])
  expect(await play('invite #gossip')).toMatchObject([
    'done',
    expect.stringContaining('example-customers.csv'),
  ])
  expect(await play('invite nowhere')).toMatchObject(['misunderstood', expect.stringContaining('no channel')])
  expect(await play('lookup')).toMatchObject(['misunderstood', expect.stringContaining('lookup sharma')])
}, 120_000)
