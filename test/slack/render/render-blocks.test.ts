import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Inline, Reply, ReplyPart, Sentence } from '../../../commands/reply/reply.ts'
import { BLOCK_LIMITS, SURFACES } from '../../../src/slack/render/block-limits.ts'
import {
  type DataVisualizationBlock,
  type NativeBlock,
  NONE_NATIVE,
} from '../../../src/slack/render/native-blocks.ts'
import { renderBlocks } from '../../../src/slack/render/render-blocks.ts'

const render = (...parts: ReplyPart[]) => renderBlocks({ visibility: 'channel', parts })

const anyText = fc.oneof(
  fc.string({ maxLength: 40, unit: 'grapheme' }),
  fc.constantFrom('', ' ', '<!channel>', '<@U123|x>', '&amp;', '*b* _i_ `c`', '\u0000', '🙂🙂', 'a|b>c\n'),
  fc.integer({ min: 1, max: 4_000 }).map((n) => '&<>"\\\u{1F600}'.repeat(Math.ceil(n / 6))),
)
const anyInline: fc.Arbitrary<Inline> = fc.oneof(
  anyText,
  anyText.map((bold) => ({ bold })),
  anyText.map((code) => ({ code })),
  fc.oneof(fc.constant('U024BE7LH'), anyText).map((user) => ({ user })),
  fc.record({
    time: fc.date(),
    style: fc.constantFrom('day' as const, 'minute' as const, 'ago' as const),
  }),
  fc.record({ link: fc.oneof(fc.webUrl(), anyText), label: anyText }),
)
const anySentence: fc.Arbitrary<Sentence> = fc.oneof(anyText, fc.array(anyInline, { maxLength: 8 }))
const shortSentence: fc.Arbitrary<Sentence> = fc.oneof(
  fc.string({ maxLength: 400, unit: 'grapheme' }),
  fc.constantFrom('', '<!here>', ['by ', { user: 'U024BE7LH' }], [{ bold: '' }], []),
)
const many = <T>(item: fc.Arbitrary<T>, limit: number) =>
  fc.oneof(fc.array(item, { maxLength: 4 }), fc.array(item, { minLength: 1, maxLength: limit, size: 'max' }))
const anyPart: fc.Arbitrary<ReplyPart> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('headline' as const, 'text' as const, 'note' as const),
    text: anySentence,
  }),
  fc.record({
    kind: fc.constant('facts' as const),
    facts: many(fc.record({ label: anyText, value: shortSentence }), 60),
  }),
  fc.record({ kind: fc.constant('list' as const), items: many(shortSentence, 120) }),
  fc.record({
    kind: fc.constant('numbers' as const),
    numbers: many(fc.record({ label: anyText, value: fc.integer() }), 30),
  }),
  fc.record({
    kind: fc.constant('chart' as const),
    chart: fc.constantFrom('line' as const, 'bar' as const, 'area' as const, 'pie' as const),
    title: anyText,
    labels: many(anyText, 40),
    series: many(
      fc.record({ name: anyText, values: fc.array(fc.double({ min: -1e9, max: 1e9 }), { maxLength: 40 }) }),
      15,
    ),
  }),
  fc.record({
    kind: fc.constant('table' as const),
    caption: anyText,
    columns: many(fc.string({ maxLength: 200 }), 30),
    rows: many(fc.array(shortSentence, { maxLength: 25 }), 130),
  }),
  fc.record({
    kind: fc.constant('buttons' as const),
    buttons: many(
      fc.record(
        {
          label: anyText,
          action: fc.constantFrom('undo', 'confirm'),
          value: anyText,
          style: fc.constantFrom('primary' as const, 'danger' as const),
          confirm: fc.record({ title: anyText, text: anyText, yes: anyText, no: anyText }),
        },
        { requiredKeys: ['label', 'action', 'value'] },
      ),
      60,
    ),
  }),
  fc.record({ kind: fc.constant('bar' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({
    kind: fc.constant('search' as const),
    label: anyText,
    placeholder: anyText,
    action: fc.constant('search'),
    button: anyText,
  }),
  fc.record({
    kind: fc.constant('menu' as const),
    action: fc.constant('pick'),
    label: anyText,
    value: anyText,
    options: many(fc.record({ label: anyText, value: anyText }), 130),
  }),
)
const anyNative = fc
  .subarray(['data_visualization', 'data_table', 'table'] as const)
  .map((kinds) => new Set<NativeBlock>(kinds))
const anyReply: fc.Arbitrary<Reply> = fc.record({
  visibility: fc.constantFrom('asker' as const, 'channel' as const),
  rest: shortSentence,
  parts: fc.oneof(
    fc.array(anyPart, { maxLength: 5 }),
    fc.array(fc.record({ kind: fc.constant('text' as const), text: anyText }), {
      maxLength: 70,
      size: 'max',
    }),
  ),
})

/** All objects in a message with a `type`, at any depth. */
function* walk(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value) && 'type' in value) yield { ...value }
  for (const inner of Object.values(value)) yield* walk(inner)
}

/** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block */
function expectDrawable({ title, chart }: DataVisualizationBlock): void {
  const expectLabels = (labels: readonly string[], maximum: number) => {
    expect(labels.length).toBeGreaterThan(0)
    expect(labels.length).toBeLessThanOrEqual(maximum)
    expect(new Set(labels).size).toBe(labels.length)
    expect(labels.every(({ length }) => length > 0 && length <= 20)).toBe(true)
  }
  expect(title.length).toBeGreaterThan(0)
  expect(title.length).toBeLessThanOrEqual(50)
  if (chart.type === 'pie') {
    expectLabels(
      chart.segments.map(({ label }) => label),
      12,
    )
    expect(chart.segments.every(({ value }) => value > 0)).toBe(true)
    return
  }
  const { categories } = chart.axis_config
  expectLabels(categories, 20)
  expectLabels(
    chart.series.map(({ name }) => name),
    12,
  )
  for (const { data } of chart.series) {
    expect(data.map(({ label }) => label)).toEqual(categories)
    expect(data.every(({ value }) => Number.isFinite(value))).toBe(true)
  }
}

/** https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object */
function expectConfirm(confirm: unknown): void {
  const { title, text, confirm: yes, deny } = confirm as Record<string, { text: string }>
  for (const [answer, upperBound] of [
    [title, 100],
    [text, 300],
    [yes, 30],
    [deny, 30],
  ] as const) {
    expect(lengthOf(answer?.text)).toBeGreaterThan(0)
    expect(lengthOf(answer?.text)).toBeLessThanOrEqual(upperBound)
  }
}

const lengthOf = (value: unknown) => (typeof value === 'string' || Array.isArray(value) ? value.length : 0)

