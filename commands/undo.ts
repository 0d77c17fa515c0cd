import { countUndo, judgeUndo, queueUndo, type UndoRefusal } from '../src/uploads/undo-request.ts'
import type { ActionDefinition, ActionInput } from './action.ts'
import type { CommandDeps, CommandInput } from './command.ts'
import type { Reply } from './reply.ts'
import { traced } from './trace.ts'
import {
  describeForecast,
  describeQueuedUndo,
  describeRefusal,
  UNDO_ASK,
  UNDO_CONFIRM,
} from './undo-reply.ts'

const NOBODY: ReadonlySet<string> = new Set()

type Asker = Pick<ActionInput, 'user' | 'team' | 'channel' | 'now'>

/** `/uploads undo 42`: says what it would do, and does nothing before it is told to. */
export async function runUndoCommand(input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const [, word = ''] = input.text.trim().split(/\s+/)
  return await ask(word, input, deps)
}

export const UNDO_ACTIONS: readonly ActionDefinition[] = [
  { name: UNDO_ASK, run: (input, deps) => ask(input.value, input, deps) },
  { name: UNDO_CONFIRM, replacesQuestion: true, run: confirm },
]

async function ask(text: string, { user, now }: Asker, deps: CommandDeps): Promise<Reply> {
  const number = readNumber(text)
  if (number === undefined) return askForNumber()
  const verdict = await judgeUndo(deps.models, number, { user, admins: deps.admins ?? NOBODY })
  if (verdict.kind !== 'possible') return refuse(verdict, number)
  return describeForecast(verdict, await countUndo(deps.models, verdict, now))
}

async function confirm({ value, user, team, channel, now }: ActionInput, deps: CommandDeps): Promise<Reply> {
  const number = readNumber(value)
  if (number === undefined) return askForNumber()
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

/** `42` or `#42`. */
function readNumber(text: string): number | undefined {
  const digits = /^#?(\d{1,9})$/.exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

function askForNumber(): Reply {
  return {
    visibility: 'asker',
    parts: [
      { kind: 'headline', text: 'Which upload? Give me its number.' },
      {
        kind: 'text',
        text: [
          'For example ',
          { code: '/uploads undo 42' },
          '. ',
          { code: '/uploads recent' },
          ' lists them.',
        ],
      },
    ],
  }
}
