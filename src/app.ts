import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from 'mongoose'
import { ACTIONS } from '../commands/actions/index.ts'
import { SHORTCUTS } from '../commands/home/index.ts'
import { COMMANDS } from '../commands/index.ts'
import { createModels, ROW_OUTCOMES } from '../models/index.ts'
import type { FieldCatalogue } from './customers/fields/index.ts'
import { AppError, toAppError } from './errors.ts'
import {
  createCatchUp,
  createCountStale,
  createDigestJob,
  createSchedule,
  insistOnCatchUp,
} from './jobs/index.ts'
import { speakLocale } from './locale.ts'
import { prepareDatabase } from './migrations/index.ts'
import { createLifeCheck, createMetrics } from './monitoring/index.ts'
import { removeLeftFolders } from './private-files/index.ts'
import type { Config } from './settings/index.ts'
import { createSlackApp } from './slack/slack-app.ts'
import { createDigestStore, createLookTurns, createPersonRates } from './stores/index.ts'
import { createPathSource, importOptionsOf } from './uploads/import/index.ts'
import type { Log } from './uploads/lease/index.ts'
import { removeStaleNameWords } from './uploads/names/index.ts'
import {
  countOpenUploads,
  countStaleCustomers,
  createKnownShares,
  findStaleCount,
} from './uploads/queries/index.ts'
import { removeOldValues, removePrivateFiles } from './uploads/retention/index.ts'
import { createUploadQueue, createUploadWorker, type WorkerTiming } from './uploads/worker/index.ts'

interface AppDeps {
  readonly config: Config
  readonly connection: Connection
  readonly log: Log
  /** The fields of customers; the default ones unless a team has its own catalogue. */
  readonly catalogue?: FieldCatalogue
  /** Why an embedded database is unavailable now. */
  readonly outage?: () => AppError | undefined
  /** Other pauses, for tests. */
  readonly timing?: AppTiming
}

/** All in milliseconds. */
export interface AppTiming extends Partial<WorkerTiming> {
  /** How long Slack may take to show the share of a file. */
  readonly shareMs?: number
}

export interface App {
  /** @throws AppError database_duplicates, slack_refused, … with what to do */
  start(): Promise<void>
  /** Stops receiving, then working; unfinished work returns to the queue. */
  stop(): Promise<void>
}

/** Slack repeats an event at once, after one minute and after five: only older shares count as missed. */
const EVENTS_ARRIVE_WITHIN_MS = 2 * 60_000
/** Every five minutes; each job has its own minute. */
const CATCH_UP_TIMES = '3-58/5 * * * *'
/** Shorter than the pause between two searches: of several processes one searches. */
const LOOKED_LATELY_MS = 4 * 60_000
/** Every minute, so a digest is on time; without one it costs one read per channel. */
const DIGEST_TIMES = '* * * * *'
/** Longer than creating and scheduling a digest takes. */
const DIGEST_CLAIM_MS = 45_000
/** Before working hours, so that people see a current number. */
const COUNT_TIMES = '40 4 * * *'
/** Retries greetings, at its own minute. */
const GREETING_TIMES = '1-56/5 * * * *'
/** Retries reactions, at its own minute. */
const REACTION_TIMES = '2-57/5 * * * *'
/** Deletes unused private files, once an hour. */
const PRIVATE_FILES_TIMES = '37 * * * *'
/** Deletes unused words of names that could not be deleted at once, at its own minute. */
const NAME_WORD_TIMES = '52 * * * *'
/** Deletes files of killed processes, at its own minute. */
const LEFT_FILES_TIMES = '22 * * * *'
/** At night, with repeats in case a run was interrupted. */
const RETENTION_TIMES = '15 1-5 * * *'
/** An outage of Slack must not block the import of known files. */
const CATCH_UP_WITHIN_MS = 30_000
const PING_WITHIN_MS = 2_000
/** If the queue was not looked at for this long although the database answers, the worker is stuck. */
const STUCK_AFTER_MS = 10 * 60_000

