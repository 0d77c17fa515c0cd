import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import mongoose from 'mongoose'
import { startEventRelay } from '../../dev/faults/event-relay.ts'
import { createChance } from '../../dev/faults/random.ts'
import { createSlackFaults, type SlackFault } from '../../dev/faults/slack-faults.ts'
import { startWorkspace } from '../../dev/workspace.ts'
import { createModels } from '../../models/index.ts'
import { defaultCacheDir, startDatabaseServer } from '../../src/database/start-server.ts'
import { type BotPlace, startBotPool } from './bot-pool.ts'
import { checkInvariants, type SharedCustomerFile, watchFirstUploads } from './invariants.ts'
import { type ShareTally, shareFiles } from './share-files.ts'
import { deploy, emptyTally, raiseStorm, type StormDeps } from './storm.ts'
import { waitUntilSettled } from './wait-until-settled.ts'

const { values: flags } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string' },
    bots: { type: 'string', default: '2' },
    quiet: { type: 'boolean', default: false },
  },
})

const LEASE_SECONDS = 4
const FILES_PER_ROUND = 14
const STORM_MS = 25_000
/** Broken is what no longer moves, not what moves slowly: a machine may have much else to do. */
const STUCK_MS = 180_000
const CHANNELS = ['customers', 'collections']

const started = performance.now()
const say = (text: string): void => {
  process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1).padStart(7)} s  ${text}\n`)
}

/** Something to undo at the end, the last first. */
const endings: (() => Promise<unknown>)[] = []
async function endAll(): Promise<void> {
  for (const end of endings.splice(0).reverse()) await end().catch(() => {})
}

async function main(): Promise<void> {
  const seed = Number(flags.seed ?? Math.floor(Math.random() * 1_000_000))
  const minutes = Number(flags.minutes)
  const deadline = performance.now() + minutes * 60_000
  const chance = createChance(seed)
  const logs = await mkdtemp(join(tmpdir(), 'customer-uploads-chaos-'))
  say(`seed ${seed}, ${minutes} minutes, ${flags.bots} bot processes, logs in ${logs}`)

  const server = await startDatabaseServer({
    dataDir: null,
    uri: process.env.TEST_MONGODB_URI,
    cacheDir: defaultCacheDir(process.env),
    log: (line) => {
      if (!flags.quiet) say(line)
    },
  })
  endings.push(() => server.stop())
  const connection = await mongoose.createConnection(server.uri, { autoIndex: false }).asPromise()
  endings.push(() => connection.close())
  const models = createModels(connection)

  const faults: Record<SlackFault, number> = { rateLimited: 0, failing: 0, silent: 0, unanswered: 0, slow: 0 }
  const weather = createSlackFaults(chance.fork(), (fault) => {
    faults[fault] += 1
  })
  // Slack's own retries, hurried up: at once, and twice more.
  const workspace = await startWorkspace({ channels: CHANNELS, eventRetryDelaysMs: [0, 1_500, 4_000] })
  endings.push(() => workspace.stop())
  workspace.use(weather.layer)
  const relay = await startEventRelay(chance.fork())
  endings.push(() => relay.stop())
  workspace.connect(relay.url)

  const pool = await startBotPool({
    count: Number(flags.bots),
    workspace,
    relay,
    mongodbUri: server.uri,
    logFile: (name) => join(logs, `${name.replace(' ', '-')}.log`),
    // Random files look like the wrong file; whether to ask about that is not what is tested here.
    settings: { LEASE_SECONDS: String(LEASE_SECONDS), GUARD: 'off' },
  })
  endings.push(() => pool.stop())
  await pool.waitUntilUp(STUCK_MS)
  say(`database: ${server.engine} ${server.version ?? ''}; all bots are up`)

  const tally = emptyTally()
  const shares: ShareTally = { shares: 0, rows: 0, repeats: 0, unheard: 0 }
  const shared: SharedCustomerFile[] = []
  const firsts = watchFirstUploads(models)
  const complaints: string[] = []
  const places = pool.places as [BotPlace, ...BotPlace[]]
  const storm: StormDeps = {
    chance: chance.fork(),
    places,
    setWeather: weather.setWeather,
    leaseMs: LEASE_SECONDS * 1000,
    tally,
    say: (what) => {
      if (!flags.quiet) say(what)
    },
    complain: (what) => complaints.push(what),
  }

  try {
    let round = 0
    do {
      round += 1
      const over = new AbortController()
      const raging = raiseStorm(storm, over.signal)
      const looking = lookOn(firsts, over.signal)
      const sharing = shareFiles({
        chance: chance.fork(),
        workspace,
        channels: CHANNELS,
        files: FILES_PER_ROUND,
        withinMs: STORM_MS,
        tally: shares,
        round,
      })
      const fresh = await sharing
      shared.push(...fresh.shared)
      over.abort()
      await Promise.all([raging, looking, fresh.delivered])
      say(`round ${round}: the storm is over, ${shared.length} files shared so far`)
      await pool.waitUntilUp(STUCK_MS)
      await deploy(storm, chance.pick(places))
      await waitUntilSettled(models, shared, { stuckMs: STUCK_MS })
      await firsts.look()
      await checkInvariants(models, workspace, shared)
      if (complaints.length > 0) throw new Error(complaints.join('; '))
      if (pool.deaths.length > 0) throw new Error(`died by itself: ${pool.deaths.join(', ')}`)
      say(`round ${round}: every invariant holds (${shares.rows} rows)`)
    } while (performance.now() < deadline)
    const customers = await models.customers.collection.countDocuments()
    say('')
    say(`npm run test:chaos -- --minutes ${minutes} --seed ${seed} --bots ${flags.bots}`)
    say(
      `survived: ${tally.kills} kill -9, ${tally.deploys} SIGTERM (slowest stop ${tally.slowestShutdownMs} ms), ${tally.sleeps} sleeps longer than the lease`,
    )
    say(
      `database: ${tally.cuts} connections cut, ${tally.outages} outages, ${tally.freezes} silences, ${tally.slowdowns} slow spells, ${pool.failedStarts()} starts in vain`,
    )
    say(
      `Slack: ${faults.rateLimited} × 429, ${faults.failing} × 500, ${faults.silent} timeouts, ${faults.unanswered} done but unanswered, ${faults.slow} slow`,
    )
    say(
      `events: ${shares.shares} shares, ${shares.repeats} repeated deliveries, ${shares.unheard} never delivered`,
    )
    say(
      `rows: ${shares.rows} shared, ${shares.rows} there once; ${customers} customers as expected; lost 0, twice 0; first_uploaded_at looked at ${firsts.looks} times`,
    )
    await endAll()
    await rm(logs, { recursive: true, force: true })
  } catch (error) {
    say(`BROKEN with seed ${seed}: ${error instanceof Error ? error.message : String(error)}`)
    say(`logs of the bots: ${logs}`)
    process.exitCode = 1
    if (!(error instanceof Error) || error.name === 'TypeError') console.error(error)
  }
}

async function lookOn(firsts: { look(): Promise<void> }, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await firsts.look()
    await sleep(700, undefined, { signal }).catch(() => {})
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, async () => {
    await endAll()
    process.exit(1)
  })

try {
  await main()
} finally {
  await endAll()
}
process.exit()
