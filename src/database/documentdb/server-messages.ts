import type { ErrorDetails } from '../../error-texts/index.ts'
import type { ErrorCode } from '../../errors.ts'

/** What the embedded server's process must start. */
export interface ServerOrder {
  readonly engineRoot: string
  /** Absolute; the data directory. Deleted at the end if the data is not durable. */
  readonly directory: string
  readonly isDurable: boolean
  /** 0 for any free port. */
  readonly port: number
}

/** The process's messages to its parent. */
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
