import { setTimeout as sleep } from 'node:timers/promises'
import { isDuplicateKey, type Models, type SchemaState } from '../../models/index.ts'
import { AppError } from '../errors.ts'
import { createClaim, type Log, startHeartbeat } from '../uploads/lease/index.ts'

/**
 * Migrates stored data to its version. A migration can be interrupted anywhere and then runs again from its
 * start, so it must be safe to repeat. It must not hold an upload's data in memory.
 */
export interface Migration {
  /** From 1, without gaps. */
  readonly version: number
  /** What it does, for the log and for `schema_state`. */
  readonly name: string
  run(models: Models): Promise<void>
}

interface MigrateOptions {
  readonly models: Models
  readonly log: Pick<Log, 'info'>
  /** In version order. */
  readonly migrations: readonly Migration[]
  /** Milliseconds after the last renewal of the migrating process until another may migrate. */
  readonly lockMs?: number
  /** Milliseconds between checks while another process migrates. */
  readonly lookMs?: number
}

const SCHEMA_LOCK = createClaim<SchemaState>({ expiresAt: 'lock.expires_at', token: 'lock.token' })
const LOCK_MS = 30_000
const LOOK_MS = 500
const KEY = { _id: 'schema' }

/**
 * Migrates the data to the current schema version, one migration at a time, each by one process while the
 * others wait. Costs one read if nothing is to do.
 *
 * @throws AppError database_newer if a newer version wrote the data; driver errors
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { models, log, migrations, lockMs = LOCK_MS, lookMs = LOOK_MS } = options
  const newest = migrations.at(-1)?.version ?? 0
  let isWaiting = false
  for (;;) {
    const version = await readVersion(models)
    if (version > newest) throw new AppError('database_newer', { stored: version, known: newest })
    const next = migrations.find((one) => one.version === version + 1)
    if (!next) return
    const locked = await SCHEMA_LOCK.take(models.schemaState, { ...KEY, version }, { ms: lockMs })
    if (locked) await carryOut(models, next, locked, lockMs, log)
    else {
      if (!isWaiting) log.info({ form: next.version }, 'another process migrates the data: waiting')
      isWaiting = true
      await sleep(lookMs)
    }
  }
}

/** The data's schema version; 0 for data older than migrations. */
async function readVersion(models: Models): Promise<number> {
  const { schemaState } = models
  const known = await findForm(models)
  if (known !== undefined) return known
  try {
    await schemaState.collection.updateOne(KEY, { $setOnInsert: { version: 0, steps: [] } }, { upsert: true })
  } catch (error) {
    // Another process stored it at the same time.
    if (!isDuplicateKey(error)) throw error
  }
  return (await findForm(models)) ?? 0
}

/** The data's schema version, if stored; changes nothing. */
export async function findForm({ schemaState }: Models): Promise<number | undefined> {
  return (await schemaState.collection.findOne<SchemaState>(KEY))?.version
}

async function carryOut(
  models: Models,
  { version, name, run }: Migration,
  locked: SchemaState,
  lockMs: number,
  log: Pick<Log, 'info'>,
): Promise<void> {
  const { schemaState } = models
  // A lost lock is detected at the end; a database outage, by the migration itself.
  const endHeartbeat = startHeartbeat(lockMs / 3, () =>
    SCHEMA_LOCK.renew(schemaState, locked, { ms: lockMs }),
  )
  const started = performance.now()
  try {
    await run(models)
    await SCHEMA_LOCK.update(schemaState, locked, {
      $set: { version },
      $push: { steps: { version, name, at: new Date() } },
      $unset: { lock: '' },
    })
    log.info(
      { form: version, ms: Math.round(performance.now() - started) },
      `data brought up to date: ${name}`,
    )
  } catch (error) {
    // So that the next process need not wait for the lock to expire.
    await SCHEMA_LOCK.update(schemaState, locked, { $unset: { lock: '' } }).catch(() => undefined)
    throw error
  } finally {
    void endHeartbeat()
  }
}
