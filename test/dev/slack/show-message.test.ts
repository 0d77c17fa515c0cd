import { describe, expect, it } from 'vitest'
import type { Reply } from '../../../commands/reply/reply.ts'
import { showMessage } from '../../../dev/slack/show-message.ts'
import { renderBlocks } from '../../../src/slack/render/render-blocks.ts'

const options = { nameOf: (id: string) => (id === 'U024BE7LH' ? 'asha' : id), timeZone: 'Asia/Kolkata' }
const reply: Reply = {
  visibility: 'channel',
  parts: [
    { kind: 'headline', text: ['#1 ', { code: 'a&b.csv' }] },
    { kind: 'facts', facts: [{ label: 'Rows', value: '2' }] },
    { kind: 'table', columns: ['Who', 'When'], rows: [[[{ user: 'U024BE7LH' }], 'today']] },
    { kind: 'note', text: [{ time: new Date('2026-03-02T20:00:00Z'), style: 'minute' }] },
    { kind: 'buttons', buttons: [{ label: 'Undo', action: 'undo', value: '1' }] },
  ],
}

describe('a message shown in a terminal', () => {
  it('reads as its blocks do in Slack', () => {
    expect(showMessage(renderBlocks(reply), options).split('\n')).toEqual([
      '#1 a&b.csv',
      'Rows: 2',
      'Who    When',
      '@asha  today',
      '3 Mar 2026 at 01:30',
      '[Undo]',
    ])
  })

  it('says today, yesterday and how long ago as Slack does', () => {
    const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000)
    const show = (time: Date, style: 'day' | 'ago') =>
      showMessage(
        renderBlocks({ visibility: 'asker', parts: [{ kind: 'text', text: [{ time, style }] }] }),
        options,
      )

    expect(show(ago(0), 'day')).toBe('today')
    expect(show(ago(24), 'day')).toBe('yesterday')
    expect(show(ago(3), 'ago')).toBe('3 hours ago')
  })

  it('tells what a chart shows', () => {
    const chart: Reply = {
      visibility: 'channel',
      parts: [
        {
          kind: 'chart',
          chart: 'line',
          title: 'A week',
          labels: ['Mon', 'Tue'],
          series: [
            { name: 'Rows', values: [7, 8] },
            { name: 'Failed', values: [1, 0] },
          ],
        },
      ],
    }

    expect(showMessage(renderBlocks(chart), options).split('\n')).toEqual([
      '(line chart) A week: Rows, Failed',
      '  Mon: 7, 1',
      '  Tue: 8, 0',
    ])
  })

  it('reads as its text does where it has no blocks', () => {
    const { text } = renderBlocks(reply)

    expect(showMessage({ text }, options)).toContain('#1 a&b.csv')
    expect(showMessage({ text: 'by <@U024BE7LH>, see <https://example.com|here> &lt;!&gt;' }, options)).toBe(
      'by @asha, see here <!>',
    )
  })
})
