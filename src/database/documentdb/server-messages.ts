import type { ErrorCode, ErrorDetails } from '../../errors.ts'

/** What the embedded server's process is told to start. */
export interface ServerOrder {
  readonly engineRoot: string
  /** Absolute; the data's own directory. Removed at the end when the data is not durable. */
  readonly directory: string
  readonly isDurable: boolean
  /** 0 for any free port. */
  readonly port: number
}

/** What it says back. */
export type ServerMessage =
  | { readonly type: 'log'; readonly line: string }
  | {
      readonly type: 'ready'
      readonly port: number
      readonly version: string
      readonly socketDirectory: string
    }
  | {
      readonly type: 'failed'
      readonly code: ErrorCode
      readonly details: ErrorDetails
      readonly message: string
      readonly cause: string
    }
