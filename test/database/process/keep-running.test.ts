import { afterEach, describe, expect, it } from 'vitest'
import type { EmbeddedServer } from '../../../src/database/process/embedded-server.ts'
import { embeddedUri } from '../../../src/database/process/embedded-server.ts'
import {
  type KeptServer,
  keepRunning,
  type RestartTiming,
} from '../../../src/database/process/keep-running.ts'

const PORT = 27_999
const QUICK: Partial<RestartTiming> = { firstPauseMs: 1, longestPauseMs: 4, diskMs: 1, steadyMs: 0 }

interface FakeServer extends EmbeddedServer {
  end(): void
  readonly isStopped: () => boolean
}

function fakeServer(port = PORT): FakeServer {
  let end: () => void = () => undefined
  let isStopped = false
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return {
    uri: embeddedUri(port),
    version: '1.0',
    ended,
    end,
    isStopped: () => isStopped,
    async stop() {
      isStopped = true
      end()
    },
  }
}

let kept: KeptServer | undefined
afterEach(() => kept?.stop())

/** A kept server whose further starts are the given ones, in order; the last one repeats. */
function keep(
  starts: readonly (() => FakeServer)[],
  over: { timing?: Partial<RestartTiming>; freeBytes?: () => Promise<number> } = {},
) {
  const first = fakeServer()
  const ports: number[] = []
  const servers: FakeServer[] = [first]
  const lines: string[] = []
  kept = keepRunning({
    server: first,
    start: async (port) => {
      ports.push(port)
      const start = starts[Math.min(ports.length, starts.length) - 1]
      if (!start) throw new Error('no start is expected')
      const server = start()
      servers.push(server)
      return server
    },
    directory: '/data',
    log: (line) => lines.push(line),
    freeBytes: over.freeBytes ?? (async () => 1e9),
    timing: { ...QUICK, ...over.timing },
  })
  return { kept, first, ports, servers, lines }
}

const refuse = (): FakeServer => {
  throw new Error('it ended at once')
}

describe('a server that is kept running', () => {
  it('is started again on the same port whenever it ends', async () => {
    const { kept, ports, servers } = keep([fakeServer])
    for (const round of [1, 2, 3]) {
      servers.at(-1)?.end()
      await expect.poll(() => servers.length).toBe(round + 1)
    }
    expect(ports).toEqual([PORT, PORT, PORT])
    await expect.poll(() => kept.outage()).toBeUndefined()
  })

  it('says that it is away until it runs again', async () => {
    let letStart: () => void = () => undefined
    const mayStart = new Promise<void>((resolve) => {
      letStart = resolve
    })
    let free = async () => {
      await mayStart
      return 1e9
    }
    const { kept, first } = keep([fakeServer], { freeBytes: () => free() })
    first.end()
    await expect.poll(() => kept.outage()?.code).toBe('database_unavailable')
    free = async () => 1e9
    letStart()
    await expect.poll(() => kept.outage()).toBeUndefined()
  })

  it('is given up after five failed starts, and not tried again', async () => {
    const { kept, first, ports } = keep([refuse])
    first.end()
    expect(await kept.givenUp).toMatchObject({ code: 'database_ended', details: { path: '/data' } })
    expect(kept.outage()?.code).toBe('database_ended')
    expect(ports).toHaveLength(5)
  })

  it('forgets failed starts that are long ago', async () => {
    const starts = [...Array.from({ length: 12 }, () => refuse), fakeServer]
    const { kept, first, servers } = keep(starts, { timing: { failuresWithinMs: 0 } })
    first.end()
    await expect.poll(() => servers.length).toBe(2)
    expect(kept.outage()?.code).not.toBe('database_ended')
  })

  it('is given up where it ends again and again right after its start', async () => {
    const ending = () => {
      const server = fakeServer()
      server.end()
      return server
    }
    const { kept, first } = keep([ending], { timing: { steadyMs: 60_000 } })
    first.end()
    expect((await kept.givenUp).code).toBe('database_ended')
  })

  it('is not started while its disk is full, however long that lasts, and is when there is room', async () => {
    let looks = 0
    const { kept, first, ports, servers, lines } = keep([fakeServer], {
      freeBytes: async () => (++looks > 50 ? 1e9 : 0),
    })
    first.end()
    await expect.poll(() => kept.outage()?.code).toBe('database_full')
    expect(ports).toEqual([])
    await expect.poll(() => servers.length).toBe(2)
    expect(lines.filter((line) => line.includes('is full'))).toHaveLength(1)
  })

  it('does not count a start that failed because the disk filled up', async () => {
    let isFull = false
    let refusals = 0
    const { kept, first, servers } = keep(
      [
        () => {
          if (refusals >= 20) return fakeServer()
          refusals += 1
          isFull = true
          return refuse()
        },
      ],
      {
        freeBytes: async () => {
          const free = isFull ? 0 : 1e9
          isFull = false
          return free
        },
      },
    )
    first.end()
    await expect.poll(() => servers.length).toBe(2)
    expect(kept.outage()).toBeUndefined()
  })

  it('stops a server that comes up on another port: clients know the first one only', async () => {
    const other = fakeServer(PORT + 1)
    const { first, servers } = keep([() => other, fakeServer])
    first.end()
    await expect.poll(() => servers.length).toBe(3)
    expect(other.isStopped()).toBe(true)
  })

  it('is not started again after it was told to stop', async () => {
    const { kept, first, ports } = keep([fakeServer])
    await kept.stop()
    expect(first.isStopped()).toBe(true)
    expect(ports).toEqual([])
  })

  it('stops what a start under way brings up', async () => {
    let letStart: (server: FakeServer) => void = () => undefined
    const starting = new Promise<FakeServer>((resolve) => {
      letStart = resolve
    })
    const first = fakeServer()
    let isRequested = false
    kept = keepRunning({
      server: first,
      start: () => {
        isRequested = true
        return starting
      },
      directory: '/data',
      log: () => undefined,
      freeBytes: async () => 1e9,
      timing: QUICK,
    })
    first.end()
    await expect.poll(() => isRequested).toBe(true)
    const stopped = kept.stop()
    const second = fakeServer()
    letStart(second)
    await stopped
    expect(second.isStopped()).toBe(true)
  })
})
