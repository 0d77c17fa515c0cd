import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A connection between client and server with controllable faults. */
export interface TcpProxy {
  readonly port: number
  /** Ends all connections, like a crashed server or a firewall. New ones work. */
  cut(): number
  /** Ends all connections and accepts no new ones until changed. */
  setAway(isAway: boolean): void
  /** No data gets through, but connections stay open. */
  setFrozen(isFrozen: boolean): void
  /** Milliseconds by which data is delayed in both directions. */
  setDelay(ms: number): void
  stop(): Promise<void>
}

interface Line {
  readonly client: Socket
  readonly server: Socket
}

export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const lines = new Set<Line>()
  let isAway = false
  let isFrozen = false
  let delayMs = 0
  const thaws = new Set<() => void>()

  const proxy = createServer((client) => {
    if (isAway) {
      client.resetAndDestroy()
      return
    }
    const server = connect(target)
    const line = { client, server }
    lines.add(line)
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.setNoDelay(true)
      from.on('error', () => end(line))
      from.on('close', () => end(line))
      carry(from, to).catch(() => end(line))
    }
  })

  /** In order, each piece with the delay that applies on its arrival. */
  async function carry(from: Socket, to: Socket): Promise<void> {
    for await (const piece of from) {
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
      if (isFrozen) await new Promise<void>((resolve) => thaws.add(resolve))
      if (!to.write(piece)) await once(to, 'drain')
    }
    to.end()
  }

  function end(line: Line): void {
    lines.delete(line)
    line.client.resetAndDestroy()
    line.server.resetAndDestroy()
  }

  function cut(): number {
    const count = lines.size
    for (const line of lines) end(line)
    return count
  }

  function thaw(): void {
    isFrozen = false
    for (const resume of thaws) resume()
    thaws.clear()
  }

  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const address = proxy.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')

  return {
    port: address.port,
    cut,
    setAway(away) {
      isAway = away
      if (away) cut()
    },
    setFrozen(frozen) {
      if (frozen) isFrozen = true
      else thaw()
    },
    setDelay(ms) {
      delayMs = ms
    },
    async stop() {
      thaw()
      cut()
      proxy.close()
      await once(proxy, 'close')
    },
  }
}
