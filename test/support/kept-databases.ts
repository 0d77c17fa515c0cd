import type { BSON } from 'bson'
import type { mongo } from 'mongoose'
import { createModels, ensureIndexes } from '../../models/index.ts'
import { openTestDatabase, type TestDatabase } from './test-database.ts'

/** A write whose connection is closed can still arrive: a database is used again after as many others. */
const RESTING = 3
/** Deleting more documents costs more than another database does. */
const MAX_DOCUMENTS = 1_000

const READS: ReadonlySet<string> = new Set([
  ...['find', 'getMore', 'killCursors', 'count', 'distinct', 'listIndexes', 'listCollections', 'explain'],
  ...['hello', 'ping', 'buildInfo', 'serverStatus', 'endSessions', 'delete'],
])
/** With the list that has an element for each document that can be made. */
const WRITES: ReadonlyMap<string, string> = new Map([
  ['insert', 'documents'],
  ['update', 'updates'],
  ['findAndModify', ''],
])

/** What a bot's commands left behind in its database. */
interface Traces {
  readonly written: Set<string>
  documents: number
  /** Each in one line. */
  readonly indexes: Set<string>
  isChanged: boolean
}

interface Kept {
  readonly name: string
  readonly traces: Traces
}

/** What a bot creates at its start. */
interface Defined {
  readonly collections: ReadonlySet<string>
  readonly indexes: ReadonlySet<string>
}

const resting: Kept[] = []
let defined: Promise<Defined> | undefined

/**
 * An empty database for one bot or the tests of one file, which create the indexes themselves. It can be an emptied one of
 * earlier tests of this process in which only the indexes of the models were created: making and deleting collections
 * costs as much processor time as a short test, and the engine plans all queries again.
 */
export async function openKeptDatabase(): Promise<TestDatabase> {
  const kept = resting.length > RESTING ? resting.shift() : undefined
  const database = await openTestDatabase(kept?.name, { monitorCommands: true })
  for (const name of kept?.traces.written ?? []) await database.connection.collection(name).deleteMany({})
  const traces = watch(database.connection.getClient())
  return {
    connection: database.connection,
    name: database.name,
    get uri() {
      // What another connection writes is not watched.
      traces.isChanged = true
      return database.uri
    },
    async drop() {
      if (!(await isUsable(traces))) return await database.drop()
      await database.connection.close()
      resting.push({ name: database.name, traces })
    },
  }
}

async function isUsable({ isChanged, documents, indexes, written }: Traces): Promise<boolean> {
  if (isChanged || documents > MAX_DOCUMENTS) return false
  defined ??= findDefined()
  const known = await defined
  return (
    [...indexes].every((index) => known.indexes.has(index)) &&
    [...written].every((collection) => known.collections.has(collection))
  )
}

async function findDefined(): Promise<Defined> {
  const database = await openTestDatabase(undefined, { monitorCommands: true })
  const traces = watch(database.connection.getClient())
  const models = createModels(database.connection)
  await ensureIndexes(models)
  await database.connection.close()
  resting.push({ name: database.name, traces })
  const collections = Object.values(models).flatMap((model) =>
    'collection' in model ? [model.collection.collectionName] : [],
  )
  return { collections: new Set(collections), indexes: traces.indexes }
}

function watch(client: mongo.MongoClient): Traces {
  const traces: Traces = { written: new Set(), documents: 0, indexes: new Set(), isChanged: false }
  client.on('commandStarted', ({ commandName, command }) => note(traces, commandName, command))
  return traces
}

/** A command that is not known here counts as one that changes more than documents. */
function note(traces: Traces, name: string, command: BSON.Document): void {
  const collection = String(command[name])
  const list = WRITES.get(name)
  if (list !== undefined) {
    traces.written.add(collection)
    traces.documents += command[list]?.length ?? 1
  } else if (name === 'createIndexes')
    for (const index of command.indexes) traces.indexes.add(JSON.stringify([collection, index]))
  else if (name === 'aggregate')
    traces.isChanged ||= /"\$(?:out|merge)":/.test(JSON.stringify(command.pipeline))
  else traces.isChanged ||= !READS.has(name)
}
