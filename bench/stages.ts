import { createReadStream } from 'node:fs'
import type { Models } from '../models/index.ts'
import { openCsv } from '../src/csv/open-csv.ts'
import { mapHeader } from '../src/customers/mapping/map-header.ts'
import { createRowReader } from '../src/customers/rows/row-reader.ts'
import { findCustomers, phonesOf } from '../src/uploads/apply/apply-batch.ts'
import { planBatch } from '../src/uploads/apply/plan-batch.ts'
import { writeCustomers } from '../src/uploads/apply/write-customers.ts'
import type { BenchUpload } from './final-documents.ts'
import { IMPORT_OPTIONS } from './ours.ts'

export const STAGES = ['read', 'map_and_validate', 'compare', 'write'] as const
export type Stage = (typeof STAGES)[number]
/** Seconds. */
export type StageTimes = Record<Stage, number>

/**
 * Each stage of an import alone, without overlap: bytes to rows, rows to customers, lookup and plan, writing
 * history and customers.
 */
export async function timeStages(models: Models, path: string, upload: BenchUpload): Promise<StageTimes> {
  const { catalogue, defaultRegion: region, dateOrder, clearWord, limits, batchSize } = IMPORT_OPTIONS
  const times: StageTimes = { read: 0, map_and_validate: 0, compare: 0, write: 0 }
  let started = performance.now()
  const clock = (stage: Stage) => {
    const now = performance.now()
    times[stage] += (now - started) / 1000
    started = now
  }

  const csv = await openCsv(createReadStream(path), { limits, batchSize, fileName: 'bench.csv' })
  const cells = csv.sample.map((row) => row.cells)
  const found = mapHeader(csv.header, cells, { catalogue, region, dateOrder })
  if (found.kind !== 'mapped') throw new Error('The file of the benchmark has no phone column.')
  const readRow = createRowReader(found.mapping, csv.header, { catalogue, region, clearWord })
  const key = { _id: upload._id, number: 2, shared_at: upload.sharedAt }
  for await (const batch of csv.batches()) {
    clock('read')
    const rows = batch.map(readRow)
    clock('map_and_validate')
    const existing = await findCustomers(models, phonesOf(rows))
    const plan = planBatch(key, rows, existing, new Map())
    clock('compare')
    await models.uploadRows.collection.insertMany([...plan.rows], { ordered: false })
    await writeCustomers(models, plan.writes)
    clock('write')
  }
  return times
}
