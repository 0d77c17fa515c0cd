import { expect, it } from 'vitest'
import type { ReplyPart } from '../../../commands/reply/reply.ts'
import { renderBlocks } from '../../../src/slack/render/render-blocks.ts'

const buttons: ReplyPart = {
  kind: 'buttons',
  buttons: [{ label: 'Share in channel', action: 'share_view', value: 'upload:42' }],
}
const long = 'A long word or two. '.repeat(100)

it.each<[string, ReplyPart[]]>([
  ['many texts', Array.from({ length: 80 }, () => ({ kind: 'text', text: 'short' }) as const)],
  ['long texts', Array.from({ length: 9 }, () => ({ kind: 'text', text: long }) as const)],
  ['a long list', [{ kind: 'list', items: Array.from({ length: 200 }, () => long) }]],
  [
    'a large table and small print',
    [
      { kind: 'table', columns: ['a', 'b'], rows: Array.from({ length: 200 }, () => [long, long]) },
      ...Array.from({ length: 9 }, () => ({ kind: 'note', text: long }) as const),
    ],
  ],
])('keeps the buttons under %s, and the message within the limits', (_, parts) => {
  const { blocks } = renderBlocks({ visibility: 'asker', parts: [...parts, buttons] })

  expect(blocks.at(-1)?.type).toBe('actions')
  expect(blocks.length).toBeLessThanOrEqual(50)
  expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(12_000)
})
