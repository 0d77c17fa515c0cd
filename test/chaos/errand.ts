import type { Chance } from '../../dev/faults/random.ts'
import type { Workspace } from '../../dev/workspace/workspace.ts'
import type { Models } from '../../models/index.ts'

/** What was done beside sharing files, counted. */
export interface ErrandTally {
  forgets: number
  /** Presses of Cancel, heard or not. */
  cancels: number
  /** Questions and confirmations nobody answered: they were asked again. */
  unanswered: number
  /** Lists of everybody that were asked for just before. */
  exports: number
  switches: number
  /** Switches whose process was killed on the way. */
  cutSwitches: number
  agings: number
  cutAgings: number
  /** Switches that were refused because old values are gone. */
  refusedSwitches: number
  /** Files that were undone and read again with other columns. */
  corrections: number
}

export interface ErrandDeps {
  readonly chance: Chance
  readonly workspace: Workspace
  readonly models: Models
  readonly mongodbUri: string
  readonly channels: readonly [string, ...string[]]
  /** Values of files older than this go. */
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
