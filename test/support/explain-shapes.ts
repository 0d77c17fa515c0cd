import { BSON } from 'bson'
import mongoose, { mongo } from 'mongoose'
import { createModels, ensureIndexes, type Models } from '../../models/index.ts'
import { rowId } from '../../src/uploads/rows/index.ts'
import { type CommandShape, readShapes } from './command-shapes.ts'
import { findForbidden, whyExcused } from './query-plans.ts'
import { isWhole, listLookups } from './served-by-index.ts'

/**
 * Asks MongoDB how it would run each recorded command on 100,000 documents: none may scan a collection or sort
 * without an index, except for what is allowed. `TEST_MONGODB_URI=… tsx test/support/explain-shapes.ts
 * <recordings of record-shapes.ts, folders of RECORD_SHAPES>`
 */
const DOCUMENTS = 100_000
const PAGE = 5_000
const MAX_SHOWN = 2_000
const shapes = await readShapes(process.argv.slice(2))
const connection = await mongoose
  .createConnection(process.env.TEST_MONGODB_URI ?? '', { dbName: 'explained', autoIndex: false })
  .asPromise()
const models = createModels(connection)
await connection.dropDatabase()
await ensureIndexes(models)
const names = await createCollections(models)
await fill(models)

let failures = 0
let explained = 0
for (const shape of shapes) {
  const { collection, command, origin } = shape
  if (!names.has(collection) || listLookups(command).every(isWhole)) continue
  explained++
  const found = await explain(shape)
  if (found.length === 0) continue
  const why = whyExcused(found, collection, command)
  const text = BSON.EJSON.stringify(command).slice(0, MAX_SHOWN)
  console.log(`${why ? `allowed (${why})` : 'FORBIDDEN'}: ${found.join(', ')}: ${text} (${origin})`)
  if (!why) failures++
}
console.log(`${shapes.length} shapes, ${explained} explained, ${failures} forbidden`)
await connection.dropDatabase()
await connection.close()
// A recording without commands proves nothing.
process.exitCode = failures > 0 || explained < 100 ? 1 : 0

/** The forbidden stages of a command's plan; an error is forbidden, too. */
async function explain({ command }: CommandShape): Promise<string[]> {
  try {
    return findForbidden(
      await connection.db?.command({ explain: explainable(command), verbosity: 'queryPlanner' }),
    )
  } catch (error) {
    return [String(error)]
  }
}

function explainable(command: BSON.Document): BSON.Document {
  const { singleBatch: _, maxTimeMS: __, ...rest } = command
  return command.aggregate === undefined ? rest : { ...rest, cursor: {} }
}

/** A collection that does not exist has no plan. */
async function createCollections({ connection: { db }, ...byName }: Models): Promise<ReadonlySet<string>> {
  const wanted = Object.values(byName).map(({ collection }) => collection.name)
  const existing = await db?.listCollections({}, { nameOnly: true }).toArray()
  for (const name of wanted.filter((one) => !existing?.some((other) => other.name === one)))
    await db?.createCollection(name)
  return new Set(wanted)
}

async function fill({ customers, fileUploads, uploadRows }: Models): Promise<void> {
  const upload = (number: number) => ({
    _id: new mongo.ObjectId(number.toString(16).padStart(24, '0')),
    number,
    shared_at: new Date(Date.UTC(2024, 0, 1) + number * 60_000),
  })
  for (let at = 0; at < DOCUMENTS; at += PAGE) {
    const numbers = Array.from({ length: PAGE }, (_, n) => at + n + 1)
    const phoneOf = (n: number) => `+9198${String(n).padStart(8, '0')}`
    await fileUploads.collection.insertMany(
      numbers.map((n) => ({
        ...upload(n),
        kind: 'import',
        status: 'done',
        attempts: 0,
        source: { kind: 'slack', team: 'T1', channel: `C${n % 50}`, user: `U${n % 200}`, file_id: `F${n}` },
        file: { name: `${n}.csv`, sha256: `sha${n}` },
        finished_at: upload(n).shared_at,
        receipt: { due: false },
      })),
    )
    await uploadRows.collection.insertMany(
      numbers.map((n) => ({
        _id: rowId(upload(Math.ceil(n / 100)), (n % 100) + 2),
        upload: upload(Math.ceil(n / 100))._id,
        line: (n % 100) + 2,
        outcome: n % 20 === 0 ? 'invalid' : 'updated',
        phone: phoneOf(n % 20_000),
        shared_at: upload(Math.ceil(n / 100)).shared_at,
      })),
    )
    await customers.collection.insertMany(
      numbers.map((n) => ({
        primary_phone: phoneOf(n),
        updated_at: upload(n).shared_at,
        last_upload: { upload: upload(Math.ceil(n / 100))._id, line: (n % 100) + 2 },
        upload_count: 1,
      })),
    )
  }
}
