import { RECORD_KIND_WORDS } from '../../../commands/receipts/index.ts'
import { formatCount, plural } from '../../../commands/reply/index.ts'
import { RECORD_KINDS, type RecordKind } from '../../../models/index.ts'
import { formatPhone } from '../../customers/phones/index.ts'
import type { SwitchExample, SwitchForecast } from '../../uploads/record-kinds/index.ts'

interface RecordsState {
  readonly kind: RecordKind
  readonly records: number
  readonly switching: RecordKind | undefined
}

const MAX_COLLISIONS = 4

/** The current record kind, and the possible ones. */
export function describeChoices({ kind, records, switching }: RecordsState): string {
  const lines = RECORD_KINDS.flatMap((one) => {
    const { word, means, rightWhen } = RECORD_KIND_WORDS[one]
    return [
      `${one === kind ? '*' : ' '} ${word.padEnd(16)}${means}`,
      `${' '.repeat(18)}Right when ${rightWhen}`,
    ]
  })
  const underWay = switching
    ? [`A switch to ${RECORD_KIND_WORDS[switching].name} is in progress. Files wait for it.`]
    : []
  return [
    `${plural(records, 'record')}: ${RECORD_KIND_WORDS[kind].name}.`,
    ...underWay,
    '',
    ...lines,
    '',
    'To see what a switch would do, run npm run records -- one-per-upload. It asks before it changes anything.',
    '',
  ].join('\n')
}

/** Consequences of a record kind that its numbers do not show. */
const CONSEQUENCES: Readonly<Record<RecordKind, readonly string[]>> = {
  one_per_phone: [
    'Each record keeps its first upload, and each field gets the value of the latest file. History is kept.',
  ],
  one_per_upload: [
    'Each earlier file becomes a separate list with its own values. From now on, every file creates records.',
  ],
  as_written: [
    'From now on, each number is kept as written. Records of earlier files keep the form +91….',
    'If a later file writes such a number differently, it becomes a separate record.',
  ],
}

/** What a switch would do. */
export function describeSwitch(
  from: RecordKind,
  to: RecordKind,
  { counts, examples }: SwitchForecast,
): string {
  const { phones, before, after, split, merged } = counts
  return [
    `Switch from ${RECORD_KIND_WORDS[from].name} to ${RECORD_KIND_WORDS[to].name}:`,
    '',
    `  ${plural(before, 'record')} of ${plural(phones, 'phone')} would become ${formatCount(after)}.`,
    `  ${plural(split, 'phone')} would get more records, ${formatCount(merged)} fewer.`,
    '',
    ...CONSEQUENCES[to],
    ...(examples.length > 0 ? ['', 'For example:', ...examples.flatMap(describeExample)] : []),
    '',
    'New files wait during the switch. An interrupted switch continues later. You can switch back.',
    '',
  ].join('\n')
}

function describeExample({ phone, before, after, collisions }: SwitchExample): string[] {
  const rest = collisions.length - MAX_COLLISIONS
  return [
    `  ${formatPhone(phone)}: ${plural(before, 'record')} → ${formatCount(after)}`,
    ...collisions
      .slice(0, MAX_COLLISIONS)
      .map(({ path, values, kept }) => `    ${path}: ${values.map(show).join(', ')} → ${show(kept)}`),
    ...(rest > 0 ? [`    … and ${plural(rest, 'more field')}`] : []),
  ]
}

function show(value: unknown): string {
  return value === null || value === undefined ? 'nothing' : String(value)
}
