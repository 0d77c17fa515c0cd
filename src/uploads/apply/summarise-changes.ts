import type { FieldChange, FieldSummary, FileUpload, Models, UploadRow } from '../../../models/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'
import { flattenPaths } from '../rows/index.ts'

/** What can be told from the rows one by one; memory is bounded by the number of fields. */
export interface ChangeSummary {
  add(row: Pick<UploadRow, 'line' | 'outcome' | 'changes'>): void
  /** Most changes first. */
  fields(): FieldSummary[]
}

/** Examples of one field: enough to see what happened. */
const MAX_EXAMPLES = 2
/** Letters of a value in an example: more than anybody shows, and a summary stays small whatever the cells hold. */
const MAX_LETTERS = 200

/** Counts customers by field, on the row where each comes first: as a preview does, so that the two can be compared. */
export function createChangeSummary(): ChangeSummary {
  const fields = new Map<string, { -readonly [K in keyof FieldSummary]: FieldSummary[K] }>()
  return {
    add({ line, outcome, changes }) {
      if (outcome !== 'updated') return
      for (const [path, { from, to }] of Object.entries(flattenPaths<FieldChange>(changes))) {
        const field = fields.get(path) ?? { path, changed: 0, added: 0, cleared: 0, examples: [] }
        fields.set(path, field)
        field[from === null ? 'added' : to === null ? 'cleared' : 'changed'] += 1
        if (from !== null && field.examples.length < MAX_EXAMPLES)
          field.examples = [...field.examples, { line, from: cut(from), to: cut(to) }]
      }
    },
    fields: () => [...fields.values()].sort((a, b) => totalOf(b) - totalOf(a) || (a.path < b.path ? -1 : 1)),
  }
}

function cut(value: FieldValue | null): FieldValue | null {
  return typeof value === 'string' && value.length > MAX_LETTERS ? value.slice(0, MAX_LETTERS) : value
}

function totalOf({ changed, added, cleared }: FieldSummary): number {
  return changed + added + cleared
}

/** What an upload changed, field by field, streamed from its rows. */
export async function summariseChanges(models: Models, upload: FileUpload): Promise<FieldSummary[]> {
  const summary = createChangeSummary()
  const rows = models.uploadRows.collection
    .find<UploadRow>(
      { upload: upload._id, outcome: 'updated' },
      { projection: { line: 1, outcome: 1, changes: 1 } },
    )
    .sort({ line: 1 })
  for await (const row of rows) summary.add(row)
  return summary.fields()
}
