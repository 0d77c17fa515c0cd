import { describeAnswered } from '../../../commands/questions/index.ts'
import {
  describeDecision,
  describeProgress,
  describeQueued,
  describeReceipt,
  describeWaiting,
} from '../../../commands/receipts/index.ts'
import type { Reply } from '../../../commands/reply/index.ts'
import { AppError } from '../../errors.ts'
import type { Log, UploadListener } from '../../uploads/lease/index.ts'
import { isSlackUpload, type SlackUpload, type Upload } from '../files/index.ts'
import type { UploadState } from './message-content.ts'
import type { UploadMessage } from './upload-message.ts'

type ProblemRows = Parameters<typeof describeReceipt>[1]

interface SlackUploadListenerDeps {
  readonly message: UploadMessage
  /** True if the file is importable, as far as known before it is opened; then it also reacts. */
  readonly isOurs?: (upload: SlackUpload) => Promise<boolean>
  /** The labels of fields. */
  readonly catalogue: Parameters<typeof describeReceipt>[2]
  /** The first invalid rows of an upload, in file order. */
  readonly findProblems: (upload: Upload) => Promise<ProblemRows>
  /** Number of the last file with the same headings in the channel. */
  readonly findLast?: (upload: Upload) => Promise<number | undefined>
  /** Posts the failed rows; returns the reason if Slack rejects the file. */
  readonly sendFailedRows?: (upload: SlackUpload) => Promise<{ readonly refused?: string }>
  /** Shows an upload's state on the message that shares its file. Never fails. */
  readonly react?: (upload: Pick<Upload, '_id'> & Partial<Upload>) => Promise<void>
  /** True if reactions show that a file waits. */
  readonly hasReactions?: () => boolean
  /** What the write that ends an import stores, so that its receipt and its reaction come at once. */
  readonly claimReceipt?: UploadListener['claimReceipt']
  /** Posts the receipt again if another process has posted it in the meantime. */
  readonly repeatLastWord?: (upload: Upload) => Promise<void>
  readonly log: Log
  /** Milliseconds between two progress edits. */
  readonly everyMs?: number
}

/** `chat.update` allows about 50 edits a minute; receipts and other uploads need some of them. */
const EVERY_MS = 3_000
/**
 * A file behind more uploads of its channel gets no message of its own yet, only a reaction: Slack takes about one
 * message per second in a channel, and the places of many files would delay their receipts.
 */
export const MAX_AHEAD_POSTED = 20

// Nobody can be informed: the channel is gone, or the bot was removed from it. Retries are useless.
const NOBODY_THERE: ReadonlySet<string> = new Set([
  'account_inactive',
  'channel_not_found',
  'ekm_access_denied',
  'is_archived',
  'not_in_channel',
  'restricted_action',
  'restricted_action_read_only_channel',
  'user_not_in_channel',
])

/** True for kinds with progress and receipt in the thread; other kinds reply to the requester only. */
const IS_IN_THREAD: Readonly<Record<Upload['kind'], boolean>> = {
  import: true,
  undo: true,
  forget: false,
  switch: true,
}

interface SlackUploadListener extends UploadListener {
  /** The file waits behind more uploads of its channel than `MAX_AHEAD_POSTED`: only a reaction shows it. */
  queuedFarBehind(upload: Upload): Promise<void>
  /** The question of a held upload was answered, and the upload continues. Best effort. */
  answered(upload: Upload): Promise<void>
}

