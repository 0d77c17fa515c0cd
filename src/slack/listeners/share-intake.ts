import type { WebClient } from '@slack/web-api'
import { describeError } from '../../../commands/reply/index.ts'
import { AppError, toAppError } from '../../errors.ts'
import { retry } from '../../retry.ts'
import type { Log } from '../../uploads/lease/index.ts'
import type { SlackShare, UploadQueue } from '../../uploads/worker/index.ts'
import { classifyFile, findShare, readFileInfo, type Upload } from '../files/index.ts'
import { NONE_NATIVE, renderBlocks, UNPARSED } from '../render/index.ts'

interface ShareIntakeDeps {
  readonly queue: Pick<UploadQueue, 'queueSlackShare'>
  readonly client: WebClient
  readonly botUserId: () => string | undefined
  readonly onShareQueued: (upload: Upload) => void
  readonly log: Log
  /** First pause between retries during a database outage, in milliseconds. */
  readonly firstPauseMs?: number
  /** Milliseconds until the person gets a message that their file waits. */
  readonly firstWordAfterMs?: number
}

export interface ShareIntake {
  /**
   * Stores a share. Resolves once stored. Rejects if the first try fails, so that Slack delivers again, and
   * keeps retrying, because Slack gives up after a few minutes.
   */
  take(share: SlackShare): Promise<void>
  stop(): Promise<void>
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000
const FIRST_WORD_AFTER_MS = 10_000
const MAX_WAITING = 1_000

/** Stores each share before Slack gets its acknowledgement. */
export function createShareIntake(deps: ShareIntakeDeps): ShareIntake {
  const { queue, client, log, onShareQueued } = deps
  const stopping = new AbortController()
  const waiting = new Map<string, Promise<void>>()

  async function writeDown(share: SlackShare): Promise<void> {
    const { upload, isNew } = await queue.queueSlackShare(share)
    if (!isNew) return
    log.info({ upload: upload.number }, 'share queued')
    onShareQueued(upload)
  }

  async function queueWithRetries(share: SlackShare, firstError: AppError): Promise<void> {
    const { firstPauseMs = FIRST_PAUSE_MS, firstWordAfterMs = FIRST_WORD_AFTER_MS } = deps
    const since = Date.now()
    let isStated = false
    // The first try has failed while Slack waited.
    const attempt = (number: number) => (number === 1 ? Promise.reject(firstError) : writeDown(share))
    try {
      await retry(attempt, {
        attempts: Number.POSITIVE_INFINITY,
        firstPauseMs,
        longestPauseMs: LONGEST_PAUSE_MS,
        signal: stopping.signal,
        async shouldRetry(thrown) {
          const error = toAppError(thrown)
          if (error.isTransient && !isStated && Date.now() - since >= firstWordAfterMs) {
            isStated = true
            await postWaiting(share, error)
          }
          return error.isTransient
        },
      })
    } catch (thrown) {
      stopping.signal.throwIfAborted()
      const error = toAppError(thrown)
      log.error({ code: error.code, err: error }, 'share not stored')
      await postWaiting(share, error)
    }
  }

  /** Only for importable files: a database outage is no concern of people who share a picture. */
  async function postWaiting(share: SlackShare, error: AppError): Promise<void> {
    try {
      const file = await readFileInfo(client, share.fileId, share.channel)
      const found = findShare(file, share, share.sharedAt, deps.botUserId())
      if (classifyFile(file) === 'not_for_us' || !found) return
      const reference = share.fileId
      await client.chat.postEphemeral({
        channel: share.channel,
        user: share.user,
        // Without replies in the thread, Slack accepts the message but never shows it.
        ...(found.thread_ts !== undefined && { thread_ts: found.thread_ts }),
        ...UNPARSED,
        ...renderBlocks(describeError(error, reference), { native: NONE_NATIVE }),
      })
    } catch (thrown) {
      log.warn({ code: toAppError(thrown).code, err: thrown }, 'notice of a waiting share not posted')
    }
  }

  function waitInBackground(share: SlackShare, error: AppError): void {
    const key = `${share.channel} ${share.fileId} ${share.sharedAt.getTime()}`
    if (waiting.has(key) || waiting.size >= MAX_WAITING) return
    const work = queueWithRetries(share, error)
      .catch((thrown: unknown) => {
        if (!stopping.signal.aborted) log.error({ err: thrown }, 'share not stored')
      })
      .finally(() => waiting.delete(key))
    waiting.set(key, work)
  }

  return {
    async take(share) {
      try {
        await writeDown(share)
      } catch (thrown) {
        const error = toAppError(thrown)
        log.warn({ code: error.code, err: error }, 'share not stored yet')
        waitInBackground(share, error)
        throw error
      }
    },
    async stop() {
      stopping.abort(new AppError('stopping'))
      await Promise.allSettled(waiting.values())
    },
  }
}
