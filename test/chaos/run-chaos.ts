import { parseArgs } from 'node:util'
import { createChance } from '../../dev/faults/random.ts'
import { answerHelp } from '../../src/terminal/answer-help.ts'
import { watchFirstUploads } from './check-customers.ts'
import { checkDigests, waitForDigests } from './check-digests.ts'
import { checkForgotten } from './check-forgotten.ts'
import { checkOldValues } from './check-old-values.ts'
import { describeRun } from './describe-run.ts'
import { type ErrandDeps, emptyErrandTally } from './errand.ts'
import { hold } from './hold.ts'
import { checkInvariants } from './invariants.ts'
import { foundTown, playRound, type RoundKind } from './play-round.ts'
import type { ShareTally } from './share-files.ts'
import { removeLogs, type Stage, startStage } from './stage.ts'
import { deploy, emptyTally, type StormDeps } from './storm.ts'
import { waitUntilIdle } from './wait-until-idle.ts'

answerHelp(`Usage: npm run test:chaos [-- options]

Shares files while bots, lines and Slack fail, and checks at the end that every customer and receipt is right.

  --minutes N           how long files are shared (2)
  --seed N              repeats the faults of an earlier run
  --bots N              bot processes (2)
  --match-other-phones  with MATCH_OTHER_PHONES
  --one-kind            no switches of what a record is, which a sharded database does not allow
  --quiet               print the result only
`)
const { values: flags } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string' },
    bots: { type: 'string', default: '2' },
    'match-other-phones': { type: 'boolean', default: false },
    'one-kind': { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
  },
})

const LEASE_SECONDS = 4
/** A run is broken if it stops, not if it is slow: the machine may be busy. */
const STUCK_MS = 180_000
const CHANNELS = ['customers', 'collections'] as const
const RETENTION_DAYS = 1
/** At least a switch, its reverse, and old values. */
const MIN_ROUNDS = 3
const SWITCHING_SHARE = 0.6