/** Creates and wires everything; starts nothing. */
export function buildApp({ config, connection, log, catalogue, outage, timing }: AppDeps): App {
  speakLocale(config.locale)
  const models = createModels(connection)
  const options = importOptionsOf(config, catalogue)
  const queue = createUploadQueue({ models })
  const known = createKnownShares({ models })
  const metrics = createMetrics({
    outcomes: ROW_OUTCOMES,
    countOpenUploads: () => countOpenUploads(models),
    health: async () => (await slack.health()).parts,
  })
  const slack = createSlackApp({
    config: config.slack,
    limits: config.limits,
    channels: config.channels,
    botSharers: config.botSharers,
    reactions: config.reactions,
    ...(timing?.shareMs !== undefined && { shareMs: timing.shareMs }),
    log,
    models,
    queue,
    commands: COMMANDS,
    actions: ACTIONS,
    shortcuts: SHORTCUTS,
    commandDeps: {
      models,
      catalogue: options.catalogue,
      defaultRegion: config.defaultRegion,
      timeZone: config.timeZone,
      dateOrder: config.dateOrder,
      admins: config.admins,
      rates: createPersonRates({ models, limits: config.rates }),
      settings: config.inForce,
      onWorkQueued: () => worker.wake(),
      onUploadAnswered(upload) {
        if (upload.status === 'queued') slack.showAnswered(upload)
        worker.wake()
      },
    },
    dateOrder: config.dateOrder,
    onShareQueued: () => worker.wakeQueue(),
    isDatabaseReady: () => answers(connection),
    isQueueWorking: () => worker.isWorking(),
    isAlive: createLifeCheck({
      outage,
      isWorking: () => worker.isWorking(),
      isDatabaseReady: () => answers(connection),
      stuckAfterMs: STUCK_AFTER_MS,
    }),
    onInvited: (channel, at) => known.recordEvent(channel, at),
    onReconnected: () => lookForMissed(),
    onCallFailed: metrics.slackFailed,
    renderMetrics: metrics.render,
  })
  const worker = createUploadWorker({
    models,
    sources: { slack: slack.source, cli: createPathSource() },
    listener: slack.listener,
    deleteFile: slack.deleteFile,
    deleteMessage: slack.deleteMessage,
    options,
    log,
    timing: { leaseMs: config.leaseMs, ...timing },
    ...(outage && { explainOutage: outage }),
    onEnded(upload, { counts, problem }) {
      metrics.uploadEnded({
        kind: upload.kind,
        status: problem ? 'failed' : 'done',
        code: problem?.code,
        rows: upload.kind === 'import' ? pickOutcomes({ ...counts }) : undefined,
        sharedAt: upload.shared_at,
        startedAt: upload.started_at,
      })
    },
  })

  const stopping = new AbortController()
  let listensSince = new Date()
  const catchUp = createCatchUp({
    listensSince: () => listensSince,
    place: { ...slack.shareLister, team: slack.teamId },
    known,
    turns: createLookTurns({ models }),
    queue,
    onShareQueued: () => worker.wakeQueue(),
    log,
  })
  const { digest, retentionDays, timeZone } = config
  const countStale = createCountStale({
    count: (now) => countStaleCustomers(models, digest.staleDays, now),
    find: () => findStaleCount(models),
    days: digest.staleDays,
  })
  const makeDigests = createDigestJob({
    store: createDigestStore({ models, claimMs: DIGEST_CLAIM_MS }),
    place: slack.digests,
    commandDeps: { models, timeZone },
    channels: digest.channels,
    times: { daily: digest.daily, weekly: digest.weekly },
    countStale,
    log,
  })
  const removeOld = (days: number) =>
    removeOldValues({ models, days, log, deleteFile: slack.deleteFile, signal: stopping.signal }, new Date())
  const schedule = createSchedule(
    [
      {
        name: 'missed shares',
        cron: CATCH_UP_TIMES,
        run: () => catchUp({ graceMs: EVENTS_ARRIVE_WITHIN_MS, freshMs: LOOKED_LATELY_MS }),
      },
      { name: 'digests', cron: DIGEST_TIMES, run: () => makeDigests() },
      ...(retentionDays === undefined
        ? []
        : [{ name: 'old values', cron: RETENTION_TIMES, timeZone, run: () => removeOld(retentionDays) }]),
      {
        name: 'unused private files',
        cron: PRIVATE_FILES_TIMES,
        run: async () => {
          const removed = await removePrivateFiles({ models, deleteFile: slack.deleteFile, log }, new Date())
          if (removed > 0) worker.wake()
        },
      },
      {
        name: 'unused name words',
        cron: NAME_WORD_TIMES,
        run: () => removeStaleNameWords(models, new Date()),
      },
      { name: 'customers nobody refreshed', cron: COUNT_TIMES, timeZone, run: countStale },
      { name: 'files left behind', cron: LEFT_FILES_TIMES, run: () => removeLeftFolders() },
      { name: 'reactions', cron: REACTION_TIMES, run: () => slack.reactRest() },
      { name: 'greetings', cron: GREETING_TIMES, run: () => slack.greetRest() },
    ],
    log,
  )

  const lookForMissed = (graceMs = EVENTS_ARRIVE_WITHIN_MS) =>
    insistOnCatchUp(catchUp, { graceMs, signal: stopping.signal, log })

  /** Counts once at start, so that there is a number from the first day on. Never fails. */
  async function countAtFirst(): Promise<void> {
    try {
      if (!(await findStaleCount(models))) await countStale()
    } catch (error) {
      log.warn({ code: toAppError(error).code, err: error }, 'stale customers not counted')
    }
  }

  return {
    async start() {
      await prepareDatabase(models, log)
      metrics.watchProcess()
      listensSince = new Date()
      await slack.start()
      // Runs before the first upload, so that missed shares get their place in the queue.
      await Promise.race([lookForMissed(0), sleep(CATCH_UP_WITHIN_MS, undefined, { ref: false })])
      worker.start()
      schedule.start()
      void countAtFirst()
    },
    async stop() {
      stopping.abort(new AppError('stopping'))
      await Promise.all([schedule.stop(), slack.stop(), worker.stop()])
    },
  }
}

/** The six outcomes without their sum. */
function pickOutcomes(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(ROW_OUTCOMES.map((outcome) => [outcome, counts[outcome] ?? 0]))
}

/** True if the database answers within the time of a health check. */
async function answers(connection: Connection): Promise<boolean> {
  try {
    const late = sleep(PING_WITHIN_MS, 'late', { ref: false })
    return (await Promise.race([connection.db?.admin().ping() ?? 'late', late])) !== 'late'
  } catch {
    return false
  }
}
