import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FileUpload, toDatabaseError } from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import {
  claimUpload,
  handBackUpload,
  type LeaseTiming,
  renewLease,
  runAbout,
  startHeartbeat,
} from '../lease/index.ts'
import { createQueuePlaces } from './queue-places.ts'
import { createReceiptDispatcher } from './receipt-dispatcher.ts'
import { type RetryTiming, type RunDeps, runUpload } from './run-upload.ts'

/** All in milliseconds. */
export interface WorkerTiming extends LeaseTiming, RetryTiming {
  /** How often the queue is looked at when nobody says that something came in. */
  readonly pollMs: number
  /** How often those who wait are told their place, while this process works. */
  readonly placesMs: number
  /** How long an upload that waits for another process keeps its place. */
  readonly abandonMs: number
  /** How long a stop waits for the batch under way, and for the receipt that is being posted. */
  readonly stopMs: number
}

const TIMING: WorkerTiming = {
  leaseMs: 30_000,
  pollMs: 2_000,
  placesMs: 10_000,
  abandonMs: 300_000,
  retryMs: 500,
  longestRetryMs: 30_000,
  stopMs: 5_000,
}

/** A queue not looked at for this long is not being worked on. */
const STALE_MS = 60_000

interface UploadWorkerDeps extends Omit<RunDeps, 'retry'> {
  readonly timing?: Partial<WorkerTiming>
}

export interface UploadWorker {
  start(): void
  /** Something was queued: look now rather than at the next poll. */
  wake(): void
  /**
   * Stops taking work, hands the running upload back after its current batch, and waits a few seconds for that. What
   * is not done by then (the database is away) another process takes over when the lease ends.
   */
  stop(): Promise<void>
  /** Whether the queue is being looked at: an upload runs, or the last look was not long ago. */
  isWorking(): boolean
}

/** Works through the queue, one upload at a time, until stopped. */
export function createUploadWorker(deps: UploadWorkerDeps): UploadWorker {
  const { models, log } = deps
  const timing = { ...TIMING, ...deps.timing }
  const receipts = createReceiptDispatcher(deps)
  const places = createQueuePlaces(deps)
  const stopping = new AbortController()
  const queueSignal = createWakeSignal()
  const receiptSignal = createWakeSignal()
  const placesSignal = createWakeSignal()
  let loops: Promise<unknown> | undefined
  let isRunning = false
  // Kept until a claim is acknowledged: one that came through unheard is then found again, and counts once.
  let claimToken = randomUUID()
  let lookedAt = Number.NEGATIVE_INFINITY

  // An upload whose file this process cannot reach keeps its place for one that can. When none comes, it is taken
  // all the same and ends with words, so that it does not stand in the way of the others for ever.
  let passed = { upload: '', since: 0 }
  function canRun(upload: FileUpload): boolean {
    if (upload.kind === 'switch') return true
    if (deps.sources[upload.source.kind]?.canOpen(upload)) return true
    const id = String(upload._id)
    if (passed.upload !== id) passed = { upload: id, since: performance.now() }
    return performance.now() - passed.since > timing.abandonMs
  }

  /** Works until told to stop, and waits where there is nothing to do or the database is away. */
  async function repeatAt(
    work: () => Promise<boolean>,
    signal: WakeSignal,
    complaint: string,
    everyMs = timing.pollMs,
  ): Promise<void> {
    while (!stopping.signal.aborted) {
      let worked = false
      try {
        worked = await work()
      } catch (error) {
        log.warn({ code: toDatabaseError(error).code, err: error }, complaint)
      }
      if (!worked && !stopping.signal.aborted) await signal.wait(everyMs)
    }
  }

  /** Beside the queue, not in it: a Slack that asks us to wait holds up receipts, never the next file. */
  async function postReceipts(): Promise<boolean> {
    await receipts.postDue()
    return false
  }

  /** By the process that works alone, so that one of them does it. */
  async function postPlaces(): Promise<boolean> {
    if (isRunning) await places.post()
    return false
  }

  async function workOnce(): Promise<boolean> {
    const upload = await claimUpload(models, timing, canRun, claimToken)
    lookedAt = performance.now()
    if (!upload) return false
    claimToken = randomUUID()
    const run = new AbortController()
    const endRun = () => run.abort(stopping.signal.reason)
    stopping.signal.addEventListener('abort', endRun, { once: true })
    const endHeartbeat = startHeartbeat(timing.leaseMs / 3, async () => {
      // A database that is away is met, and waited for, where rows are written; only the loss of the lease ends the run.
      await renewLease(models, upload, timing).catch((error: unknown) => {
        if (error instanceof AppError) run.abort(error)
      })
    })

    log.info({ upload: upload.number, attempt: upload.attempts }, 'upload started')
    isRunning = true
    let isOver = true
    try {
      await runAbout(upload, () => runUpload({ ...deps, retry: timing }, upload, run.signal))
    } catch (error) {
      isOver = false
      await leave(upload, run.signal.aborted ? run.signal.reason : error)
    } finally {
      isRunning = false
      void endHeartbeat()
      receiptSignal.notify()
      stopping.signal.removeEventListener('abort', endRun)
    }
    // What was handed back is begun again at the next look, not at once and without end.
    return isOver
  }

  /** The run came to no end of its own: nothing is decided, somebody else goes on. */
  async function leave(upload: FileUpload, reason: unknown): Promise<void> {
    const { code } = toDatabaseError(reason)
    if (code === 'lease_lost') {
      log.warn({ upload: upload.number, code }, 'upload taken over by another run')
      return
    }
    if (code !== 'stopping' && code !== 'cancelled')
      log.error({ upload: upload.number, code, err: reason }, 'upload interrupted')
    try {
      await handBackUpload(models, upload)
      log.info({ upload: upload.number }, 'upload handed back')
    } catch (error) {
      // Its lease runs out by itself.
      log.warn({ upload: upload.number, code: toDatabaseError(error).code }, 'upload not handed back')
    }
  }

  return {
    start() {
      loops ??= Promise.all([
        repeatAt(workOnce, queueSignal, 'the queue cannot be worked on now'),
        repeatAt(postReceipts, receiptSignal, 'receipts cannot be posted now'),
        repeatAt(postPlaces, placesSignal, 'places in the queue cannot be told now', timing.placesMs),
      ])
    },
    wake() {
      queueSignal.notify()
      receiptSignal.notify()
    },
    async stop() {
      stopping.abort(new AppError('stopping'))
      for (const signal of [queueSignal, receiptSignal, placesSignal]) signal.notify()
      const tooLong = new AbortController()
      const timeout = sleep(timing.stopMs, 'too long', { signal: tooLong.signal }).catch(() => undefined)
      if ((await Promise.race([loops, timeout])) === 'too long')
        log.warn({}, 'work did not stop in time; another process goes on when the lease ends')
      tooLong.abort()
    },
    isWorking: () => isRunning || performance.now() - lookedAt < STALE_MS,
  }
}

/** Wakes a loop that waits: a notification during work is not lost, the next wait ends at once. */
interface WakeSignal {
  notify(): void
  /** Resolves at the next notification, or after `ms`. */
  wait(ms: number): Promise<void>
}

function createWakeSignal(): WakeSignal {
  let isNotified = false
  let wake = () => {}
  return {
    notify() {
      isNotified = true
      wake()
    },
    async wait(ms) {
      if (!isNotified)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      isNotified = false
      wake = () => {}
    },
  }
}
