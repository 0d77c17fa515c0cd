import { readFileSync } from 'node:fs'
import { mongo } from 'mongoose'
import { createModels, ensureIndexes } from '../models/index.ts'
import { connectDatabase } from '../src/database/connect.ts'
import { writeCeiling } from './ceiling.ts'
import type { Answer, Task } from './contender-pool.ts'
import { mergeCustomers } from './customers-only.ts'
import type { BenchUpload } from './final-documents.ts'
import type { Case } from './invented-customers.ts'
import { loadLists, timeComparison, timeExport, timeForecast } from './list-work.ts'
import { IMPORT_OPTIONS, importShare, undoUpload } from './ours.ts'
import { writePerRow } from './per-row.ts'
import { takePasses, timeReading } from './read-list.ts'
import { timeStages } from './stages.ts'
import { readSample } from './stored-sample.ts'
import { readStoredSize } from './stored-size.ts'

/**
 * The process of a contender, so that memory and event loop are measured alone: as in production, the
 * database runs elsewhere.
 */
const DAY_MS = 24 * 3600 * 1000
const DAYS: Record<Case, number> = { first_load: 1, unchanged: 2, typical_day: 3 }
/** The same uploads for every contender. */
const uploads = new Map<number, BenchUpload>()

function uploadOf(day: number): BenchUpload {
  const known = uploads.get(day)
  if (known) return known
  const made = { _id: new mongo.ObjectId(), sharedAt: new Date(Date.UTC(2026, 0, 1) + day * DAY_MS) }
  uploads.set(day, made)
  return made
}

async function work(task: Task): Promise<Result> {
  const connection = await connectDatabase(task.uri, { log: () => {} })
  try {
    const models = createModels(connection)
    if (task.kind === 'drop') {
      await connection.dropDatabase()
      return answer({ seconds: 0 })
    }
    await ensureIndexes(models)
    const { kind, day, rows, path } = task
    const upload = uploadOf(DAYS[day])
    if (kind === 'ours') {
      const { lookupsAmong } = task
      takePasses()
      const imported = await importShare(models, {
        path,
        sharedAt: upload.sharedAt,
        ...(lookupsAmong && { lookupsAmong }),
      })
      return answer({ ...imported, passes: takePasses() })
    }
    if (kind === 'load_lists') return answer({ seconds: await loadLists(models, rows) })
    if (kind === 'compare') return answer({ seconds: await timeComparison(models, task.numbers ?? [2, 1]) })
    if (kind === 'export') return answer({ seconds: await timeExport(models, rows) })
    if (kind === 'forecast') return answer({ seconds: await timeForecast(models, task.number ?? 1) })
    if (kind === 'undo') return answer(await undoUpload(models, task.number ?? 1))
    if (kind === 'read') return answer({ seconds: await timeReading(path) })
    if (kind === 'customers_only')
      return answer({ seconds: await mergeCustomers(models, day, rows, IMPORT_OPTIONS.batchSize) })
    if (kind === 'size') return answer({ seconds: 0, size: await readStoredSize(models) })
    if (kind === 'sample') return answer({ seconds: 0, sample: await readSample(models, day, rows) })
    if (kind === 'stages') return answer({ seconds: 0, stages: await timeStages(models, path, upload) })
    const uploadsBefore = DAYS[day] - 1
    const job = { name: day, rows, upload, previous: uploadOf(uploadsBefore), uploadsBefore }
    if (kind === 'per_row') return answer({ seconds: await writePerRow(models, job) })
    const isOverlapped = kind === 'ceiling_overlapped'
    return answer({ seconds: await writeCeiling(models, job, IMPORT_OPTIONS.batchSize, isOverlapped) })
  } finally {
    await connection.close()
  }
}

type Result = Omit<Answer, 'processorSeconds'>

function answer(result: Omit<Result, 'peakMb'>): Result {
  return { ...result, peakMb: peakMb() }
}

/** Peak memory of this program in MB; `resourceUsage` counts more after a fork. */
function peakMb(): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    if (kilobytes) return Number(kilobytes) / 1024
  } catch {
    // No /proc on this system.
  }
  return process.resourceUsage().maxRSS / 1024
}

process.on('message', (task: Task) => {
  const before = process.cpuUsage()
  work(task).then(
    (result) => {
      const { user, system } = process.cpuUsage(before)
      const whole: Answer = { ...result, processorSeconds: (user + system) / 1e6 }
      process.send?.(whole)
    },
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(0))
