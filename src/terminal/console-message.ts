import { type DatabaseRefusal, databaseRefusalOf } from '../error-texts/index.ts'
import { type AppError, type ErrorCode, formatError } from '../errors.ts'

/**
 * What the operator can do about an error that ends a program. The texts of ERRORS are for people in Slack:
 * they refer to the operator and to a log reference, which a failing program has not.
 */
const ADVICE: Partial<Readonly<Record<ErrorCode, string>>> = {
  database_unavailable:
    'Check that it is running, that MONGODB_URI in .env is correct, and that this machine can connect to it. Then start again.',
  database_failed: 'Check the database log, and check that the user in MONGODB_URI can read and write.',
  database_refused: 'Check that MONGODB_URI in .env is right, and read the log of the database.',
  slack_unavailable: 'Check the network, proxy and firewall. Then start again.',
  slack_refused: 'Run npm run doctor. It names the token or permission, and says where to get the right one.',
  unexpected: 'Run npm run doctor, and read the troubleshooting section in docs/operations.md.',
}

const REFUSAL_ADVICE: Readonly<Record<DatabaseRefusal, string>> = {
  password:
    'Check both, and encode special characters: @ is %40. For a user created in another database, add its name: ?authSource=admin. On Atlas, look at Database Access.',
  rights: 'Give the user in MONGODB_URI the role readWrite on the database named there.',
  address:
    'Write it as mongodb://user:password@host:27017/database, and encode special characters of user and password: @ is %40, / is %2F, : is %3A, % is %25.',
  database:
    'Add a name, as in mongodb://host:27017/customer-uploads. An earlier version took one without a name: your customers may be in `test`; add /test to keep them.',
  certificate:
    "Check the server's certificate, name its authority (tlsCAFile=… in MONGODB_URI), and use tls=true only where the server speaks TLS.",
  version: 'Use MongoDB 5.0 or newer.',
}

/** What the operator can do. */
export function adviseOn({ code, next, details }: AppError): string {
  const refusal = code === 'database_refused' ? databaseRefusalOf(details) : undefined
  return refusal ? REFUSAL_ADVICE[refusal] : (ADVICE[code] ?? next)
}

/** The console text of an error that ends a program. */
export function formatForConsole(error: AppError): string {
  const { code, message, cause } = error
  const shown = formatError({ code, message, next: adviseOn(error) })
  // An unexpected error is shown with its own message: it holds no customer data yet, or the reader has the
  // file.
  return code === 'unexpected' ? `${shown}\n${String(cause)}` : shown
}
