import { type ErrorDetails, type ErrorWords, list, listProblems } from './error-words.ts'

/** Why a database rejects the bot. console-message.ts has the advice, because no member can help. */
const DATABASE_REFUSALS = {
  password: () => 'The database refused the user or the password in MONGODB_URI.',
  rights: () => 'The database user has no right to do this.',
  address: (d) => `MONGODB_URI is not a valid address${d.why ? `: ${list(d.why)}` : ''}.`,
  database: () => 'MONGODB_URI names no database.',
  certificate: (d) => `The encrypted connection to the database failed${d.why ? ` (${list(d.why)})` : ''}.`,
  version: (d) => `The database server is too old${d.version ? ` (${list(d.version)})` : ''}.`,
} as const satisfies Record<string, ErrorWords['sentence']>

export type DatabaseRefusal = keyof typeof DATABASE_REFUSALS

/** The reason in the details of `database_refused`. */
export function databaseRefusalOf({ reason }: ErrorDetails): DatabaseRefusal | undefined {
  return typeof reason === 'string' && Object.hasOwn(DATABASE_REFUSALS, reason)
    ? (reason as DatabaseRefusal)
    : undefined
}

/** Errors of the settings, the database and the programs. Most readers operate the bot. */
export const PROGRAM_ERRORS = {
  config_invalid: {
    sentence: (d) => `Some settings are missing or wrong:${listProblems(d.problems)}`,
    next: () => 'Correct them and start again. The file .env.example describes each setting.',
  },
  fields_invalid: {
    sentence: (d) => `The field catalogue ${list(d.path)} is not valid:${listProblems(d.problems)}`,
    next: () => 'Correct it and start again. The page docs/csv-format.md shows the format.',
  },
  database_unavailable: {
    sentence: () => 'The customer database cannot be reached at the moment.',
    next: () =>
      'Nothing is lost. Try again in a minute. If it still fails, tell the person who runs the bot.',
    isTransient: true,
  },
  database_refused: {
    sentence: (d) => {
      const reason = databaseRefusalOf(d)
      return reason ? DATABASE_REFUSALS[reason](d) : 'The database refused the connection.'
    },
    next: () => 'Tell the person who runs the bot, and quote the reference below.',
  },
  database_full: {
    sentence: () =>
      'The disk of the customer database is full. The person who runs the bot has to free space on it.',
    next: () => 'Nothing is lost. The work continues when the disk has room.',
    isTransient: true,
  },
  database_ended: {
    sentence: (d) => `The embedded database ended and could not be started again (data: ${list(d.path)}).`,
    next: () => 'Read the last lines of postgres.log there, then start the bot again.',
  },
  database_duplicates: {
    sentence: (d) =>
      `The rule "one phone, one customer" cannot be enabled. Some customers have the same phone (collection customers, _id: ${list(d.examples)}).`,
    next: () => 'Merge or remove those customers, then start again.',
  },
  database_in_use: {
    sentence: (d) => `Another process already uses the data in ${list(d.path)}.`,
    next: () => 'Stop that process first, or set MONGODB_URI here to its database.',
  },
  backup_refused: {
    sentence: (d) => `No backup was made: ${list(d.reason)}.`,
    next: () => 'See how backups are made in docs/operations.md.',
  },
  compact_refused: {
    sentence: (d) => `The database was not compacted: ${list(d.reason)}.`,
    next: () => 'See how erased bytes are written over in docs/operations.md.',
  },
  restore_refused: {
    sentence: (d) => `Nothing was restored, and no data was changed: ${list(d.reason)}.`,
    next: () => 'See how backups are restored in docs/operations.md.',
  },
  database_owner_ended: {
    sentence: (d) => `The process that ran the database in ${list(d.path)} has ended.`,
    next: () => 'Nothing is lost. A queued upload continues when the bot starts, or at the next import.',
  },
  database_not_installable: {
    sentence: (d) => `No database server could be started: ${list(d.reason)}.`,
    next: () => 'Set MONGODB_URI to a MongoDB server, or use a machine that can download mongod.',
  },
  database_newer: {
    sentence: (d) =>
      `A newer version of the bot wrote the data (schema ${list(d.stored)}). This version supports schemas up to ${list(d.known)}.`,
    next: () => 'Start the newer version, or restore the backup from before the upgrade.',
  },
  database_failed: {
    sentence: () => 'The database rejected the request.',
    next: () => 'Tell the person who runs the bot, and quote the reference below.',
  },
  port_unavailable: {
    sentence: (d) => `Port ${list(d.port)} cannot be used: ${list(d.reason)}.`,
    next: () => 'Stop the program that uses it, or set PORT to another number. Then start again.',
  },
  path_unreadable: {
    sentence: (d) => `The file ${list(d.path)} cannot be read (${list(d.reason)}).`,
    next: () => 'Check the path and try again.',
  },
  path_unwritable: {
    sentence: (d) =>
      `Upload #${list(d.upload)} is imported, but its failed rows cannot be written to ${list(d.path)} (${list(d.reason)}).`,
    next: () => 'The failed rows are kept in the database, in the collection upload_rows.',
  },
  unexpected: {
    sentence: () => 'Something went wrong in the bot.',
    next: () => 'Tell the person who runs the bot, and quote the reference below.',
  },
} as const satisfies Record<string, ErrorWords>
