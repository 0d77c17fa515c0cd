import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mongoose from 'mongoose'
import { startEventRelay } from '../../dev/faults/event-relay.ts'
import type { Chance } from '../../dev/faults/random.ts'
import { createSlackFaults, type SlackFault } from '../../dev/faults/slack-faults.ts'
import { startWorkspace, type Workspace } from '../../dev/workspace/workspace.ts'
import { createModels, ensureIndexes, type Models } from '../../models/index.ts'
import { defaultCacheDir, startDatabaseServer } from '../../src/database/start-server.ts'
import { type BotPlace, type BotPool, startBotPool } from './bot-pool.ts'
import {
  type DueDigest,
  type HandedOver,
  planDigests,
  rememberEarlierDigests,
  watchHandOvers,
} from './digest-watch.ts'
import { ADMIN } from './forget-people.ts'
import type { StormDeps } from './storm.ts'

/** The environment of a run: a database, a workspace, bots, and faults between them. */
export interface Stage {
  readonly mongodbUri: string
  readonly engine: string
  readonly models: Models
  readonly workspace: Workspace
  readonly pool: BotPool
  readonly places: readonly [BotPlace, ...BotPlace[]]
  readonly setWeather: StormDeps['setWeather']
  /** Number of faults by kind. */
  readonly faults: Readonly<Record<SlackFault, number>>
  /** The due digests of this run. */
  readonly due: readonly DueDigest[]
  /** Digests scheduled at Slack and not cancelled. */
  readonly handedOver: ReadonlyMap<string, HandedOver>
  /** Folder of the bots' logs. */
  readonly logs: string
}

interface StageOptions {
  readonly chance: Chance
  readonly bots: number
  readonly minutes: number
  readonly channels: readonly string[]
  readonly leaseSeconds: number
  readonly matchOtherPhones: boolean
  readonly stuckMs: number
  readonly print: (what: string) => void
  /** Called with each cleanup as soon as it exists. */
  readonly onStarted: (end: () => Promise<unknown>) => void
  /** Called when Slack has the first digest and the bot does not know it yet. */
  readonly onHandOver: (places: Stage['places']) => void
}

export async function startStage(options: StageOptions): Promise<Stage> {
  const { chance, channels, print: write, onStarted } = options
  const logs = await mkdtemp(join(tmpdir(), 'customer-uploads-chaos-'))
  const server = await startDatabaseServer({
    dataDir: null,
    uri: process.env.TEST_MONGODB_URI,
    cacheDir: defaultCacheDir(process.env),
    log: write,
  })
  onStarted(() => server.stop())
  const connection = await mongoose.createConnection(server.uri, { autoIndex: false }).asPromise()
  onStarted(() => connection.close())
  const models = createModels(connection)
  await ensureIndexes(models)

  const faults: Record<SlackFault, number> = { rateLimited: 0, failing: 0, silent: 0, unanswered: 0, slow: 0 }
  const weather = createSlackFaults(chance.fork(), (fault) => {
    faults[fault] += 1
  })
  // Slack's own retries, accelerated: at once, and twice more.
  const workspace = await startWorkspace({
    channels,
    eventRetryDelaysMs: [0, 1_500, 4_000],
    // A run compresses hours into minutes: faults send 429s instead of the tier limits.
    rateLimits: false,
  })
  onStarted(() => workspace.stop())
  const handOvers = watchHandOvers(() => options.onHandOver(places))
  // Scheduled messages are counted behind the faults, so lost answers count too.
  workspace.use(handOvers.layer)
  workspace.use(weather.layer)
  const relay = await startEventRelay(chance.fork())
  onStarted(() => relay.stop())
  workspace.connect(relay.url)

  const ids = channels.map((name) => workspace.channelId(name))
  const digests = planDigests(Date.now(), options.minutes, ids)
  await rememberEarlierDigests(models, digests.due)
  const pool = await startBotPool({
    count: options.bots,
    workspace,
    relay,
    mongodbUri: server.uri,
    logFile: (name) => join(logs, `${name.replace(' ', '-')}.log`),
    settings: {
      ...digests.settings,
      MATCH_OTHER_PHONES: options.matchOtherPhones ? 'on' : 'off',
      LEASE_SECONDS: String(options.leaseSeconds),
      ADMINS: workspace.userId(ADMIN),
      // The guard would hold random files; it is tested elsewhere.
      GUARD: 'off',
      // The rate limit per person is tested elsewhere too.
      QUESTIONS_PER_MINUTE: '100000',
    },
  })
  onStarted(() => pool.stop())
  const places = pool.places as Stage['places']
  await pool.waitUntilUp(options.stuckMs)
  return {
    mongodbUri: server.uri,
    engine: `${server.engine} ${server.version ?? ''}`,
    models,
    workspace,
    pool,
    places,
    setWeather: weather.setWeather,
    faults,
    due: digests.due,
    handedOver: handOvers.waiting,
    logs,
  }
}

/** The logs of a successful run are deleted. */
export async function removeLogs({ logs }: Stage): Promise<void> {
  await rm(logs, { recursive: true, force: true, maxRetries: 20 })
}
