import { checkUndoable, countUndo, queueUndo, type UndoRefusal } from '../../src/uploads/undo/index.ts'
import {
  describeForecast,
  describeQueuedUndo,
  describeRefusal,
  findMeantUpload,
  isReply,
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
  traced,
} from '../reply/index.ts'

const NOBODY: ReadonlySet<string> = new Set()

type Asker = Pick<ActionInput, 'user' | 'now'>

/** `/uploads undo 42`, `undo last`: says what it would do, and does nothing before it is told to. */
export async function runUndoCommand(input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const upload = await findMeantUpload(input.text, deps, '/uploads undo 42')
  return isReply(upload) ? upload : await ask(upload.number, input, deps)
}

export const UNDO_ACTIONS: readonly ActionDefinition[] = [
  {
    name: UNDO_ASK,
    scopeOf: everywhereForUploads,
    run: async (input, deps) => {
      const number = readNumber(input.value)
      return number === undefined ? describeGone() : await ask(number, input, deps)
    },
  },
  { name: UNDO_CONFIRM, scopeOf: everywhereForUploads, replacesQuestion: true, run: confirm },
]

async function ask(number: number, { user, now }: Asker, deps: CommandDeps): Promise<Reply> {
  const verdict = await checkUndoable(deps.models, number, { user, admins: deps.admins ?? NOBODY })
  if (verdict.kind !== 'possible') return refuse(verdict, number)
  return describeForecast(verdict, await countUndo(deps.models, verdict, now))
}

async function confirm({ value, user, team, channel, now }: ActionInput, deps: CommandDeps): Promise<Reply> {
  const number = readNumber(value)
  if (number === undefined) return describeGone()
  const admins = deps.admins ?? NOBODY
  const answer = await queueUndo(deps.models, number, { user, team, channel, now, admins })
  if (answer.kind !== 'queued') return refuse(answer, number)
  deps.onWorkQueued?.()
  return traced(describeQueuedUndo(answer.undo), 'undid', { uploads: [number, answer.undo.number] })
}

function refuse(refusal: UndoRefusal, number: number): Reply {
  const reply = describeRefusal(refusal, number)
  return refusal.kind === 'not_allowed'
    ? traced(reply, 'undid', { isRefused: true, uploads: [number] })
    : reply
}

/** What a button carries; it came over the network. */
function readNumber(value: string): number | undefined {
  return /^\d{1,9}$/.test(value) ? Number(value) : undefined
}
