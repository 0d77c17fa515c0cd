import type { ColumnChoice } from '../../models/index.ts'
import { findNamedColumns } from '../../src/customers/columns/index.ts'
import { type AssignedColumn, readRuleWord, readTargetWord } from '../../src/customers/fields/index.ts'
import {
  changeChoice,
  changeColumn,
  findChoiceByNumber,
  forgetChoice,
  listChoices,
} from '../../src/uploads/answers/index.ts'
import { nameColumn } from '../reading/index.ts'
import {
  type ActionDefinition,
  type ActionInput,
  type CommandDeps,
  type CommandInput,
  isAdmin,
  onlyInChannels,
  type Reply,
  traced,
} from '../reply/index.ts'
import {
  CHANGE_CHOICE,
  describeChanged,
  describeChoice,
  describeChoiceForgotten,
  describeChoices,
  describeNotYours,
  describeUnknown,
  FORGET_CHOICE,
  SHARE_AGAIN,
  wordsOf,
} from './mapping-reply.ts'

/** Maximum of listed choices, the latest first. */
const MAX_LISTED = 20

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
  const problem = explainName(choice, rest.join(' '))
  const [column = -1] = findColumns(choice, rest.join(' '))
  if (problem !== undefined) return describeChoice(choice, deps, problem)
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
  const heading = text.slice(0, at)
  if (choice.kind === 'sheet' || choice.kind === 'encoding')
    return describeChoice(choice, deps, `These files have no column "${heading.trim()}".`)
  const problem = explainName(choice, heading)
  const [index = -1] = findColumns(choice, heading)
  const answer = readAssignment(text.slice(at + 1), deps)
  if (problem !== undefined || !answer)
    return describeChoice(choice, deps, problem ?? `"${text.slice(at + 1).trim()}" is no field and no rule.`)
  const refusal = refuse(choice, user, deps)
  if (refusal) return refusal
  if (index === choice.column && answer.target !== undefined && answer.target !== 'phone')
    return describeChoice(
      choice,
      deps,
      `"${nameColumn({ header: choice.header[index] ?? '', index })}" is the phone column of these files. Choose another phone column first.`,
    )
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
    name: CHANGE_CHOICE,
    scopeOf: onlyInChannels,
    replacesQuestion: true,
    run: pressChange,
  },
  {
    name: FORGET_CHOICE,
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

/** The columns with this heading, or the one with this number from 1. */
function findColumns({ header }: ColumnChoice, wanted: string): readonly number[] {
  return findNamedColumns(header, wanted.trim().replace(/^["'“”]|["'“”]$/g, ''))
}

/** Why a name is not one column; undefined if it is. */
function explainName(choice: ColumnChoice, wanted: string): string | undefined {
  const found = findColumns(choice, wanted)
  const { noun } = wordsOf(choice)
  if (found.length === 0) return `These files have no ${noun} "${wanted.trim()}".`
  if (found.length === 1) return undefined
  const numbers = found.map((index) => index + 1).join(', ')
  return `These files have several columns "${wanted.trim()}": ${numbers}. Type its number.`
}
