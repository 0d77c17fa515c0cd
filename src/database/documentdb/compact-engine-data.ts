import pg from 'pg'
import { SUPERUSER } from './postgres.ts'

/** More segments than the log keeps beside the data (`max_wal_size`). */
const MAX_SWITCHES = 200

/**
 * Rewrites every table and the write-ahead log of a running server, so that deleted rows are in no file
 * afterwards. Needs free disk space twice the size of the largest table. No other client may use the server.
 */
export async function compactEngineData(socketDirectory: string): Promise<void> {
  const client = new pg.Client({ host: socketDirectory, user: SUPERUSER, database: 'postgres' })
  await client.connect()
  try {
    await client.query('SET client_min_messages = error')
    // The planner's statistics contain documents as samples: they are collected again, then their table is
    // rewritten.
    await client.query('VACUUM (FULL, ANALYZE)')
    await client.query('VACUUM (FULL) pg_catalog.pg_statistic')
    await rewriteLog(client)
  } finally {
    await client.end()
  }
}

/** Recycled log segments keep their old content until they are overwritten. */
async function rewriteLog(client: pg.Client): Promise<void> {
  await client.query('ALTER SYSTEM SET wal_recycle = off')
  await client.query('SELECT pg_reload_conf()')
  try {
    // Empty segments begin only after the last recycled one.
    for (let times = 0; times < MAX_SWITCHES; times += 1) {
      await nextSegment(client)
      if (!(await hasKeptSegments(client))) break
    }
    await nextSegment(client)
    await client.query('CHECKPOINT')
    await nextSegment(client)
    await client.query('CHECKPOINT')
  } finally {
    await client.query('ALTER SYSTEM RESET wal_recycle')
  }
}

/** PostgreSQL does not leave a segment without a record. */
async function nextSegment(client: pg.Client): Promise<void> {
  await client.query("SELECT pg_create_restore_point('compact')")
  await client.query('SELECT pg_switch_wal()')
}

async function hasKeptSegments(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT 1 FROM pg_ls_waldir()
     WHERE name ~ '^[0-9A-F]{24}$' AND name > pg_walfile_name(pg_current_wal_insert_lsn()) LIMIT 1`,
  )
  return rows.length > 0
}
