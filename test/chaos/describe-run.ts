import type { SlackFault } from '../../dev/faults/slack-faults.ts'
import type { ErrandTally } from './errand.ts'
import type { ShareTally } from './share-files.ts'
import type { StormTally } from './storm.ts'

interface RunFigures {
  readonly tally: StormTally
  readonly shares: ShareTally
  readonly errands: ErrandTally
  readonly faults: Readonly<Record<SlackFault, number>>
  readonly customers: number
  /** Cancelled files, and their rows after the stop. */
  readonly cut: { readonly files: number; readonly rows: number }
  /** Forgotten people who occur nowhere; the others came back in a later file. */
  readonly forgotten: number
  readonly summaries: number
  readonly failedStarts: number
  readonly looks: number
}

/** The result of a run, as lines. */
export function describeRun(figures: RunFigures): string[] {
  const { tally, shares, errands, faults, customers, cut } = figures
  return [
    `survived: ${tally.kills} kill -9, ${tally.deploys} SIGTERM (slowest stop ${tally.slowestShutdownMs} ms), ${tally.sleeps} sleeps longer than the lease`,
    `database: ${tally.cuts} connections cut, ${tally.outages} outages, ${tally.freezes} silences, ${tally.slowdowns} slow spells, ${figures.failedStarts} starts in vain`,
    `Slack: ${faults.rateLimited} × 429, ${faults.failing} × 500, ${faults.silent} timeouts, ${faults.unanswered} done but unanswered, ${faults.slow} slow; its rate limits by method were off`,
    `events: ${shares.shares} shares, ${shares.repeats} repeated deliveries, ${shares.missed} never delivered`,
    `forgotten: ${errands.forgets} asked for (${errands.unanswered} times nobody answered; lists of everybody asked for just before: ${errands.exports}), ${figures.forgotten} of them nowhere, the others back with a later file`,
    `cancelled: ${errands.cancels} presses, ${cut.files} files cut, ${cut.rows} rows behind the cuts`,
    `columns: ${errands.corrections} files undone and read again with other columns, each once`,
    `records: ${errands.switches} switches, ${errands.cutSwitches} killed on the way and begun again, ${errands.refusedSwitches} refused once values were gone`,
    `old values: removed in ${errands.agings} rounds, ${errands.cutAgings} killed on the way`,
    `summaries: ${figures.summaries} due, each with Slack once`,
    `rows: ${shares.rows} shared, ${shares.rows - cut.rows} there once; ${customers} customers as expected; lost 0, twice 0; first_uploaded_at looked at ${figures.looks} times`,
  ]
}
