import { availableParallelism, totalmem } from 'node:os'
import { MAX_WRITE_BATCH } from '../gateway/index.ts'

interface SettingsOptions {
  readonly socketDirectory: string
  /** True for data that must survive a power cut; false for temporary data, where speed matters more. */
  readonly isDurable: boolean
}

/**
 * PostgreSQL's settings, passed at every start, so that data of an earlier version runs with the current
 * ones.
 */
export function postgresSettings({ socketDirectory, isDurable }: SettingsOptions): Record<string, string> {
  const memoryMb = totalmem() / 2 ** 20
  const sharedBuffersMb = Math.round(Math.min(512, Math.max(64, memoryMb / 8)))
  return {
    // Only the gateway connects, over a socket in a directory that only this account can open.
    listen_addresses: '',
    unix_socket_directories: socketDirectory,
    unix_socket_permissions: '0700',
    max_connections: '120',

    shared_preload_libraries: 'pg_cron,pg_documentdb_core,pg_documentdb',
    'cron.database_name': 'postgres',
    'cron.use_background_workers': 'on',
    'cron.log_run': 'off',
    'cron.log_statement': 'off',
    'documentdb.localhost_connection_string': `host=${socketDirectory}`,
    // Results of sorted queries are kept in files, so that no connection is held for them.
    'documentdb.useFileBasedPersistedCursors': 'on',
    'documentdb.defaultCursorExpiryTimeLimitSeconds': '3600',
    'documentdb.maxWriteBatchSize': String(MAX_WRITE_BATCH),
    // A deadlock fails the whole statement, which the gateway then repeats, instead of one write of the
    // batch.
    'documentdb.throwDeadlockOnCRUD': 'on',
    // Every statement in a deadlock waits this long until it is detected.
    deadlock_timeout: '100ms',

    fsync: isDurable ? 'on' : 'off',
    synchronous_commit: isDurable ? 'on' : 'off',
    full_page_writes: isDurable ? 'on' : 'off',
    // A backup of a running bot reads the log through a WAL sender.
    wal_level: 'replica',
    max_wal_senders: '4',
    wal_compression: 'lz4',
    // Limits the log's size beside the data, and the recovery time after a kill.
    max_wal_size: '1GB',
    min_wal_size: '80MB',
    checkpoint_timeout: '5min',

    shared_buffers: `${sharedBuffersMb}MB`,
    effective_cache_size: `${Math.round(memoryMb / 2)}MB`,
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    random_page_cost: '1.1',
    jit: 'off',
    max_worker_processes: '12',
    max_parallel_workers: String(Math.max(1, Math.floor(availableParallelism() / 2))),

    // The planner must get statistics during a large import: with old ones, updates by key scan the table.
    autovacuum_naptime: '5s',
    autovacuum_max_workers: '2',
    autovacuum_analyze_threshold: '500',
    autovacuum_analyze_scale_factor: '0.05',
    autovacuum_vacuum_insert_scale_factor: '0.5',

    // Errors go to their client; the log never contains a document's value.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    timezone: 'GMT',
    log_timezone: 'GMT',
  }
}
