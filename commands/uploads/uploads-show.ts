import type { FieldSummary, FileUpload } from '../../models/index.ts'
import { describeWritten } from '../../src/lists/index.ts'
import { nameFailedRows, writeFailedRows } from '../../src/uploads/import/index.ts'
import { findUploadBefore } from '../../src/uploads/queries/index.ts'
import { findProblems, summariseChanges } from '../../src/uploads/results/index.ts'
import { areUndoValuesRemoved } from '../../src/uploads/undo/index.ts'
import { reachOf, resolveNamed, resolvePressed } from '../access/index.ts'
import { showValue } from '../customer/index.ts'
import { sendWritten } from '../customer-lists/index.ts'
import { parseRecent } from '../forms/index.ts'
import {
  describeDecision,
  describeReceipt,
  findMeantUpload,
  isReply,
  isSharedIn,
  MAX_PROBLEMS,
  nameUploadBriefly,
  UNDO_ASK,
} from '../receipts/index.ts'
import {
  type ActionInput,
  type Button,
  brief,
  type CommandDeps,
  type CommandInput,
  describeGone,
  headingsOf,
  type Inline,
  labelOf,
  type NamedDeps,
  nameOfLine,
  pageButton,
  pageButtons,
  pageValue,
  plural,
  type Reply,
  type ReplyPart,
  type Sentence,
  toAsker,
  traced,
  type Viewer,
} from '../reply/index.ts'
import { buildRecentPage, describeResult } from './uploads-recent.ts'
import { findNamedCustomers, secondPhonesButton } from './uploads-second-phones.ts'
import { sharedPhonesButton } from './uploads-shared-phones.ts'

/** Sends the invalid rows to the person. */
export const SEND_FAILED_ROWS = 'send_failed_rows'

/** Rows from which on the reply is slow enough to post progress first. */
const MANY_ROWS = 50_000
/** Maximum of listed fields; a file can have five hundred. */
const MAX_FIELDS = 12
/** Maximum characters of a value in an example. */
const MAX_LETTERS = 40

const VALUES_REMOVED =
  "The row data of its file was deleted by the retention policy, so this undo can't be undone."

/** `/uploads show 42`: the receipt again, and what the file changed. */
export async function showUpload({ text, ...viewer }: CommandInput, deps: CommandDeps): Promise<Reply> {
  const upload = await findMeantUpload(text, viewer, deps, '/uploads show 42')
  if (!isReply(upload)) return await describeUpload(upload, viewer, deps)
  return (await listDays(text.trim().replace(/^(?:me|us) /i, ''), viewer, deps)) ?? upload
}

/** `show today` lists the files of today, unless a file has this name. */
async function listDays(text: string, viewer: Viewer, deps: CommandDeps): Promise<Reply | undefined> {
  const asked = parseRecent(text, { ...deps, ...viewer })
  const isAll = /\b(?:files|uploads|lists)\b/i.test(text)
  const isList =
    asked.kind === 'list' &&
    asked.names === undefined &&
    (asked.period !== undefined || asked.isFailed === true || asked.isOpen === true || isAll)
  if (!isList || (await resolveNamed(text, 1, viewer, deps)).length > 0) return undefined
  const reply = await buildRecentPage([text], viewer, deps)
  return reply.parts.some(({ kind }) => kind === 'table') ? reply : undefined
}

export async function buildUploadPage(
  [number = '']: readonly string[],
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  if (!/^\d{1,9}$/.test(number)) return describeGone()
  const upload = await findMeantUpload(number, viewer, deps, '/uploads show 42')
  return isReply(upload) ? upload : await describeUpload(upload, viewer, deps)
}

async function describeUpload(upload: FileUpload, viewer: Viewer, deps: CommandDeps): Promise<Reply> {
  const { models } = deps
  const isOver = upload.finished_at !== undefined
  const isLong = isOver && upload.changed_fields === undefined && (upload.counts?.rows ?? 0) > MANY_ROWS
  if (isLong)
    await viewer.post?.(
      toAsker({ kind: 'text', text: `Counting what #${upload.number} changed. Please wait a moment.` }),
    )
  const problems = isOver ? await findFirstProblems(upload, deps) : []
  const receipt = isOver
    ? describeReceipt(upload, problems, deps.catalogue).parts
    : upload.status === 'held'
      ? describeWaiting(upload, viewer, deps)
      : [
          {
            kind: 'headline',
            text: [...nameUploadBriefly(upload), ': ', describeResult(upload)].flat(),
          } as const,
        ]
  const before =
    upload.counts && upload.kind === 'import'
      ? await findUploadBefore(models, upload, reachOf(viewer, deps))
      : null
  const shown = pageValue('upload', upload.number)
  const isForGood = upload.kind === 'undo' && (await areUndoValuesRemoved(models, upload))
  const buttons = receipt
    .flatMap((part) => (part.kind === 'buttons' ? part.buttons : []))
    .filter(({ action, value }) => (action === UNDO_ASK ? !isForGood : value !== shown))
  const reply = toAsker(
    ...receipt.filter(({ kind }) => kind !== 'buttons' && kind !== 'note'),
    ...(isOver && upload.kind === 'import'
      ? describeChanges(
          upload.changed_fields ?? (await summariseChanges(models, upload)),
          nameOfLine(upload),
          { ...deps, headings: headingsOf([upload]) },
        )
      : []),
    ...receipt.filter(({ kind }) => kind === 'note'),
    ...(isForGood ? [{ kind: 'note', text: VALUES_REMOVED } as const] : []),
    ...(upload.kind === 'undo' || upload.kind === 'forget'
      ? []
      : [{ kind: 'note', text: describeShare(upload) } as const]),
    pageButtons(
      shown,
      ...failedRowsButton(upload, deps),
      ...sharedPhonesButton(upload, deps),
      ...secondPhonesButton(upload, deps),
      ...(before
        ? [pageButton(`Compare with #${before.number}`, pageValue('compare', upload.number, before.number))]
        : []),
      ...buttons,
    ),
  )
  return traced({ ...reply, rest: pointToFile(upload) }, 'looked_up', {
    uploads: [upload.number],
    customers: await findNamedCustomers(upload, problems, deps),
  })
}

