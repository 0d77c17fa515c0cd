import type { FieldChange, UploadRow } from '../../../models/index.ts'
import { flattenPaths, isSameValue } from './field-path.ts'

/** A field before a file and after the file's last row, with the line that set it. */
interface NetChange extends FieldChange {
  readonly line: number
}

export type NetChanges = Readonly<Record<string, NetChange>>

type ChangedRow = Pick<UploadRow, 'line' | 'changes'>

export interface NetFold {
  /** Adds a row of one customer; rows may come in any order. */
  add(row: ChangedRow): void
  /** By path. A field that returned to its earlier value is left out. */
  net(): Record<string, NetChange>
}

/** Folds the rows of one file about one customer. Memory depends on the number of fields only. */
export function createNetFold(): NetFold {
  const fields = new Map<string, { from: NetChange; to: NetChange }>()
  return {
    add({ line, changes }) {
      for (const [path, { from, to }] of Object.entries(flattenPaths<FieldChange>(changes))) {
        const change = { from, to, line }
        const known = fields.get(path)
        if (!known) fields.set(path, { from: change, to: change })
        else if (line < known.from.line) known.from = change
        else if (line > known.to.line) known.to = change
      }
    },
    net() {
      const net: Record<string, NetChange> = {}
      for (const [path, { from, to }] of fields)
        if (!isSameValue(from.from, to.to)) net[path] = { from: from.from, to: to.to, line: to.line }
      return net
    },
  }
}

export function foldChanges(rows: Iterable<ChangedRow>): Record<string, NetChange> {
  const fold = createNetFold()
  for (const row of rows) fold.add(row)
  return fold.net()
}
