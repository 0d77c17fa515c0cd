import type { FieldValue } from '../../customers/fields/index.ts'
import { type ListFormat, type WrittenList, writeList } from '../../lists/index.ts'
import type { ListDifference } from './compare-uploads.ts'

interface ComparisonColumns {
  /** Headings of the two lists. */
  readonly before: string
  readonly after: string
  /** The label of a field. */
  readonly labelOf: (path: string) => string
  readonly format: ListFormat
}

/** Writes differences as a list, one row per changed field; memory does not grow with them. */
export async function writeComparison(
  differences: AsyncIterable<ListDifference>,
  path: string,
  columns: ComparisonColumns,
): Promise<WrittenList> {
  return await writeList(path, listRows(differences, columns), columns)
}

async function* listRows(
  differences: AsyncIterable<ListDifference>,
  columns: ComparisonColumns,
): AsyncGenerator<string[]> {
  yield ['what', 'phone', 'name', 'line', 'field', columns.before, columns.after]
  for await (const difference of differences) yield* toRows(difference, columns)
}

function toRows(difference: ListDifference, { labelOf }: ComparisonColumns): string[][] {
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
