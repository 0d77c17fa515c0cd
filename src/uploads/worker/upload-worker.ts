import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FileUpload } from '../../../models/index.ts'
import { AppError, toAppError } from '../../errors.ts'
import {
  claimUpload,
  createHeadFinder,
  handBackUpload,
  type LeaseTiming,
  renewLease,
  runAbout,
  startHeartbeat,
} from '../lease/index.ts'
import { createNextFile } from './next-file.ts'
import { createQueuePlaces } from './queue-places.ts'
import { createReceiptDispatcher } from './receipt-dispatcher.ts'
import { type RetryTiming, type RunDeps, runUpload } from './run-upload.ts'

/** All in milliseconds. */
export interface WorkerTiming extends LeaseTiming, RetryTiming {
  /** Pause between looks at the queue without a wake signal. */
  readonly pollMs: number
  /** Pause between posts of queue places, while this process works. */
  readonly placesMs: number
  /** How long an upload that waits for another process keeps its place. */
  readonly abandonMs: number
  /** How long a receipt that could not be posted waits for its next try. */
  readonly receiptClaimMs: number
  /** How long the file of the next upload may be fetched before its run. */
  readonly fetchedMs: number
  /** How long `stop` waits for the batch and the receipt in progress. */
  readonly stopMs: number
}

const TIMING: WorkerTiming = {
  leaseMs: 30_000,
  pollMs: 2_000,
  placesMs: 10_000,
  abandonMs: 300_000,
  receiptClaimMs: 15_000,
  retryMs: 500,
  longestRetryMs: 30_000,
  fetchedMs: 5_000,
  stopMs: 5_000,
}

/** Milliseconds between two looks that find nothing to do: many files can be shared while another process works. */
const LOOK_AGAIN_MS = 100
/** A queue not looked at for this long is considered stuck. */
const STALE_MS = 60_000

interface UploadWorkerDeps extends Omit<RunDeps, 'retry' | 'nextFile' | 'receipts'> {
  readonly timing?: Partial<WorkerTiming>
}

export interface UploadWorker {
  start(): void
  /** The queue or a receipt may have changed: look now instead of at the next poll. */
  wake(): void
  /** An upload was queued, and no receipt is due for it. */
  wakeQueue(): void
  /**
   * Takes no more work, hands the running upload back after its current batch, and waits a few seconds for
   * that. Another process takes over the rest when the lease expires.
   */
  stop(): Promise<void>
  /** True if an upload runs, or the queue was looked at recently. */
  isWorking(): boolean
}

