import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { createModels, type Models } from '../../../models/index.ts'
import { runImport } from '../../../src/cli/run-import.ts'
import { loadCoreConfig } from '../../../src/settings/config.ts'
import { collectOutput } from '../../support/collect-output.ts'
import { openTestDatabase, type TestDatabase } from '../../support/test-database.ts'

type RunOptions = Parameters<typeof runImport>[0]
type Given = 'config' | 'cacheDir' | 'path' | 'user' | 'json' | 'stdout' | 'stderr' | 'signal'

/** Options of the command, and settings of its environment. */
export interface ImportAsk extends Omit<RunOptions, Given> {
  readonly json?: boolean
  readonly settings?: Readonly<Record<string, string>>
}

interface ImportCommand {
  readonly models: Models
  /** A folder of the test, deleted after it. */
  readonly folder: string
  /** Writes the file into the folder and imports it as `npm run import` does. */
  runFile(
    name: string,
    text: string | Uint8Array,
    ask?: ImportAsk,
  ): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }>
}

/** The import command on a database of the test file, without uploads and customers before each test. */
export function useImportCommand(): ImportCommand {
  let database: TestDatabase
  let models: Models
  let folder: string

  beforeAll(async () => {
    database = await openTestDatabase()
    models = createModels(database.connection)
  })
  afterAll(() => database.drop())
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'import-test-'))
    for (const model of [models.customers, models.uploadRows, models.fileUploads, models.columnChoices])
      await model.collection.deleteMany({})
  })
  afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }))

  return {
    get models() {
      return models
    },
    get folder() {
      return folder
    },
    async runFile(name, text, { settings, json = false, ...ask } = {}) {
      const path = join(folder, name)
      await writeFile(path, text)
      const [stdout, stderr] = [collectOutput(), collectOutput()]
      const status = await runImport({
        config: loadCoreConfig({ ...settings, MONGODB_URI: database.uri }),
        cacheDir: folder,
        path,
        user: 'asha',
        json,
        ...ask,
        stdout: stdout.stream,
        stderr: stderr.stream,
        signal: new AbortController().signal,
      })
      return { status, stdout: stdout.text(), stderr: stderr.text() }
    },
  }
}
