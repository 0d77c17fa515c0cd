import type { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { listPrivateFolders } from '../../src/private-files/index.ts'

/** Cleanup that takes longer than this is ended by force. */
const IN_ORDER_MS = 1_300

/** After Ctrl+C the prompt returns within two seconds, also during a download or an import. */
interface Ending {
  /** Adds a cleanup; the last one runs first. */
  add(end: () => Promise<unknown>): void
  readonly isBegun: boolean
  /** Runs all cleanups in order, without a time limit. */
  run(): Promise<void>
  /** Runs the cleanups within the time, then ends processes by force and removes their folders. Only a complete cache is left. */
  runInTime(): Promise<void>
}

/** Registers every process that is started from now on. */
export function prepareEnding(): Ending {
  const ends: (() => Promise<unknown>)[] = []
  const children = new Set<ChildProcess>()
  let running: Promise<void> | undefined

  subscribe('child_process', (message) => {
    const { process: child } = message as { readonly process: ChildProcess }
    children.add(child)
  })

  async function runAll(): Promise<void> {
    for (const end of ends.toReversed()) await end().catch(() => undefined)
  }

  return {
    add: (end) => ends.push(end),
    get isBegun() {
      return running !== undefined
    },
    run() {
      running ??= runAll()
      return running
    },
    async runInTime() {
      await Promise.race([this.run(), sleep(IN_ORDER_MS)])
      for (const child of children) if (child.exitCode === null && child.signalCode === null) kill(child)
      await removeFolders([process.pid, ...[...children].map(({ pid }) => pid ?? 0)])
    },
  }
}

/** A database server leads its own process group. */
function kill({ pid }: ChildProcess): void {
  if (pid === undefined) return
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL')
    } catch {
      // It leads no group, or has ended.
    }
  }
}

/** Folders of these processes: imported files, data of a temporary database, logs. */
async function removeFolders(pids: readonly number[]): Promise<void> {
  for (const { pid, path } of await listPrivateFolders()) {
    if (pid === null || !pids.includes(pid)) continue
    await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
  }
}
