import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'

const LONG = { timeout: 45_000 }
let bot: PlayedBot
beforeAll(async () => {
  // The receipt whose file Slack does not share waits for its next try.
  bot = await playWorkspace({}, undefined, {}, undefined, { receiptClaimMs: 3_000 })
  for (const [name, city] of [
    ['day-1.csv', 'Pune'],
    ['day-2.csv', 'Nashik'],
  ] as const)
    await bot.workspace.waitForFile(
      await bot.share('meera', name, `Phone,City\n9820098200,${city}\n98200,Mumbai\n`),
    )
})
afterAll(() => bot.stop())

async function directFiles(): Promise<string[]> {
  const channel = await bot.workspace.openDirectMessage('meera')
  return (await bot.workspace.messages(channel)).flatMap(({ files = [] }) => files.map(({ name }) => name))
}

describe('an upload that Slack takes and never shares', () => {
  it('is made again for the one who asked, and the first one is deleted', async () => {
    bot.workspace.forgetShares(1)
    const { answers } = await bot.workspace.command('meera', 'customers', '/uploads compare 2 1')

    await expect.poll(directFiles, LONG).toEqual(['compare-2-with-1.csv'])
    expect(answers.at(-1)?.text).toContain('compare-2-with-1.csv')
    expect(bot.workspace.callCounts.get('files.delete')?.calls).toBe(1)
  }, 120_000)

  it('is made again in the thread of a receipt, once', async () => {
    bot.workspace.forgetShares(1)
    const share = await bot.share('meera', 'day-3.csv', 'Phone\n9820098201\n98201\n')
    await bot.workspace.waitForReceipt(share)

    const { name } = await bot.workspace.waitForFile(share, { timeoutMs: 90_000 })

    expect(name).toMatch(/rows to correct/)
    const files = (await bot.workspace.thread(share)).flatMap((message) => message.files ?? [])
    expect(files).toHaveLength(1)
  }, 120_000)
})

describe('a small file', () => {
  it('costs two looks at it, one post and no edit', async () => {
    const { workspace } = bot
    const counts = () =>
      ['files.info', 'chat.postMessage', 'chat.update'].map(
        (method) => workspace.callCounts.get(method)?.calls ?? 0,
      )
    const share = await workspace.share(
      'asha',
      'customers',
      { name: 'small.csv', bytes: new TextEncoder().encode('Phone\n9820098299\n') },
      { announce: false },
    )
    // Slack is fast here: each check of an unfinished file adds a call.
    await expect
      .poll(async () => {
        const response = await fetch(`${workspace.apiUrl}files.info?file=${share.fileId}`, {
          headers: { authorization: `Bearer ${workspace.token}` },
        })
        return await response.text()
      })
      .toContain(share.ts)
    const before = counts()

    void workspace.announce(share)
    await workspace.waitForReceipt(share)

    const [looks = 0, posts = 0, edits = 0] = counts().map((count, at) => count - (before[at] ?? 0))
    expect(looks).toBeLessThanOrEqual(2)
    expect([posts, edits]).toEqual([1, 0])
  })
})
