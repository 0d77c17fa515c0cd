import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BSON } from 'bson'
import type { Connection } from 'mongoose'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PRODUCT = /^(src|commands|models)\//
/** Only pass commands on; their callers are of interest. */
const PASSED_BY: readonly string[] = ['test/support/command-origin.ts', 'models/update-matching.ts']

/**
 * Calls back for each command that the bot's code sends, and for none that a test sends itself on the same
 * connection. The driver awaits all the way from the caller to the socket, so the call stack names the callers.
 *
 * @param connection opened with `monitorCommands`
 */
export function watchBotCommands(
  connection: Connection,
  onCommand: (command: BSON.Document, origin: string) => void,
): void {
  connection.on('commandStarted', ({ command }) => {
    const origin = findOrigin()
    if (origin !== undefined) onCommand(command, origin)
  })
}

/** The nearest caller in this project; undefined if it is a test. An unknown caller counts as the bot. */
function findOrigin(): string | undefined {
  for (const caller of readCallers()) {
    const file = caller.getFileName()?.replace('file://', '') ?? ''
    const path = relative(ROOT, file)
    if (!file.startsWith(ROOT) || path.startsWith('node_modules') || PASSED_BY.includes(path)) continue
    return PRODUCT.test(path) ? `${caller.getFunctionName() ?? 'a function'} in ${path}` : undefined
  }
  return 'an unknown caller'
}

function readCallers(): NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error
  const holder: { stack?: NodeJS.CallSite[] } = {}
  try {
    Error.prepareStackTrace = (_, callers) => callers
    Error.stackTraceLimit = 100
    Error.captureStackTrace(holder, findOrigin)
    return holder.stack ?? []
  } finally {
    Error.prepareStackTrace = prepareStackTrace
    Error.stackTraceLimit = stackTraceLimit
  }
}
