import type { Reply } from '../reply/index.ts'

/** Where digests are posted. It keeps messages until their moment, and tells which it keeps. */
export interface DigestPlace {
  /**
   * Hands a message over, to be posted at a moment, which is a whole second.
   * @returns what it is called there, or why it was refused
   * @throws AppError slack_unavailable: nobody knows whether the place has it
   */
  handOver(
    channel: string,
    reply: Reply,
    postAt: Date,
  ): Promise<{ readonly id: string } | { readonly refused: string }>
  /** The message that waits to be posted in a channel at exactly this moment. @throws AppError slack_unavailable */
  find(channel: string, postAt: Date): Promise<string | undefined>
  /** Takes one back that should not be there. @throws AppError slack_unavailable */
  cancel(channel: string, id: string): Promise<void>
}
