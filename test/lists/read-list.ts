import { DEFAULT_CATALOGUE, type HeaderMapping, type ReadRow } from '../../src/customers/fields/index.ts'
import { mapHeader } from '../../src/customers/mapping/index.ts'
import { createRowReader } from '../../src/customers/rows/index.ts'
import { AppError, type ErrorCode } from '../../src/errors.ts'
import { type ListFile, openListFile, spoolFile } from '../../src/lists/index.ts'

const LIMITS = { maxBytes: 10_000_000, maxRows: 100_000, maxColumns: 500, maxCellLength: 50_000 }

export type ReadList =
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string }
  /** A person must choose the phone column or the encoding. */
  | { readonly kind: 'asked'; readonly about: 'phone_column' | 'encoding' }
  | { readonly kind: 'read'; readonly rows: readonly ReadRow[]; readonly notes: readonly string[] }

/** Reads a file's bytes like an import, without a database. */
export async function readList(bytes: Uint8Array | string, region = 'IN'): Promise<ReadList> {
  const source = (async function* () {
    yield Buffer.from(bytes as Uint8Array)
  })()
  const spooled = await spoolFile(source, { name: 'list.csv', maxBytes: LIMITS.maxBytes, hints: { region } })
  try {
    const options = { limits: LIMITS, batchSize: 250, region }
    const { signal } = new AbortController()
    const { lists, readings } = await openListFile(spooled, { options, name: 'list.csv', signal })
    if (readings.length > 0) return { kind: 'asked', about: 'encoding' }
    const list = await lists[0]?.open()
    if (!list) throw new Error('The file has no list.')
    return await readRows(list, region)
  } catch (error) {
    if (error instanceof AppError) return { kind: 'refused', code: error.code, message: error.message }
    throw error
  } finally {
    await spooled.remove()
  }
}

async function readRows(list: ListFile, region: string): Promise<ReadList> {
  const options = { catalogue: DEFAULT_CATALOGUE, region, dateOrder: 'day_first' } as const
  const sample = list.sample.map(({ cells }) => cells)
  const found = mapHeader(list.header, sample, options)
  if (found.kind !== 'mapped') return { kind: 'asked', about: 'phone_column' }
  const mapping = JSON.parse(JSON.stringify(found.mapping)) as HeaderMapping
  const read = createRowReader(mapping, list.header, { ...options, clearWord: '#CLEAR', today: '2026-11-26' })
  const rows: ReadRow[] = []
  for await (const batch of list.batches()) rows.push(...batch.map(read))
  return { kind: 'read', rows, notes: [...list.notes, ...mapping.notes] }
}

/** Each row as one text: its phone and values, or the problem code. */
export function contactRows(list: ReadList): readonly string[] | string {
  if (list.kind === 'refused') return list.code
  if (list.kind === 'asked') return `asked: ${list.about}`
  return list.rows
    .filter(({ kind }) => kind !== 'blank')
    .map((row) => {
      if (row.kind === 'invalid') return row.problem.code
      if (row.kind !== 'customer') return row.kind
      return [row.phone, ...Object.values(row.values).map(String)].join('|')
    })
}
