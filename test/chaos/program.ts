import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { withoutSettings } from '../../dev/demo/bot-process.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Program {
  readonly process: ChildProcess
  /** Exit status (null if killed), and all output. */
  readonly ended: Promise<{ readonly code: number | null; readonly text: string }>
  isRunning(): boolean
}

/** Starts one of the project's programs as a process that does not outlive this one. */
export function startProgram(
  path: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Program {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--import', './dev/demo/die-with-parent.ts', path, ...args],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: withoutSettings(settings) },
  )
  let answer = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (piece: Buffer) => {
      answer += piece.toString()
    })
  return {
    process: child,
    ended: once(child, 'close').then(() => ({ code: child.exitCode, text: answer })),
    isRunning: () => child.exitCode === null && child.signalCode === null,
  }
}
