import { describe, expect, it } from 'vitest'
import type { Reply } from '../../../commands/reply/reply.ts'
import { startWorkspace } from '../../../dev/workspace/workspace.ts'
import { createDigestPoster } from '../../../src/slack/messages/digest-poster.ts'
import { createReplySender } from '../../../src/slack/messages/index.ts'
import { createWebClient } from '../../../src/slack/transport/slack-call.ts'
import { collectWritten, listMarkup } from '../../support/written-messages.ts'

describe('a summary for a channel', () => {
  it('calls people by name, everywhere in it, and mentions nobody', async () => {
    const workspace = await startWorkspace()
    const written = collectWritten(workspace)
    const client = createWebClient(workspace.token, workspace.apiUrl, undefined)
    const user = workspace.userId('ravi')
    const since = new Date('2026-03-02T04:30:00Z')
    const reply: Reply = {
      visibility: 'channel',
      parts: [
        { kind: 'headline', text: ['By ', { user }, ' since ', { time: since, style: 'day' }] },
        { kind: 'table', columns: ['Who', 'Files'], rows: [[[{ user }], [{ count: 3 }]]] },
        { kind: 'list', items: [[{ bold: '#1' }, ' by ', { user: 'UGONE0001' }]] },
      ],
    }

    await createDigestPoster(client, createReplySender()).handOver(
      workspace.channelId('customers'),
      reply,
      new Date(Date.now() + 600_000),
    )
    await workspace.stop()

    expect(written).toHaveLength(1)
    const [{ text, blocks } = { text: '', blocks: [] }] = written
    expect(listMarkup({ text, blocks }).filter((mark) => mark.startsWith('<@'))).toEqual([])
    expect(JSON.stringify(blocks)).not.toContain('"user_id"')
    expect(text).toContain('By ravi since')
    expect(text).toContain('UGONE0001')
    expect(JSON.stringify(blocks)).toContain('{"type":"raw_number","value":3,"text":"3"}')
  })
})
