import type { Chance } from '../../dev/faults/random.ts'
import type { Workspace } from '../../dev/workspace/workspace.ts'
import type { Models } from '../../models/index.ts'

/** Counts of other actions than shares. */
export interface ErrandTally {
  forgets: number
  /** Presses of Cancel, received or not. */
  cancels: number
  /** Questions and confirmations without an answer, which were repeated. */
  unanswered: number
  /** Exports of all customers requested shortly before. */
  exports: number
  switches: number
  /** Switches whose process was killed. */
  cutSwitches: number
  agings: number
  cutAgings: number
  /** Switches refused because old values were deleted. */
  refusedSwitches: number
  /** Files that were undone and imported again with other columns. */
  corrections: number
}

export interface ErrandDeps {
  readonly chance: Chance
  readonly workspace: Workspace
  readonly models: Models
  readonly mongodbUri: string
  readonly channels: readonly [string, ...string[]]
  /** Values of older files are deleted. */
  readonly retentionDays: number
  readonly stuckMs: number
  readonly tally: ErrandTally
  readonly print: (what: string) => void
}

export function emptyErrandTally(): ErrandTally {
  return {
    forgets: 0,
    cancels: 0,
    unanswered: 0,
    exports: 0,
    switches: 0,
    cutSwitches: 0,
    agings: 0,
    cutAgings: 0,
    refusedSwitches: 0,
    corrections: 0,
  }
}
