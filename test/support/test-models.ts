import { afterAll } from 'vitest'
import { createModels, ensureIndexes, type Models } from '../../models/index.ts'
import { openTestDatabase, type TestDatabase } from './test-database.ts'

/** The models on an empty database with all indexes; deleted after the suite's last test. */
export async function openTestModels(): Promise<{
  readonly models: Models
  readonly database: TestDatabase
}> {
  const database = await openTestDatabase()
  afterAll(() => database.drop())
  const models = createModels(database.connection)
  await ensureIndexes(models)
  return { models, database }
}
