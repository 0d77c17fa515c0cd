import { randomUUID } from 'node:crypto'
import mongoose, { type Connection, type ConnectOptions } from 'mongoose'
import { inject } from 'vitest'

export interface TestDatabase {
  readonly connection: Connection
  /** Includes the database name. */
  readonly uri: string
  readonly name: string
  /** Deletes the database and closes the connection. */
  drop(): Promise<void>
}

/**
 * An empty database with a random name, so that suites can run in parallel on one server.
 * @param name of an earlier one
 */
export async function openTestDatabase(
  name = newName(),
  options: ConnectOptions = {},
): Promise<TestDatabase> {
  const uri = nameDatabase(inject('databaseUri'), name)
  const connection = await mongoose
    .createConnection(uri, {
      serverSelectionTimeoutMS: 10_000,
      autoIndex: false,
      autoCreate: false,
      ...options,
    })
    .asPromise()
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

const newName = () => `${inject('databasePrefix')}${randomUUID().replaceAll('-', '').slice(0, 16)}`

/** Another database on the same server. */
function nameDatabase(uri: string, name: string): string {
  const [, head = uri, , query = ''] = /^([^:]+:\/\/[^/?]+)(\/[^?]*)?(\?.*)?$/.exec(uri) ?? []
  return `${head}/${name}${query}`
}