/**
 * A held upload. The decision buttons work in its channel only, so elsewhere the answer names the thread
 * instead.
 */
function describeWaiting(upload: FileUpload, viewer: Viewer, deps: CommandDeps): readonly ReplyPart[] {
  const { parts } = describeDecision(upload, deps.catalogue)
  if (isSharedIn(upload, viewer)) return parts
  return [
    ...parts.filter(({ kind }) => kind !== 'buttons' && kind !== 'menu'),
    { kind: 'text', text: ['Decide in the thread of ', nameFile(upload), '.'] },
  ]
}

async function findFirstProblems({ _id, counts }: FileUpload, { models }: CommandDeps) {
  return counts?.invalid === 0 ? [] : await findProblems(models, _id, MAX_PROBLEMS)
}

/** The file itself has everything. */
function pointToFile(upload: FileUpload): Inline[] {
  return ['To see all of it, open ', nameFile(upload), '.']
}

/** The file's name, as a link if there is one. */
function nameFile({ source, file }: FileUpload): Inline {
  const link = source.kind === 'slack' ? source.message_link : undefined
  return link === undefined ? { code: file.name } : { link, label: file.name }
}

function describeShare({ source, shared_at, file }: FileUpload): Inline[] {
  const link = source.kind === 'slack' ? source.message_link : undefined
  return [
    'Uploaded by ',
    { user: source.user },
    ', ',
    { time: shared_at, style: 'minute' },
    ...(source.kind === 'cli' ? [` from ${source.host}`] : []),
    ...(link === undefined ? [] : [': ', { link, label: file.name }]),
    '.',
  ]
}

function describeChanges(
  fields: readonly FieldSummary[],
  noun: 'line' | 'row',
  deps: NamedDeps,
): ReplyPart[] {
  if (fields.length === 0) return []
  const rest = fields.length - MAX_FIELDS
  const count = (n: number): Sentence => (n === 0 ? '' : [{ count: n }])
  return [
    { kind: 'text', text: 'Changes to existing customers, by number of customers:' },
    {
      kind: 'table',
      columns: ['Field', 'Changed', 'New', 'Cleared', 'Example'],
      rows: fields
        .slice(0, MAX_FIELDS)
        .map(({ path, changed, added, cleared, examples }) => [
          labelOf(path, deps),
          count(changed),
          count(added),
          count(cleared),
          examples
            .map(
              ({ line, from, to }) =>
                `${noun} ${line}: ${brief(showValue(path, from, deps), MAX_LETTERS)} → ${brief(showValue(path, to, deps), MAX_LETTERS)}`,
            )
            .join('; '),
        ]),
    },
    ...(rest > 0 ? [{ kind: 'note', text: `… and ${plural(rest, 'more field')}.` } as const] : []),
  ]
}

function failedRowsButton(
  { counts, number, retention }: FileUpload,
  { sendPrivateFile }: CommandDeps,
): Button[] {
  if (!counts?.invalid || retention || !sendPrivateFile) return []
  return [{ label: 'Send me the rows to correct', action: SEND_FAILED_ROWS, value: String(number) }]
}

/** The invalid rows of an upload, for the person only. */
export async function sendFailedRows({ value, ...viewer }: ActionInput, deps: CommandDeps): Promise<Reply> {
  const upload = (await resolvePressed(value, viewer, deps)) ?? describeGone()
  if (isReply(upload)) return upload
  if (!upload.counts?.invalid) return describeGone()
  if (upload.retention)
    return toAsker({
      kind: 'headline',
      text: `The rows of #${upload.number} were deleted by the retention policy.`,
    })
  const name = nameFailedRows(upload)
  const comment = `The rows of ${upload.file.name} (#${upload.number}) that could not be imported, with the problem and how to fix it. Correct them and share the file in the channel.`
  let limits: string[] = []
  const outcome = await sendWritten(
    deps,
    viewer.user,
    { name, comment, uploads: [upload.number] },
    async (path) => {
      limits = describeWritten(
        await writeFailedRows(deps.models, upload, path, { dateOrder: deps.dateOrder }),
      )
      return true
    },
  )
  return traced(toAsker({ kind: 'text', text: [outcome ?? '', ...limits].join(' ') }), 'exported', {
    uploads: [upload.number],
  })
}
