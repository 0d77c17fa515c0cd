import type { WebClient } from '@slack/web-api'
import { LRUCache } from 'lru-cache'
import { describeMoved } from '../../../commands/receipts/index.ts'
import type { Reply } from '../../../commands/reply/index.ts'
import { AppError } from '../../errors.ts'
import { pause } from '../../retry.ts'
import type { PostClaim } from '../../uploads/worker/index.ts'
import { type SlackUpload, threadOf, type Upload } from '../files/index.ts'
import { AS_WRITTEN, type RenderedReply, UNPARSED } from '../render/index.ts'
import {
  classifySlackFailure,
  isSlackFailure,
  postIdentified,
  repeatCall,
  toSlackError,
} from '../transport/index.ts'
import { createOwnReplyFinder } from './find-own-reply.ts'
import {
  describeMessage,
  type MessageContent,
  mentionUploader,
  nameWord,
  type UploadState,
} from './message-content.ts'
import { createReplySender, type ReplySender } from './reply-sender.ts'

interface UploadMessageDeps {
  readonly client: WebClient
  readonly botUserId: () => string | undefined
  readonly store: UploadMessageStore
  /** Knows which blocks Slack accepts; by default one of its own. */
  readonly sender?: ReplySender
  /** Milliseconds after an unanswered post before Slack is asked whether it exists. */
  readonly pauseMs?: number
  /** Milliseconds after which a receipt is posted as a new message, because nobody is notified of an edit. */
  readonly moveAfterMs?: number
}

/** Which message belongs to which upload, shared by all processes. */
export interface UploadMessageStore {
  /**
   * Claims the posting of an upload's message.
   * @param isClaimed true if this process may have claimed it in the write that ended the upload
   */
  claim(upload: Upload, isClaimed: boolean): Promise<PostClaim>
  /**
   * Begins a question or receipt while a message exists. @returns the message to edit; none if a new one is
   * needed
   */
  beginWord(
    upload: Upload,
    word: { readonly message: string; readonly word: string; readonly isOld: boolean },
  ): Promise<{ readonly message?: string; readonly older?: string }>
  remember(upload: Upload, ts: string, word?: string): Promise<void>
  /** The message was deleted. */
  forget(upload: Upload, ts: string): Promise<void>
  /** True if a message already belongs to an upload: one message can share several files. */
  isRemembered(channel: string, ts: string): Promise<boolean>
  /**
   * Begins an edit with progress, which could reach Slack after the receipt.
   * @returns false if the upload has finished
   */
  beginEdit(upload: Upload): Promise<boolean>
  /** Ends an edit. A receipt that it may have overwritten is due again. */
  endEdit(upload: Upload): Promise<void>
}

export interface UploadMessage {
  /**
   * Posts to the upload's one message: a new message the first time, an edit afterwards. Safe to repeat.
   * @param isClaimed as in the listener's `finished`
   */
  print(upload: SlackUpload, reply: Reply, state: UploadState, isClaimed?: boolean): Promise<void>
  /** Edits the message if it exists, once, with any result. */
  mention(upload: SlackUpload, reply: Reply, state: UploadState): Promise<void>
  /** Replies to the sharer only. Harmless if repeated, and needs no database. */
  postEphemeral(upload: SlackUpload, reply: Reply): Promise<void>
  /** Remembers the thread of an upload's share, so that its first post does not look for it again. */
  learnThread(upload: SlackUpload, thread: string): void
}

const PAUSE_MS = 2_000
const MOVE_AFTER_MS = 30_000
const MAX_POSTS = 3
/** Threads of shares whose first post has not begun. */
const MAX_THREADS = 1_000
/** Milliseconds until another process may try to post the receipt. */
const POST_TIMEOUT_MS = 45_000

