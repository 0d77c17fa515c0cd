import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { FileUpload } from '../models/index.ts'
import type { Case } from './invented-customers.ts'
import type { StageTimes } from './stages.ts'
import type { StoredSize } from './stored-size.ts'
import type { LongestTurn } from './turn-watch.ts'

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
  /** Includes the database name. */
  readonly uri: string
  readonly day: Case
  readonly rows: number
  /** The day's file, if the contender reads it. */
  readonly path: string
  readonly lookupsAmong?: number
  /** Number of the upload to undo. */
  readonly number?: number | undefined
  /** Numbers of the uploads to compare. */
  readonly numbers?: readonly [number, number] | undefined
}

export interface Answer {
  readonly seconds: number
  readonly peakMb: number
  /** Seconds of processor time of this process for the task. */
  readonly processorSeconds: number
  readonly longestTurn?: LongestTurn
  readonly lookups?: readonly number[]
  readonly counts?: FileUpload['counts']
  readonly stages?: StageTimes
  /** Number of passes over a workbook's rows; 0 for a CSV. */
  readonly passes?: number
  readonly size?: StoredSize
  /** A sample of the stored documents as text; equal for equal documents. */
  readonly sample?: string
}

/** A contender's process: warm after its first task, like a running bot. */
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
