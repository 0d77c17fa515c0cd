import net from 'node:net'
import mongoose, { type Connection, mongo } from 'mongoose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endLostWrites } from '../../src/database/end-lost-writes.ts'
import { isTransientFailure } from '../../src/errors.ts'
import { asPrimary, startWireServer, type WireServer } from '../support/wire-server.ts'

let server: WireServer
let connection: Connection
let relay: net.Server
const sockets = new Set<net.Socket>()
let isDeaf = false

/** Stands before the server; it can stop reading, so that what a client writes has no room. */
async function startRelay(target: number): Promise<number> {
  relay = net.createServer((client) => {
    const upstream = net.connect(target, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
    }
    client.on('data', (bytes) => {
      if (isDeaf) client.pause()
      else upstream.write(bytes)
    })
    upstream.on('data', (bytes) => client.write(bytes))
    client.on('close', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  return (relay.address() as net.AddressInfo).port
}

beforeEach(async () => {
  isDeaf = false
  server = await startWireServer({ greeting: asPrimary })
  const port = await startRelay(Number(server.uri.split(':').at(-1)))
  connection = await mongoose
    .createConnection(`mongodb://127.0.0.1:${port}/test?directConnection=true`, {
      socketTimeoutMS: 1_000,
      maxPoolSize: 1,
      retryWrites: false,
      monitorCommands: false,
    })
    .asPromise()
})
afterEach(async () => {
  await connection.close(true)
  for (const socket of sockets) socket.destroy()
  relay.close()
  await server.stop()
})

const insertLarge = () => connection.collection('rows').insertOne({ text: 'x'.repeat(12_000_000) })

describe('a write that waits for room in its socket', () => {
  it('finds the class of the driver that it mends', () => {
    expect(endLostWrites()).toBe(true)
  })

  it('fails where the server takes nothing and the driver gives the socket up', async () => {
    endLostWrites()
    isDeaf = true
    const error = await insertLarge().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(mongo.MongoNetworkError)
    expect(isTransientFailure(error)).toBe(true)
  })

  it('fails where the socket closes just before', async () => {
    endLostWrites()
    connection.getClient().once('connectionCheckedOut', () => {
      for (const { socket } of checkedOut(connection)) socket.destroy()
    })
    const error = await insertLarge().catch((thrown: unknown) => thrown)
    expect(isTransientFailure(error)).toBe(true)
  })
})

/** The driver's connections in use, of its insides. */
function checkedOut(of: Connection): readonly { readonly socket: net.Socket }[] {
  const topology = Reflect.get(of.getClient(), 'topology')
  return [...topology.s.servers.values()].flatMap(({ pool }) => [...pool.checkedOut])
}
