import type { ChosenColumns, ColumnWindow, FileUpload } from '../../models/index.ts'
import type { AssignedColumn } from '../../src/customers/fields/index.ts'
import { isTransientFailure } from '../../src/errors.ts'
import {
  countForgottenRows,
  findColumnWindow,
  findSampledCustomers,
  hashReading,
  readAgain,
  rememberColumnWindow,
  saveColumnWindow,
  takeColumnWindow,
} from '../../src/uploads/columns/index.ts'
import { checkUndoable, queueUndo } from '../../src/uploads/undo/index.ts'
import { resolvePressed } from '../access/index.ts'
import { WRONG_COLUMN } from '../reading/index.ts'
import {
  countUndoCustomers,
  describeForecast,
  describeRefusal,
  isReply,
  isSharedIn,
} from '../receipts/index.ts'
import {
  type ActionDefinition,
  type ActionInput,
  type CommandDeps,
  type FormChoices,
  onlyInChannels,
  plural,
  type Reply,
  type Sentence,
  toAsker,
  traced,
} from '../reply/index.ts'
import { createColumnsForm, findProblem, findUnreadable, mergeChoices } from './columns-form.ts'

/** Undoes an upload and reads its file again, after confirmation in the columns modal. */
const REREAD_CONFIRM = 'reread_confirm'
const NOBODY: ReadonlySet<string> = new Set()

export const COLUMN_ACTIONS: readonly ActionDefinition[] = [
  { name: WRONG_COLUMN, scopeOf: onlyInChannels, run: open },
  {
    name: REREAD_CONFIRM,
    scopeOf: onlyInChannels,
    replacesQuestion: true,
    confirms: true,
    run: confirm,
  },
]

/** Opens the modal with every column of a file. Only the person who opened it sees its cells. */
async function open(input: ActionInput, deps: CommandDeps): Promise<Reply> {
  const upload = await findHere(input.value, input, deps)
  if (isReply(upload)) return upload
  const refusal = await refuseState(upload, input, deps)
  if (refusal) return refusal
  if (!(await input.openWindow?.()))
    return replyText('The window did not open in time. Press ', { bold: 'Wrong column?' }, ' again.')
  const { team, channel, user } = input
  const columns = [...(upload.file.columns?.columns ?? [])]
  const reading = hashReading(upload)
  const window = { upload: upload.number, team, channel, user, columns, reading }
  const token = await rememberColumnWindow(deps.models, window)
  return await showForm(upload, createColumnsForm(upload, { _id: token, columns }, deps.catalogue, 0), deps)
}

/** A page of the modal, with the audit entry for the customers whose cells it shows. */
async function showForm(
  upload: FileUpload,
  form: NonNullable<Reply['form']>,
  { models, defaultRegion }: CommandDeps,
  problem?: string,
): Promise<Reply> {
  return traced({ ...replyText(problem ?? 'Choose the columns in the window.'), form }, 'looked_up', {
    uploads: [upload.number],
    customers: await findSampledCustomers(models, upload.file.sample ?? [], defaultRegion),
  })
}

/** A page was left, or the modal submitted. Rights are checked again. */
interface SentForm {
  readonly token: string
  readonly choices: FormChoices
  /** The page to show next; absent after submit. */
  readonly page?: number
}

/** The channel a modal was opened in, if this person has such a modal. */
export async function findFormChannel(
  token: string,
  user: string,
  { models }: CommandDeps,
): Promise<string | undefined> {
  return (await findColumnWindow(models, token, user))?.channel
}

export async function answerForm(
  { token, choices, page }: SentForm,
  input: Omit<ActionInput, 'value'>,
  deps: CommandDeps,
): Promise<Reply> {
  const window = await findColumnWindow(deps.models, token, input.user)
  if (!window || window.channel !== input.channel) return describeOver()
  const upload = await findHere(String(window.upload), input, deps)
  if (isReply(upload)) return upload
  if (window.reading !== undefined && window.reading !== hashReading(upload))
    return replyText(
      `The columns of #${upload.number} were changed after this window was opened. Nothing was changed now. Open it again.`,
    )
  const columns = mergeChoices(upload, window.columns, choices, deps.catalogue)
  await saveColumnWindow(deps.models, window, columns)
  const saved = { ...window, columns }
  const problem =
    findUnreadable(upload, choices, deps.catalogue) ??
    (page === undefined ? findProblem(upload, columns) : undefined)
  if (page !== undefined || problem !== undefined) {
    const form = createColumnsForm(upload, saved, deps.catalogue, page ?? 0, problem)
    return await showForm(upload, form, deps, problem)
  }
  return await send(upload, saved, input, deps)
}

async function send(
  upload: FileUpload,
  window: ColumnWindow,
  input: Omit<ActionInput, 'value'>,
  deps: CommandDeps,
): Promise<Reply> {
  if (isUnchanged(window.columns, upload.file.columns?.columns ?? []))
    return replyText('You changed no column, so nothing is read again.')
  if (upload.status === 'held') return await sendHeld(upload, window, input, deps)
  const refusal = await refuseState(upload, input, deps)
  if (refusal) return refusal
  const gone = await findGone(upload, deps)
  if (gone) return gone
  return await askToReread(upload, window, input, deps)
}

function isUnchanged(now: readonly AssignedColumn[], before: readonly AssignedColumn[]): boolean {
  const shown = (columns: readonly AssignedColumn[]) =>
    JSON.stringify(
      columns
        .map(({ index, target = '', field = '', rule = '' }) => [index, target, field, rule])
        .sort(([a], [b]) => Number(a) - Number(b)),
    )
  return shown(now) === shown(before)
}

