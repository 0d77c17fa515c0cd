import { z } from 'zod'

/**
 * Slack's documented rules for blocks (https://docs.slack.dev/reference/block-kit). Written independently of
 * the bot's rendering limits, so that errors there are found here.
 */
export type Place = 'message' | 'home' | 'modal'

const text = (limit: number) => z.string().min(1).max(limit)
const plain = (maximum: number) =>
  z.looseObject({ type: z.literal('plain_text'), text: text(maximum), emoji: z.boolean().optional() })
const mrkdwn = (upperBound: number) =>
  z.looseObject({ type: z.literal('mrkdwn'), text: text(upperBound), verbatim: z.boolean().optional() })
const anyText = (max: number) => z.union([plain(max), mrkdwn(max)])
const id = z.string().min(1).max(255).optional()
const url = z.string().max(3_000).optional()

const confirm = z
  .looseObject({ title: plain(100), text: anyText(300), confirm: plain(30), deny: plain(30) })
  .optional()
const option = z.looseObject({ text: anyText(75), value: text(150), description: plain(75).optional() })
const options = z.array(option).min(1).max(100)
const accessories = {
  button: z.looseObject({
    type: z.literal('button'),
    text: plain(75),
    action_id: id,
    value: z.string().max(2_000).optional(),
    url,
    style: z.enum(['primary', 'danger']).optional(),
    confirm,
  }),
  select: z.looseObject({
    type: z.enum(['static_select', 'multi_static_select']),
    action_id: id,
    placeholder: plain(150).optional(),
    options: options.optional(),
    option_groups: z
      .array(z.looseObject({ label: plain(75), options }))
      .min(1)
      .max(100)
      .optional(),
    confirm,
  }),
  overflow: z.looseObject({
    type: z.literal('overflow'),
    action_id: id,
    options: z.array(option).min(1).max(5),
  }),
  choice: z.looseObject({
    type: z.enum(['radio_buttons', 'checkboxes']),
    action_id: id,
    options: z.array(option).min(1).max(10),
  }),
  other: z.looseObject({
    type: z.enum([
      'channels_select',
      'conversations_select',
      'datepicker',
      'datetimepicker',
      'email_text_input',
      'external_select',
      'file_input',
      'image',
      'multi_channels_select',
      'multi_conversations_select',
      'multi_users_select',
      'number_input',
      'plain_text_input',
      'rich_text_input',
      'timepicker',
      'url_text_input',
      'users_select',
    ]),
    action_id: id,
    placeholder: plain(150).optional(),
    max_length: z.number().int().min(1).max(3_000).optional(),
    max_files: z.number().int().min(1).max(10).optional(),
  }),
}
const accessory = z.union([
  accessories.button,
  accessories.select,
  accessories.overflow,
  accessories.choice,
  accessories.other,
])

const richElement: z.ZodType = z.looseObject({
  type: z.enum([
    'broadcast',
    'channel',
    'color',
    'date',
    'emoji',
    'link',
    'team',
    'text',
    'user',
    'usergroup',
  ]),
  text: z.string().min(1).optional(),
})
const richSection = z.looseObject({
  type: z.enum(['rich_text_section', 'rich_text_preformatted', 'rich_text_quote']),
  elements: z.array(richElement).min(1),
})
const richText = z.looseObject({
  type: z.literal('rich_text'),
  elements: z
    .array(
      z.union([
        richSection,
        z.looseObject({
          type: z.literal('rich_text_list'),
          style: z.enum(['bullet', 'ordered']),
          elements: z.array(richSection).min(1),
        }),
      ]),
    )
    .min(1),
})

const rawText = z.looseObject({ type: z.literal('raw_text'), text: z.string().min(1) })
const rawNumber = z.looseObject({
  type: z.literal('raw_number'),
  value: z.number(),
  text: z.string().min(1).optional(),
})
const cell = z.union([rawText, rawNumber, richText])
const row = z.array(cell).min(1).max(20)
const isEven = (rows: readonly (readonly unknown[])[]) =>
  rows.every(({ length }) => length === rows[0]?.length)

const label = text(20)
const isDistinct = (labels: readonly string[]) => new Set(labels).size === labels.length
const chart = z.union([
  z.looseObject({
    type: z.literal('pie'),
    segments: z
      .array(z.looseObject({ label, value: z.number().positive() }))
      .min(1)
      .max(12)
      .refine((all) => isDistinct(all.map((one) => one.label)), 'labels twice'),
  }),
  z.looseObject({
    type: z.enum(['bar', 'line', 'area']),
    series: z
      .array(
        z.looseObject({
          name: label,
          data: z
            .array(z.looseObject({ label, value: z.number() }))
            .min(1)
            .max(20),
        }),
      )
      .min(1)
      .max(12)
      .refine((all) => isDistinct(all.map(({ name }) => name)), 'names twice'),
    axis_config: z.looseObject({ categories: z.array(label).min(1).max(20).refine(isDistinct, 'twice') }),
  }),
])

