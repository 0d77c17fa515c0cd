import { once } from 'node:events'
import net from 'node:net'
import type { BSON } from 'bson'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { connectDatabase } from '../../src/database/connect.ts'
import { explainConnectFailure } from '../../src/database/connect-failure.ts'
import { AppError } from '../../src/errors.ts'
import { describeServer } from '../../src/server-facts.ts'
import { asPrimary, startWireServer, type WireServer } from '../support/wire-server.ts'

const servers: WireServer[] = []
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())))

async function start(
  greeting: (port: number) => BSON.Document = () => ({}),
  answer: (command: BSON.Document) => BSON.Document | undefined = () => undefined,
): Promise<WireServer> {
  const server = await startWireServer({
    greeting,
    answer: (command) => answer(command) ?? (command.buildInfo ? { version: '8.0.4', ok: 1 } : undefined),
  })
  servers.push(server)
  return server
}

const lines: string[] = []
/** @param serverSelectionMs is waited for a server that does not answer */
async function connect(uri: string, serverSelectionMs = 30_000): Promise<AppError | 'connected'> {
  lines.length = 0
  try {
    const connection = await connectDatabase(uri, { log: (line) => lines.push(line), serverSelectionMs })
    await connection.close()
    return 'connected'
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

/** With more time, should this machine be too busy for the server's first answer; the driver waits for the end of the time. */
async function connectRefused(uri: string): Promise<AppError | 'connected'> {
  for (const serverSelectionMs of [500, 5_000]) {
    const found = await connect(uri, serverSelectionMs)
    if (found === 'connected' || found.code !== 'database_unavailable') return found
  }
  return await connect(uri)
}

const refusing = (code: number) => (command: BSON.Document) =>
  command.saslStart ? { ok: 0, code, errmsg: 'refused', codeName: 'Refused' } : undefined

describe('an address', () => {
  it.each([
    ['an @ in the password', 'mongodb://bot:p@ss@127.0.0.1:27017/customers'],
    ['a slash in the password', 'mongodb://bot:p/ss@127.0.0.1:27017/customers'],
    ['a colon in the password', 'mongodb://bot:p:ss@127.0.0.1:27017/customers'],
    ['a percent sign in the password', 'mongodb://bot:p%ss@127.0.0.1:27017/customers'],
    ['a port that is none', 'mongodb://127.0.0.1:ss/customers'],
    ['an option nobody knows', 'mongodb://127.0.0.1:27017/customers?retryReeds=true'],
    ['a value that is none', 'mongodb://127.0.0.1:27017/customers?tls=maybe'],
    ['a name that cannot be one', 'mongodb://127.0.0.1:27017/cus.tomers'],
    ['a login without a user', 'mongodb://127.0.0.1:27017/customers?authMechanism=SCRAM-SHA-256'],
    ['a port with the other form', 'mongodb+srv://cluster.example.com:27017/customers'],
  ])('with %s is refused, and no password is repeated', async (_, uri) => {
    const failure = await connect(uri)

    expect(failure).toMatchObject({ code: 'database_refused', details: { reason: 'address' } })
    expect((failure as AppError).message).not.toMatch(/p.?ss\b/)
  })

  it.each([
    'mongodb://127.0.0.1:27017',
    'mongodb://127.0.0.1:27017/',
    'mongodb://bot:secret@127.0.0.1:27017',
    'mongodb://a:1,b:2/?replicaSet=customers',
    'mongodb://127.0.0.1:27017?tls=true',
    'mongodb+srv://bot:secret@cluster.example.com/?appName=x',
  ])('without the name of a database is refused before anything is sent: %s', async (uri) => {
    expect(await connect(uri)).toMatchObject({ code: 'database_refused', details: { reason: 'database' } })
  })

  it('with a name is taken, with an account that is encoded, too', async () => {
    const server = await start()
    const account = server.uri.replace('://', '://bot:p%40s%2Fs@')

    expect(await connect(`${server.uri}/test`)).toBe('connected')
    // This server has no login; that it is contacted shows that the address was parsed.
    expect(await connect(`${account}/customers`)).toBeInstanceOf(AppError)
    expect(server.commands.some((command) => command.saslStart)).toBe(true)
  })
})

describe('a server that refuses the bot', () => {
  it.each([
    [18, 'password'],
    [8000, 'password'],
    [13, 'rights'],
  ])('with code %i is said to refuse because of the %s', async (code, reason) => {
    const server = await start(undefined, refusing(code))

    const failure = await connect(`${server.uri.replace('://', '://bot:secret@')}/customers`)

    expect(failure).toMatchObject({ code: 'database_refused', details: { reason } })
  })

  it.each([6, 7, 8, 9, 12])('is too old with wire version %i', async (maxWireVersion) => {
    const server = await start(() => ({ maxWireVersion }))

    expect(await connectRefused(`${server.uri}/customers`)).toMatchObject({
      code: 'database_refused',
      details: { reason: 'version' },
    })
  })

  it.each([13, 17, 21, 25])('is new enough with wire version %i', async (maxWireVersion) => {
    const server = await start(() => ({ maxWireVersion }))

    expect(await connect(`${server.uri}/customers`)).toBe('connected')
  })

  it.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'EPROTO',
  ])('cannot be trusted where the line fails with %s', (code) => {
    const network = Object.assign(new Error('x'), {
      name: 'MongoNetworkError',
      cause: Object.assign(new Error('x'), { code }),
    })
    const selection = Object.assign(new Error('x'), {
      name: 'MongooseServerSelectionError',
      reason: {
        servers: new Map([
          ['a:27017', { error: network }],
          ['b:27017', { error: null }],
        ]),
      },
    })

    expect(explainConnectFailure(selection, 'mongodb://a:27017/x')).toMatchObject({
      code: 'database_refused',
      details: { reason: 'certificate', why: code },
    })
  })

  it('is asked for TLS with a file that is not there: the file is named', async () => {
    const failure = await connect('mongodb://127.0.0.1:1/customers?tls=true&tlsCAFile=/nowhere/ca.pem')

    expect(failure).toMatchObject({ code: 'database_refused', details: { reason: 'certificate' } })
    expect((failure as AppError).message).toContain('/nowhere/ca.pem')
  })

  it('speaks no TLS at all: the line is said to be the trouble', async () => {
    const plain = net.createServer((socket) => socket.on('data', () => socket.end('no TLS here\n')))
    plain.listen(0, '127.0.0.1')
    await once(plain, 'listening')
    const { port } = plain.address() as net.AddressInfo

    const failure = await connectRefused(`mongodb://127.0.0.1:${port}/customers?tls=true`)

    plain.close()
    expect(failure).toMatchObject({ code: 'database_refused', details: { reason: 'certificate' } })
  })
})

