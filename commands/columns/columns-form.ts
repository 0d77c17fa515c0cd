import type { ColumnWindow, FileUpload } from '../../models/index.ts'
import {
  type AssignedColumn,
  type ColumnMapping,
  FIELD_RULES,
  type FieldCatalogue,
  type FieldRule,
} from '../../src/customers/fields/index.ts'
import { RULE_WORDS, shortColumn } from '../reading/index.ts'
import type { Form, FormChoices, Sentence } from '../reply/index.ts'

/** Columns per page, and the bytes of their menus, out of 250 KB for a modal. */
const MAX_ROWS = 40
const MAX_BYTES = 150_000
/** Bytes of an option beside its label. */
const OPTION_BYTES = 50
const MAX_LETTERS = 150

const TARGET = 'target'
const RULE = 'rule'
/** Menu values that are no fields; field names are lower snake case. */
const AS_IT_IS = 'AS_IT_IS'
const LEFT_OUT = 'LEFT_OUT'
const PHONE = 'PHONE'

type Option = { readonly label: string; readonly value: string }

/** One page of a file's columns, as read or as chosen since. */
export function createColumnsForm(
  upload: FileUpload,
  { _id: token, columns }: Pick<ColumnWindow, '_id' | 'columns'>,
  catalogue: FieldCatalogue,
  wantedPage: number,
  problem?: string,
): Form {
  const targets = targetOptions(catalogue)
  const size = pageSize(targets)
  const all = columnsOf(upload)
  const pages = Math.max(1, Math.ceil(all.length / size))
  const page = Math.min(wantedPage, pages - 1)
  const chosen = new Map(columns.map((one) => [one.index, one]))
  return {
    token,
    title: 'Columns',
    submit: 'Read again',
    intro: introduce(upload, page, pages, problem),
    rows: all.slice(page * size, (page + 1) * size).map((column) => {
      const answer = chosen.get(column.index)
      return {
        id: String(column.index),
        text: describeColumn(column, upload),
        menus: [
          {
            name: TARGET,
            label: 'As its heading says',
            value: optionOf(answer?.target === undefined ? column : answer),
            options: targets,
          },
          {
            name: RULE,
            label: 'Rule',
            value: answer?.rule ?? ruleOf(column, upload),
            options: FIELD_RULES.map((rule) => ({ label: RULE_WORDS[rule], value: rule })),
          },
        ],
      }
    }),
    turns: [
      ...(page > 0 ? [{ label: 'Previous columns', page: page - 1 }] : []),
      ...(page < pages - 1 ? [{ label: 'Next columns', page: page + 1 }] : []),
    ],
  }
}

type FormColumn = Pick<ColumnMapping, 'index' | 'header' | 'field'> & {
  /** Absent if the column's target is unknown. */
  readonly target?: ColumnMapping['target']
}

/** The columns as read, or by the header while a question is open. */
function columnsOf({ file }: FileUpload): readonly FormColumn[] {
  return file.mapping?.columns ?? (file.header ?? []).map((header, index) => ({ index, header, field: '' }))
}

function introduce(
  { number, file, status }: FileUpload,
  page: number,
  pages: number,
  problem: string | undefined,
): Sentence[] {
  const what =
    status === 'held'
      ? 'The file is read again, and shown before it is imported.'
      : 'Before anything is undone, you are asked.'
  return [
    ...(problem === undefined ? [] : [[{ bold: problem }] as const]),
    [
      { bold: `#${number}` },
      ' ',
      { code: file.name },
      `: choose what each column is, and what its values do to known customers. ${what}`,
    ],
    ...(pages > 1 ? [`Page ${page + 1} of ${pages}.`] : []),
  ]
}

/** The heading and the first cells, on two lines. */
function describeColumn(column: FormColumn, { file }: FileUpload): string {
  const cells = file.sample?.find(({ index }) => index === column.index)?.cells ?? []
  const heading = shortColumn(column, MAX_LETTERS)
  return cells.length === 0 ? heading : `${heading}\n${cells.map(({ text }) => text).join('  ·  ')}`
}

function targetOptions({ fields }: FieldCatalogue): readonly Option[] {
  const own = fields.filter(({ name }) => !PHONE_FIELDS.has(name))
  return [
    { label: 'Phone', value: PHONE },
    ...own.map(({ name, label }) => ({ label, value: name })),
    { label: 'Keep as it is', value: AS_IT_IS },
    { label: 'Leave out', value: LEFT_OUT },
  ]
}

/** The order of phone columns decides which is the customer's primary phone. */
const PHONE_FIELDS: ReadonlySet<string> = new Set(['primary_phone', 'other_phones'])

function pageSize(targets: readonly Option[]): number {
  const bytes = targets.reduce((sum, { label, value }) => sum + label.length + value.length + OPTION_BYTES, 0)
  return Math.max(1, Math.min(MAX_ROWS, Math.floor(MAX_BYTES / bytes)))
}

