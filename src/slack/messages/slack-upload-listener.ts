import {
  describeAnswered,
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
import type { UploadMessage, UploadState } from './upload-message.ts'

export type ProblemRows = Parameters<typeof describeReceipt>[1]

interface SlackUploadListenerDeps {
  readonly message: UploadMessage
  /** Whether the file is one to import, as far as can be told before it is opened. */
  readonly isOurs?: (upload: SlackUpload) => Promise<boolean>
  /** What fields are called. */
  readonly catalogue: Parameters<typeof describeReceipt>[2]
  /** The first rows of an upload that could not be used, in the order of the file. */
  readonly findProblems: (upload: Upload) => Promise<ProblemRows>
  /** Number of the last file with the same headings in the channel. */
  readonly findLast?: (upload: Upload) => Promise<number | undefined>
  /** Hands the failed rows back; tells why Slack would not take them, where it would not. */
  readonly sendFailedRows?: (upload: SlackUpload) => Promise<{ readonly refused?: string }>
  /** Shows how an upload stands, on the message that shares its file. Never fails. */
  readonly react?: (upload: Pick<Upload, '_id'>) => Promise<void>
  /** Makes sure that a receipt another process posted meanwhile stays the last word. */
  readonly repeatLastWord?: (upload: Upload) => Promise<void>
  readonly log: Log
  /** Milliseconds between two edits that only tell how far an upload is. */
  readonly everyMs?: number
}

/** `chat.update` allows about 50 edits a minute; receipts and others' uploads need some of them. */
const EVERY_MS = 3_000

// Nobody is left to tell: the channel is gone, or the bot was sent out of it. Trying again changes nothing.
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

/** True for kinds whose progress and receipt stand in the thread; the others tell the asker alone. */
const IS_IN_THREAD: Readonly<Record<Upload['kind'], boolean>> = {
  import: true,
  undo: true,
  forget: false,
  switch: true,
}

export interface SlackUploadListener extends UploadListener {
  /** Somebody has answered the question of a held upload: it goes on. Best effort. */
  answered(upload: Upload): Promise<void>
}

/** Tells the thread what becomes of an upload: one message, which in the end is the receipt. */
export function createSlackUploadListener(deps: SlackUploadListenerDeps): SlackUploadListener {
  const { message, catalogue, log, everyMs = EVERY_MS } = deps
  const talks = new Map<string, Talk>()

  /** @param spokeAt from when the pause before the first word counts */
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

  /** One word after the other: an edit that is under way never lands on top of the receipt. */
  function inTurn(talk: Talk, speak: () => Promise<void>): Promise<void> {
    const turn = talk.last.then(speak)
    talk.last = turn.catch(() => {})
    return turn
  }

  /** What is said on the way: left out when it would come too soon, too late, or while the last is still being said. */
  async function postProgress(upload: Upload, reply: () => Reply, state: UploadState): Promise<void> {
    // A person who is to be forgotten has no thread.
    if (!isSlackUpload(upload) || !IS_IN_THREAD[upload.kind]) return
    // A small file is done before there is anything to tell on the way: it costs one post and no edit.
    const talk = talkAbout(upload, state === 'running' ? Date.now() : 0)
    const isFirstWait = state === 'waiting' && !talk.isPosted
    if (talk.isOver || talk.isBusy) return
    if (!isFirstWait && Date.now() - talk.spokeAt < everyMs) return
    talk.isBusy = true
    talk.spokeAt = Date.now()
    try {
      await inTurn(talk, async () => {
        if (talk.isOver) return
        // The first word makes the message; after that nothing but the receipt is worth a second try.
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
    async queued(upload, ahead) {
      if (!isSlackUpload(upload)) return
      const isSpokenOf = upload.receipt.message !== undefined || talks.get(String(upload._id))?.isPosted
      if (isSpokenOf || ((await deps.isOurs?.(upload)) ?? true))
        await postProgress(upload, () => describeQueued(upload, ahead), 'queued')
    },

    progress: (upload, progress) =>
      postProgress(upload, () => describeProgress(upload, { ...progress, now: new Date() }), 'running'),

    async waiting(upload, why) {
      try {
        await postProgress(upload, () => describeWaiting(upload, why), 'waiting')
      } catch (error) {
        // To make a message takes the database, and that may be what is waited for.
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
      // What was said of the run that came to the question must not land on top of it.
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

    async finished(upload) {
      if (!isSlackUpload(upload)) return
      if (!IS_IN_THREAD[upload.kind])
        return await toWhoeverIsThere(upload, () =>
          message.postEphemeral(upload, describeReceipt(upload, [], catalogue)),
        )
      const problems = await deps.findProblems(upload)
      const last = upload.status === 'done' ? await deps.findLast?.(upload) : undefined
      const talk = talkAbout(upload)
      talk.isOver = true
      const state = upload.problem ? 'failed' : 'done'
      const postReceipt = (about: SlackUpload) =>
        inTurn(talk, () => message.print(about, describeReceipt(about, problems, catalogue, { last }), state))
      await toWhoeverIsThere(upload, async () => {
        await postReceipt(upload)
        // An undo is about the file it comes down to.
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
