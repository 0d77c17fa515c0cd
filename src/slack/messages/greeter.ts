import { writeFile } from 'node:fs/promises'
import {
  describeGreeting,
  describeNotChosen,
  EXAMPLE_CSV,
  EXAMPLE_NAME,
} from '../../../commands/home/index.ts'
import type { GreetingStore } from '../../stores/index.ts'
import { type FileOnceDeps, sendFileOnce } from '../files/index.ts'
import { AS_WRITTEN, renderMessageText } from '../render/index.ts'

export interface Greeter {
  /**
   * Posts what the bot does in a channel, once, however often and to however many processes Slack reports the
   * invitation.
   * @throws AppError slack_unavailable; driver errors: `greetRest` retries later
   */
  greet(channel: string): Promise<void>
  /** Finishes greetings that were begun and not posted. */
  greetRest(): Promise<void>
}

interface GreeterDeps extends FileOnceDeps {
  readonly store: GreetingStore
  /** The only channels the bot works in; undefined: all it is invited to. */
  readonly channels?: ReadonlySet<string> | undefined
}

/** Stored instead of Slack's reason: the channel was informed that the bot does not work there. */
const NOT_CHOSEN = 'not_chosen'
// The bot is no longer there.
const GONE: ReadonlySet<string> = new Set(['channel_not_found', 'is_archived', 'not_in_channel'])

export function createGreeter(deps: GreeterDeps): Greeter {
  const { client, store } = deps
  const text = renderMessageText(describeGreeting())

  async function greet(channel: string): Promise<void> {
    const record = await store.claim(channel)
    if (!record) return
    if (deps.channels?.has(channel) === false) {
      const answer = renderMessageText({ visibility: 'channel', parts: describeNotChosen() })
      await client.chat.postMessage({ channel, text: answer, ...AS_WRITTEN })
      return await record.markRefused(NOT_CHOSEN)
    }
    const { refused } = await sendFileOnce(deps, {
      channel,
      name: EXAMPLE_NAME,
      record,
      async write(path) {
        await writeFile(path, EXAMPLE_CSV)
        return describeGreeting()
      },
    })
    if (refused === undefined) return
    if (GONE.has(refused)) return await record.forget()
    // Slack rejects the bot's files: the greeting is posted without one.
    await client.chat.postMessage({ channel, text, ...AS_WRITTEN })
  }

  return {
    greet,
    async greetRest() {
      for (const channel of await store.listBroken()) await greet(channel)
    },
  }
}
