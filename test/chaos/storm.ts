import { setTimeout as sleep } from 'node:timers/promises'
import type { Chance } from '../../dev/faults/random.ts'
import { FAIR_WEATHER, type SlackWeather } from '../../dev/faults/slack-faults.ts'
import type { BotPlace } from './bot-pool.ts'

/** Counts of actions on the bots. */
export interface StormTally {
  kills: number
  deploys: number
  sleeps: number
  cuts: number
  outages: number
  freezes: number
  slowdowns: number
  badWeather: number
  slowestShutdownMs: number
}

export function emptyTally(): StormTally {
  return {
    kills: 0,
    deploys: 0,
    sleeps: 0,
    cuts: 0,
    outages: 0,
    freezes: 0,
    slowdowns: 0,
    badWeather: 0,
    slowestShutdownMs: 0,
  }
}

export interface StormDeps {
  readonly chance: Chance
  readonly places: readonly [BotPlace, ...BotPlace[]]
  readonly setWeather: (weather: SlackWeather) => void
  readonly leaseMs: number
  readonly tally: StormTally
  readonly print: (what: string) => void
  /** Called for a shutdown that was too slow or failed. */
  readonly complain: (what: string) => void
}

const SHUTDOWN_WITHIN_MS = 10_000
const BAD_WEATHER: SlackWeather = {
  rateLimited: 0.15,
  failing: 0.15,
  silent: 0.08,
  unanswered: 0.12,
  slow: 0.1,
}

/** Causes a fault about every second until stopped, then repairs everything. */
export async function raiseStorm(deps: StormDeps, signal: AbortSignal): Promise<void> {
  const { chance, places, setWeather } = deps
  const effects = new Set<Promise<void>>()
  while (!signal.aborted) {
    await sleep(chance.between(300, 1_800), undefined, { signal }).catch(() => {})
    if (signal.aborted) break
    const effect = breakSomething(deps, chance.pick(places), signal).finally(() => effects.delete(effect))
    effects.add(effect)
  }
  await Promise.all(effects)
  setWeather(FAIR_WEATHER)
  for (const { line } of places) {
    line.setAway(false)
    line.setDelay(0)
    line.setFrozen(false)
  }
}

async function breakSomething(deps: StormDeps, place: BotPlace, signal: AbortSignal): Promise<void> {
  const { chance, tally, print: write } = deps
  const lasts = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {})
  const what = chance.next()
  const long = chance.between(500, 5_000)
  if (what < 0.3) {
    if (!place.isUp()) return
    tally.kills += 1
    write(`kill -9 ${place.name}`)
    await place.kill(chance.between(0, 2_000))
  } else if (what < 0.36) {
    if (place.isUp()) await deploy(deps, place)
  } else if (what < 0.42) {
    if (!place.isUp()) return
    tally.sleeps += 1
    write(`${place.name} falls asleep for longer than its lease`)
    await place.sleepFor(deps.leaseMs * 1.5)
  } else if (what < 0.58) {
    tally.cuts += place.line.cut()
    write(`database connections of ${place.name} cut`)
  } else if (what < 0.68) {
    tally.outages += 1
    write(`database away for ${place.name} for ${long} ms`)
    place.line.setAway(true)
    await lasts(long)
    place.line.setAway(false)
  } else if (what < 0.74) {
    tally.freezes += 1
    write(`database silent for ${place.name} for ${long} ms`)
    place.line.setFrozen(true)
    await lasts(long)
    place.line.setFrozen(false)
  } else if (what < 0.82) {
    tally.slowdowns += 1
    place.line.setDelay(chance.between(20, 300))
    write(`database slow for ${place.name} for ${long} ms`)
    await lasts(long)
    place.line.setDelay(0)
  } else {
    tally.badWeather += 1
    write(`Slack has bad weather for ${long} ms`)
    deps.setWeather(BAD_WEATHER)
    await lasts(long)
    deps.setWeather(FAIR_WEATHER)
  }
}

/** SIGTERM, and the check of its guarantee. */
export async function deploy(
  { chance, tally, print: post, complain }: StormDeps,
  place: BotPlace,
): Promise<void> {
  tally.deploys += 1
  const { ms, code, wasKilled } = await place.deploy(chance.between(0, 1_000))
  if (wasKilled) return
  post(`SIGTERM to ${place.name}: gone after ${Math.round(ms)} ms`)
  tally.slowestShutdownMs = Math.max(tally.slowestShutdownMs, Math.round(ms))
  if (ms > SHUTDOWN_WITHIN_MS || code !== 0)
    complain(`${place.name} took ${Math.round(ms)} ms to stop and ended with code ${code}`)
}
