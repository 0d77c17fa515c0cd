import type { App, ReceiverEvent } from '@slack/bolt'
import { LRUCache } from 'lru-cache'
import { hasPayloadShape } from './payload-shape.ts'

type Answer = Parameters<ReceiverEvent['ack']>[0]

/** Payloads remembered: more than Slack sends again within the minutes in which it does. */
const MAX_REMEMBERED = 2_000

/**
 * The same app, in which `ack()` reaches Slack once everything is done, and not at all when it failed; and a payload
 * that Slack sends again, because the connection its acknowledgement was for has ended, is acknowledged and not acted on.
 */
export function acknowledgeOnce(app: App): App {
  /** What each payload was answered, or will be. */
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
    // What failed is to be done again when Slack sends it again.
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

/** What stays the same when Slack sends it again. */
function nameOf({ event_id, trigger_id }: ReceiverEvent['body']): string | undefined {
  const id: unknown = event_id ?? trigger_id
  return typeof id === 'string' ? id : undefined
}
