import { statfs } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import type { EmbeddedServer } from './embedded-server.ts'

interface KeepRunning {
  /** The server as first started. */
  readonly server: EmbeddedServer
  /** Starts it again on a port. */
  readonly start: (port: number) => Promise<EmbeddedServer>
  /** The data directory: its disk must have space before another start. */
  readonly directory: string
  readonly log: (line: string) => void
  /** Free bytes on that disk; read from the disk by default. */
  readonly freeBytes?: () => Promise<number>
  readonly timing?: Partial<RestartTiming>
}

/** All in milliseconds. */
export interface RestartTiming {
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  /** Pause between checks of a full disk. */
  readonly diskMs: number
  /** A server that ends sooner after its start counts as a failed start. */
  readonly steadyMs: number
  /** Older failed starts are forgotten. */
  readonly failuresWithinMs: number
}

/** A server that is restarted on the same port whenever it ends. */
export interface KeptServer extends EmbeddedServer {
  /** Why the server is unavailable now; undefined while it runs. */
  outage(): AppError | undefined
  /** Resolves when the server stopped for good: only a restart of this process helps. */
  readonly givenUp: Promise<AppError>
}

const TIMING: RestartTiming = {
  firstPauseMs: 1_000,
  longestPauseMs: 30_000,
  diskMs: 5_000,
  steadyMs: 10_000,
  failuresWithinMs: 10 * 60_000,
}
const MAX_FAILED_STARTS = 5
/** Recovery writes some segments of the write-ahead log, 16 MB each, before the server accepts work. */
const NEEDED_BYTES = 100e6

/**
 * Restarts a server on the same port whenever it ends unexpectedly. While its disk is full, no start is
 * tried. After five failed starts within ten minutes it gives up.
 */
export function keepRunning(options: KeepRunning): KeptServer {
  const { server: first, start, directory, log } = options
  const timing = { ...TIMING, ...options.timing }
  const freeBytes = options.freeBytes ?? (() => bytesFree(directory))
  const stopping = new AbortController()
  const port = portOf(first.uri)
  let current = first
  let startedAt = performance.now()
  let outage: AppError | undefined
  let failures: number[] = []
  let giveUp: (error: AppError) => void = () => undefined
  const givenUp = new Promise<AppError>((resolve) => {
    giveUp = resolve
  })

  function noteFailure(): void {
    const now = performance.now()
    failures = [...failures, now].filter((at) => now - at < timing.failuresWithinMs)
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
  }

  async function pauseAfterFailures(): Promise<void> {
    if (failures.length === 0) return
    await pause(Math.min(timing.firstPauseMs * 2 ** (failures.length - 1), timing.longestPauseMs))
  }

  /** A start on a full disk would fail and count as a failed start. */
  async function waitForFreeSpace(): Promise<void> {
    let isReported = false
    while (!stopping.signal.aborted && (await freeBytes()) < NEEDED_BYTES) {
      outage = new AppError('database_full')
      if (!isReported) log(`The disk of ${directory} is full; the embedded database starts when it has room.`)
      isReported = true
      await pause(timing.diskMs)
    }
    outage = new AppError('database_unavailable')
  }

  async function startOnSamePort(): Promise<EmbeddedServer> {
    const server = await start(port)
    if (portOf(server.uri) === port) return server
    await server.stop()
    throw new AppError('port_unavailable', { port, reason: 'another process has it' })
  }

  /** @returns undefined when stopped, or after it gave up */
  async function startAgain(): Promise<EmbeddedServer | undefined> {
    while (!stopping.signal.aborted) {
      if (failures.length >= MAX_FAILED_STARTS) return undefined
      await pauseAfterFailures()
      await waitForFreeSpace()
      if (stopping.signal.aborted) break
      try {
        return await startOnSamePort()
      } catch (error) {
        // The disk may have filled during the start: that is waited out, however often it happens.
        if ((await freeBytes()) >= NEEDED_BYTES) noteFailure()
        log(`The embedded database did not start: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
    return undefined
  }

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      await Promise.race([current.ended, aborted(stopping.signal)])
      if (stopping.signal.aborted) return
      outage = new AppError('database_unavailable')
      if (performance.now() - startedAt < timing.steadyMs) noteFailure()
      log('The embedded database ended unexpectedly; it is started again.')
      const next = await startAgain()
      if (!next) {
        if (stopping.signal.aborted) return
        outage = new AppError('database_ended', { path: directory })
        giveUp(outage)
        return
      }
      current = next
      startedAt = performance.now()
      outage = undefined
      log('The embedded database runs again.')
    }
  }

  const watching = watch()
  return {
    uri: first.uri,
    version: first.version,
    ended: givenUp.then(() => undefined),
    ...(first.socketDirectory !== undefined && { socketDirectory: first.socketDirectory }),
    givenUp,
    outage: () => outage,
    async stop() {
      stopping.abort()
      // Waits for a start in progress: a partly started server has no owner to end it.
      await watching
      await current.stop()
    },
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function portOf(uri: string): number {
  return Number(new URL(uri).port)
}

/** If the disk cannot be read, the start is tried. */
async function bytesFree(directory: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(directory)
    return bavail * bsize
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
