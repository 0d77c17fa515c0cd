import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** The result of an upload of any kind, reported once when it ends. */
interface UploadEnd {
  readonly kind: 'import' | 'undo' | 'forget' | 'switch'
  readonly status: 'done' | 'failed'
  /** Why it failed. */
  readonly code?: string | undefined
  /** Rows by outcome, for an import. */
  readonly rows?: Readonly<Record<string, number>> | undefined
  readonly sharedAt: Date
  readonly startedAt: Date | undefined
}

/** A failed call to Slack. */
interface SlackFailed {
  readonly method: string
  /** Slack's error (`missing_scope`), `rate_limited`, or `no_answer`. */
  readonly reason: string
}

interface Metrics {
  uploadEnded(end: UploadEnd): void
  slackFailed(failure: SlackFailed): void
  /** Starts to measure the process: memory, event loop, garbage collection. */
  watchProcess(): void
  /** All metrics in Prometheus text format. Never fails: what cannot be read now is left out. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>
}

interface MetricsDeps {
  /** The possible outcomes of a row. */
  readonly outcomes: readonly string[]
  /** Numbers of unfinished uploads by status. */
  readonly countOpenUploads: () => Promise<Readonly<Record<string, number>>>
  /** The state of each part, by name. */
  readonly health: () => Promise<Readonly<Record<string, boolean>>>
}

/** Memory, event loop and garbage collection of this process. */
const PROCESS = new Registry()

const KINDS: readonly UploadEnd['kind'][] = ['import', 'undo', 'forget', 'switch']
/** Codes of failures that the operator should be alarmed by. */
const OUR_FAULTS = ['unexpected', 'database_failed', 'database_refused', 'gave_up']
const SECOND_BUCKETS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600]
/** Prometheus asks again soon; a database outage must not delay the answer. */
const QUERY_TIMEOUT_MS = 3_000

/**
 * Counts for Prometheus since the start of this process. An upload is counted when it ends, not per row.
 * Labels are fixed words of the bot and of Slack: no customer, file or person.
 */
export function createMetrics({ outcomes, countOpenUploads, health }: MetricsDeps): Metrics {
  const registry = new Registry()
  const registers = [registry]
  let isProcessWatched = false
  const finished = new Counter({
    name: 'customer_uploads_finished_total',
    help: 'Uploads and undos that are over, by how they ended; code is the reason of a failure.',
    labelNames: ['kind', 'status', 'code'],
    registers,
  })
  const rows = new Counter({
    name: 'customer_uploads_rows_total',
    help: 'Rows of imported files, by outcome.',
    labelNames: ['outcome'],
    registers,
  })
  const duration = new Histogram({
    name: 'customer_uploads_duration_seconds',
    help: 'From the first start of an upload to its end.',
    labelNames: ['kind'],
    buckets: SECOND_BUCKETS,
    registers,
  })
  const wait = new Histogram({
    name: 'customer_uploads_wait_seconds',
    help: 'From the sharing of a file to the start of its upload.',
    labelNames: ['kind'],
    buckets: SECOND_BUCKETS,
    registers,
  })
  const slackErrors = new Counter({
    name: 'customer_uploads_slack_errors_total',
    help: 'Calls to Slack that came to nothing, by method and reason; most are tried again.',
    labelNames: ['method', 'reason'],
    registers,
  })
  const open = new Gauge({
    name: 'customer_uploads_open',
    help: 'Uploads of all processes that are not over, by status: the length of the queue.',
    labelNames: ['status'],
    registers,
  })
  const up = new Gauge({
    name: 'customer_uploads_up',
    help: '1 where this part is there, 0 where it is not.',
    labelNames: ['part'],
    registers,
  })

  // Prometheus ignores the first value of a series, and a missing series is not 0.
  for (const outcome of outcomes) rows.inc({ outcome }, 0)
  for (const kind of KINDS) {
    finished.inc({ kind, status: 'done', code: '' }, 0)
    for (const code of OUR_FAULTS) finished.inc({ kind, status: 'failed', code }, 0)
    duration.zero({ kind })
    wait.zero({ kind })
  }

  async function collectNow(): Promise<void> {
    const [counts, parts] = await Promise.all([within(countOpenUploads()), within(health())])
    open.reset()
    for (const [status, count] of Object.entries(counts ?? {})) open.set({ status }, count)
    up.reset()
    for (const [part, isThere] of Object.entries(parts ?? {})) up.set({ part }, isThere ? 1 : 0)
  }

  return {
    uploadEnded({ kind, status, code, rows: counted, sharedAt, startedAt }) {
      finished.inc({ kind, status, code: code ?? '' })
      for (const [outcome, count] of Object.entries(counted ?? {})) rows.inc({ outcome }, count)
      if (startedAt === undefined) return
      duration.observe({ kind }, Math.max(0, Date.now() - startedAt.getTime()) / 1000)
      wait.observe({ kind }, Math.max(0, startedAt.getTime() - sharedAt.getTime()) / 1000)
    },
    slackFailed({ method, reason }) {
      slackErrors.inc({ method, reason })
    },
    watchProcess() {
      isProcessWatched = true
      watchProcessOnce()
    },
    async render() {
      await collectNow()
      const all = isProcessWatched ? Registry.merge([registry, PROCESS]) : registry
      return { contentType: registry.contentType, text: await all.metrics() }
    },
  }
}

/** Observers of the event loop and garbage collection cannot be removed, so a process has one set. */
function watchProcessOnce(): void {
  if (PROCESS.getMetricsAsArray().length === 0) collectDefaultMetrics({ register: PROCESS })
}

/** The result, or undefined if it fails or takes too long. */
async function within<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), QUERY_TIMEOUT_MS)
  })
  try {
    return await Promise.race([work.catch(() => undefined), tooLate])
  } finally {
    clearTimeout(timer)
  }
}
