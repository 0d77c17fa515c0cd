import type { App, ReceiverEvent } from '@slack/bolt'
import { LRUCache } from 'lru-cache'
import { hasPayloadShape } from './payload-shape.ts'

type Answer = Parameters<ReceiverEvent['ack']>[0]

/** Maximum of remembered payloads: more than Slack repeats within its few minutes of retries. */
const MAX_REMEMBERED = 2_000

/**
 * Wraps an app: `ack()` reaches Slack only after all work succeeded. A payload that Slack repeats because its
 * connection ended is acknowledged and not handled again.
 */
export function acknowledgeOnce(app: App): App {
  /** The answer to each payload, or its promise. */
  const answers = new LRUCache<string, Promise<{ readonly answer?: Answer } | undefined>>({
    max: MAX_REMEMBERED,
  })

  async function act(event: ReceiverEvent): Promise<{ readonly answer?: Answer } | undefined> {
    let given: { readonly answer?: Answer } | undefined
    await app.processEvent({
      ...event,
      ack: async (answer) => {
        given = answer === undefined ? {} : { answer }
      },
    })
    return given
  }

  function actOnce(event: ReceiverEvent): Promise<{ readonly answer?: Answer } | undefined> {
    const key = nameOf(event.body)
    if (key === undefined) return act(event)
    const known = answers.get(key)
    if (known !== undefined) return known
    const answer = act(event)
    // A failed payload is handled again when Slack repeats it.
    answer.catch(() => answers.delete(key))
    answers.set(key, answer)
    return answer
  }

  return Object.create(app, {
    processEvent: {
      value: async (event: ReceiverEvent) => {
        if (!hasPayloadShape(event.body)) throw new Error('an id in a payload is no string')
        const given = await actOnce(event)
        if (given) await event.ack(given.answer)
      },
    },
  })
}

/** The id that stays the same when Slack repeats a payload. */
function nameOf({ event_id, trigger_id }: ReceiverEvent['body']): string | undefined {
  const id: unknown = event_id ?? trigger_id
  return typeof id === 'string' ? id : undefined
}
