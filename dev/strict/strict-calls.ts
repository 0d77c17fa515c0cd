import type { FrontLayer } from '../slack/index.ts'
import { argumentsOf, methodOf } from './call-arguments.ts'
import { checkCall, checkResponse, type Refusal } from './method-rules.ts'

/** A call that Slack never accepts, or a late acknowledgement, that no fault or person caused. */
export interface Mistake extends Refusal {
  readonly method: string
}

/**
 * Refuses what Slack would refuse, and records it: the bot retries some refusals with an older form, which
 * would hide them.
 */
export function createStrictCalls(): {
  readonly layer: FrontLayer
  readonly mistakes: readonly Mistake[]
  /** Checks a message to a response_url. */
  checkAnswer(message: Readonly<Record<string, unknown>>): Refusal | undefined
  /** Records a delivery that was not acknowledged within the three seconds Slack waits. */
  noteLateAck(what: string): void
} {
  const mistakes: Mistake[] = []
  const note = (method: string, refusal: Refusal | undefined) => {
    if (refusal) mistakes.push({ method, ...refusal })
    return refusal
  }

  return {
    mistakes,
    noteLateAck: (what) => void note('acknowledgement', { error: 'operation_timeout', messages: [what] }),
    checkAnswer: (message) => note('response_url', checkResponse(message)),
    async layer(call, next) {
      const method = methodOf(call)
      if (method === undefined) return await next(call)
      const refusal = note(method, checkCall(method, argumentsOf(call)))
      if (!refusal) return await next(call)
      const { error, messages } = refusal
      return Response.json({ ok: false, error, response_metadata: { messages } })
    },
  }
}
