import { type AppError, type ErrorCode, formatError } from './errors.ts'

/**
 * What to do about what ends a program, for whoever started it. The words of ERRORS are for people in Slack: they send
 * them to that very person, and to a reference in the log, which nothing that ends a program has.
 */
const ADVICE: Partial<Readonly<Record<ErrorCode, string>>> = {
  database_unavailable:
    'See that it runs, that MONGODB_URI in .env names it, and that this machine may connect to it. Then start again.',
  database_failed:
    'See what the log of the database says, and whether the user in MONGODB_URI may read and write.',
  slack_unavailable: 'Check the network, a proxy or a firewall, then start again.',
  slack_refused:
    'Ask npm run doctor: it says which token or permission it is, and where a good one is copied from.',
  unexpected: 'Ask npm run doctor, and see the troubleshooting in docs/operations.md.',
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
