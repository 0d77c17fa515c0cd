import { afterAll, beforeAll, describe, it } from 'vitest'
import { describeElsewhere } from '../../commands/access/reachable-upload.ts'
import { describeGreeting, EXAMPLE_CSV } from '../../commands/home/greeting-reply.ts'
import type { Reply } from '../../commands/reply/reply.ts'
import { showMessage } from '../../dev/slack/show-message.ts'
import type { ShownView } from '../../dev/workspace/workspace.ts'
import { describeNotForGuests } from '../../src/slack/access/authorize.ts'
import { describeInChannel, describeNoSharedChannel } from '../../src/slack/access/view-refusals.ts'
import { ONE_MOMENT } from '../../src/slack/windows/modals.ts'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'
import { openReplyTexts } from '../support/reply-texts.ts'
import { readView } from '../support/view-controls.ts'

let bot: PlayedBot
beforeAll(async () => {
  bot = await playWorkspace()
})
afterAll(() => bot.stop())

const shown = (messages: readonly { readonly text: string }[]) =>
  messages
    .map((message) =>
      showMessage({ blocks: [], ...message }, { nameOf: bot.workspace.personName, timeZone: 'Asia/Kolkata' }),
    )
    .join('\n\n')

describe('what the bot says around commands', () => {
  const { expectReply, expectText } = openReplyTexts('slack')

  it.each<[string, Reply]>([
    ['greeting', describeGreeting()],
    ['guest', describeNotForGuests()],
    ['only-in-a-channel', describeInChannel()],
    ['not-their-channel', describeElsewhere(42)],
    ['no-channel-together', describeNoSharedChannel()],
    ['one-moment', ONE_MOMENT],
  ])('%s', async (name, reply) => {
    await expectReply(name, reply)
  })

  it('the example file', async () => {
    await expectText('greeting-example', EXAMPLE_CSV.replaceAll('\r\n', '\n'))
  })

  it('a channel without the bot', async () => {
    const { answers } = await bot.workspace.command('asha', 'gossip', '/customer 07417119014')
    await expectText('not-invited', shown(answers))
  })

  it('a button nobody knows', async () => {
    const { answers } = await bot.workspace.act('asha', 'customers', { action: 'open_the_safe', value: '1' })
    await expectText('unknown-button', shown(answers))
  })

  it('the window of the shortcut', async () => {
    const view: ShownView | undefined = await bot.workspace.openShortcut('asha', 'lookup_customer')
    await expectText('lookup-window', readView(view, bot.workspace))
  })

  it('the file of rows to correct in the thread', async () => {
    const share = await bot.share('asha', 'list.csv', 'Phone,Name\n07417119014,Kushal\n12,Broken\n')
    await bot.workspace.waitForFile(share)
    const thread = await bot.workspace.thread(share)
    const beside = thread.filter(({ files }) => files !== undefined && files.length > 0)
    await expectText('rows-to-correct', shown(beside.map(({ text }) => ({ text }))))
  })
})