// The message is gone or not the bot's: a new one is needed.
const LOST_MESSAGE: ReadonlySet<string> = new Set([
  'cant_update_message',
  'edit_window_closed',
  'message_not_found',
])
// The file's message is gone: there is no thread to reply in.
const LOST_THREAD: ReadonlySet<string> = new Set([
  'cannot_reply_to_message',
  'invalid_thread_ts',
  'thread_locked',
  'thread_not_found',
])
/**
 * Each upload's one message in its thread, and after half a minute a second one for the receipt: nobody is
 * notified of an edit, but of a reply with a mention. The first message then keeps one line only.
 *
 * `chat.postMessage` is not idempotent, and without a history scope the bot cannot read its own messages. So
 * a message is posted once, and all later states edit it, which is safe to repeat. Before each post,
 * `files.info` is asked who replied to the share. This finds a message whose answer was lost, or whose
 * process crashed before it stored the message. If no message shares the file, only the post's identity keeps it single.
 */
export function createUploadMessage(deps: UploadMessageDeps): UploadMessage {
  const { client, sender = createReplySender() } = deps
  const posted = new Map<string, string>()
  const threads = new LRUCache<string, string>({ max: MAX_THREADS })
  // A file that only its sender saw before has another message in its channel.
  const keyOf = ({ _id, source }: SlackUpload) => `${_id} ${source.channel}`

  /** The newest message known: another process may have posted a newer one. */
  function knownMessage(upload: SlackUpload): string | undefined {
    const [own, stored] = [posted.get(keyOf(upload)), upload.receipt.message]
    return own === undefined || (stored !== undefined && Number(stored) > Number(own)) ? stored : own
  }

  async function edit(
    upload: SlackUpload,
    ts: string,
    content: MessageContent,
    withinMs: number,
  ): Promise<void> {
    const { channel } = upload.source
    const { reply, metadata } = content
    await sender.send(reply, (rendered) =>
      repeatCall(() => client.chat.update({ channel, ts, ...UNPARSED, ...rendered, metadata }), { withinMs }),
    )
  }

  async function remember(upload: SlackUpload, ts: string, { word }: MessageContent): Promise<void> {
    posted.set(keyOf(upload), ts)
    threads.delete(keyOf(upload))
    await deps.store.remember(upload, ts, word)
  }

  const { findShareOf, findOwnReply } = createOwnReplyFinder({
    client,
    botUserId: deps.botUserId,
    isKnown: async (channel, ts) =>
      [...posted.values()].includes(ts) || (await deps.store.isRemembered(channel, ts)),
  })

  /** Finds the message of a post whose answer was lost, by editing it to the current text. */
  async function adoptLostPost(upload: SlackUpload, content: MessageContent): Promise<Adoption> {
    const share = await findShareOf(upload)
    const thread = upload.source.thread ?? (share && threadOf(share))
    const notFound: Adoption = { adopted: false, ...(thread !== undefined && { thread }) }
    const latest = share && (await findOwnReply(upload, share))
    if (latest === undefined) return notFound
    try {
      await edit(upload, latest, content, POST_TIMEOUT_MS / 3)
    } catch (error) {
      // Another person replied after the bot: the bot's reply cannot be identified.
      if (isRefusal(error, LOST_MESSAGE)) return notFound
      throw error
    }
    await remember(upload, latest, content)
    return { adopted: true }
  }

  async function findThread(upload: SlackUpload): Promise<Adoption> {
    const known = upload.source.thread ?? threads.get(keyOf(upload))
    if (known !== undefined) return { adopted: false, thread: known, isKnown: true }
    const share = await findShareOf(upload)
    return { adopted: false, ...(share && { thread: threadOf(share) }) }
  }

  /**
   * Posts the message, unless another process has posted it or is doing so.
   * @returns the message of another process, which may already show a later state
   */
  async function post(
    upload: SlackUpload,
    content: MessageContent,
    isLastWord: boolean,
    isClaimed: boolean,
  ): Promise<string | undefined> {
    for (let posts = 1; ; posts += 1) {
      const claim = await deps.store.claim(upload, isClaimed && posts === 1)
      if (claim.kind === 'posted') {
        posted.set(keyOf(upload), claim.message)
        return claim.message
      }
      if (claim.kind === 'taken') throw new AppError('slack_unavailable')
      // If no process tried before, an existing reply belongs to another upload of the same message.
      const isRepeated = !claim.isFirst || posts > 1
      const found = isRepeated ? await adoptLostPost(upload, content) : await findThread(upload)
      if (found.adopted) return undefined
      const { thread, isKnown = false } = found
      const pauseMs = await tryPost(upload, thread, content, { isLastWord, isRepeated, posts, isKnown })
      if (pauseMs === undefined) return undefined
      await pause(pauseMs)
    }
  }

  /** @returns undefined when done, else the milliseconds before the next try */
  async function tryPost(
    upload: SlackUpload,
    thread: string | undefined,
    content: MessageContent,
    { isLastWord, isRepeated, posts, isKnown }: Attempt,
  ): Promise<number | undefined> {
    try {
      if (thread === undefined && !upload.source.unshared)
        return await postWithoutThread(upload, content, isLastWord)
      // The search took time: another process may hold the claim now.
      if (!isKnown && (await deps.store.claim(upload, false)).kind !== 'granted') return 0
      const ts = await postOnce(upload, thread, content, posts >= MAX_POSTS)
      await remember(upload, ts, content)
      // Slack may have answered with an earlier post of this message, which has another text.
      if (isRepeated) await edit(upload, ts, content, POST_TIMEOUT_MS / 3)
      return undefined
    } catch (error) {
      if (isRefusal(error, LOST_THREAD)) return await postWithoutThread(upload, content, isLastWord)
      return pauseBeforeRepeat(error, posts)
    }
  }

  async function postWithoutThread(
    upload: SlackUpload,
    { reply }: MessageContent,
    isLastWord: boolean,
  ): Promise<undefined> {
    if (isLastWord) await postEphemeral(upload, reply)
  }

  /** @throws AppError the failure, if another post is useless or too late */
  function pauseBeforeRepeat(error: unknown, posts: number): number {
    const failure = classifySlackFailure(error)
    if (posts >= MAX_POSTS || failure.kind === 'refused' || !isSlackFailure(error)) throw toSlackError(error)
    const pauseMs = failure.kind === 'rate_limited' ? failure.pauseMs : (deps.pauseMs ?? PAUSE_MS) * posts
    if (pauseMs > POST_TIMEOUT_MS / 2) throw toSlackError(error)
    return pauseMs
  }

  async function postOnce(
    upload: SlackUpload,
    thread: string | undefined,
    content: MessageContent,
    isLastTry: boolean,
  ): Promise<string> {
    const { channel } = upload.source
    const { reply, metadata, after = upload.receipt.older ?? '' } = content
    const sendTo = (rendered: RenderedReply) =>
      postIdentified([String(upload._id), channel, after], (identity) =>
        client.chat.postMessage({
          channel,
          ...(thread !== undefined && { thread_ts: thread }),
          ...AS_WRITTEN,
          ...rendered,
          ...identity,
          metadata,
        }),
      )
    const answer = await sender.send(reply, sendTo, { isLastTry })
    if (answer.ts === undefined) throw new AppError('slack_unavailable')
    return answer.ts
  }

  /** Without a thread, only the sharer gets the message. Harmless if repeated. */
  async function postEphemeral(upload: SlackUpload, reply: Reply): Promise<void> {
    const { channel, user } = upload.source
    await sender.send(reply, (rendered) =>
      repeatCall(() => client.chat.postEphemeral({ channel, user, ...UNPARSED, ...rendered }), {
        withinMs: POST_TIMEOUT_MS / 3,
      }),
    )
  }

  async function mention(upload: SlackUpload, reply: Reply, state: UploadState): Promise<void> {
    const ts = knownMessage(upload)
    if (ts === undefined) return
    const { channel } = upload.source
    const { metadata } = describeMessage(upload, reply, state)
    if (!(await deps.store.beginEdit(upload))) return
    try {
      await sender.send(reply, (rendered) =>
        client.chat.update({ channel, ts, ...UNPARSED, ...rendered, metadata }),
      )
    } finally {
      await deps.store.endEdit(upload)
    }
  }

  async function postReceipt(
    upload: SlackUpload,
    reply: Reply,
    state: UploadState,
    { known, isClaimed }: { readonly known: string | undefined; readonly isClaimed: boolean },
  ): Promise<void> {
    const word = nameWord(upload, state)
    const begun = known === undefined ? upload.receipt : await beginWord(upload, known, word)
    const { message: ts, older } = begun
    const output = older === undefined ? reply : mentionUploader(upload, reply)
    const content = {
      ...describeMessage(upload, output, state),
      word,
      ...(older !== undefined && { after: older }),
    }
    posted.delete(keyOf(upload))
    const others = await editOrPost(upload, content, ts, isClaimed)
    if (others !== undefined)
      return await postReceipt(upload, reply, state, { known: others, isClaimed: false })
    if (older !== undefined) await shrink(upload, older)
    posted.delete(keyOf(upload))
  }

  /** @returns the message another process posted in the meantime */
  async function editOrPost(
    upload: SlackUpload,
    content: MessageContent,
    ts: string | undefined,
    isClaimed: boolean,
  ): Promise<string | undefined> {
    if (ts === undefined) return await post(upload, content, true, isClaimed)
    try {
      await edit(upload, ts, content, POST_TIMEOUT_MS)
      return undefined
    } catch (error) {
      if (!isRefusal(error, LOST_MESSAGE)) throw error
      await deps.store.forget(upload, ts)
      return await post(upload, { ...content, after: ts }, true, false)
    }
  }

  async function beginWord(upload: SlackUpload, message: string, word: string) {
    const { moveAfterMs = MOVE_AFTER_MS } = deps
    const isOld = Date.now() - Number(message) * 1000 > moveAfterMs
    return await deps.store.beginWord(upload, { message, word, isOld })
  }

  /** Reduces the earlier message to one line. If it can't be edited, it stays. */
  async function shrink(upload: SlackUpload, ts: string): Promise<void> {
    const line = describeMessage(upload, describeMoved(upload), 'moved')
    try {
      await edit(upload, ts, line, POST_TIMEOUT_MS / 3)
    } catch (error) {
      if (!isRefusal(error, LOST_MESSAGE)) throw error
    }
  }

  return {
    async print(upload, reply, state, isClaimed = false) {
      // A question must be noticed as much as a receipt.
      const isLastWord = state === 'done' || state === 'failed' || state === 'held'
      const ts = knownMessage(upload)
      if (isLastWord) return await postReceipt(upload, reply, state, { known: ts, isClaimed })
      if (ts !== undefined) return await mention(upload, reply, state)
      await post(upload, describeMessage(upload, reply, state), false, false)
    },

    mention,

    postEphemeral,

    learnThread: (upload, thread) => void threads.set(keyOf(upload), thread),
  }
}

interface Attempt {
  readonly isLastWord: boolean
  /** True if the post was tried before, or may have been. */
  readonly isRepeated: boolean
  /** Number of this post, from 1. */
  readonly posts: number
  /** True if the thread was known without a search. */
  readonly isKnown: boolean
}

interface Adoption {
  readonly adopted: boolean
  readonly thread?: string
  /** True if the thread was known without a search. */
  readonly isKnown?: true
}

function isRefusal(error: unknown, reasons: ReadonlySet<string>): boolean {
  if (error instanceof AppError)
    return error.code === 'slack_refused' && reasons.has(String(error.details.reason))
  const failure = classifySlackFailure(error)
  return failure.kind === 'refused' && reasons.has(failure.reason)
}
