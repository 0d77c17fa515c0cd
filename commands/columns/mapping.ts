import type { ColumnChoice } from '../../models/index.ts'
import { type AssignedColumn, readRuleWord, readTargetWord } from '../../src/customers/fields/index.ts'
import {
  changeChoice,
  changeColumn,
  findChoiceByNumber,
  forgetChoice,
  listChoices,
} from '../../src/uploads/answers/index.ts'
import { nameColumn, RULE_WORDS } from '../reading/index.ts'
import {
  type ActionDefinition,
  type ActionInput,
  type CommandDeps,
  type CommandInput,
  type Inline,
  isAdmin,
  labelOf,
  onlyInChannels,
  plural,
  type Reply,
  type ReplyPart,
  type Sentence,
  traced,
} from '../reply/index.ts'

/** Maximum of listed choices, the latest first. */
const MAX_LISTED = 20
/** Maximum of headings shown per file; the rest is counted. */
const MAX_HEADINGS = 5
const CHANGE = 'change_column_choice'
const FORGET = 'forget_column_choice'

/**
 * `/uploads mapping`: people's choices in the person's channels. A choice is the phone column for certain
 * headings, the sheet of certain workbooks, or the encoding of a sender's files; it applies per channel.
 * `mapping 2` shows one choice, `mapping 2 <column>` corrects it, `mapping forget 2` deletes it.
 */
export async function runMapping(input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const { models } = deps
  const [first = '', ...rest] = input.text.split(/\s+/)
  if (first === '') return describeChoices(await listChoices(models, input.channels, MAX_LISTED))
  const isForget = first.toLowerCase() === 'forget'
  const number = /^#?(\d{1,9})$/.exec((isForget ? rest[0] : first) ?? '')?.[1]
  const choice =
    number === undefined ? null : await findChoiceByNumber(models, Number(number), input.channels)
  if (!choice) return describeUnknown()
  if (isForget) return await forget(choice, input.user, deps)
  if (rest.length === 0) return describeChoice(choice, deps)
  if (rest.join(' ').includes('=')) return await changeOne(choice, rest.join(' '), input, deps)
  const column = findColumn(choice, rest.join(' '))
  if (column < 0)
    return describeChoice(choice, deps, `These files have no ${wordsOf(choice).noun} "${rest.join(' ')}".`)
  return await change(choice, { column, by: input.user, at: input.now }, deps)
}

/** `Stadt=city fill-blanks`: the target of one column, with or without a rule. */
async function changeOne(
  choice: ColumnChoice,
  text: string,
  { user, now }: Pick<CommandInput, 'user' | 'now'>,
  deps: CommandDeps,
): Promise<Reply> {
  const at = text.lastIndexOf('=')
  const index =
    choice.kind === 'sheet' || choice.kind === 'encoding' ? -1 : findColumn(choice, text.slice(0, at))
  const answer = readAssignment(text.slice(at + 1), deps)
  if (index < 0 || !answer)
    return describeChoice(
      choice,
      deps,
      index < 0
        ? `These files have no column "${text.slice(0, at).trim()}".`
        : `"${text.slice(at + 1).trim()}" is no field and no rule.`,
    )
  const refusal = refuse(choice, user, deps)
  if (refusal) return refusal
  const before = choice.columns?.find((one) => one.index === index)
  const column = { ...before, ...answer, index }
  const changed = await changeColumn(deps.models, choice, { column, by: user, at: now })
  return traced(
    changed
      ? describeChoice(
          changed,
          deps,
          `Column ${nameColumn({ header: choice.header[index] ?? '', index })} is changed for files to come. ${SHARE_AGAIN}`,
        )
      : describeUnknown(),
    'changed_mapping',
    { uploads: [choice.upload] },
  )
}

/** A field, a rule, or a field followed by a rule. */
function readAssignment(
  text: string,
  { catalogue }: CommandDeps,
): Pick<AssignedColumn, 'target' | 'field' | 'rule'> | undefined {
  const whole = readTargetWord(text, catalogue)
  if (whole) return whole
  const only = readRuleWord(text)
  if (only) return { rule: only }
  const words = text.trim().split(/[ ,]+/)
  for (let count = words.length - 1; count > 0; count -= 1) {
    const target = readTargetWord(words.slice(0, count).join(' '), catalogue)
    const rule = readRuleWord(words.slice(count).join(' '))
    if (target && rule) return { ...target, rule }
  }
  return undefined
}

/** Only the person who chose and admins may change a choice, because it applies to all later files. */
function refuse(choice: ColumnChoice, user: string, deps: CommandDeps): Reply | undefined {
  if (choice.chosen_by === user || isAdmin(user, deps)) return undefined
  return traced(describeNotYours(choice), 'changed_mapping', { isRefused: true, uploads: [choice.upload] })
}

async function change(
  choice: ColumnChoice,
  wanted: { readonly column: number; readonly by: string; readonly at: Date },
  deps: CommandDeps,
): Promise<Reply> {
  const refusal = refuse(choice, wanted.by, deps)
  if (refusal) return refusal
  const changed = await changeChoice(deps.models, choice.number, wanted)
  return traced(describeChanged(changed), 'changed_mapping', { uploads: [choice.upload] })
}