describe('a reply as blocks', () => {
  const chart: ReplyPart = {
    kind: 'chart',
    chart: 'bar',
    title: 'Rows a day',
    labels: ['Mon', 'Tue'],
    series: [{ name: 'Rows', values: [1_20_000, 60_000] }],
  }

  it.each([[''], [[]], [['']]])('leaves small print out that says nothing: %j', (text) => {
    expect(renderBlocks({ visibility: 'asker', parts: [{ kind: 'note', text }] }).blocks).toEqual([])
  })

  it('exceeds none of the limits of Slack, whatever the reply holds', () => {
    fc.assert(
      fc.property(anyReply, anyNative, (reply, native) => {
        const { text, blocks } = renderBlocks(reply, { native })

        expect(text.length).toBeGreaterThan(0)
        expect(text.length).toBeLessThanOrEqual(BLOCK_LIMITS.messageText)
        expect(blocks.length).toBeLessThanOrEqual(50)
        expect(blocks.every(({ type }) => typeof type === 'string')).toBe(true)
        expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(13_000)
        expect(blocks.filter(({ type }) => type.endsWith('table')).length).toBeLessThanOrEqual(1)
        expect(blocks.filter(({ type }) => type === 'data_visualization').length).toBeLessThanOrEqual(2)
        for (const block of blocks) if (block.type === 'data_visualization') expectDrawable(block)
        for (const part of walk(blocks)) {
          expectWithinLimits(part)
          if (part.type === 'table' || part.type === 'data_table' || part.type === 'data_visualization')
            expect(native.has(part.type)).toBe(true)
        }
      }),
      { numRuns: 60 },
    )
  }, 120_000)

  it('exceeds none of the limits of a view either, with or without native blocks', () => {
    fc.assert(
      fc.property(anyReply, fc.boolean(), (reply, isPlain) => {
        const { blocks } = renderBlocks(reply, {
          surface: 'view',
          ...(isPlain && { native: NONE_NATIVE }),
        })

        expect(blocks.length).toBeLessThanOrEqual(100)
        expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(SURFACES.view.allBlocks)
        if (isPlain) expect(blocks.filter(({ type }) => /table|data_/.test(type))).toEqual([])
      }),
      { numRuns: 40 },
    )
  }, 120_000)

  it('lets no text of a customer become a mention or a link', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 4 }), (texts) => {
        const { text } = render({ kind: 'text', text: texts }, { kind: 'note', text: texts })
        expect(text).not.toMatch(/<[!@#]/)
      }),
    )
    const { blocks } = render({ kind: 'text', text: '<!channel> & *bold*' })
    expect(blocks).toEqual([
      {
        type: 'rich_text',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: '<!channel> & *bold*' }] }],
      },
    ])
  })

  it('mentions people and shows times in the zone of their reader', () => {
    const time = new Date('2026-03-02T04:30:00Z')
    const { text, blocks } = render({
      kind: 'text',
      text: [{ user: 'U024BE7LH' }, ' ', { time, style: 'minute' }],
    })

    expect(text).toBe('<@U024BE7LH> <!date^1772425800^{date_short_pretty} at {time}|2 Mar 2026, 04:30 UTC>')
    expect([...walk(blocks)].map(({ type }) => type)).toEqual([
      'rich_text',
      'rich_text_section',
      'user',
      'text',
      'date',
    ])
  })

  it.each([5, 20])('has numbers as numbers in a table of %i rows, which sorts them by size', (count) => {
    const rows = Array.from({ length: count }, (_, at) => [`row ${at}`, [{ count: at * 1_000 }]])
    const table: ReplyPart = { kind: 'table', caption: 'Rows', columns: ['Name', 'Rows'], rows }

    const { blocks } = render(table)

    const [shown] = blocks.filter(({ type }) => type === 'table' || type === 'data_table')
    const cells = (shown as { rows: { type: string; value?: number; text?: string }[][] }).rows.slice(1)
    expect(cells.map(([, cell]) => cell)).toEqual(
      Array.from({ length: count }, (_, at) => ({
        type: 'raw_number',
        value: at * 1_000,
        text: at === 0 ? '0' : `${at},000`,
      })),
    )
  })

  it('says how much of a long table is left out', () => {
    const rows = Array.from({ length: 150 }, (_, i) => [String(i), 'x'])
    const { blocks } = render({ kind: 'table', columns: ['#', 'x'], rows })

    const [table, note] = blocks
    const shown = table?.type === 'table' ? table.rows.length - 1 : 0
    expect(shown).toBeGreaterThan(50)
    expect(JSON.stringify(note)).toContain(`… and ${150 - shown} more rows.`)
  })

  it.each([
    [
      'facts',
      { kind: 'facts', facts: Array.from({ length: 500 }, () => ({ label: 'City', value: 'Pune' })) },
    ],
    ['a list', { kind: 'list', items: Array.from({ length: 500 }, () => 'Pune') }],
    ['a table', { kind: 'table', columns: ['City'], rows: Array.from({ length: 500 }, () => ['Pune']) }],
  ] as const)('says how much of %s is left out, and where the rest is to be had', (_, part) => {
    const rest = ['All of it: ', { code: '/uploads show 42' }]
    const { blocks } = renderBlocks({ visibility: 'asker', parts: [part], rest })

    expect(JSON.stringify(blocks.at(-1))).toMatch(/… and \d+ more(?: rows)?\. All of it: \/uploads show 42/)
  })

  it('says where the rest is to be had when there is no room for whole parts', () => {
    const parts = Array.from({ length: 60 }, () => ({ kind: 'text', text: 'Pune' }) as const)
    const last = (rest?: string) =>
      JSON.stringify(
        renderBlocks({ visibility: 'asker', parts, ...(rest !== undefined && { rest }) }).blocks.at(-1),
      )

    expect(last('See the file.')).toContain('See the file.')
    expect(last()).toContain('/uploads help')
  })

  it('has a text that can be read out: sentences, and no columns, bars or rows of nothing', () => {
    const { text } = render(
      {
        kind: 'numbers',
        numbers: [
          { label: 'Rows', value: 11 },
          { label: 'Created', value: 7 },
        ],
      },
      { kind: 'facts', facts: [{ label: 'City', value: 'Pune' }] },
      { kind: 'bar', share: 0.5 },
      { kind: 'table', columns: ['#', 'File'], rows: [['#3', 'day-3.csv']] },
      { ...chart, labels: ['12 Nov', '13 Nov', '14 Nov'], series: [{ name: 'Created', values: [0, 0, 7] }] },
    )

    expect(text.split('\n')).toEqual([
      'Rows 11, Created 7',
      'City: Pune',
      '• #3 · File: day-3.csv',
      'Rows a day',
      '• 12 Nov to 13 Nov · Created: 0',
      '• 14 Nov · Created: 7',
    ])
  })

  it('lines a second table up in a fixed-width font, because Slack takes one a message', () => {
    const table: ReplyPart = { kind: 'table', columns: ['A', 'B'], rows: [['1', '2']] }
    const { blocks } = render(table, table)

    expect(blocks.map(({ type }) => type)).toEqual(['table', 'rich_text'])
    expect(JSON.stringify(blocks[1])).toContain('rich_text_preformatted')
  })

  it('leaves the one table to rows that come after counts, so that people in them are named', () => {
    const numbers: ReplyPart = { kind: 'numbers', numbers: [{ label: 'Created', value: 2 }] }
    const people: ReplyPart = {
      kind: 'table',
      columns: ['Who', 'Rows'],
      rows: [[[{ user: 'U024BE7LH' }], '2']],
    }
    const { blocks } = render(numbers, people)

    expect(blocks.map(({ type }) => type)).toEqual(['rich_text', 'table'])
    expect([...walk(blocks)]).toContainEqual({ type: 'user', user_id: 'U024BE7LH' })
  })

  it('names people and shows times in the zone of their reader also where there is no table', () => {
    const time = new Date('2026-03-02T04:30:00Z')
    const table: ReplyPart = {
      kind: 'table',
      columns: ['#', 'Who', 'When'],
      rows: [['#4', [{ user: 'U024BE7LH' }], [{ time, style: 'minute' }]]],
    }
    const { blocks } = renderBlocks({ visibility: 'asker', parts: [table] }, { native: NONE_NATIVE })

    expect(blocks).toMatchObject([
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_list',
            elements: [
              {
                elements: [
                  { text: '#4' },
                  { text: ' · Who: ' },
                  { type: 'user', user_id: 'U024BE7LH' },
                  { text: ' · When: ' },
                  { type: 'date', timestamp: 1772425800 },
                ],
              },
            ],
          },
        ],
      },
    ])
  })

  it('shows buttons with their question, and a menu with what is chosen', () => {
    const confirm = { title: 'Undo?', text: 'All of it.', yes: 'Undo', no: 'Keep' }
    const { blocks } = render(
      {
        kind: 'buttons',
        buttons: [{ label: 'Undo', action: 'undo', value: '42', style: 'danger', confirm }],
      },
      {
        kind: 'menu',
        action: 'phone_column',
        label: 'Phone column',
        value: 'b',
        options: [
          { label: 'A', value: 'a' },
          { label: 'B', value: 'b' },
        ],
      },
    )

    expect(blocks).toMatchObject([
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            action_id: 'undo:0',
            value: '42',
            style: 'danger',
            confirm: { title: { text: 'Undo?' } },
          },
        ],
      },
      {
        type: 'actions',
        elements: [{ type: 'static_select', action_id: 'phone_column:0', initial_option: { value: 'b' } }],
      },
    ])
  })

  it('draws a chart, and bars in a fixed-width font where Slack takes none', () => {
    const parts = { visibility: 'channel', parts: [chart] } as const

    expect(renderBlocks(parts).blocks).toEqual([
      {
        type: 'data_visualization',
        title: 'Rows a day',
        chart: {
          type: 'bar',
          axis_config: { categories: ['Mon', 'Tue'] },
          series: [
            {
              name: 'Rows',
              data: [
                { label: 'Mon', value: 1_20_000 },
                { label: 'Tue', value: 60_000 },
              ],
            },
          ],
        },
      },
    ])
    const plain = JSON.stringify(renderBlocks(parts, { native: NONE_NATIVE }).blocks)
    expect(plain).toContain(`Mon  ${'█'.repeat(20)} 1,20,000`)
    expect(plain).toContain(`Tue  ${'█'.repeat(10)} 60,000`)
    expect(renderBlocks(parts).text).toBe('Rows a day\n• Mon · Rows: 1,20,000\n• Tue · Rows: 60,000')
  })

  it('draws two charts a message and tells the third, with several series as a table', () => {
    const two = { ...chart, series: [...chart.series, { name: 'Failed', values: [3, 0] }] }
    const { blocks } = render(chart, chart, two)

    expect(blocks.map(({ type }) => type)).toEqual([
      'data_visualization',
      'data_visualization',
      'rich_text',
      'rich_text',
    ])
    expect(JSON.stringify(blocks[3])).toContain('Rows      Failed')
  })

  it('shows the last twenty points of a longer chart, and says so', () => {
    const labels = Array.from({ length: 30 }, (_, at) => `Day ${at + 1}`)
    const { blocks } = render({
      ...chart,
      labels,
      series: [{ name: 'Rows', values: labels.map((_, at) => at) }],
    })

    expect(JSON.stringify(blocks[0])).not.toContain('Day 10"')
    expect(JSON.stringify(blocks[0])).toContain('"label":"Day 11","value":10')
    expect(JSON.stringify(blocks[1])).toContain('The last 20 of 30.')
  })

  it('puts counts side by side, and in one line where there is a table already', () => {
    const numbers: ReplyPart = { kind: 'numbers', numbers: [{ label: 'Created', value: 1_20_000 }] }
    const { blocks } = render(numbers, numbers)

    expect(blocks.map(({ type }) => type)).toEqual(['table', 'rich_text'])
    expect(JSON.stringify(blocks[0])).toContain('"text":"1,20,000"')
    expect(JSON.stringify(blocks[1])).toContain('Created ')
  })

  it('lets a reader page through a long table that says what it is about', () => {
    const rows = Array.from({ length: 20 }, (_, at) => [String(at)])
    const long: ReplyPart = { kind: 'table', caption: 'Uploads', columns: ['#'], rows }

    expect(render(long).blocks[0]).toMatchObject({ type: 'data_table', caption: 'Uploads', page_size: 10 })
    expect(render({ ...long, rows: rows.slice(0, 5) }).blocks[0]).toMatchObject({ type: 'table' })
  })
})

