import { type AppError, type ErrorCode, formatError } from './errors.ts'

/**
 * What to do about what ends a program, for whoever started it. The words of ERRORS are for people in Slack: they send
 * them to that very person, and to a reference in the log, which nothing that ends a program has.
 */
const ADVICE: Partial<Readonly<Record<ErrorCode, string>>> = {
  database_unavailable:
    'Check that it is running, that MONGODB_URI in .env is correct, and that this machine can connect to it. Then start again.',
  database_failed: 'Check the database log, and check that the user in MONGODB_URI can read and write.',
  slack_unavailable: 'Check the network, proxy and firewall. Then start again.',
  slack_refused: 'Run npm run doctor. It names the token or permission, and says where to get the right one.',
  unexpected: 'Run npm run doctor, and read the troubleshooting section in docs/operations.md.',
}

/** What to do, for whoever runs the bot. */
export function adviseOn({ code, next }: AppError): string {
  return ADVICE[code] ?? next
}

/** An error that ends a program, as its console shows it. */
export function formatForConsole(error: AppError): string {
  const { code, message, cause } = error
  const shown = formatError({ code, message, next: adviseOn(error) })
  // What nobody foresaw is told in its own words: nothing of a customer has been read yet, or the reader has the file.
  return code === 'unexpected' ? `${shown}\n${String(cause)}` : shown
}
