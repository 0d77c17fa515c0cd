import { createStyleReader, type StyleReader } from '../../customers/columns/index.ts'
import type { HeaderMapping } from '../../customers/fields/index.ts'
import type { ListFile } from '../../lists/index.ts'
import type { ColumnSettings } from './understood-columns.ts'

type FileRow = ListFile['sample'][number]

/** Learns something from rows after the first ones. */
interface RowWatcher {
  /** True if further rows cannot change anything. */
  readonly isComplete: boolean
  add(rows: readonly FileRow[]): void
}

/**
 * Reads a whole list before its import, at most once, and only if its first rows do not show all that must be
 * known. Nothing is written before, so no row is read differently later.
 */
export interface FirstPass {
  /**
   * Finds rows after the first ones, in the first batch that has some.
   * @param mappings the readings from which one is chosen afterwards
   */
  search<T>(find: (row: FileRow) => T | undefined, mappings: readonly HeaderMapping[]): Promise<readonly T[]>
  /** Adds how dates and amounts are written: the order of day and month, of thousands and decimals. */
  complete(mapping: HeaderMapping): Promise<HeaderMapping>
  /** Proves the row limit, if only the end of the list can. @throws AppError too_many_rows */
  proveRowLimit(): Promise<void>
}

interface FirstPassOptions {
  /** The list as first opened, for its first rows. */
  readonly list: ListFile
  /** Opens it from its start. */
  readonly openAgain: () => Promise<ListFile>
  readonly settings: ColumnSettings
  readonly signal: AbortSignal
  /** True if the list may exceed the row limit: the pass then reads it to its end. */
  readonly mayBeTooLong: boolean
}

export function createFirstPass(options: FirstPassOptions): FirstPass {
  const { list, openAgain, settings, signal, mayBeTooLong } = options
  const sample = list.sample.map(({ cells }) => cells)
  // A mapping is copied when a note is added; its columns stay the same array.
  const readers = new Map<HeaderMapping['columns'], StyleReader | null>()
  const isRead = new Set<StyleReader>()
  let isLimitProven = !mayBeTooLong

  function readerOf(mapping: HeaderMapping): StyleReader | null {
    const known = readers.get(mapping.columns)
    if (known !== undefined) return known
    const reader = createStyleReader(mapping, list.header, sample, settings)
    readers.set(mapping.columns, reader)
    return reader
  }

  async function pass(styles: readonly (StyleReader | null)[], others: readonly RowWatcher[]): Promise<void> {
    const open = styles.filter((reader) => reader !== null)
    const watchers = [...open.map(watchStyles), ...others]
    const again = await openAgain()
    try {
      for await (const rows of again.batches()) {
        signal.throwIfAborted()
        for (const watcher of watchers) if (!watcher.isComplete) watcher.add(rows)
        if (isLimitProven && watchers.every(({ isComplete }) => isComplete)) break
      }
    } finally {
      await again.close()
    }
    isLimitProven = true
    for (const reader of open) isRead.add(reader)
  }

  return {
    async search<T>(find: (row: FileRow) => T | undefined, mappings: readonly HeaderMapping[]) {
      const found: T[] = []
      const last = list.sample.at(-1)?.line ?? 0
      await pass(mappings.map(readerOf), [
        {
          get isComplete() {
            return found.length > 0
          },
          add(rows) {
            for (const row of rows) {
              const one = row.line > last ? find(row) : undefined
              if (one !== undefined) found.push(one)
            }
          },
        },
      ])
      return found
    },
    async complete(mapping) {
      const reader = readerOf(mapping)
      if (reader && !isRead.has(reader)) await pass([reader], [])
      return reader?.finish(mapping) ?? mapping
    },
    async proveRowLimit() {
      if (!isLimitProven) await pass([], [])
    },
  }
}

function watchStyles(reader: StyleReader): RowWatcher {
  return {
    get isComplete() {
      return reader.isComplete
    },
    add(rows) {
      for (const { cells } of rows) reader.add(cells)
    },
  }
}
