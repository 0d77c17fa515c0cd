import type { Connection } from 'mongoose'

/** What a server says of itself. */
export interface ServerFacts {
  /** DocumentDB is the embedded engine, which names itself behind MongoDB's commands. */
  readonly engine: 'mongodb' | 'documentdb'
  /** The engine's own. */
  readonly version: string
  /** In words, with the name of a replica set. */
  readonly topology: string
  /** Number of the newest commands it speaks: 13 is MongoDB 5.0. */
  readonly wireVersion: number
}

const known = new WeakMap<Connection, Promise<ServerFacts>>()

/** Asked once per connection. @throws whatever the driver throws; then the next call asks again */
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

/** A router says so in `msg`, a member of a replica set names the set. */
function topologyOf({ msg, setName }: { readonly msg?: unknown; readonly setName?: unknown }): string {
  if (msg === 'isdbgrid') return 'sharded cluster'
  return setName === undefined ? 'standalone' : `replica set ${setName}`
}
