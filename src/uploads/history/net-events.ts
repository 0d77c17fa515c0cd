import type { StoredChanges, UploadRow } from '../../../models/index.ts'
import { groupBy } from '../../group-by.ts'
import { flattenPaths, foldChanges, nestPaths } from '../rows/index.ts'

type Event = Pick<UploadRow, 'upload' | 'customer' | 'line' | 'changes' | 'without_values'>

/**
 * Reduces each file's changes to its net changes: from the value before the file to the last one, on the row
 * that set it. A file whose values the retention policy deleted stays as it is.
 */
export function netEvents<T extends Event>(history: readonly T[]): T[] {
  const keyOf = ({ upload, customer }: Event) => `${upload} ${customer}`
  const files = groupBy(history, keyOf)
  const nets = new Map(
    [...files]
      .filter(([, rows]) => rows.length > 1 && rows.every((row) => row.without_values === undefined))
      .map(([key, rows]) => [key, foldChanges(rows)]),
  )
  return history.map((event) => {
    const net = nets.get(keyOf(event))
    if (!net || !event.changes) return event
    const own = Object.keys(flattenPaths(event.changes)).flatMap((path) => {
      const change = net[path]
      return change?.line === event.line ? [[path, { from: change.from, to: change.to }]] : []
    })
    const { changes: _, ...rest } = event
    // The same event, with fewer changes or none.
    return (
      own.length === 0 ? rest : { ...rest, changes: nestPaths(Object.fromEntries(own)) as StoredChanges }
    ) as T
  })
}