const started = performance.now()
const post = (text: string): void => {
  process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1).padStart(7)} s  ${text}\n`)
}
const murmur = (text: string): void => {
  if (!flags.quiet) post(text)
}

/** Cleanups; the last one runs first. */
const endings: (() => Promise<unknown>)[] = []
async function endAll(): Promise<void> {
  for (const end of endings.splice(0).reverse()) await end().catch(() => {})
}

/** Second phones come first, because another kind of record has none. */
function chooseKind(number: number, isEarly: boolean): RoundKind {
  if (number >= MIN_ROUNDS && !isEarly) return 'aging'
  return flags['one-kind'] || (flags['match-other-phones'] && number === 1) ? 'sharing' : 'switching'
}

const describeOptions = (): string =>
  (['match-other-phones', 'one-kind'] as const).map((name) => (flags[name] ? ` --${name}` : '')).join('')

async function main(): Promise<void> {
  const seed = Number(flags.seed ?? Math.floor(Math.random() * 1_000_000))
  const minutes = Number(flags.minutes)
  const durationMs = minutes * 60_000
  const chance = createChance(seed)
  const matches = flags['match-other-phones']
  post(`seed ${seed}, ${minutes} minutes, ${flags.bots} bot processes`)
  const tally = emptyTally()
  const stage = await startStage({
    chance,
    bots: Number(flags.bots),
    minutes,
    channels: CHANNELS,
    leaseSeconds: LEASE_SECONDS,
    matchOtherPhones: matches,
    stuckMs: STUCK_MS,
    print: murmur,
    onStarted: (end) => endings.push(end),
    onHandOver(places) {
      const up = places.filter((place) => place.isUp())
      tally.kills += up.length
      murmur('kill -9 every bot: one has just handed a summary to Slack')
      for (const place of up) void place.kill(0)
    },
  })
  const { models, workspace, pool, places } = stage
  post(`database: ${stage.engine}; all bots are up; logs in ${stage.logs}`)

  const complaints: string[] = []
  const storm: StormDeps = {
    chance: chance.fork(),
    places,
    setWeather: stage.setWeather,
    leaseMs: LEASE_SECONDS * 1000,
    tally,
    print: murmur,
    complain: (what) => complaints.push(what),
  }
  const errands: ErrandDeps = {
    chance,
    workspace,
    models,
    mongodbUri: stage.mongodbUri,
    channels: CHANNELS,
    retentionDays: RETENTION_DAYS,
    stuckMs: STUCK_MS,
    tally: emptyErrandTally(),
    print: murmur,
  }
  const shares: ShareTally = { shares: 0, rows: 0, repeats: 0, missed: 0 }
  const firsts = watchFirstUploads(models)
  const town = foundTown()
  let forgotten = 0
  let cut = { files: 0, rows: 0 }

  try {
    const hasTime = (share = 1) => performance.now() < share * durationMs
    for (let number = 1; number <= MIN_ROUNDS || errands.tally.agings === 0 || hasTime(); number++) {
      const isEarly = hasTime(SWITCHING_SHARE)
      const kind = chooseKind(number, isEarly)
      const doing = { number, kind, chance, town, storm, errands, hasSecondPhones: matches }
      await playRound({ ...doing, tally: shares, look: firsts.look })
      post(`round ${number} (${kind}): the storm is over, ${town.shared.length} files shared so far`)
      await pool.waitUntilUp(STUCK_MS)
      await deploy(storm, chance.pick(places))
      await waitUntilIdle(models, town.shared, { stuckMs: STUCK_MS })
      await firsts.look()
      forgotten = await checkRound(stage, kind)
      post(`round ${number}: every invariant holds (${shares.rows} rows)`)
    }
    await waitForDigests(models, stage.due, STUCK_MS)
    await checkDigests(models, workspace, [...stage.handedOver.values()], stage.due)
    const customers = await models.customers.collection.countDocuments()
    post('')
    const figures = { tally, shares, errands: errands.tally, faults: stage.faults, customers, cut, forgotten }
    const rest = { failedStarts: pool.failedStarts(), looks: firsts.looks, summaries: stage.due.length }
    post(`npm run test:chaos -- --minutes ${minutes} --seed ${seed} --bots ${flags.bots}${describeOptions()}`)
    for (const line of describeRun({ ...figures, ...rest })) post(line)
    if (matches) {
      const matched = await models.uploadRows.collection.countDocuments({ customer_phone: { $exists: true } })
      const several = await models.uploadRows.collection.countDocuments({
        'problem.code': 'phone_of_several',
      })
      post(
        `second phones: ${matched} rows went to a customer by one, ${several} have one of several customers`,
      )
      hold(matched > 0 && several > 0, 'no row came by a second phone')
    }
    await endAll()
    await removeLogs(stage)
  } catch (error) {
    post(`BROKEN with seed ${seed}: ${error instanceof Error ? error.message : String(error)}`)
    post(`logs of the bots: ${stage.logs}`)
    process.exitCode = 1
    if (!(error instanceof Error) || error.name === 'TypeError') console.error(error)
  }

  /** @returns the number of forgotten people who occur nowhere */
  async function checkRound({ logs }: Stage, kind: RoundKind): Promise<number> {
    const story = await checkInvariants(models, workspace, town, matches)
    const cancelled = story.uploads.filter(
      ({ upload }) => upload.cancelled !== undefined && upload.status === 'failed',
    )
    const rows = cancelled.reduce((sum, shown) => sum + shown.file.rows.length - shown.rows.length, 0)
    cut = { files: cancelled.length, rows }
    await checkOldValues(errands, kind === 'aging')
    const { unanswered } = errands.tally
    const gone = await checkForgotten({ ...stage, ...town, story, unanswered, logs })
    if (complaints.length > 0) throw new Error(complaints.join('; '))
    if (pool.deaths.length > 0) throw new Error(`died by itself: ${pool.deaths.join(', ')}`)
    return gone
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
