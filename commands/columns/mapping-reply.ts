import type { ColumnChoice } from '../../models/index.ts'
import type { AssignedColumn } from '../../src/customers/fields/index.ts'
import { nameColumn, RULE_WORDS } from '../reading/index.ts'
import {
  type CommandDeps,
  type Inline,
  labelOf,
  plural,
  type Reply,
  type ReplyPart,
  type Sentence,
} from '../reply/index.ts'

/** Maximum of headings shown per file; the rest is counted. */
const MAX_HEADINGS = 5
export const CHANGE_CHOICE = 'change_column_choice'
export const FORGET_CHOICE = 'forget_column_choice'

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

export function wordsOf({ kind }: ColumnChoice): ChoiceWords {
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

export function describeChoices(choices: readonly ColumnChoice[]): Reply {
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

export function describeChoice(choice: ColumnChoice, deps: CommandDeps, first?: string): Reply {
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
      action: CHANGE_CHOICE,
      label: `Choose another ${wordsOf(choice).noun}`,
      value: `${number}:${column}`,
      options: header.map((text, index) => ({
        label: nameColumn({ header: text, index }),
        value: `${number}:${index}`,
      })),
    },
    {
      kind: 'buttons',
      buttons: [{ label: 'Forget it', action: FORGET_CHOICE, value: String(number), style: 'danger' }],
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

export const SHARE_AGAIN = 'Earlier files are not changed. To update their customers, share the files again.'

export function describeChanged(choice: ColumnChoice | null): Reply {
  if (!choice) return describeUnknown()
  return toAsker(
    {
      kind: 'headline',
      text: [wordsOf(choice).files, { bold: columnOf(choice) }, '.'],
    },
    { kind: 'text', text: SHARE_AGAIN },
  )
}

export function describeChoiceForgotten(choice: ColumnChoice | null): Reply {
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

export function describeNotYours(choice: ColumnChoice): Reply {
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

export function describeUnknown(): Reply {
  return toAsker(
    { kind: 'headline', text: 'This choice does not exist.' },
    { kind: 'text', text: ['To see all choices, type ', { code: '/uploads mapping' }, '.'] },
  )
}
