import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { commandLine, isAlive, isZombie, processesIn } from './process-facts.ts'

interface Leftover {
  /** File whose first line is the process id of the server that last used the data. */
  readonly pidFile: string
  /** Words its command line must contain: a reused id of another program is left alone. */
  readonly words: readonly string[]
  /** Signals to send, gentlest first, and how long to wait after each. */
  readonly signals: readonly (readonly [signal: NodeJS.Signals | null, waitMs: number])[]
  readonly log: (line: string) => void
}

/**
 * Ends a database server that outlived its process, and waits until its data is free. Returns false if it
 * still runs after the last signal: then its data must not be touched.
 */
export async function stopLeftover({ pidFile, words, signals, log }: Leftover): Promise<boolean> {
  const pid = Number.parseInt((await readFile(pidFile, 'utf8').catch(() => '')).split('\n', 1)[0] ?? '', 10)
  if (!(pid > 1)) return true
  const isThere = () =>
    isAlive(pid) && !isZombie(pid) && words.every((word) => (commandLine(pid) ?? '').includes(word))
  if (!isThere()) return true
  log(`A database server of an earlier run (process ${pid}) still holds the data; it is being stopped.`)
  for (const [signal, waitMs] of signals) {
    if (signal) process.kill(pid, signal)
    const deadline = Date.now() + waitMs
    while (Date.now() < deadline) {
      if (!isThere()) return true
      await sleep(50)
    }
  }
  return !isThere()
}

/**
 * Ends the processes that a killed server left at work in its data directory. One that waits for another of
 * them never ends by itself, and no server starts beside it.
 */
export async function stopOrphans(
  directory: string,
  { words, signals, log }: Pick<Leftover, 'words' | 'signals' | 'log'>,
): Promise<void> {
  const left = () =>
    processesIn(directory).filter(
      (pid) => !isZombie(pid) && words.every((word) => (commandLine(pid) ?? '').includes(word)),
    )
  for (const [signal, waitMs] of signals) {
    const pids = left()
    if (pids.length === 0) return
    if (signal) {
      log(`Processes of a killed database server still run and are ended: ${pids.join(', ')}.`)
      for (const pid of pids) endProcess(pid, signal)
    }
    const deadline = Date.now() + waitMs
    while (Date.now() < deadline && left().length > 0) await sleep(50)
  }
}

function endProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended in the meantime.
  }
}
