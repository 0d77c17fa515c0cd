import { createModels, type ForgetUpload, type Models } from '../../../models/index.ts'
import { openDatabase, restoreDatabase } from '../../database/index.ts'
import { AppError } from '../../errors.ts'
import type { CoreConfig } from '../../settings/index.ts'
import { print } from '../../terminal/index.ts'
import { formatDateTime } from './format-date-time.ts'

interface RestoreRequest {
  readonly config: CoreConfig
  readonly cacheDir: string
  /** Absolute. */
  readonly source: string
  readonly replace: boolean
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream
}

const DAY_MS = 24 * 60 * 60_000
/** More numbers than a busy team uses in a day. */
const NUMBERS_A_DAY = 1_000
const COUNTERS = ['file_uploads', 'column_choices'] as const

/** Facts of the replaced data that the backup lacks. */
interface Since {
  readonly numbers: ReadonlyMap<string, number>
  readonly forgets: readonly ForgetUpload[]
}

/**
 * Restores a backup of the embedded database.
 * @returns the exit status
 * @throws AppError restore_refused, database_in_use, …: nothing was changed
 */
export async function runRestore(request: RestoreRequest): Promise<number> {
  const { config, cacheDir, source, replace, stdout, stderr } = request
  if (config.mongodbUri !== undefined)
    throw new AppError('restore_refused', { reason: 'MONGODB_URI is set: use mongorestore for that server' })
  const log = (line: string) => print(stderr, line)
  let since: Since | undefined
  let nextUpload = 0
  const { taken_at } = await restoreDatabase({
    source,
    dataDir: config.dataDir,
    cacheDir,
    replace,
    log,
    lookAtOld: async (uri, facts) => {
      since = await withModels(uri, request, (models) => readSince(models, facts.taken_at))
    },
    prepare: async (uri, facts) => {
      nextUpload = await withModels(uri, request, (models) => jumpNumbers(models, facts.taken_at, since))
    },
  })
  const taken = formatDateTime(taken_at, config.timeZone)
  print(stdout, `The database is as it was at ${taken}.`)
  print(stdout, `The next upload is #${nextUpload}: numbers given after the backup are not given again.`)
  print(stdout, 'Files shared since are found when the bot starts; older than a day, share them again.')
  print(stdout, describeForgets(since, taken, config.timeZone))
  return 0
}

async function withModels<T>(
  mongodbUri: string,
  { config, cacheDir, stderr }: RestoreRequest,
  work: (models: Models) => Promise<T>,
): Promise<T> {
  const log = (line: string) => print(stderr, line)
  const database = await openDatabase({ ...config, mongodbUri, cacheDir }, log)
  try {
    return await work(createModels(database.connection))
  } finally {
    await database.close()
  }
}

async function readSince({ counters, fileUploads }: Models, takenAt: Date): Promise<Since> {
  const numbers = new Map<string, number>()
  for await (const { _id, value } of counters.collection.find()) numbers.set(String(_id), Number(value))
  const forgets = await fileUploads.collection
    .find<ForgetUpload>({
      // Data of earlier versions has no kind.
      forget: { $exists: true },
      $or: [{ finished_at: { $gte: takenAt } }, { finished_at: { $exists: false } }],
    })
    .sort({ number: 1 })
    .toArray()
  return { numbers, forgets }
}

/** @returns the next upload's number: higher than any assigned since the backup */
async function jumpNumbers({ counters }: Models, takenAt: Date, since: Since | undefined): Promise<number> {
  const days = Math.max(1, Math.ceil((Date.now() - takenAt.getTime()) / DAY_MS))
  let next = 0
  for (const name of COUNTERS) {
    const _id: string = name
    const restored = Number((await counters.collection.findOne({ _id }))?.value ?? 0)
    const highest = Math.max(restored, since?.numbers.get(name) ?? 0)
    const value = Math.ceil((highest + days * NUMBERS_A_DAY) / NUMBERS_A_DAY) * NUMBERS_A_DAY
    await counters.collection.updateOne({ _id }, { $set: { value } }, { upsert: true })
    if (name === 'file_uploads') next = value + 1
  }
  return next
}

function describeForgets(since: Since | undefined, taken: string, timeZone: string): string {
  if (!since)
    return `Requests to forget a person since ${taken} are not in the backup: repeat them (/customer forget).`
  if (since.forgets.length === 0) return 'Nobody was forgotten since the backup.'
  const lines = since.forgets.map(({ number, shared_at, source, forget }) => {
    const whom = forget.phone ? ` (${forget.phone})` : ''
    return `  #${number}, ${formatDateTime(shared_at, timeZone)}, asked by ${source.user}${whom}`
  })
  return `Repeat these requests to forget a person (/customer forget):\n${lines.join('\n')}`
}
