import { createServer } from 'node:net'
import { startWorkspace, type Workspace, type WorkspaceOptions } from '../../dev/workspace/workspace.ts'
import { createModels, type FileUpload, type Models } from '../../models/index.ts'
import { type App, type AppTiming, buildApp } from '../../src/app.ts'
import { loadFields } from '../../src/customers/fields/index.ts'
import { AppError } from '../../src/errors.ts'
import { MIGRATIONS } from '../../src/migrations/migrations.ts'
import { loadConfig } from '../../src/settings/config.ts'
import type { Log } from '../../src/uploads/lease/ports.ts'
import { openKeptDatabase } from './kept-databases.ts'
import { openTestDatabase, type TestDatabase } from './test-database.ts'

/** The whole bot in this process, with its own database and workspace. */
export interface PlayedBot {
  readonly workspace: Workspace
  readonly models: Models
  readonly database: TestDatabase
  /** The first process's address. */
  readonly address: string
  /**
   * Another process on the same database; only the first receives Slack's events. @returns the other's
   * address
   */
  addWorker(): Promise<string>
  upload(number: number): Promise<FileUpload>
  /** Shares a file, and waits until the bot has it: events of several shares would overtake each other. */
  share(person: string, name: string, text: string | Uint8Array): ReturnType<Workspace['share']>
  /** Ends the bot's processes; its workspace and database stay. */
  stopProcesses(): Promise<void>
  stop(): Promise<void>
}

/** Long enough for one repeated request and no more. */
const LATENESS = { unknownMs: 20, unsharedMs: 60, completeMs: 20 }

/** The emulated Slack shows a share within moments, and nobody waits for the bot's next look. */
const TIMING: AppTiming = { pollMs: 500, shareMs: 3_000 }

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * @param settings of the bot; a function if they depend on the workspace's people
 * @param prepare runs before the bot starts
 * @param timing other pauses of the bot
 */
export async function playWorkspace(
  settings: Record<string, string> | ((workspace: Workspace) => Record<string, string>) = {},
  log: Log = silent,
  options: WorkspaceOptions = {},
  prepare: (workspace: Workspace, models: Models) => Promise<void> = skipMigrations,
  timing: AppTiming = {},
): Promise<PlayedBot> {
  // Data of an earlier version must not meet the indexes of this one.
  const database = prepare === skipMigrations ? await openKeptDatabase() : await openTestDatabase()
  const models = createModels(database.connection)
  const workspace = await startWorkspace({ eventRetryDelaysMs: [0, 50, 50], lateness: LATENESS, ...options })
  await prepare(workspace, models)
  const apps: App[] = []

  /** Another program can take a free port before the bot listens on it. */
  async function startApp(tries = 5): Promise<number> {
    const port = await findFreePort()
    const config = loadConfig({
      // Tests send requests faster than people.
      QUESTIONS_PER_MINUTE: '100000',
      PREVIEWS_PER_MINUTE: '100000',
      ...(typeof settings === 'function' ? settings(workspace) : settings),
      SLACK_BOT_TOKEN: workspace.token,
      SLACK_SIGNING_SECRET: workspace.signingSecret,
      SLACK_API_URL: workspace.apiUrl,
      PORT: String(port),
    })
    const catalogue = await loadFields(config.fieldsFile)
    const app = buildApp({
      config,
      catalogue,
      connection: database.connection,
      log,
      timing: { ...TIMING, ...timing },
    })
    try {
      await app.start()
    } catch (error) {
      await app.stop()
      const isTaken = error instanceof AppError && error.code === 'port_unavailable'
      if (isTaken && tries > 1) return await startApp(tries - 1)
      throw error
    }
    apps.push(app)
    return port
  }
  async function stopProcesses(): Promise<void> {
    await Promise.all(apps.splice(0).map((app) => app.stop()))
  }
  const port = await startApp()
  workspace.connect(`http://127.0.0.1:${port}/slack/events`)

  return {
    workspace,
    models,
    database,
    address: `http://127.0.0.1:${port}`,
    async addWorker() {
      return `http://127.0.0.1:${await startApp()}`
    },
    async upload(number) {
      const upload = await models.fileUploads.collection.findOne<FileUpload>({ number })
      if (!upload) throw new Error(`there is no upload #${number}`)
      return upload
    },
    async share(person, name, text) {
      const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
      const share = await workspace.share(person, 'customers', { name, bytes }, { announce: false })
      await workspace.announce(share)
      return share
    },
    stopProcesses,
    async stop() {
      await stopProcesses()
      await workspace.stop()
      await database.drop()
      // The bot retries some refusals with an older form, which would hide them.
      if (workspace.mistakes.length > 0)
        throw new Error(`Slack never takes this: ${JSON.stringify(workspace.mistakes)}`)
    },
  }
}

/** New data needs none, and they take as long as the rest of the start. */
async function skipMigrations(_: Workspace, { schemaState }: Models): Promise<void> {
  const version = MIGRATIONS.at(-1)?.version ?? 0
  await schemaState.collection.insertOne({ _id: 'schema', version, steps: [] })
}

async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => {
    server.close(resolve)
  })
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
