import { RECORD_KIND_WORDS } from '../../commands/receipts/index.ts'
import {
  CUSTOMER_INDEXES,
  createModels,
  type RecordsSetting,
  readRecordsSetting,
} from '../../models/index.ts'
import { adviseOn } from '../console-message.ts'
import type { OpenDatabase } from '../database/index.ts'
import { AppError, toAppError } from '../errors.ts'
import { findForm, MIGRATIONS } from '../migrations/index.ts'
import { bad, type Finding, ok, warn } from './finding.ts'

/** Whether the database answers, has data of a form this version knows, and holds the rule "one phone, one customer". */
export async function* checkDatabase(open: () => Promise<OpenDatabase>): AsyncGenerator<Finding> {
  let database: OpenDatabase
  try {
    database = await open()
  } catch (thrown) {
    const error = toAppError(thrown)
    // The bot itself is running: that is no trouble.
    yield error.code === 'database_in_use'
      ? warn('database', error.message, 'stop the bot to check the database, or check the bot at /readyz')
      : bad('database', error.message, adviseOn(error))
    return
  }
  try {
    const models = createModels(database.connection)
    const { customers, fileUploads, settings } = models
    const count = await customers.collection.estimatedDocumentCount()
    const waiting = await fileUploads.collection.countDocuments({ status: { $in: ['queued', 'running'] } })
    yield ok('database', `${database.engine}, ${count} customers, ${waiting} uploads waiting or running`)
    yield checkForm(await findForm(models))
    yield await checkUniqueIndex(customers.collection, count, await readRecordsSetting(settings))
  } catch (thrown) {
    const error = toAppError(thrown)
    yield bad('database', error.message, adviseOn(error))
  } finally {
    await database.close()
  }
}

/** Whether this version would work with the data, or refuse to start. */
function checkForm(stored = 0): Finding {
  const known = MIGRATIONS.length
  if (stored > known) {
    const { message, next } = new AppError('database_newer', { stored, known })
    return bad('form', message, next)
  }
  return stored === known
    ? ok('form', `schema ${known}, current`)
    : ok('form', `schema ${stored}, will be migrated to ${known} at the next start`)
}

type Customers = ReturnType<typeof createModels>['customers']['collection']

async function checkUniqueIndex(
  customers: Customers,
  count: number,
  { kind, switching }: RecordsSetting,
): Promise<Finding> {
  const rule = RECORD_KIND_WORDS[kind].name
  if (switching)
    return warn(
      'index',
      `a switch to ${RECORD_KIND_WORDS[switching.to].name} is in progress (#${switching.number})`,
      'start the bot, or run the same npm run records command again to continue',
    )
  // A collection that is not there yet has no indexes to list.
  const indexes = await customers.indexes().catch(() => [])
  const { name } = CUSTOMER_INDEXES[kind]
  if (indexes.some((index) => index.unique === true && index.name === name))
    return ok('index', `${rule}: enforced by a unique index`)
  return count === 0
    ? ok('index', 'will be created at the first start')
    : bad(
        'index',
        `no unique index enforces the rule: ${rule}`,
        'start the bot; it creates the index, or names the conflicting customers',
      )
}