/** Posts the events of an upload in its thread: one message, which becomes the receipt. */
export function createSlackUploadListener(deps: SlackUploadListenerDeps): SlackUploadListener {
  const { message, catalogue, log, everyMs = EVERY_MS } = deps
  const talks = new Map<string, Talk>()

  /** @param spokeAt start of the pause before the first progress message */
  function talkAbout(upload: SlackUpload, spokeAt = 0): Talk {
    const key = String(upload._id)
    const talk = talks.get(key) ?? {
      last: Promise.resolve(),
      spokeAt,
      isBusy: false,
      isOver: false,
      isPosted: false,
      isReacted: false,
      isWhispered: false,
    }
    talks.set(key, talk)
    return talk
  }

  const isSpokenOf = ({ _id, receipt }: SlackUpload): boolean =>
    receipt.message !== undefined || talks.get(String(_id))?.isPosted === true

  /** One message at a time, so that an edit in progress never overwrites the receipt. */
  function inTurn(talk: Talk, speak: () => Promise<void>): Promise<void> {
    const turn = talk.last.then(speak)
    talk.last = turn.catch(() => {})
    return turn
  }

  /** A progress message: skipped if it comes too soon or too late, or while the last one is being posted. */
  async function postProgress(upload: Upload, reply: () => Reply, state: UploadState): Promise<void> {
    // A forget upload has no thread.
    if (!isSlackUpload(upload) || !IS_IN_THREAD[upload.kind]) return
    // A small file ends before any progress is due: it costs one post and no edit.
    const talk = talkAbout(upload, state === 'running' ? Date.now() : 0)
    const isFirstWait = state === 'waiting' && !talk.isPosted
    if (talk.isOver || talk.isBusy) return
    if (!isFirstWait && Date.now() - talk.spokeAt < everyMs) return
    talk.isBusy = true
    talk.spokeAt = Date.now()
    try {
      await inTurn(talk, async () => {
        if (talk.isOver) return
        // The first message is retried; after it only the receipt is.
        if (talk.isPosted) await message.mention(upload, reply(), state)
        else await message.print(upload, reply(), state)
        talk.isPosted = true
        if (talk.isReacted) return
        talk.isReacted = true
        await deps.react?.(upload)
      })
    } finally {
      talk.isBusy = false
      talk.spokeAt = Date.now()
    }
  }

  return {
    ...(deps.claimReceipt && { claimReceipt: deps.claimReceipt }),

    async queuedFarBehind(upload) {
      if (isSlackUpload(upload) && !isSpokenOf(upload)) await deps.isOurs?.(upload)
    },

    async queued(upload, ahead, inChannel) {
      if (!isSlackUpload(upload)) return
      if (!isSpokenOf(upload) && deps.isOurs) {
        if (!(await deps.isOurs(upload))) return
        // Only the message of a share shows a reaction.
        if (inChannel > MAX_AHEAD_POSTED && upload.kind === 'import' && deps.hasReactions?.()) return
        talkAbout(upload).isReacted = true
      }
      await postProgress(upload, () => describeQueued(upload, ahead), 'queued')
    },

    progress: (upload, progress) =>
      postProgress(upload, () => describeProgress(upload, { ...progress, now: new Date() }), 'running'),

    async waiting(upload, why) {
      try {
        await postProgress(upload, () => describeWaiting(upload, why), 'waiting')
      } catch (error) {
        // Creating a message needs the database, which may be what is unavailable.
        if (!isSlackUpload(upload) || error instanceof AppError) throw error
        const talk = talkAbout(upload)
        if (talk.isOver || talk.isWhispered) throw error
        talk.isWhispered = true
        await message.postEphemeral(upload, describeWaiting(upload, why))
      }
    },

    async asked(upload) {
      if (!isSlackUpload(upload)) return
      const talk = talkAbout(upload)
      // Late progress of the run must not overwrite its question.
      talk.isOver = true
      await toWhoeverIsThere(upload, () =>
        inTurn(talk, () => message.print(upload, describeDecision(upload, catalogue), 'held')),
      )
      await deps.react?.(upload)
      talks.delete(String(upload._id))
    },

    async answered(upload) {
      if (!isSlackUpload(upload)) return
      await inTurn(talkAbout(upload), () => message.mention(upload, describeAnswered(upload), 'queued'))
      await deps.react?.(upload)
      await deps.repeatLastWord?.(upload)
    },

    async finished(upload, isClaimed = false) {
      if (!isSlackUpload(upload)) return
      if (!IS_IN_THREAD[upload.kind])
        return await toWhoeverIsThere(upload, () =>
          message.postEphemeral(upload, describeReceipt(upload, [], catalogue)),
        )
      const problems = upload.counts?.invalid === 0 ? [] : await deps.findProblems(upload)
      const last = upload.status === 'done' ? await deps.findLast?.(upload) : undefined
      const talk = talkAbout(upload)
      talk.isOver = true
      const state = upload.problem ? 'failed' : 'done'
      const postReceipt = (about: SlackUpload, isFirst = false) =>
        inTurn(talk, () =>
          message.print(about, describeReceipt(about, problems, catalogue, { last }), state, isFirst),
        )
      await toWhoeverIsThere(upload, async () => {
        await postReceipt(upload, isClaimed)
        // An undo reacts on the message of its file.
        await deps.react?.(upload.kind === 'undo' ? { _id: upload.undo_of.file } : upload)
        const { refused } = (await deps.sendFailedRows?.(upload)) ?? {}
        if (refused !== undefined && upload.failed_rows?.refused === undefined)
          await postReceipt({ ...upload, failed_rows: { ...upload.failed_rows, refused } })
      })
      talks.delete(String(upload._id))
    },
  }

  async function toWhoeverIsThere(upload: SlackUpload, speak: () => Promise<void>): Promise<void> {
    try {
      await speak()
    } catch (error) {
      if (!isNobodyThere(error)) throw error
      log.warn({ upload: upload.number, reason: error.details.reason }, 'no address for a reply')
    }
  }
}

interface Talk {
  last: Promise<void>
  spokeAt: number
  isBusy: boolean
  isOver: boolean
  isPosted: boolean
  isReacted: boolean
  isWhispered: boolean
}

function isNobodyThere(error: unknown): error is AppError {
  return (
    error instanceof AppError &&
    error.code === 'slack_refused' &&
    NOBODY_THERE.has(String(error.details.reason))
  )
}