/** Runs the queue, one upload at a time, until stopped. */
export function createUploadWorker(deps: UploadWorkerDeps): UploadWorker {
  const { models, log } = deps
  const timing = { ...TIMING, ...deps.timing }
  const receipts = createReceiptDispatcher({ ...deps, claimMs: timing.receiptClaimMs })
  const places = createQueuePlaces(deps)
  const stopping = new AbortController()
  const heads = createHeadFinder(models)
  const nextFile = createNextFile({ ...deps, freshMs: timing.fetchedMs, signal: stopping.signal })
  const queueSignal = createWakeSignal()
  const receiptSignal = createWakeSignal()
  const placesSignal = createWakeSignal()
  let loops: Promise<unknown> | undefined
  let isRunning = false
  // Kept until a claim is acknowledged: a claim whose answer was lost is then found again and counted once.
  let claimToken = randomUUID()
  let hasEndedOne = false
  /** Receipts that became due since they were last posted, as far as this process knows. */
  let receiptsDue = 0
  let lookedForDueAt = Number.NEGATIVE_INFINITY
  let lookedAt = Number.NEGATIVE_INFINITY

  // An upload whose file this process cannot read keeps its place for a process that can. After `abandonMs`
  // it is taken anyway and fails with a message, so that it does not block the queue.
  let passed = { upload: '', since: 0 }
  function canRun(upload: FileUpload): boolean {
    if (upload.kind === 'switch') return true
    if (deps.sources[upload.source.kind]?.canOpen(upload)) return true
    const id = String(upload._id)
    if (passed.upload !== id) passed = { upload: id, since: performance.now() }
    return performance.now() - passed.since > timing.abandonMs
  }

  function fetchNext(): void {
    const upload = heads.following()
    if (upload && !stopping.signal.aborted) nextFile.fetch(upload)
  }

  /**
   * Repeats work until stopped; pauses if there is nothing to do or the database is unavailable.
   * @param leastMs of a pause, also with a notification
   */
  async function repeatAt(
    work: () => Promise<boolean>,
    signal: WakeSignal,
    complaint: string,
    { everyMs = timing.pollMs, leastMs = 0 }: { readonly everyMs?: number; readonly leastMs?: number } = {},
  ): Promise<void> {
    while (!stopping.signal.aborted) {
      const begunAt = performance.now()
      let worked = false
      try {
        worked = await work()
      } catch (error) {
        log.warn({ code: toAppError(error).code, err: error }, complaint)
      }
      if (worked || stopping.signal.aborted) continue
      await signal.wait(everyMs)
      await rest(begunAt + leastMs - performance.now())
    }
  }

  async function rest(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined)
  }

  /** Separate from the queue: a rate limit of Slack delays receipts, never the next file. */
  async function postReceipts(): Promise<boolean> {
    await receipts.postKept()
    // After a run its receipt only. Without a notification, and now and then, all that are due, also those of ended
    // processes.
    const isLook = performance.now() - lookedForDueAt > timing.pollMs / 2
    if (receiptsDue === 0 && !isLook) return false
    const limit = receiptsDue > 0 && !isLook ? receiptsDue : Number.POSITIVE_INFINITY
    if (limit === Number.POSITIVE_INFINITY) lookedForDueAt = performance.now()
    receiptsDue = 0
    await receipts.postDue(limit)
    return receiptsDue > 0
  }

  /** After the last run: until their claims end, no other process posts the receipts kept here. */
  async function postLast(): Promise<void> {
    await receipts.postKept().catch((error: unknown) => {
      log.warn({ code: toAppError(error).code, err: error }, 'receipts cannot be posted now')
    })
  }

  /** Only the process that runs an upload posts the places. */
  async function postPlaces(): Promise<boolean> {
    if (isRunning) await places.post()
    return false
  }

  async function workOnce(): Promise<boolean> {
    const isNext = hasEndedOne
    // Not after a failed claim, which may have succeeded in the database.
    hasEndedOne = false
    const upload = await claimUpload(models, timing, canRun, { token: claimToken, isNext, heads })
    lookedAt = performance.now()
    if (!upload) return false
    claimToken = randomUUID()
    const run = new AbortController()
    const endRun = () => run.abort(stopping.signal.reason)
    stopping.signal.addEventListener('abort', endRun, { once: true })
    // The stop can come before the claim is answered.
    if (stopping.signal.aborted) endRun()
    const endHeartbeat = startHeartbeat(timing.leaseMs / 3, async () => {
      // A database outage is handled where rows are written; only a lost lease ends the run.
      await renewLease(models, upload, timing).catch((error: unknown) => {
        if (error instanceof AppError) run.abort(error)
      })
    })

    log.info({ upload: upload.number, attempt: upload.attempts }, 'upload started')
    isRunning = true
    let isOver = true
    let isKept = false
    const claims: RunDeps['receipts'] = {
      // Of a process that stops, another one posts the receipt at once.
      claimFields: (...ended) => (stopping.signal.aborted ? undefined : receipts.claimFields(...ended)),
      keep(ended) {
        isKept = true
        receipts.keep(ended)
      },
    }
    try {
      const next = { take: nextFile.take, fetch: fetchNext }
      await runAbout(upload, () =>
        runUpload({ ...deps, retry: timing, nextFile: next, receipts: claims }, upload, run.signal),
      )
    } catch (error) {
      isOver = false
      await leave(upload, run.signal.aborted ? run.signal.reason : error)
    } finally {
      isRunning = false
      void endHeartbeat()
      // An undo makes the receipt of its file due again, and a forget upload those that name the person.
      if (!isKept) receiptsDue += upload.kind === 'import' ? 1 : Number.POSITIVE_INFINITY
      receiptSignal.notify()
      stopping.signal.removeEventListener('abort', endRun)
    }
    hasEndedOne = isOver
    // A returned upload is started again at the next look, not immediately and endlessly.
    return isOver
  }

  /** The run was interrupted without a result: another run continues. */
  async function leave(upload: FileUpload, reason: unknown): Promise<void> {
    const { code } = toAppError(reason)
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
      const failed = toAppError(error).code
      // A lost lease needs no return: a dry run deletes its upload, or another run has it.
      if (failed === 'lease_lost') return
      // Its lease expires by itself.
      log.warn({ upload: upload.number, code: failed }, 'upload not handed back')
    }
  }

  return {
    start() {
      loops ??= Promise.all([
        repeatAt(workOnce, queueSignal, 'the queue cannot be worked on now', {
          leastMs: Math.min(LOOK_AGAIN_MS, timing.pollMs),
        }),
        repeatAt(postReceipts, receiptSignal, 'receipts cannot be posted now'),
        repeatAt(postPlaces, placesSignal, 'places in the queue cannot be told now', {
          everyMs: timing.placesMs,
        }),
      ]).then(postLast)
    },
    wake() {
      receiptsDue = Number.POSITIVE_INFINITY
      queueSignal.notify()
      receiptSignal.notify()
    },
    wakeQueue: () => queueSignal.notify(),
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

/** Wakes a waiting loop. A notification during work is kept: the next wait ends at once. */
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
