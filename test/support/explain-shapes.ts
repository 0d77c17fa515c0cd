import { readFile } from 'node:fs/promises'
import { BSON } from 'bson'
import mongoose, { mongo } from 'mongoose'
import { createModels, ensureIndexes, type Models } from '../../models/index.ts'
import { rowId } from '../../src/uploads/rows/index.ts'
import type { CommandShape } from './command-shapes.ts'
import { findForbidden, isWhole, LARGE_COLLECTIONS, whyAllowed } from './query-plans.ts'

/**
 * Asks MongoDB how it would run each recorded command on 100,000 documents: on large collections, none may
 * scan everything or sort without an index. `TEST_MONGODB_URI=… tsx test/support/explain-shapes.ts <file of
 * record-shapes.ts>`
 */
const DOCUMENTS = 100_000
const PAGE = 5_000
const [, , path = ''] = process.argv
const shapes = BSON.EJSON.parse(await readFile(path, 'utf8'), { relaxed: false }) as CommandShape[]
const connection = await mongoose
  .createConnection(process.env.TEST_MONGODB_URI ?? '', { dbName: 'explained', autoIndex: false })
  .asPromise()
const models = createModels(connection)
await connection.dropDatabase()
await ensureIndexes(models)
await fill(models)

let failures = 0
let explained = 0
for (const { collection, command } of shapes) {
  if (!LARGE_COLLECTIONS.has(collection) || isWhole(command)) continue
  explained++
  const text = BSON.EJSON.stringify(command)
  const plan = await connection.db?.command({ explain: explainable(command), verbosity: 'queryPlanner' })
  const found = findForbidden(plan)
  if (found.length === 0) continue
  const why = whyAllowed(text)
  console.log(`${why ? `allowed (${why})` : 'FORBIDDEN'}: ${found.join(', ')}: ${text}`)
  if (!why) failures++
}
console.log(`${shapes.length} shapes, ${explained} explained, ${failures} forbidden`)
await connection.dropDatabase()
await connection.close()
// A recording without commands proves nothing.
process.exitCode = failures > 0 || explained < 20 ? 1 : 0

function explainable(command: BSON.Document): BSON.Document {
  const { singleBatch: _, ...rest } = command
  return command.aggregate === undefined ? rest : { ...rest, cursor: {} }
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
        status: 'done',
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