async function forget(choice: ColumnChoice, user: string, deps: CommandDeps): Promise<Reply> {
  const refusal = refuse(choice, user, deps)
  if (refusal) return refusal
  const forgotten = await forgetChoice(deps.models, choice.number)
  return traced(describeChoiceForgotten(forgotten), 'changed_mapping', { uploads: [choice.upload] })
}

/** The menu and the button below a single choice. */
export const MAPPING_ACTIONS: readonly ActionDefinition[] = [
  {
    name: CHANGE,
    scopeOf: onlyInChannels,
    replacesQuestion: true,
    run: pressChange,
  },
  {
    name: FORGET,
    scopeOf: onlyInChannels,
    replacesQuestion: true,
    run: pressForget,
  },
]

async function pressChange(input: ActionInput, deps: CommandDeps): Promise<Reply> {
  const [, number, column] = /^(\d{1,9}):(\d{1,5})$/.exec(input.value) ?? []
  const choice = await findChoiceByNumber(deps.models, Number(number ?? -1), input.channels)
  if (!choice || choice.header[Number(column)] === undefined) return describeUnknown()
  return await change(choice, { column: Number(column), by: input.user, at: input.now }, deps)
}

async function pressForget(input: ActionInput, deps: CommandDeps): Promise<Reply> {
  const number = /^\d{1,9}$/.exec(input.value)?.[0]
  const choice = await findChoiceByNumber(deps.models, Number(number ?? -1), input.channels)
  return choice ? await forget(choice, input.user, deps) : describeUnknown()
}

