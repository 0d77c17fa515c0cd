import type { Connection } from 'mongoose'

/** Facts that a server reports. */
export interface ServerFacts {
  /** DocumentDB is the embedded engine, which reports its name in MongoDB's commands. */
  readonly engine: 'mongodb' | 'documentdb'
  /** The engine's own version. */
  readonly version: string
  /** In words, with the name of a replica set. */
  readonly topology: string
  /** Its highest wire version: 13 is MongoDB 5.0. */
  readonly wireVersion: number
}

const known = new WeakMap<Connection, Promise<ServerFacts>>()

/** Cached per connection. @throws driver errors; the next call asks again */
export function describeServer(connection: Connection): Promise<ServerFacts> {
  const facts = known.get(connection) ?? readServerFacts(connection)
  known.set(connection, facts)
  facts.catch(() => known.delete(connection))
  return facts
}

async function readServerFacts(connection: Connection): Promise<ServerFacts> {
  const admin = connection.getClient().db('admin')
  const [hello, build] = await Promise.all([
    admin.command({ hello: 1 }).catch(() => admin.command({ isMaster: 1 })),
    admin.command({ buildInfo: 1 }),
  ])
  const documentDb: unknown = build.documentdb?.version
  return {
    engine: documentDb === undefined ? 'mongodb' : 'documentdb',
    version: String(documentDb ?? build.version),
    topology: topologyOf(hello),
    wireVersion: Number(hello.maxWireVersion),
  }
}

/** A router sets `msg`, a member of a replica set its `setName`. */
function topologyOf({ msg, setName }: { readonly msg?: unknown; readonly setName?: unknown }): string {
  if (msg === 'isdbgrid') return 'sharded cluster'
  return setName === undefined ? 'standalone' : `replica set ${setName}`
}
