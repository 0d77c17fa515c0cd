import type { Message } from '../workspace/index.ts'

/** A person's unread messages in one place. */
export interface Unread {
  /** There are unread messages. */
  readonly isNew: boolean
  /** Number of messages that notified the person: the badge. */
  readonly badge: number
  /** The same by thread, by its root's `ts`. */
  readonly byThread: ReadonlyMap<string, number>
}

/** Read positions and notifications, by Slack's default settings. */
interface Notifications {
  /** @param isDirect true for direct messages of the person and the bot */
  countUnread(user: string, channel: string, messages: readonly Message[], isDirect: boolean): Unread
  /** Marks everything in a channel, or in one of its threads, as read. */
  markRead(user: string, channel: string, thread: string | undefined, messages: readonly Message[]): void
}

export function createNotifications(): Notifications {
  const read = new Map<string, string>()
  const keyOf = (user: string, channel: string, thread = '') => `${user} ${channel} ${thread}`

  return {
    countUnread(user, channel, messages, isDirect) {
      const unread = messages.filter((message) => {
        const isRead = message.ts <= (read.get(keyOf(user, channel, rootOf(message))) ?? '')
        return message.user !== user && !isRead
      })
      const notified = unread.filter((message) => isDirect || notifies(message, user, messages))
      const byThread = new Map<string, number>()
      for (const root of notified.map(rootOf))
        if (root !== undefined) byThread.set(root, (byThread.get(root) ?? 0) + 1)
      return {
        isNew: unread.some((message) => rootOf(message) === undefined),
        badge: notified.length,
        byThread,
      }
    },
    markRead(user, channel, thread, messages) {
      const last = messages.filter((message) => rootOf(message) === thread).at(-1)
      if (last) read.set(keyOf(user, channel, thread), last.ts)
    },
  }
}

/** The root of a reply's thread; undefined for a message of the channel. */
export const rootOf = ({ ts, thread_ts }: Message): string | undefined =>
  thread_ts === undefined || thread_ts === ts ? undefined : thread_ts

function notifies(message: Message, user: string, messages: readonly Message[]): boolean {
  const root = rootOf(message)
  return mentions(message, user) || (root !== undefined && follows(user, root, messages))
}

/** Slack notifies the thread's author and everybody who replied in it. */
function follows(user: string, root: string, messages: readonly Message[]): boolean {
  return messages.some(
    (message) => message.user === user && (message.ts === root || rootOf(message) === root),
  )
}

function mentions({ text, blocks }: Message, user: string): boolean {
  return (
    text.includes(`<@${user}>`) ||
    text.includes(`<@${user}|`) ||
    JSON.stringify(blocks ?? []).includes(`"user_id":"${user}"`)
  )
}
