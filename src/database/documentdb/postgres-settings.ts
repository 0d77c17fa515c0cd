import { availableParallelism, totalmem } from 'node:os'
import { MAX_WRITE_BATCH } from '../gateway/index.ts'

export interface SettingsOptions {
  readonly socketDirectory: string
  /** True for data that must survive a power cut; false for throw-away data, where speed is worth more. */
  readonly isDurable: boolean
}

/** PostgreSQL's settings, given with every start so that data made by an earlier version runs with today's. */
export function postgresSettings({ socketDirectory, isDurable }: SettingsOptions): Record<string, string> {
  const memoryMb = totalmem() / 2 ** 20
  const sharedBuffersMb = Math.round(Math.min(512, Math.max(64, memoryMb / 8)))
  return {
    // Nobody but the gateway is served, over a socket in a directory that only this account can open.
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
    // Results of sorted queries wait in files instead of in a connection that would have to be kept for them.
    'documentdb.useFileBasedPersistedCursors': 'on',
    'documentdb.defaultCursorExpiryTimeLimitSeconds': '3600',
    'documentdb.maxWriteBatchSize': String(MAX_WRITE_BATCH),
    // A deadlock fails the whole statement, which the gateway then repeats, instead of one write of the batch.
    'documentdb.throwDeadlockOnCRUD': 'on',
    // All who wait on a deadlock wait this long for it to be noticed.
    deadlock_timeout: '100ms',

    fsync: isDurable ? 'on' : 'off',
    synchronous_commit: isDurable ? 'on' : 'off',
    full_page_writes: isDurable ? 'on' : 'off',
    // A backup beside a running bot reads the log through a sender.
    wal_level: 'replica',
    max_wal_senders: '4',
    wal_compression: 'lz4',
    // The log stays about this large beside the data, and so does the recovery after a kill.
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

    // The planner must learn of a large import while it runs: with stale statistics updates by key scan the table.
    autovacuum_naptime: '5s',
    autovacuum_max_workers: '2',
    autovacuum_analyze_threshold: '500',
    autovacuum_analyze_scale_factor: '0.05',
    autovacuum_vacuum_insert_scale_factor: '0.5',

    // Errors go to the client that caused them; the log never holds a value of a document.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    timezone: 'GMT',
    log_timezone: 'GMT',
  }
}