function optionOf({
  target,
  field = '',
}: {
  readonly target?: ColumnMapping['target'] | undefined
  readonly field?: string | undefined
}): string | undefined {
  switch (target) {
    case 'phone':
      return PHONE
    case 'field':
      return field
    case 'attribute':
      return AS_IT_IS
    case 'ignored':
      return LEFT_OUT
    case undefined:
      return undefined
  }
}

/** The rule a column was read by. */
function ruleOf({ target, field }: FormColumn, { file }: FileUpload): FieldRule {
  const path = target === 'attribute' ? `attributes.${field}` : field
  return file.mapping?.rules?.find((one) => one.path === path)?.rule ?? 'overwrite'
}

/**
 * Merges a page's choices into earlier ones. Keeps only differences from how the file was read, so that the
 * headings decide the rest. The choices come over the network and are checked.
 */
export function mergeChoices(
  upload: FileUpload,
  before: readonly AssignedColumn[],
  choices: FormChoices,
  catalogue: FieldCatalogue,
): AssignedColumn[] {
  const merged = new Map(before.map((one) => [one.index, one]))
  const earlier = new Map((upload.file.columns?.columns ?? []).map((one) => [one.index, one]))
  for (const column of columnsOf(upload)) {
    const picked = choices[String(column.index)]
    if (!picked) continue
    const output = readChoice(column, picked, upload, catalogue, earlier.get(column.index))
    if (output) merged.set(column.index, output)
    else merged.delete(column.index)
  }
  return [...merged.values()].sort((a, b) => a.index - b.index)
}

function readChoice(
  column: FormColumn,
  picked: Readonly<Record<string, string>>,
  upload: FileUpload,
  catalogue: FieldCatalogue,
  earlier: AssignedColumn | undefined,
): AssignedColumn | undefined {
  const { index } = column
  const target = picked[TARGET]
  const isOther = target !== undefined && target !== optionOf(column)
  const assigned = isOther ? readTarget(target, catalogue) : keepTarget(earlier)
  const rule = FIELD_RULES.find((one) => one === picked[RULE])
  const isOtherRule = rule !== undefined && rule !== ruleOf(column, upload)
  const chosenRule = isOtherRule ? rule : earlier?.rule
  if (!assigned && chosenRule === undefined) return undefined
  return { index, ...assigned, ...(chosenRule !== undefined && { rule: chosenRule }) }
}

/** Earlier choices for the file stay. */
function keepTarget(
  earlier: AssignedColumn | undefined,
): Pick<AssignedColumn, 'target' | 'field'> | undefined {
  if (earlier?.target === undefined) return undefined
  return { target: earlier.target, ...(earlier.field !== undefined && { field: earlier.field }) }
}

function readTarget(
  value: string,
  catalogue: FieldCatalogue,
): Pick<AssignedColumn, 'target' | 'field'> | undefined {
  if (value === PHONE) return { target: 'phone' }
  if (value === AS_IT_IS) return { target: 'attribute' }
  if (value === LEFT_OUT) return { target: 'ignored' }
  return catalogue.field(value) ? { target: 'field', field: value } : undefined
}

/** Why a pick cannot be read: the window may be older than the catalogue. Undefined if it can be. */
export function findUnreadable(
  upload: FileUpload,
  choices: FormChoices,
  catalogue: FieldCatalogue,
): string | undefined {
  const unread = columnsOf(upload).filter((column) => {
    const target = choices[String(column.index)]?.[TARGET]
    return target !== undefined && target !== optionOf(column) && !readTarget(target, catalogue)
  })
  if (unread.length === 0) return undefined
  const names = unread.map((column) => `"${shortColumn(column, MAX_LETTERS)}"`)
  return `The field you chose for ${names.join(', ')} no longer exists. Choose another one.`
}

/** Why a choice is not possible; undefined if it is. */
export function findProblem(upload: FileUpload, columns: readonly AssignedColumn[]): string | undefined {
  const printed = new Map(columns.map((one) => [one.index, one]))
  const after = columnsOf(upload).map((column) => {
    const one = printed.get(column.index)
    return {
      column,
      rule: one?.rule,
      target: one?.target ?? column.target,
      field: one?.target === undefined ? column.field : (one.field ?? ''),
    }
  })
  if (upload.file.mapping && !after.some(({ target }) => target === 'phone'))
    return 'No column is the phone. Choose the column with the phone numbers.'
  const rules = new Map<string, FieldRule>()
  for (const { target, field, rule } of after) {
    if (target !== 'field' || rule === undefined) continue
    const other = rules.get(field)
    if (other !== undefined && other !== rule)
      return `Two columns of the same field have different rules: ${RULE_WORDS[other]} and ${RULE_WORDS[rule]}.`
    rules.set(field, rule)
  }
  return undefined
}