describe('a server that is not there', () => {
  it('is unavailable, and no connection is said to be lost', async () => {
    expect(await connect('mongodb://127.0.0.1:1/customers', 500)).toMatchObject({
      code: 'database_unavailable',
    })
    expect(await connect('mongodb://nowhere.invalid/customers', 500)).toMatchObject({
      code: 'database_unavailable',
    })
    expect(lines).toEqual([])
  })

  it('is said to be lost once there was a connection', async () => {
    const server = await start()
    const seen: string[] = []
    const connection = await connectDatabase(`${server.uri}/customers`, { log: (line) => seen.push(line) })
    await servers.pop()?.stop()

    await vi.waitFor(() => expect(seen.join()).toContain('was lost'), { timeout: 45_000 })
    connection.removeAllListeners()
    await connection.close()
  })
})

describe('what a server says of itself', () => {
  it.each<[string, (port: number) => BSON.Document, string]>([
    ['a single server', () => ({}), 'standalone'],
    ['a member of a replica set', asPrimary, 'replica set customers'],
    ['a router', () => ({ msg: 'isdbgrid' }), 'sharded cluster'],
  ])('names %s', async (_, greeting, topology) => {
    const server = await start(greeting)
    const connection = await connectDatabase(`${server.uri}/customers`, { log: () => undefined })

    const facts = await describeServer(connection)
    await describeServer(connection)

    await connection.close()
    expect(facts).toMatchObject({ engine: 'mongodb', version: '8.0.4', topology })
    expect(server.commands.filter((command) => command.buildInfo)).toHaveLength(1)
  })

  it('tells the embedded engine by its own version', async () => {
    const server = await start(undefined, (command) =>
      command.buildInfo ? { version: '7.0.0', documentdb: { version: '0.110' }, ok: 1 } : undefined,
    )
    const connection = await connectDatabase(`${server.uri}/customers`, { log: () => undefined })

    expect(await describeServer(connection)).toMatchObject({ engine: 'documentdb', version: '0.110' })
    await connection.close()
  })
})
