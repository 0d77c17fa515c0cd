import { afterAll } from 'vitest'
import { createModels, ensureIndexes, type Models } from '../../models/index.ts'
import { openKeptDatabase } from './kept-databases.ts'
import type { TestDatabase } from './test-database.ts'

/** The models on an empty database with all indexes; kept for another suite, or deleted, after the suite's last test. */
export async function openTestModels(): Promise<{
  readonly models: Models
  readonly database: TestDatabase
}> {
  const database = await openKeptDatabase()
  afterAll(() => database.drop())
  const models = createModels(database.connection)
  await ensureIndexes(models)
  return { models, database }
}
