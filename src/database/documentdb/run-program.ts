import { type ChildProcess, spawn } from 'node:child_process'

interface ProgramResult {
  readonly status: number | null
  readonly stdout: string
  /** Its whole output in order, for an error message. */
  readonly output: string
}

/**
 * Runs a program to its end and returns its output. Rejects only if it cannot start or takes too long, or
 * with the signal's reason, after ending it and the programs it started.
 */
export function runProgram(
  [program = '', ...args]: readonly string[],
  options: {
    readonly cwd?: string
    readonly timeoutMs?: number
    readonly onLine?: (line: string) => void
    readonly signal?: AbortSignal | undefined
  } = {},
): Promise<ProgramResult> {
  const { signal } = options
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const child = spawn(program, args, {
      cwd: options.cwd,
      timeout: options.timeoutMs,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A separate group, so that a whole pipeline ends.
      detached: signal !== undefined,
    })
    const end = () => endGroup(child)
    signal?.addEventListener('abort', end)
    let stdout = ''
    let output = ''
    const collect = (chunk: string) => {
      output = (output + chunk).slice(-20_000)
      if (options.onLine) for (const line of chunk.split('\n')) if (line.trim()) options.onLine(line.trim())
    }
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk
      collect(chunk)
    })
    child.stderr.setEncoding('utf8').on('data', collect)
    child.on('error', reject)
    child.on('close', (status) => {
      signal?.removeEventListener('abort', end)
      if (signal?.aborted) reject(signal.reason)
      else resolve({ status, stdout, output })
    })
  })
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