type Part = Readonly<Record<string, unknown>>

/** Slack's limits for each kind of block or element. */
const LIMITS: Readonly<Record<string, (part: Part) => void>> = {
  text: expectText,
  plain_text: expectText,
  mrkdwn: expectText,
  raw_text: expectText,
  table: expectTable,
  data_table(part) {
    const rows = part.rows as { type: string }[][]
    expect(rows.length).toBeGreaterThan(1)
    expect(rows[0]?.every(({ type }) => type === 'raw_text')).toBe(true)
    expect(lengthOf(part.caption)).toBeGreaterThan(0)
    expectTable(part)
  },
  actions: ({ elements }) => expect(lengthOf(elements)).toBeLessThanOrEqual(25),
  static_select: expectOptions,
  rich_text_section: ({ elements }) => expect(lengthOf(elements)).toBeGreaterThan(0),
  rich_text: ({ elements }) => expect(lengthOf(elements)).toBeGreaterThan(0),
  button(part) {
    expect(lengthOf((part.text as { text: string }).text)).toBeLessThanOrEqual(75)
    expect(lengthOf(part.value)).toBeLessThanOrEqual(2_000)
    expect(lengthOf(part.action_id)).toBeLessThanOrEqual(255)
    if (part.confirm !== undefined) expectConfirm(part.confirm)
  },
}

function expectWithinLimits(part: Part): void {
  const type = String(part.type)
  if (Object.hasOwn(LIMITS, type)) LIMITS[type]?.(part)
}

function expectText({ text }: Part): void {
  expect(lengthOf(text)).toBeGreaterThan(0)
  expect(lengthOf(text)).toBeLessThanOrEqual(3_000)
}

function expectTable(part: Part): void {
  const rows = part.rows as unknown[][]
  expect(rows.length).toBeLessThanOrEqual(100)
  expect(new Set(rows.map((row) => row.length)).size).toBe(1)
  expect(rows[0]?.length).toBeLessThanOrEqual(20)
}

function expectOptions(part: Part): void {
  expect(lengthOf(part.options)).toBeLessThanOrEqual(100)
  expect(lengthOf(part.options)).toBeGreaterThan(0)
  for (const { text: label, value } of part.options as { text: { text: string }; value: string }[]) {
    expect(lengthOf(label.text)).toBeLessThanOrEqual(75)
    expect(lengthOf(value)).toBeGreaterThan(0)
    expect(lengthOf(value)).toBeLessThanOrEqual(150)
  }
}
