import type { RecordKind } from './setting.ts'

/**
 * A switch of the record kind. It is an upload without a file: numbered, claimed, leased and resumed like
 * other uploads.
 */
export interface SwitchOf {
  from: RecordKind
  to: RecordKind
  /** Not finished. Unique while true. */
  open: boolean
}

/** What a switch did or would do. */
export interface SwitchCounts {
  /** Phones processed. */
  phones: number
  /** Records before and after. */
  before: number
  after: number
  /** Phones whose single record became several, and phones whose records were merged. */
  split: number
  merged: number
}

/** The progress of a switch. */
export interface SwitchProgress {
  /** The last phone whose records are converted. */
  phone: string
  counts: SwitchCounts
  /** All phones were processed once; the switch now looks for later additions. */
  isThrough: boolean
}
