import { type CancelAnswer, cancelUpload } from '../../src/uploads/worker/index.ts'
import { resolvePressed } from '../access/index.ts'
import { CANCEL_UPLOAD, isReply, nameThread, nameUploadBriefly } from '../receipts/index.ts'
import {
  type ActionDefinition,
  type ActionInput,
  type CommandDeps,
  describeGone,
  everywhereForUploads,
  type Inline,
  type Reply,
  toAsker,
  traced,
} from '../reply/index.ts'

/** Stops an import that waits or runs. */
export const CANCEL_ACTIONS: readonly ActionDefinition[] = [
  { name: CANCEL_UPLOAD, scopeOf: everywhereForUploads, run: cancel },
]

async function cancel(input: ActionInput, deps: CommandDeps): Promise<Reply> {
  const upload = await resolvePressed(input.value, input, deps)
  if (!upload) return describeGone()
  if (isReply(upload)) return upload
  const { user, now } = input
  const answer = await cancelUpload(deps.models, upload, { user, now, admins: deps.admins ?? new Set() })
  if (answer === 'ended' || answer === 'stopping') deps.onWorkQueued?.()
  const thread = answer === 'held' ? await nameThread(upload, deps) : ''
  const text = describeAnswer(answer, nameUploadBriefly(upload), upload.source.user, thread)
  const isDone = answer === 'ended' || answer === 'stopping'
  const did = isDone || answer === 'not_allowed' ? 'cancelled' : 'asked'
  return traced(toAsker({ kind: 'text', text }), did, {
    uploads: [upload.number],
    ...(answer === 'not_allowed' && { isRefused: true as const }),
  })
}

function describeAnswer(
  answer: CancelAnswer,
  name: readonly Inline[],
  user: string,
  thread: Inline,
): readonly Inline[] {
  switch (answer) {
    case 'ended':
      return [...name, ' is cancelled. Nothing was imported.']
    case 'stopping':
      return [...name, ' stops after the rows being written now. The receipt will show how far it came.']
    case 'held':
      return [...name, ' waits for a decision. To discard it, answer in its thread: ', thread, '.']
    case 'over':
      return [...name, ' is finished, so it cannot be cancelled. To take it back, press Undo.']
    case 'no_import':
      return [...name, ' cannot be cancelled. Only imports can.']
    case 'not_allowed':
      return ['Only ', { user }, ', who uploaded it, and the admins of the bot can cancel ', ...name, '.']
  }
}
