import { readdirSync, readFileSync } from 'node:fs'

/** Seconds of processor time so far. */
interface ServerTimes {
  /** The process between MongoDB's protocol and PostgreSQL; 0 for a `mongod`. */
  readonly gateway: number
  readonly engine: number
}

interface Process {
  readonly pid: number
  readonly parent: number
  /** Its own time, and that of ended children. */
  readonly seconds: number
}

/** Linux counts in hundredths of a second for every program (`USER_HZ`). */
const TICKS_PER_SECOND = 100

/**
 * Processor time of the database server started by this process.
 * @param besides other children of this process
 * @returns undefined without /proc
 */
export function readServerTimes(besides: ReadonlySet<number | undefined>): ServerTimes | undefined {
  const processes = listProcesses()
  const childrenOf = (pid: number) => processes.filter(({ parent }) => parent === pid)
  const sum = (some: readonly Process[]): number =>
    some.reduce((total, { pid, seconds }) => total + seconds + sum(childrenOf(pid)), 0)
  const servers = childrenOf(process.pid).filter(({ pid }) => !besides.has(pid))
  if (servers.length === 0) return undefined
  const gateways = servers.filter(({ pid }) => childrenOf(pid).length > 0)
  const alone = servers.filter(({ pid }) => childrenOf(pid).length === 0)
  return {
    gateway: gateways.reduce((total, { seconds }) => total + seconds, 0),
    engine: sum(alone) + sum(gateways.flatMap(({ pid }) => childrenOf(pid))),
  }
}

/** Processor seconds of a process so far; 0 without /proc or after its end. */
export function readProcessSeconds(pid: number | undefined): number {
  return pid === undefined ? 0 : (readProcess(pid)[0]?.seconds ?? 0)
}

function listProcesses(): Process[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? readProcess(Number(name)) : []))
  } catch {
    return []
  }
}

/** proc(5): the name in brackets may contain anything, so fields are counted after it. */
function readProcess(pid: number): Process[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const ticks = fields.slice(11, 15).reduce((total, field) => total + Number(field), 0)
    return [{ pid, parent: Number(fields[1]), seconds: ticks / TICKS_PER_SECOND }]
  } catch {
    // The process has ended.
    return []
  }
}
