import type { FileUpload } from '../../models/index.ts'
import { checkUndoable, queueUndo, type UndoRefusal } from '../../src/uploads/undo/index.ts'
import { resolveLastChange } from '../access/index.ts'
import { parseUploadReference } from '../forms/index.ts'
import {
  countUndoCustomers,
  describeForecast,
  describeQueuedUndo,
  describeRefusal,
  findMeantUpload,
  isReply,
  nameThread,
  UNDO_ASK,
  UNDO_CONFIRM,
} from '../receipts/index.ts'
import {
  type ActionDefinition,
  type ActionInput,
  type CommandDeps,
  type CommandInput,
  describeGone,
  everywhereForUploads,
  type Reply,
  toAsker,
  traced,
} from '../reply/index.ts'

const EXAMPLE = '/uploads undo 42'
const NOBODY: ReadonlySet<string> = new Set()

type Asker = Pick<ActionInput, 'user' | 'now' | 'openWindow' | 'post'>

/** `/uploads undo 42`, `undo last`: shows what it would do, and asks for confirmation. */
export async function runUndoCommand(input: CommandInput, deps: CommandDeps): Promise<Reply> {
  if (parseUploadReference(input.text.replace(/^my /i, '')) === 'last') {
    const last = await resolveLastChange(input, deps)
    return last ? await ask(last.number, input, deps) : describeNoChange()
  }
  const upload = await findMeantUpload(input.text, input, deps, EXAMPLE)
  return isReply(upload) ? upload : await ask(upload.number, input, deps)
}

export const UNDO_ACTIONS: readonly ActionDefinition[] = [
  {
    name: UNDO_ASK,
    scopeOf: everywhereForUploads,
    run: async (input, deps) => {
      const upload = await findPressed(input, deps)
      return isReply(upload) ? upload : await ask(upload.number, input, deps)
    },
  },
  {
    name: UNDO_CONFIRM,
    scopeOf: everywhereForUploads,
    replacesQuestion: true,
    confirms: true,
    run: confirm,
  },
]

async function findPressed(input: ActionInput, deps: CommandDeps): Promise<FileUpload | Reply> {
  const number = readNumber(input.value)
  return number === undefined ? describeGone() : await findMeantUpload(String(number), input, deps, EXAMPLE)
}

/** `last` is the person's own upload, so that nobody undoes another person's file by mistake. */
function describeNoChange(): Reply {
  return toAsker(
    { kind: 'headline', text: 'No file that you shared in your channels changed a customer.' },
    {
      kind: 'text',
      text: ['To undo the file of somebody else, type its number, for example ', { code: EXAMPLE }, '.'],
    },
  )
}

async function ask(number: number, asker: Asker, deps: CommandDeps): Promise<Reply> {
  const { user, openWindow } = asker
  const verdict = await checkUndoable(deps.models, number, { user, admins: deps.admins ?? NOBODY })
  if (verdict.kind !== 'possible') return refuse(verdict, number)
  const isWaiting = (await openWindow?.()) ?? false
  const counts = await countUndoCustomers(verdict, asker, deps, { isWaiting })
  const forecast = describeForecast(verdict, counts)
  return traced(forecast, 'looked_up', { uploads: [number] })
}

async function confirm(input: ActionInput, deps: CommandDeps): Promise<Reply> {
  const upload = await findPressed(input, deps)
  if (isReply(upload)) return upload
  const { number } = upload
  const { user, team, channel, now } = input
  const admins = deps.admins ?? NOBODY
  const answer = await queueUndo(deps.models, number, { user, team, channel, now, admins })
  if (answer.kind !== 'queued') return refuse(answer, number)
  deps.onWorkQueued?.()
  return traced(describeQueuedUndo(answer.undo, await nameThread(upload, deps)), 'undid', {
    uploads: [number, answer.undo.number],
  })
}

function refuse(refusal: UndoRefusal, number: number): Reply {
  const reply = describeRefusal(refusal, number)
  return refusal.kind === 'not_allowed'
    ? traced(reply, 'undid', { isRefused: true, uploads: [number] })
    : reply
}

/** A button's value; it comes over the network. */
function readNumber(value: string): number | undefined {
  return /^\d{1,9}$/.test(value) ? Number(value) : undefined
}