async function sendHeld(
  upload: FileUpload,
  window: ColumnWindow,
  { user, now }: Omit<ActionInput, 'value'>,
  deps: CommandDeps,
): Promise<Reply> {
  if (!(await takeColumnWindow(deps.models, window))) return describeOver()
  const again = await readAgain(deps.models, upload, chosenBy(window, user, now))
  if (!again) return replyText(`#${upload.number} no longer waits for an answer. Nothing was changed.`)
  deps.onUploadAnswered?.(again)
  const reply = replyText(
    { bold: `#${upload.number}` },
    ' ',
    { code: upload.file.name },
    ' is read again. The preview will be posted in its thread.',
  )
  return traced(reply, 'changed_mapping', { uploads: [upload.number] })
}

const chosenBy = ({ columns }: ColumnWindow, by: string, at: Date): ChosenColumns => ({ columns, by, at })

/** Shows what reading a finished file again would do, and asks for confirmation. */
async function askToReread(
  upload: FileUpload,
  window: ColumnWindow,
  input: Omit<ActionInput, 'value'>,
  deps: CommandDeps,
): Promise<Reply> {
  const { user } = input
  const verdict = await checkUndoable(deps.models, upload.number, { user, admins: deps.admins ?? NOBODY })
  if (verdict.kind !== 'possible') return describeRefusal(verdict, upload.number)
  const counts = await countUndoCustomers(verdict, input, deps, { isWaiting: false })
  const forecast = describeForecast(verdict, counts)
  const list = forecast.parts.filter(({ kind }) => kind === 'list')
  const forgotten = await countForgottenRows(deps.models, upload)
  const reply = toAsker(
    {
      kind: 'headline',
      text: [
        'Undo ',
        { bold: `#${upload.number}` },
        ' ',
        { code: upload.file.name },
        ' and read it again with these columns?',
      ],
    },
    ...list,
    {
      kind: 'text',
      text: 'Then the file is imported again as a new upload. Values of files that were shared later stay.',
    },
    ...(forgotten > 0
      ? [
          {
            kind: 'text',
            text: `The file still has ${plural(forgotten, 'row')} of forgotten people. They are imported again, too.`,
          } as const,
        ]
      : []),
    {
      kind: 'buttons',
      buttons: [{ label: 'Undo and read again', action: REREAD_CONFIRM, value: window._id, style: 'danger' }],
    },
  )
  return traced(reply, 'looked_up', { uploads: [upload.number] })
}

async function confirm(input: ActionInput, deps: CommandDeps): Promise<Reply> {
  const window = await findColumnWindow(deps.models, input.value, input.user)
  if (!window || window.channel !== input.channel) return describeOver()
  const upload = await findHere(String(window.upload), input, deps)
  if (isReply(upload)) return upload
  const gone = await findGone(upload, deps)
  if (gone) return gone
  if (!(await takeColumnWindow(deps.models, window))) return describeOver()
  const { user, team, channel, now } = input
  const asker = { user, team, channel, now, admins: deps.admins ?? NOBODY }
  const queued = await queueUndo(deps.models, upload.number, asker, chosenBy(window, user, now))
  if (queued.kind !== 'queued') return describeRefusal(queued, upload.number)
  deps.onWorkQueued?.()
  const reply = replyText(
    'The undo is queued as ',
    { bold: `#${queued.undo.number}` },
    '. After it the file is read again. Both receipts will be posted as replies to ',
    { code: upload.file.name },
    '.',
  )
  return traced(reply, 'undid', { uploads: [upload.number, queued.undo.number] })
}

/** A file deleted from Slack can't be read again, so it must not be undone. */
async function findGone(upload: FileUpload, { checkFile }: CommandDeps): Promise<Reply | undefined> {
  try {
    await checkFile?.(upload)
    return undefined
  } catch (thrown) {
    if (isTransientFailure(thrown)) throw thrown
    return toAsker(
      {
        kind: 'headline',
        text: [
          { code: upload.file.name },
          " is no longer in Slack, so it can't be read again. Nothing was undone.",
        ],
      },
      { kind: 'text', text: 'To import it with other columns, share it again.' },
    )
  }
}

/** Why the columns of an upload can't be corrected, or not by this person. */
async function refuseState(
  upload: FileUpload,
  { user }: Pick<ActionInput, 'user'>,
  deps: CommandDeps,
): Promise<Reply | undefined> {
  const { status, number } = upload
  if (status === 'held') return undefined
  if (status === 'queued' || status === 'running')
    return replyText(`#${number} is not finished yet. Ask again after its receipt is posted.`)
  const verdict = await checkUndoable(deps.models, number, { user, admins: deps.admins ?? NOBODY })
  if (verdict.kind === 'possible') return undefined
  const reply = describeRefusal(verdict, number)
  return verdict.kind === 'not_allowed'
    ? traced(reply, 'undid', { isRefused: true, uploads: [number] })
    : reply
}

/** An import that was shared in this channel. */
async function findHere(
  value: string,
  input: Omit<ActionInput, 'value'>,
  deps: CommandDeps,
): Promise<FileUpload | Reply> {
  const upload = await resolvePressed(value, input, deps)
  if (upload && isReply(upload)) return upload
  if (!upload || !isSharedIn(upload, input) || upload.kind !== 'import' || !upload.file.header)
    return replyText('There are no columns to correct here. Nothing was changed.')
  return upload
}

const describeOver = (): Reply =>
  replyText('This window was sent already, or was open for too long. Nothing was changed. Open it again.')

const replyText = (...text: Extract<Sentence, readonly unknown[]>): Reply => toAsker({ kind: 'text', text })
