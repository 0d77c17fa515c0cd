import { RECORD_KIND_WORDS } from '../../commands/receipts/index.ts'
import { formatCount, plural } from '../../commands/reply/index.ts'
import { RECORD_KINDS, type RecordKind } from '../../models/index.ts'
import { formatPhone } from '../customers/phones/index.ts'
import type { SwitchExample, SwitchForecast } from '../uploads/record-kinds/index.ts'

interface RecordsState {
  readonly kind: RecordKind
  readonly records: number
  readonly switching: RecordKind | undefined
}

const MAX_COLLISIONS = 4

/** What a record is, and what it can be. */
export function describeChoices({ kind, records, switching }: RecordsState): string {
  const lines = RECORD_KINDS.flatMap((one) => {
    const { word, means, rightWhen } = RECORD_KIND_WORDS[one]
    return [
      `${one === kind ? '*' : ' '} ${word.padEnd(16)}${means}`,
      `${' '.repeat(18)}Right when ${rightWhen}`,
    ]
  })
  const underWay = switching
    ? [`A switch to ${RECORD_KIND_WORDS[switching].name} is under way; files wait for it.`]
    : []
  return [
    `${plural(records, 'record')}: ${RECORD_KIND_WORDS[kind].name}.`,
    ...underWay,
    '',
    ...lines,
    '',
    'npm run records -- one-per-upload shows what a switch would do, and asks.',
    '',
  ].join('\n')
}

/** What follows from a choice that its figures do not say. */
const CONSEQUENCES: Readonly<Record<RecordKind, readonly string[]>> = {
  one_per_phone: [
    'A record keeps the earliest first upload and, of each field, what the latest file says. History is kept.',
  ],
  one_per_upload: [
    'Each file so far becomes a list of its own, with what it said. From now on every file creates records.',
  ],
  as_written: [
    'How numbers were written is kept from now on. Records of files from before stand under +91…, so a number',
    'that comes written otherwise tomorrow is a record of its own beside that one.',
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
    `From ${RECORD_KIND_WORDS[from].name} to ${RECORD_KIND_WORDS[to].name}:`,
    '',
    `  ${plural(before, 'record')} of ${plural(phones, 'phone')} would become ${formatCount(after)}.`,
    `  ${plural(split, 'phone')} would get more records, ${formatCount(merged)} fewer.`,
    '',
    ...CONSEQUENCES[to],
    ...(examples.length > 0 ? ['', 'For example:', ...examples.flatMap(describeExample)] : []),
    '',
    'Files wait meanwhile. It can be interrupted, goes on where it was, and can be switched back.',
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
