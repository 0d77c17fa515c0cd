import { setTimeout as sleep } from 'node:timers/promises'
import { isDuplicateKey, type Models, type SchemaState, toDatabaseError } from '../../models/index.ts'
import { AppError } from '../errors.ts'
import { createClaim, type Log, startHeartbeat } from '../uploads/lease/index.ts'

/**
 * Brings stored data from the form before it to its own. It may break off anywhere and is then carried out again from
 * its beginning, so what it did already must not harm it; and it must not hold the data of an upload in memory.
 */
export interface Migration {
  /** Counted from 1, without gaps. */
  readonly version: number
  /** What it does, for the log and for `schema_state`. */
  readonly name: string
  run(models: Models): Promise<void>
}

export interface MigrateOptions {
  readonly models: Models
  readonly log: Pick<Log, 'info'>
  /** In the order of their versions. */
  readonly migrations: readonly Migration[]
  /** Milliseconds after the last sign of life of whoever migrates until another may. */
  readonly lockMs?: number
  /** Milliseconds between two looks while another process migrates. */
  readonly lookMs?: number
}

const SCHEMA_LOCK = createClaim<SchemaState>({ expiresAt: 'lock.expires_at', token: 'lock.token' })
const LOCK_MS = 30_000
const LOOK_MS = 500
const KEY = { _id: 'schema' as never }

/**
 * Brings the data to the form this version knows, one migration after the other, each carried out by one process while
 * the others wait. Costs one read where nothing is to do.
 *
 * @throws AppError database_newer where a newer version wrote the data; database_unavailable, database_failed
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { models, log, migrations, lockMs = LOCK_MS, lookMs = LOOK_MS } = options
  const newest = migrations.at(-1)?.version ?? 0
  let isWaiting = false
  try {
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
  } catch (error) {
    throw toDatabaseError(error)
  }
}

/** Number of the form the data has; data from before there were forms has none, which is 0. */
async function readVersion(models: Models): Promise<number> {
  const { schemaState } = models
  const known = await findForm(models)
  if (known !== undefined) return known
  try {
    await schemaState.collection.updateOne(KEY, { $setOnInsert: { version: 0, steps: [] } }, { upsert: true })
  } catch (error) {
    // Another process wrote it down at the same moment.
    if (!isDuplicateKey(error)) throw error
  }
  return (await findForm(models)) ?? 0
}

/** Number of the form the data has, where one was written down; changes nothing. */
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
  // A lock that is lost is noticed at the end; a database that is away, by the migration itself.
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
    // So that whoever starts next need not wait for the lock to end.
    await SCHEMA_LOCK.update(schemaState, locked, { $unset: { lock: '' } }).catch(() => undefined)
    throw error
  } finally {
    void endHeartbeat()
  }
}
