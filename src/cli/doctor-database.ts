import { RECORD_KIND_WORDS } from '../../commands/receipts/index.ts'
import {
  CUSTOMER_INDEXES,
  createModels,
  findEqualIndexes,
  type RecordsSetting,
  readRecordsSetting,
} from '../../models/index.ts'
import type { DummyPhones } from '../customers/phones/index.ts'
import type { OpenDatabase } from '../database/index.ts'
import { AppError, toAppError } from '../errors.ts'
import { findForm, MIGRATIONS } from '../migrations/index.ts'
import { describeServer } from '../server-facts.ts'
import { adviseOn } from '../terminal/index.ts'
import { bad, type Finding, ok, warn } from './finding.ts'

const SERVER_NAMES = { mongodb: 'MongoDB', documentdb: 'embedded DocumentDB' } as const

type CheckedDatabase = Pick<OpenDatabase, 'connection' | 'engine' | 'close'>

/**
 * Checks that the database answers, has a schema version this program knows, and has the unique index on
 * phones.
 */
export async function* checkDatabase(
  open: () => Promise<CheckedDatabase>,
  dummies: DummyPhones,
): AsyncGenerator<Finding> {
  let database: CheckedDatabase
  try {
    database = await open()
  } catch (thrown) {
    const error = toAppError(thrown)
    // A running bot is no problem.
    yield error.code === 'database_in_use'
      ? warn('database', error.message, 'stop the bot to check the database, or check the bot at /readyz')
      : bad('database', error.message, adviseOn(error))
    return
  }
  try {
    const models = createModels(database.connection)
    const { customers, fileUploads, settings } = models
    const { engine, version, topology } = await describeServer(database.connection)
    const count = await customers.collection.countDocuments()
    const waiting = await fileUploads.collection.countDocuments({ status: { $in: ['queued', 'running'] } })
    yield ok(
      'database',
      `${SERVER_NAMES[engine]} ${version}, ${topology}, ${count} customers, ${waiting} uploads waiting or running`,
    )
    yield checkForm(await findForm(models))
    yield await checkUniqueIndex(customers.collection, count, await readRecordsSetting(settings))
    yield await checkDummies(customers.collection, dummies)
  } catch (thrown) {
    const error = toAppError(thrown)
    yield bad('database', error.message, adviseOn(error))
  } finally {
    await database.close()
  }
}

/** Checks that this version can work with the stored schema version. */
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
  const unique = await findEqualIndexes(customers, CUSTOMER_INDEXES[kind].key, { unique: true })
  if (unique.length > 0) return ok('index', `${rule}: enforced by a unique index`)
  return count === 0
    ? ok('index', 'will be created at the first start')
    : bad(
        'index',
        `no unique index enforces the rule: ${rule}`,
        'start the bot; it creates the index, or names the conflicting customers',
      )
}

const MAX_DUMMIES_NAMED = 5
/** One repeated digit, or consecutive digits; the whole number decides whether it is a dummy. */
const MAY_BE_DUMMY = new RegExp(
  `(${Array.from({ length: 10 }, (_, digit) => `${digit}{7,}`).join('|')}|0?123456789|1234567890)$`,
)

/** Customers stored before their number was known as a dummy. They stay, but are not found by phone. */
async function checkDummies(customers: Customers, dummies: DummyPhones): Promise<Finding> {
  const found: { readonly _id: unknown; readonly primary_phone: string }[] = []
  const candidates = customers.find<{ _id: unknown; primary_phone: string }>(
    { $or: [{ primary_phone: MAY_BE_DUMMY }, { primary_phone: { $in: [...dummies.added] } }] },
    { projection: { primary_phone: 1 } },
  )
  for await (const customer of candidates) if (dummies.has(customer.primary_phone)) found.push(customer)
  if (found.length === 0) return ok('dummies', 'no customer is stored under a dummy number')
  const named = found
    .slice(0, MAX_DUMMIES_NAMED)
    .map(({ _id, primary_phone }) => `${primary_phone} (_id ${_id})`)
    .join(', ')
  return warn(
    'dummies',
    `${found.length} stored under a dummy number: ${named}${found.length > MAX_DUMMIES_NAMED ? ', …' : ''}`,
    'look at each with /customer; erase it with /customer forget, or allow the number in DUMMY_PHONES',
  )
}
