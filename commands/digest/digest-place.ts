import type { Reply } from '../reply/index.ts'

/** Where digests are posted: schedules messages and lists scheduled ones. */
export interface DigestPlace {
  /**
   * Schedules a message at a time in whole seconds.
   * @returns its id, or why it was refused
   * @throws AppError slack_unavailable: unknown whether it is scheduled
   */
  handOver(
    channel: string,
    reply: Reply,
    postAt: Date,
  ): Promise<{ readonly id: string } | { readonly refused: string }>
  /** The scheduled message of a channel at exactly this time. @throws AppError slack_unavailable */
  find(channel: string, postAt: Date): Promise<string | undefined>
  /** Cancels a scheduled message. @throws AppError slack_unavailable */
  cancel(channel: string, id: string): Promise<void>
}
