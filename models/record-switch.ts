import type { RecordKind } from './setting.ts'

/** A switch of what a record is. It is an upload without a file: numbered, claimed, leased and resumed like the others. */
export interface SwitchOf {
  from: RecordKind
  to: RecordKind
  /** Not finished yet. Unique while true. */
  open: boolean
}

/** What a switch did, or would do. */
export interface SwitchCounts {
  /** Phones gone through. */
  phones: number
  /** Records before and after. */
  before: number
  after: number
  /** Phones whose one record became several, and whose several became fewer. */
  split: number
  merged: number
}

/** How far a switch has come. */
export interface SwitchProgress {
  /** The last phone whose records are as they should be. */
  phone: string
  counts: SwitchCounts
  /** It has been through all phones, and is looking for what came in between. */
  isThrough: boolean
}
