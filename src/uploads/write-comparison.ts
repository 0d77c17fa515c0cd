import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { neutraliseCell, writeCsvRow } from '../csv/write-csv.ts'
import type { FieldValue } from '../customers/customer.ts'
import type { ListDifference } from './compare-uploads.ts'

export interface ComparisonColumns {
  /** Headings of the two lists. */
  readonly before: string
  readonly after: string
  /** What people call a field. */
  readonly labelOf: (path: string) => string
}

/** Without it Excel takes UTF-8 for the machine's own encoding. */
const BYTE_ORDER_MARK = '\uFEFF'
/** Characters handed on at once. */
const CHUNK = 64 * 1024

/** Writes differences as a CSV, one line for each field that changed; memory does not grow with it. */
export async function writeComparison(
  differences: AsyncIterable<ListDifference>,
  path: string,
  columns: ComparisonColumns,
): Promise<void> {
  await pipeline(listLines(differences, columns), createWriteStream(path, { mode: 0o600 }))
}

async function* listLines(
  differences: AsyncIterable<ListDifference>,
  columns: ComparisonColumns,
): AsyncGenerator<string> {
  const heading = ['what', 'phone', 'name', 'line', 'field', columns.before, columns.after]
  let text = BYTE_ORDER_MARK + writeCsvRow(heading.map(neutraliseCell))
  for await (const difference of differences) {
    for (const cells of toCells(difference, columns)) text += writeCsvRow(cells.map(neutraliseCell))
    if (text.length < CHUNK) continue
    yield text
    text = ''
  }
  yield text
}

function toCells(difference: ListDifference, { labelOf }: ComparisonColumns): string[][] {
  const { kind, phone, values, line } = difference
  const who = [kind, phone, String(values.full_name ?? ''), String(line)]
  if (kind !== 'changed') return [[...who, '', '', '']]
  return difference.fields.map(({ path, before, after }) => [
    ...who,
    labelOf(path),
    writeValue(before),
    writeValue(after),
  ])
}

/** As stored, so that another program can read it. */
function writeValue(value: FieldValue | null): string {
  return Array.isArray(value) ? value.join('; ') : String(value ?? '')
}
