import { AppError } from '../../errors.ts'
import { classifySlackFailure } from './slack-call.ts'

// https://docs.slack.dev/reference/methods/chat.postMessage#errors; a view is refused as invalid_arguments.
const REFUSED_BLOCKS: ReadonlySet<string> = new Set([
  'invalid_arguments',
  'invalid_attachments',
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_view',
  'msg_blocks_too_long',
])

/** True if Slack refused a message because of its blocks. */
export function isBlockRefusal(error: unknown): boolean {
  if (error instanceof AppError)
    return error.code === 'slack_refused' && REFUSED_BLOCKS.has(String(error.details.reason))
  const failure = classifySlackFailure(error)
  return failure.kind === 'refused' && REFUSED_BLOCKS.has(failure.reason)
}
