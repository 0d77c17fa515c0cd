import pg from 'pg'
import { BYTES, BytesClient } from './engine-client.ts'
import { CommandError } from './engine-errors.ts'
import { createRepeater } from './repeat-undone.ts'

/** An SQL statement of the gateway; PostgreSQL prepares it once per connection under its name. */
export interface Statement {
  readonly name: string
  readonly text: string
}

type StatementValue = string | number | Buffer | null
type Row = Readonly<Record<string, unknown>>

/** The engine behind the gateway: DocumentDB's SQL functions on a pool of PostgreSQL connections. */
export interface Engine {
  /** Runs one statement in its own transaction and returns its first row. `maxTimeMs` 0 means no limit. */
  run(statement: Statement, values: readonly StatementValue[], maxTimeMs?: number): Promise<Row>
  close(): Promise<void>
}

const CONNECTIONS = 64

interface EngineOptions {
  /** Directory of PostgreSQL's unix socket. */
  readonly socketDirectory: string
  readonly user: string
  readonly log: (line: string) => void
}

export function createEngine(options: EngineOptions): Engine {
  let isClosing = false
  const pool = new pg.Pool({
    host: options.socketDirectory,
    user: options.user,
    database: 'postgres',
    max: CONNECTIONS,
    idleTimeoutMillis: 60_000,
    application_name: 'gateway',
    Client: BytesClient,
  })
  // The pool replaces a broken idle connection; without a listener it would end the process.
  pool.on('error', (error) => {
    if (!isClosing) options.log(`A connection to the engine broke: ${error.message}`)
  })

  const repeatUndone = createRepeater()

  async function attempt(
    statement: Statement,
    values: readonly StatementValue[],
    maxTimeMs: number,
  ): Promise<Row> {
    const query = { ...BYTES, name: statement.name, text: statement.text, values: [...values] }
    if (maxTimeMs === 0) return firstRow(await pool.query(query))
    const client = await pool.connect()
    let broken = false
    try {
      await client.query(`SET statement_timeout = ${Math.trunc(maxTimeMs)}`)
      return firstRow(await client.query(query))
    } finally {
      await client.query('SET statement_timeout = 0').catch(() => {
        broken = true
      })
      client.release(broken)
    }
  }

  return {
    run: (statement, values, maxTimeMs = 0) =>
      repeatUndone(() => attempt(statement, values, maxTimeMs)).catch(rethrowLost),
    close() {
      isClosing = true
      return pool.end()
    },
  }
}

/** PostgreSQL's errors have their own class; any other error is a broken or failed connection. */
function rethrowLost(error: unknown): never {
  if (error instanceof pg.DatabaseError || error instanceof TypeError) throw error
  throw new CommandError(91, 'ShutdownInProgress', 'The connection to the engine was lost.', error)
}

function firstRow(result: pg.QueryResult): Row {
  return result.rows[0] ?? {}
}
