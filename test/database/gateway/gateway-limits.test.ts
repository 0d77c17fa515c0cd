import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/database/gateway/engine.ts'
import {
  type Gateway,
  type GatewayLimits,
  startGateway,
} from '../../../src/database/gateway/start-gateway.ts'
import { connectWire, encodeRequest } from './wire-client.ts'

let gateway: Gateway | undefined
const sockets: net.Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await gateway?.stop()
})

/** An engine that never answers, so that requests wait. */
const silent: Engine = { run: () => new Promise(() => undefined), close: async () => undefined }

async function start(limits: Partial<GatewayLimits>) {
  const lines: string[] = []
  gateway = await startGateway({
    engine: silent,
    engineVersion: 'test',
    port: 0,
    log: (line) => lines.push(line),
    limits,
  })
  const { port } = gateway
  async function connect() {
    const wire = await connectWire(`mongodb://127.0.0.1:${port}`)
    sockets.push(wire.socket)
    return wire
  }
  return { connect, lines, port }
}

const hello = encodeRequest(1, { hello: 1, $db: 'admin' })
const isServed = async (wire: Awaited<ReturnType<typeof connectWire>>) => {
  wire.socket.write(hello)
  return (await wire.next())?.body.ok === 1
}
const isClosed = (socket: net.Socket) => expect.poll(() => socket.destroyed, { timeout: 45_000 }).toBe(true)

describe('the gateway', () => {
  it('closes a connection that sends half a message and no more, also a byte now and then', async () => {
    const { connect, lines } = await start({ messageMs: 300 })
    const [silentHalf, slowHalf, idle] = [await connect(), await connect(), await connect()]
    silentHalf.socket.write(hello.subarray(0, 20))
    const drip = setInterval(() => slowHalf.socket.writable && slowHalf.socket.write(Buffer.alloc(1)), 50)
    slowHalf.socket.write(encodeRequest(1, { ping: 'x'.repeat(10_000), $db: 'admin' }).subarray(0, 100))

    await isClosed(silentHalf.socket)
    await isClosed(slowHalf.socket)
    clearInterval(drip)

    expect(lines.join('\n')).toContain('the rest of a message did not come')
    expect(await isServed(idle)).toBe(true)
  })

  it('keeps a connection whose message comes in pieces, in time, and a silent one', async () => {
    const { connect } = await start({ messageMs: 5_000 })
    const [wire, other, late] = [await connect(), await connect(), await connect()]

    for (const at of [0, 10, 30]) {
      wire.socket.write(hello.subarray(at, { 0: 10, 10: 30, 30: undefined }[at]))
      expect(await isServed(other)).toBe(true)
    }

    expect((await wire.next())?.body.ok).toBe(1)
    // The maximum time for a message; after it, `wire` stays silent.
    late.socket.write(hello.subarray(0, 20))
    await isClosed(late.socket)
    expect(await isServed(wire)).toBe(true)
  })

  it('bounds what all connections together hold, and gives it back when they go', async () => {
    const { connect, lines } = await start({ bytes: 100_000 })
    const half = encodeRequest(1, { insert: 'x', text: 'y'.repeat(60_000), $db: 'a' }).subarray(0, 55_000)
    const [first, second, third] = [await connect(), await connect(), await connect()]
    first.socket.write(half)
    expect(await isServed(third)).toBe(true)
    second.socket.write(half)

    await expect.poll(() => first.socket.destroyed || second.socket.destroyed).toBe(true)
    expect(lines.join('\n')).toContain('take too much memory')
    for (const { socket } of [first, second]) socket.destroy()
    // The gateway notices the two closed connections later.
    const isKept = async () => {
      const { socket } = await connect()
      socket.write(half)
      await isServed(third)
      await sleep(50)
      const isOpen = !socket.destroyed
      socket.destroy()
      return isOpen
    }
    await expect.poll(isKept, { timeout: 45_000 }).toBe(true)
  })

  it('closes connections beyond as many as it takes', async () => {
    const { connect, port } = await start({ connections: 2 })
    const [first] = [await connect(), await connect()]

    const third = net.connect({ port, host: '127.0.0.1' })
    sockets.push(third)
    third.on('error', () => undefined)

    await isClosed(third)
    expect(await isServed(first)).toBe(true)
  })
})