/** By heading (case is ignored), else by its number from 1. */
function findColumn({ header }: ColumnChoice, wanted: string): number {
  const text = wanted.replace(/^["'“”]|["'“”]$/g, '').toLowerCase()
  const named = header.findIndex((heading) => heading.trim().toLowerCase() === text)
  if (named >= 0) return named
  const at = /^\d{1,5}$/.test(text) ? Number(text) - 1 : -1
  return header[at] === undefined ? -1 : at
}

function toAsker(...parts: ReplyPart[]): Reply {
  return { visibility: 'asker', parts }
}

const columnOf = ({ header, column }: ColumnChoice): string =>
  nameColumn({ header: header[column] ?? '', index: column })

/** For an encoding choice, `header` holds the encodings. */
function headingsOf({ header: offered, headings: header = offered }: ColumnChoice): string {
  const shown = header.slice(0, MAX_HEADINGS).map((text, index) => nameColumn({ header: text, index }))
  const rest = header.length - shown.length
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

/** The words for a choice in this command's sentences. */
interface ChoiceWords {
  readonly noun: string
  readonly among: string
  readonly chosen: string
  readonly role: string
  readonly files: string
}

const COLUMN_WORDS: ChoiceWords = {
  noun: 'column',
  among: 'Files with the headings ',
  chosen: ' have their phone numbers in ',
  role: ' as the phone column',
  files: 'From now on, the phone column of such files is ',
}

const SHEET_WORDS: ChoiceWords = {
  noun: 'sheet',
  among: 'Workbooks with the sheets ',
  chosen: ' have their list on ',
  role: ' as the sheet of the list',
  files: 'From now on, the list of such workbooks is on ',
}

const ENCODING_WORDS: ChoiceWords = {
  noun: 'encoding',
  among: 'Files with the headings ',
  chosen: ' are read as ',
  role: ' as the encoding',
  files: 'From now on, such files are read as ',
}

function wordsOf({ kind }: ColumnChoice): ChoiceWords {
  if (kind === 'encoding') return ENCODING_WORDS
  return kind === 'sheet' ? SHEET_WORDS : COLUMN_WORDS
}

const LABELS = { sheet: 'Sheet ', encoding: 'Encoding ' } as const

/** An encoding choice applies to one person's program. */
function sharedBy({ sender }: ColumnChoice): Inline[] {
  return sender === undefined ? [] : [', shared by ', { user: sender }]
}

const howToCorrect = (number: number): Sentence => [
  'To correct one, type ',
  { code: `/uploads mapping ${number}` },
  '. To forget it, type ',
  { code: `/uploads mapping forget ${number}` },
  '.',
]

function describeChoices(choices: readonly ColumnChoice[]): Reply {
  if (choices.length === 0)
    return toAsker(
      { kind: 'headline', text: 'No phone column, sheet or encoding has been chosen yet.' },
      {
        kind: 'text',
        text: 'If the phone column, the encoding or the sheet of a file is unclear, I ask in its thread. I remember the answer.',
      },
    )
  return toAsker(
    { kind: 'headline', text: 'Phone columns, sheets and encodings chosen for files like these' },
    {
      kind: 'table',
      columns: ['#', 'Headings or sheets', 'Chosen', 'Who', 'When', 'For'],
      rows: choices.map((choice) => [
        String(choice.number),
        [headingsOf(choice), ...sharedBy(choice)],
        describeChosen(choice),
        [{ user: choice.chosen_by }],
        [{ time: choice.chosen_at, style: 'day' }],
        `#${choice.upload}`,
      ]),
    },
    { kind: 'note', text: 'Each holds for files like these in the channel it was chosen in.' },
    { kind: 'note', text: howToCorrect(choices[0]?.number ?? 1) },
  )
}

function describeChosen(choice: ColumnChoice): string {
  const { kind, columns = [] } = choice
  const count = columns.length > 0 ? plural(columns.length, 'column') : ''
  if (kind === 'columns') return count
  const chosen = (kind ? LABELS[kind] : '') + columnOf(choice)
  return count === '' ? chosen : `${chosen}; ${count}`
}

function describeChoice(choice: ColumnChoice, deps: CommandDeps, first?: string): Reply {
  const { number, header, column } = choice
  return toAsker(
    ...(first === undefined ? [] : [{ kind: 'headline', text: first } as const]),
    {
      kind: 'text',
      text: [
        wordsOf(choice).among,
        { bold: headingsOf(choice) },
        ...sharedBy(choice),
        wordsOf(choice).chosen,
        { bold: columnOf(choice) },
        '. Chosen by ',
        { user: choice.chosen_by },
        ' (for ',
        { bold: `#${choice.upload}` },
        ', ',
        { time: choice.chosen_at, style: 'day' },
        '). It holds in the channel it was chosen in.',
      ],
    },
    ...(choice.columns && choice.columns.length > 0
      ? [
          {
            kind: 'list',
            items: choice.columns.map((column) => describeAssigned(choice, column, deps)),
          } as const,
        ]
      : []),
    {
      kind: 'menu',
      action: CHANGE,
      label: `Choose another ${wordsOf(choice).noun}`,
      value: `${number}:${column}`,
      options: header.map((text, index) => ({
        label: nameColumn({ header: text, index }),
        value: `${number}:${index}`,
      })),
    },
    {
      kind: 'buttons',
      buttons: [{ label: 'Forget it', action: FORGET, value: String(number), style: 'danger' }],
    },
    {
      kind: 'note',
      text: [
        'You can also type ',
        { code: `/uploads mapping ${number} <${wordsOf(choice).noun}>` },
        `, with the name or number of the ${wordsOf(choice).noun}.`,
        ...(choice.kind === 'sheet' || choice.kind === 'encoding'
          ? []
          : [
              ' For another column, type ',
              { code: `/uploads mapping ${number} <heading>=<field> <rule>` },
              ', such as ',
              { code: `/uploads mapping ${number} Town=city fill-blanks` },
              '.',
            ]),
      ],
    },
  )
}

/** `Stadt: City, fill blanks only`. */
function describeAssigned(
  { header }: ColumnChoice,
  { index, target, field, rule }: AssignedColumn,
  { catalogue }: CommandDeps,
): Sentence {
  const what =
    target === undefined
      ? []
      : [target === 'field' ? labelOf(field ?? '', { catalogue }) : TARGET_WORDS[target]]
  const how = rule === undefined ? [] : [RULE_WORDS[rule].toLowerCase()]
  return [{ bold: nameColumn({ header: header[index] ?? '', index }) }, `: ${[...what, ...how].join(', ')}`]
}

const TARGET_WORDS = { phone: 'Phone', attribute: 'Kept as it is', ignored: 'Left out' } as const

const SHARE_AGAIN = 'Earlier files are not changed. To update their customers, share the files again.'

function describeChanged(choice: ColumnChoice | null): Reply {
  if (!choice) return describeUnknown()
  return toAsker(
    {
      kind: 'headline',
      text: [wordsOf(choice).files, { bold: columnOf(choice) }, '.'],
    },
    { kind: 'text', text: SHARE_AGAIN },
  )
}

function describeChoiceForgotten(choice: ColumnChoice | null): Reply {
  if (!choice) return describeUnknown()
  if (choice.kind === 'columns')
    return toAsker(
      {
        kind: 'headline',
        text: `The choice of ${plural(choice.columns?.length ?? 0, 'column')} is forgotten. Such files are read by their headings again.`,
      },
      { kind: 'text', text: SHARE_AGAIN },
    )
  return toAsker(
    {
      kind: 'headline',
      text: [
        'The choice of ',
        { bold: columnOf(choice) },
        `${wordsOf(choice).role} is forgotten. I will ask about the next such file.`,
      ],
    },
    { kind: 'text', text: SHARE_AGAIN },
  )
}

function describeNotYours(choice: ColumnChoice): Reply {
  return toAsker(
    {
      kind: 'headline',
      text: [
        'Only ',
        { user: choice.chosen_by },
        `, who chose the ${wordsOf(choice).noun}, and the admins of the bot can change this.`,
      ],
    },
    { kind: 'text', text: ['Ask one of them to type ', { code: `/uploads mapping ${choice.number}` }, '.'] },
  )
}

function describeUnknown(): Reply {
  return toAsker(
    { kind: 'headline', text: 'This choice does not exist.' },
    { kind: 'text', text: ['To see all choices, type ', { code: '/uploads mapping' }, '.'] },
  )
}
