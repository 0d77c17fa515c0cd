import type { WebClient } from '@slack/web-api'
import { AppError } from '../../errors.ts'
import { repeatCall } from '../transport/index.ts'

// Slack's errors for a file that was deleted or never completed.
const GONE: ReadonlySet<string> = new Set(['file_deleted', 'file_not_found'])

/**
 * Deletes files of the bot. Resolves with false if Slack refuses.
 * @throws AppError slack_unavailable
 */
export function createFileDeleter(client: WebClient): (fileId: string) => Promise<boolean> {
  return async (file) => {
    try {
      await repeatCall(() => client.files.delete({ file }), { withinMs: 30_000 })
      return true
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'slack_refused') throw error
      return GONE.has(String(error.details.reason))
    }
  }
}
