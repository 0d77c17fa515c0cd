import { setTimeout as sleep } from 'node:timers/promises'
import type { EmulatedSlack } from '../slack/index.ts'
import type { Message, Share, WaitOptions, Workspace } from './workspace-contract.ts'
import { decode } from './workspace-files.ts'

const RECEIPT_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 25

interface MessagesDeps {
  readonly slack: EmulatedSlack
  readonly files: Pick<Workspace, 'readBytes'>
  readonly channelId: (channel: string) => string
}

/** Reads conversations, and waits for the bot's replies in the thread of a share. */
export function createWorkspaceMessages({ slack, files, channelId }: MessagesDeps) {
  // A reader of each conversation: a member of the channel, or the person in direct messages with the bot.
  const readers = new Map<string, string>()
  const readerOf = (channel: string): string => readers.get(channel) ?? slack.host

  async function readThread(channel: string, ts: string): Promise<Message[]> {
    const { messages } = await slack.callAs<{ messages: Message[] }>(
      readerOf(channel),
      'conversations.replies',
      {
        channel,
        ts,
      },
    )
    return messages
  }

  /** The thread of a reply. */
  async function threadAbove(channel: string, ts: string): Promise<string | undefined> {
    const [message] = await readThread(channel, ts)
    return message?.thread_ts === ts ? undefined : message?.thread_ts
  }

  async function readReplies({ channel, ts: root }: Share): Promise<Message[]> {
    return (await readThread(channel, root)).filter(({ ts }) => ts !== root)
  }

  async function waitFor(
    share: Share,
    what: string,
    isIt: (message: Message) => boolean,
    { timeoutMs = RECEIPT_WITHIN_MS }: WaitOptions = {},
  ): Promise<Message> {
    let seen = -1
    for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(LOOK_EVERY_MS)) {
      const writes = slack.countWrites()
      if (writes === seen) continue
      seen = writes
      const found = (await readReplies(share)).find(isIt)
      if (found) return found
    }
    throw new Error(`no ${what} came for ${share.fileId} within ${timeoutMs / 1000} s`)
  }

  const reading: Pick<Workspace, 'messages' | 'thread' | 'waitForReceipt' | 'waitForReply' | 'waitForFile'> =
    {
      async messages(named) {
        const channel = channelId(named)
        const { messages } = await slack.callAs<{ messages: Message[] }>(
          readerOf(channel),
          'conversations.history',
          {
            channel,
            limit: 1000,
          },
        )
        const threads = await Promise.all(
          messages.map((root) => (root.reply_count ? readThread(channel, root.ts) : [root])),
        )
        return threads.flat().sort((a, b) => (a.ts < b.ts ? -1 : 1))
      },

      thread: readReplies,

      async waitForReceipt(share, waitOptions) {
        return await waitFor(share, 'receipt', isReceipt, waitOptions)
      },

      async waitForReply(share, waitOptions) {
        return await waitFor(
          share,
          'reply',
          (message) => isReceipt(message) || isQuestion(message),
          waitOptions,
        )
      },

      async waitForFile(share, waitOptions) {
        const isFile = ({ user, files: attached }: Message) =>
          user === slack.botUserId && attached !== undefined && attached.length > 0
        const { files: found = [] } = await waitFor(share, 'file', isFile, waitOptions)
        const [{ id, name } = { id: '', name: '' }] = found
        const bytes = await files.readBytes(id)
        if (bytes === undefined) throw new Error(`${name} was deleted`)
        return { id, name, bytes, text: decode(bytes) }
      },
    }

  return {
    ...reading,
    readThread,
    threadAbove,
    /** @param reader who can read a conversation that the workspace's host cannot */
    addReader: (channel: string, reader: string) => void readers.set(channel, reader),
  }
}

/** True if a message of the bot is a receipt, by its metadata. */
export function isReceipt(message: Message): boolean {
  const state = message.metadata?.event_payload.state
  return message.metadata?.event_type === 'customer_upload' && (state === 'done' || state === 'failed')
}

/** True if a message of the bot is a question. */
export function isQuestion({ metadata }: Message): boolean {
  return metadata?.event_type === 'customer_upload' && metadata.event_payload.state === 'held'
}
