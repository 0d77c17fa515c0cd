import { randomUUID } from 'node:crypto'
import mongoose, { type Connection } from 'mongoose'
import { inject } from 'vitest'

export interface TestDatabase {
  readonly connection: Connection
  /** Includes the database name. */
  readonly uri: string
  readonly name: string
  /** Deletes the database and closes the connection. */
  drop(): Promise<void>
}

/** An empty database with a random name, so that suites can run in parallel on one server. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const { connection, uri, name } = await connect(newName())
  return {
    connection,
    uri,
    name,
    async drop() {
      await connection.dropDatabase()
      await connection.close()
    },
  }
}

/** Databases of earlier bots of this process, the oldest first. */
const left: string[] = []
/** The last ones may still get a write of their bot. */
const RESTING = 3

/**
 * A database without documents for a whole bot, which makes its collections and indexes: making and dropping them takes
 * longer than most tests. A test that makes an index drops it again. On a server that stays, it is a new one, and dropped.
 */
export async function openBotDatabase(): Promise<TestDatabase> {
  if (inject('databaseEngine') === 'external') return await openTestDatabase()
  const { connection, uri, name } = await connect((left.length > RESTING && left.shift()) || newName())
  const collections = (await connection.db?.listCollections({}, { nameOnly: true }).toArray()) ?? []
  await Promise.all(collections.map((one) => connection.collection(one.name).deleteMany({})))
  return {
    connection,
    uri,
    name,
    async drop() {
      await connection.close()
      left.push(name)
    },
  }
}

const newName = () => `test_${randomUUID().replaceAll('-', '').slice(0, 20)}`

async function connect(name: string): Promise<Pick<TestDatabase, 'connection' | 'uri' | 'name'>> {
  const uri = nameDatabase(inject('databaseUri'), name)
  const connection = await mongoose
    .createConnection(uri, { serverSelectionTimeoutMS: 10_000, autoIndex: false, autoCreate: false })
    .asPromise()
  return { connection, uri, name }
}

/** Another database on the same server. */
function nameDatabase(uri: string, name: string): string {
  const [, head = uri, , query = ''] = /^([^:]+:\/\/[^/?]+)(\/[^?]*)?(\?.*)?$/.exec(uri) ?? []
  return `${head}/${name}${query}`
}
