import { ensureIndexes, type Models } from '../../models/index.ts'
import type { Log } from '../uploads/lease/index.ts'
import { migrate } from './migrate.ts'
import { MIGRATIONS } from './migrations.ts'

/**
 * Prepares the database for any entry: migrates the data, then creates missing indexes.
 *
 * @throws AppError database_newer, database_duplicates, database_unavailable, database_failed
 */
export async function prepareDatabase(models: Models, log: Pick<Log, 'info'>): Promise<void> {
  await migrate({ models, log, migrations: MIGRATIONS })
  await ensureIndexes(models)
}
