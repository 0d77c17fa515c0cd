import type { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { listPrivateFolders } from '../../src/private-folder.ts'

/** What was begun, ended in order within this time, is ended by force after it. */
const IN_ORDER_MS = 1_300

/** Whoever presses Ctrl+C has the prompt back within two seconds, also during a download or an import. */
export interface Ending {
  /** Something to undo at the end, the last first. */
  add(end: () => Promise<unknown>): void
  readonly isBegun: boolean
  /** In order, and as long as it takes. */
  run(): Promise<void>
  /** In order as far as the time goes, then by force. Nothing is left but a cache that is whole. */
  runInTime(): Promise<void>
}

/** Every process that is started from now on is known. */
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

/** A database server is the first of a group of its own. */
function kill({ pid }: ChildProcess): void {
  if (pid === undefined) return
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL')
    } catch {
      // It leads no group, or is gone.
    }
  }
}

/** Folders of these processes: files that were being imported, and the data of a throw-away database. */
async function removeFolders(pids: readonly number[]): Promise<void> {
  for (const { name, path } of await listPrivateFolders()) {
    const owner =
      /^file-(\d+)-/.exec(name)?.[1] ?? (name.startsWith('db-') ? await readOwner(path) : undefined)
    if (owner === undefined || !pids.includes(Number(owner))) continue
    await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
  }
}

/** The process that holds the lock of a database. */
async function readOwner(path: string): Promise<string | undefined> {
  const lock = await readFile(join(path, 'in-use.lock'), 'utf8').catch(() => '')
  return /"pid":(\d+)/.exec(lock)?.[1]
}