const base = { block_id: id }
/** Blocks by type. Unused ones are known by name only. */
const BLOCKS = {
  actions: z.looseObject({ ...base, elements: z.array(accessory).min(1).max(25) }),
  context: z.looseObject({
    ...base,
    elements: z
      .array(z.union([anyText(3_000), z.looseObject({ type: z.literal('image'), alt_text: text(2_000) })]))
      .min(1)
      .max(10),
  }),
  data_table: z.looseObject({
    ...base,
    caption: text(3_000),
    page_size: z.number().int().min(1).max(100).optional(),
    rows: z
      .array(row)
      .min(2)
      .max(101)
      .refine(isEven, 'rows of different lengths')
      .refine(([first = []]) => first.every(({ type }) => type === 'raw_text'), 'a header that is no text'),
  }),
  data_visualization: z.looseObject({ ...base, title: text(50), chart }),
  divider: z.looseObject(base),
  header: z.looseObject({ ...base, text: plain(150) }),
  image: z.looseObject({ ...base, alt_text: text(2_000), image_url: url }),
  input: z.looseObject({
    ...base,
    label: plain(2_000),
    hint: plain(2_000).optional(),
    element: accessory,
  }),
  markdown: z.looseObject({ ...base, text: text(12_000) }),
  rich_text: richText.extend(base),
  section: z
    .looseObject({
      ...base,
      text: anyText(3_000).optional(),
      fields: z.array(anyText(2_000)).min(1).max(10).optional(),
      accessory: accessory.optional(),
    })
    .refine((block) => block.text !== undefined || block.fields !== undefined, 'no text and no fields'),
  table: z.looseObject({
    ...base,
    column_settings: z.array(z.unknown()).max(20).optional(),
    rows: z.array(row).min(1).max(100).refine(isEven, 'rows of different lengths'),
  }),
} as const satisfies Readonly<Record<string, z.ZodType>>
type KnownBlock = keyof typeof BLOCKS

const IN_MESSAGES_ONLY: ReadonlySet<string> = new Set(['data_table', 'data_visualization', 'file', 'table'])
const MAX_BLOCKS: Readonly<Record<Place, number>> = { message: 50, home: 100, modal: 100 }
/** https://github.com/slackapi/bolt-js/issues/2509 */
const MAX_CHARACTERS = 13_200
const MAX_TABLE_CHARACTERS = 10_000
const MAX_CHARTS = 2

interface Block {
  readonly type: string
  readonly block_id?: string
  readonly [field: string]: unknown
}

/** Slack's error for blocks, and its position; undefined if they are valid. */
interface BlockRefusal {
  readonly error: string
  readonly messages: readonly string[]
}

export function checkBlocks(blocks: unknown, place: Place): BlockRefusal | undefined {
  if (!Array.isArray(blocks)) return { error: 'invalid_blocks_format', messages: ['blocks are no list'] }
  const all: readonly Block[] = blocks
  const messages = [
    ...(all.length > MAX_BLOCKS[place] ? [`no more than ${MAX_BLOCKS[place]} items allowed`] : []),
    ...all.flatMap((block, at) => checkBlock(block, place).map((problem) => `${problem} [/blocks/${at}]`)),
    ...checkIds(all),
    ...checkTables(all),
  ]
  if (messages.length > 0) return { error: 'invalid_blocks', messages }
  const length = JSON.stringify(all).length
  return place === 'message' && length > MAX_CHARACTERS
    ? { error: 'msg_blocks_too_long', messages: [`${length} characters`] }
    : undefined
}

function checkBlock(block: Block, place: Place): string[] {
  const type = String(block?.type)
  if (!(type in BLOCKS)) return [`unsupported type: ${type}`]
  if (place !== 'message' && IN_MESSAGES_ONLY.has(type)) return [`${type} is not allowed in a ${place}`]
  const { error } = BLOCKS[type as KnownBlock].safeParse(block)
  return error ? error.issues.map(({ path, message }) => `${message} [${type}/${path.join('/')}]`) : []
}

/** A block's id is unique in its message, an action's in its block. */
function checkIds(blocks: readonly Block[]): string[] {
  const problems: string[] = []
  const ids = blocks.flatMap(({ block_id }) => (block_id === undefined ? [] : [block_id]))
  for (const twice of findTwice(ids)) problems.push(`block_id "${twice}" already exists`)
  for (const block of blocks) {
    const actions = [...listActions(block)]
    for (const twice of findTwice(actions)) problems.push(`action_id "${twice}" already exists`)
  }
  return problems
}

function* listActions(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  const { action_id }: { action_id?: unknown } = value
  if (typeof action_id === 'string') yield action_id
  for (const inner of Object.values(value)) yield* listActions(inner)
}

const findTwice = (ids: readonly string[]): string[] => ids.filter((one, at) => ids.indexOf(one) < at)

function checkTables(blocks: readonly Block[]): string[] {
  const tables = blocks.filter(({ type }) => type === 'table' || type === 'data_table')
  const charts = blocks.filter(({ type }) => type === 'data_visualization')
  const problems: string[] = []
  if (tables.length > 1) problems.push('only one table allowed')
  if (charts.length > MAX_CHARTS) problems.push(`only ${MAX_CHARTS} charts allowed`)
  const characters = tables.reduce((sum, table) => sum + countText(table.rows), 0)
  if (characters > MAX_TABLE_CHARACTERS) problems.push(`${characters} characters in a table`)
  return problems
}

function countText(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return Object.entries(value).reduce(
    (sum, [name, inner]) =>
      sum + (name === 'text' && typeof inner === 'string' ? inner.length : countText(inner)),
    0,
  )
}
