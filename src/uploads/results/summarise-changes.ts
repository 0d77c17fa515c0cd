import type { FieldSummary, FileUpload, Models, UploadRow } from '../../../models/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'
import { foldChanges, type NetChanges } from '../rows/index.ts'
import { readNetRows } from './read-net-rows.ts'

/** What a file changed in customers who existed before. Memory is bounded by the number of fields. */
export interface ChangeSummary {
  /** Adds the first row of a customer. */
  add(row: Pick<UploadRow, 'line' | 'outcome' | 'changes'>): void
  /** Adds all rows of a customer together. */
  addNet(changes: NetChanges): void
  /** Most changes first. */
  fields(): FieldSummary[]
  /** Number of customers with another value than before the file. */
  customers(): number
  /** False once a later row changed a customer again: then only the stored rows give the net change. */
  readonly isNet: boolean
}

/** Examples per field. */
const MAX_EXAMPLES = 2
/** Maximum length of a value in an example; keeps the summary small whatever the cells hold. */
const MAX_LETTERS = 200

/** Counts customers by field, as a preview does, so that both can be compared. */
export function createChangeSummary(): ChangeSummary {
  const fields = new Map<string, { -readonly [K in keyof FieldSummary]: FieldSummary[K] }>()
  let customers = 0
  let isNet = true
  function addNet(changes: NetChanges): void {
    const changed = Object.entries(changes)
    if (changed.length > 0) customers++
    for (const [path, { line, from, to }] of changed) {
      const field = fields.get(path) ?? { path, changed: 0, added: 0, cleared: 0, examples: [] }
      fields.set(path, field)
      field[from === null ? 'added' : to === null ? 'cleared' : 'changed'] += 1
      if (from !== null)
        field.examples = [...field.examples, { line, from: cut(from), to: cut(to) }]
          .sort((a, b) => a.line - b.line)
          .slice(0, MAX_EXAMPLES)
    }
  }
  return {
    add(row) {
      if (row.outcome === 'duplicate' && row.changes) isNet = false
      if (row.outcome === 'updated') addNet(foldChanges([row]))
    },
    addNet,
    fields: () => [...fields.values()].sort((a, b) => totalOf(b) - totalOf(a) || (a.path < b.path ? -1 : 1)),
    customers: () => customers,
    get isNet() {
      return isNet
    },
  }
}

function cut(value: FieldValue | null): FieldValue | null {
  return typeof value === 'string' && value.length > MAX_LETTERS ? value.slice(0, MAX_LETTERS) : value
}

function totalOf({ changed, added, cleared }: FieldSummary): number {
  return changed + added + cleared
}

/** Summarises the net changes of an upload, streamed from its rows. */
export async function summariseNet(models: Models, upload: FileUpload): Promise<ChangeSummary> {
  const summary = createChangeSummary()
  for await (const rows of readNetRows(models, upload))
    for (const { changes } of rows) summary.addNet(changes)
  return summary
}

/** Summarises what an upload changed, by field. */
export async function summariseChanges(models: Models, upload: FileUpload): Promise<FieldSummary[]> {
  return (await summariseNet(models, upload)).fields()
}
