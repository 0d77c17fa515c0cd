import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { FileUpload } from '../models/index.ts'
import type { Case } from './invented-customers.ts'
import type { StageTimes } from './stages.ts'
import type { StoredSize } from './stored-size.ts'

export interface Task {
  readonly kind:
    | 'per_row'
    | 'ceiling'
    | 'ceiling_overlapped'
    | 'customers_only'
    | 'ours'
    | 'stages'
    | 'read'
    | 'sample'
    | 'size'
    | 'load_lists'
    | 'compare'
    | 'export'
    | 'forecast'
    | 'undo'
    | 'drop'
  /** Names the database, too. */
  readonly uri: string
  readonly day: Case
  readonly rows: number
  /** The day's file, where it is read. */
  readonly path: string
  readonly lookupsAmong?: number
  /** The upload that is undone. */
  readonly number?: number | undefined
  /** The uploads that are compared. */
  readonly numbers?: readonly [number, number] | undefined
}

export interface Answer {
  readonly seconds: number
  readonly peakMb: number
  /** Seconds of processor time this process took over the task. */
  readonly processorSeconds: number
  readonly eventLoopMaxMs?: number
  readonly lookups?: readonly number[]
  readonly counts?: FileUpload['counts']
  readonly stages?: StageTimes
  /** How often the rows of a workbook were walked; 0 for a CSV. */
  readonly passes?: number
  readonly size?: StoredSize
  /** Some of what is stored, as text that is the same for the same documents. */
  readonly sample?: string
}

/** One contender's process: warm after its first task, as a bot that has been running for a while is. */
export interface Contender {
  readonly pid: number | undefined
  run(task: Task): Promise<Answer>
  end(): Promise<void>
}

export function startContender(): Contender {
  const isSource = import.meta.url.endsWith('.ts')
  const path = fileURLToPath(new URL(isSource ? './contender.ts' : './contender.js', import.meta.url))
  const child = fork(path)
  return {
    pid: child.pid,
    run: (task) => order(child, task),
    async end() {
      if (child.exitCode !== null) return
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    },
  }
}

function order(child: ChildProcess, task: Task): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const failed = () => reject(new Error(`The contender "${task.kind}" ended before it was done.`))
    child.once('exit', failed)
    child.once('message', (answer: Answer) => {
      child.off('exit', failed)
      resolve(answer)
    })
    child.send(task)
  })
}
