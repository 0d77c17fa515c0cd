import { setTimeout as sleep } from 'node:timers/promises'
import type { Chance } from '../../dev/faults/random.ts'
import type { SharedFile, Workspace } from '../../dev/workspace/workspace.ts'
import { type CustomerFile, makeCustomerFile, makeTownFile } from './customer-files.ts'
import type { SharedCustomerFile } from './invariants.ts'
import { toWorkbook } from './to-workbook.ts'

export interface ShareTally {
  shares: number
  rows: number
  /** Repeated deliveries. */
  repeats: number
  /** Shares without an event. */
  missed: number
}

interface ShareFilesOptions {
  readonly chance: Chance
  readonly workspace: Workspace
  readonly channels: readonly string[]
  readonly files: number
  readonly withinMs: number
  readonly tally: ShareTally
  readonly round: number
  /** The people in the files. */
  readonly phones: readonly [string, ...string[]]
  /** True if customers have second phones, which some rows use. */
  readonly hasSecondPhones: boolean
}

const PEOPLE = ['asha', 'ravi', 'meera'] as const
const MISSED = 0.08
const LATEST_EVENT_MS = 2_500
const OLD_FILES = 2
/** Share of new lists that are workbooks. */
const WORKBOOKS = 0.3
const DAY_MS = 86_400_000

/**
 * People share files one after another; the bot gets each event late, in another order, repeatedly, or never.
 * @returns after everything is shared; `delivered` resolves after the last event
 */
export async function shareFiles(
  options: ShareFilesOptions,
): Promise<{ shared: SharedCustomerFile[]; delivered: Promise<unknown> }> {
  const { chance, workspace, tally, round } = options
  const shared: SharedCustomerFile[] = []
  const deliveries: Promise<unknown>[] = []
  for (let index = 1; index <= options.files; index++) {
    // One large file per round, so that many runs are killed in it.
    const size = index === 2 ? chance.between(4_000, 6_000) : chance.between(20, 700)
    const name = `list-${round}-${index}`
    const file = makeCustomerFile(chance, name, size, options.phones, options.hasSecondPhones)
    const channel = options.channels[chance.between(0, options.channels.length - 1)] ?? ''
    const share = await workspace.share(chance.pick(PEOPLE), channel, toSharedFile(file, chance), {
      announce: false,
    })
    shared.push({ file, share })
    tally.shares += 1
    tally.rows += file.rows.length

    if (chance.happens(MISSED)) tally.missed += 1
    else {
      deliveries.push(sleep(chance.between(0, LATEST_EVENT_MS)).then(() => workspace.announce(share)))
      const repeats = chance.happens(0.3) ? chance.between(1, 4) : 0
      tally.repeats += repeats
      for (let repeat = 1; repeat <= repeats; repeat++) {
        const delay = chance.between(0, 3 * LATEST_EVENT_MS)
        deliveries.push(sleep(delay).then(() => workspace.announce(share, repeat)))
      }
    }
    await sleep(chance.between(0, (2 * options.withinMs) / options.files))
  }
  return { shared, delivered: Promise.all(deliveries) }
}

/** A CSV, or a workbook with the same cells. Only a CSV counts blank rows at its end. */
function toSharedFile({ name, text, rows }: CustomerFile, chance: Chance): SharedFile {
  const isWorkbook = chance.happens(WORKBOOKS) && rows.at(-1)?.kind !== 'blank'
  return isWorkbook
    ? { name: `${name}.xlsx`, bytes: toWorkbook(text) }
    : { name: `${name}.csv`, bytes: Buffer.from(text) }
}

/** Files of days long ago, delivered at once, before any faults. */
export async function shareOldFiles(
  options: Omit<ShareFilesOptions, 'files' | 'withinMs'>,
): Promise<SharedCustomerFile[]> {
  const { chance, workspace, tally, round } = options
  const shared: SharedCustomerFile[] = []
  for (let index = 1; index <= OLD_FILES; index++) {
    const name = `old-${round}-${index}.csv`
    const isTown = options.hasSecondPhones && round === 1 && index === 1
    const file = isTown
      ? makeTownFile(chance, name, options.phones)
      : makeCustomerFile(chance, name, chance.between(200, 400), options.phones, options.hasSecondPhones)
    const daysAgo = chance.between(2 * DAY_MS, 9 * DAY_MS)
    const share = await workspace.share(
      chance.pick(PEOPLE),
      options.channels[chance.between(0, options.channels.length - 1)] ?? '',
      { name: file.name, bytes: Buffer.from(file.text) },
      // A search for missed shares does not reach back so far.
      { sharedAt: new Date(Date.now() - daysAgo), announce: 'answered' },
    )
    shared.push({ file, share })
    tally.shares += 1
    tally.rows += file.rows.length
  }
  return shared
}
