import { setTimeout as sleep } from 'node:timers/promises'
import type { Chance } from '../../dev/faults/random.ts'
import { ageValues } from './age-values.ts'
import { cancelImports } from './cancel-imports.ts'
import { type Correction, correctColumns } from './correct-columns.ts'
import { phoneOf } from './customer-files.ts'
import type { ErrandDeps } from './errand.ts'
import { askForList, forgetPerson, type Wish } from './forget-people.ts'
import type { SharedCustomerFile } from './invariants.ts'
import { type ShareTally, shareFiles, shareOldFiles } from './share-files.ts'
import { raiseStorm, type StormDeps } from './storm.ts'
import { switchRecords, tryToSwitch } from './switch-records.ts'

/**
 * Actions of a round beside shares and forget uploads. After old values are deleted nothing can be switched,
 * so switching rounds come first.
 */
export const ROUND_KINDS = ['sharing', 'switching', 'aging'] as const
export type RoundKind = (typeof ROUND_KINDS)[number]

const ERRANDS: Readonly<Record<RoundKind, (deps: ErrandDeps) => Promise<void>>> = {
  // Under another record kind no row is matched by a second phone, and every phone becomes its own record.
  sharing: async () => {},
  switching: switchRecords,
  async aging(deps) {
    await ageValues(deps)
    await tryToSwitch(deps)
  },
}

const CUSTOMERS = 400
const FILES_PER_ROUND = 11
const STORM_MS = 20_000

/** Customers, and what happens to the people to forget. */
export interface Town {
  /** Phones that may occur in the next files. */
  phones: readonly [string, ...string[]]
  readonly wishes: Wish[]
  readonly shared: SharedCustomerFile[]
  readonly corrections: Correction[]
}

export function foundTown(): Town {
  const [first = '', ...others] = Array.from({ length: CUSTOMERS }, (_, index) => phoneOf(index))
  return { phones: [first, ...others], wishes: [], shared: [], corrections: [] }
}

export interface RoundDeps {
  readonly number: number
  readonly kind: RoundKind
  readonly chance: Chance
  readonly town: Town
  readonly storm: StormDeps
  readonly errands: ErrandDeps
  readonly hasSecondPhones: boolean
  readonly tally: ShareTally
  /** Called continuously. */
  readonly look: () => Promise<void>
}

/** Files, forget uploads and other actions during a storm, until all are done. */
export async function playRound(deps: RoundDeps): Promise<void> {
  const { chance, town, storm, errands, kind } = deps
  const { workspace, channels } = errands
  const [back, ...gone] = pickForgotten(chance, town.phones)
  town.phones = town.phones.filter((phone) => !gone.includes(phone)) as unknown as Town['phones']
  const sharing = {
    workspace,
    channels,
    tally: deps.tally,
    round: deps.number,
    phones: town.phones,
    hasSecondPhones: deps.hasSecondPhones,
  }
  town.shared.push(...(await shareOldFiles({ ...sharing, chance: chance.fork() })))

  const over = new AbortController()
  const sharingFresh = shareFiles({
    ...sharing,
    chance: chance.fork(),
    files: FILES_PER_ROUND,
    withinMs: STORM_MS,
  }).finally(() => over.abort())
  const [fresh, corrected] = await Promise.all([
    sharingFresh,
    correctColumns({ ...errands, chance: chance.fork() }, { round: deps.number, tally: deps.tally }),
    raiseStorm(storm, over.signal),
    keepLooking(deps.look, over.signal),
    ERRANDS[kind]({ ...errands, chance: chance.fork() }),
    cancelImports({ ...errands, chance: chance.fork() }, STORM_MS, over.signal),
    passOnWishes({ ...errands, chance: chance.fork() }, town, [back, ...gone]),
  ])
  town.shared.push(...fresh.shared, ...corrected.shared)
  town.corrections.push(...corrected.corrections)
  await fresh.delivered
}

/** Of three people to forget, the first occurs again in this round's files, the others never. */
function pickForgotten(chance: Chance, phones: Town['phones']): [string, string, string] {
  const [first, second, third] = [chance.pick(phones), chance.pick(phones), chance.pick(phones)]
  const isThree = new Set([first, second, third]).size === 3
  return isThree ? [first, second, third] : pickForgotten(chance, phones)
}

async function passOnWishes(errands: ErrandDeps, { wishes }: Town, phones: readonly string[]): Promise<void> {
  for (const phone of phones) {
    await sleep(errands.chance.between(0, (2 * STORM_MS) / (3 * phones.length)))
    await askForList(errands)
    wishes.push(await forgetPerson(errands, phone))
  }
}

async function keepLooking(look: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await look()
    await sleep(700, undefined, { signal }).catch(() => {})
  }
}
