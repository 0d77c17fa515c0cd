import { AppError } from '../../errors.ts'
import { classifySlackFailure, isInternalError } from './slack-call.ts'

// https://docs.slack.dev/reference/methods/chat.postMessage#errors; a view is refused as invalid_arguments.
const REFUSED_BLOCKS: ReadonlySet<string> = new Set([
  'invalid_arguments',
  'invalid_attachments',
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_view',
  'msg_blocks_too_long',
])

/**
 * True if Slack refused a message because of its blocks.
 *
 * @param isLastTry Slack answers some blocks with `internal_error`; after the last try, the blocks count as
 * the reason
 */
export function isBlockRefusal(error: unknown, isLastTry = false): boolean {
  if (error instanceof AppError) {
    if (error.code === 'slack_unavailable') return isInternalError(error.cause)
    return error.code === 'slack_refused' && REFUSED_BLOCKS.has(String(error.details.reason))
  }
  if (isLastTry && isInternalError(error)) return true
  const failure = classifySlackFailure(error)
  return failure.kind === 'refused' && REFUSED_BLOCKS.has(failure.reason)
}
