import { WebAPIPlatformError } from '@slack/web-api'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Reply } from '../../../commands/reply/reply.ts'
import { createReplySender } from '../../../src/slack/messages/reply-sender.ts'
import type { RenderedReply } from '../../../src/slack/render/render-blocks.ts'

const REPLY: Reply = {
  visibility: 'channel',
  parts: [
    { kind: 'headline', text: 'Today' },
    { kind: 'table', columns: ['A'], rows: [['1']] },
    { kind: 'chart', chart: 'bar', title: 'T', labels: ['Mon'], series: [{ name: 'Rows', values: [1] }] },
  ],
}

/** A Slack that refuses these kinds of blocks. */
function refusing(...kinds: string[]) {
  const tries: string[][] = []
  return {
    tries,
    async call({ blocks }: RenderedReply): Promise<string> {
      const sent = blocks.map(({ type }) => type)
      tries.push(sent)
      if (sent.some((type) => kinds.includes(type))) throw refusal('invalid_blocks')
      return 'sent'
    },
  }
}

const refusal = (error: string) => new WebAPIPlatformError({ ok: false, error })

afterEach(() => vi.useRealTimers())

describe('sending a reply', () => {
  it('sends what went wrong, with a reference, in place of a reply that cannot be put into blocks', async () => {
    const lines: object[] = []
    const sender = createReplySender({ error: (fields) => lines.push(fields) })
    const parts = [{ kind: 'list', items: [null] }] as unknown as Reply['parts']
    const texts: string[] = []

    await sender.send({ visibility: 'asker', parts }, async ({ text }) => texts.push(text))

    expect(texts).toHaveLength(1)
    expect(lines).toMatchObject([{ code: 'unexpected', reference: expect.stringMatching(/^[0-9a-f]{6}$/) }])
    expect(texts[0]).toContain(Reflect.get(lines[0] ?? {}, 'reference'))
  })

  it('uses every block Slack takes', async () => {
    const slack = refusing()

    expect(await createReplySender().send(REPLY, slack.call)).toBe('sent')
    expect(slack.tries).toEqual([['rich_text', 'table', 'data_visualization']])
  })

  it('sends it again without the newest ones where Slack refuses them, and remembers that', async () => {
    const sender = createReplySender()
    const slack = refusing('data_visualization')

    await sender.send(REPLY, slack.call)
    await sender.send(REPLY, slack.call)

    expect(slack.tries.map((types) => types.includes('data_visualization'))).toEqual([true, false, false])
    expect(slack.tries[2]).toContain('table')
  })

  it('does without any native block in three tries, and with text alone in four', async () => {
    const plain = refusing('data_visualization', 'table')
    const deaf = refusing('data_visualization', 'table', 'rich_text')

    await createReplySender().send(REPLY, plain.call)
    await createReplySender().send(REPLY, deaf.call)

    expect(plain.tries).toHaveLength(3)
    expect(plain.tries[2]?.every((type) => type === 'rich_text')).toBe(true)
    expect(deaf.tries).toHaveLength(4)
    expect(deaf.tries[3]).toEqual([])
  })

  it('tries again after some hours', async () => {
    vi.useFakeTimers()
    const sender = createReplySender()
    await sender.send(REPLY, refusing('data_visualization').call)

    vi.advanceTimersByTime(7 * 60 * 60_000)
    const later = refusing()
    await sender.send(REPLY, later.call)

    expect(later.tries[0]).toContain('data_visualization')
  })

  it('puts no table and no chart into a view, where Slack takes none', async () => {
    const view = refusing('data_visualization', 'data_table', 'table')

    await createReplySender().send(REPLY, view.call, { surface: 'view' })

    expect(view.tries).toHaveLength(1)
  })

  it('blames no block for a refusal that stays without it, nor for another trouble', async () => {
    const sender = createReplySender()
    const gone = async () => {
      throw refusal('channel_not_found')
    }
    const nothing = async () => {
      throw refusal('invalid_blocks')
    }

    await expect(sender.send(REPLY, gone)).rejects.toThrow('channel_not_found')
    await expect(sender.send(REPLY, nothing)).rejects.toThrow('invalid_blocks')
    await expect(sender.send(REPLY, nothing, { surface: 'view' })).rejects.toThrow('invalid_blocks')

    const slack = refusing()
    await sender.send(REPLY, slack.call)
    expect(slack.tries[0]).toContain('data_visualization')
  })
})
