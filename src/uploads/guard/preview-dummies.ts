import type { HeaderMapping, ReadRow } from '../../customers/fields/index.ts'
import { describeDummies } from '../results/index.ts'
import { hashText } from './shared-phones.ts'

/** Counts the dummy numbers of a file row by row, as the receipt counts them from stored rows. */
interface DummyCounter {
  add(row: ReadRow): void
  describe(): string[]
}

/** Stores only a hash of each name with a dummy number. */
export function createDummyCounter({ columns }: Pick<HeaderMapping, 'columns'>): DummyCounter {
  const phones = columns.filter(({ target }) => target === 'phone')
  const names = columns.filter(({ target, field }) => target === 'field' && field === 'full_name')
  const found = new Map<string, { rows: number; readonly names: Set<number> }>()
  return {
    add(row) {
      if (row.kind !== 'invalid' || row.problem.code !== 'phone_dummy') return
      const column = phones.find(({ header }) => header === row.problem.column)
      const number = (column ? (row.cells[column.index] ?? '') : '').trim()
      const name = names
        .map(({ index }) => row.cells[index] ?? '')
        .join('')
        .toLowerCase()
      const known = found.get(number) ?? { rows: 0, names: new Set() }
      found.set(number, known)
      known.rows++
      if (name !== '') known.names.add(hashText(name))
    },
    describe: () =>
      describeDummies(
        [...found]
          .map(([number, { rows, names: some }]) => ({ number, rows, names: some.size }))
          .sort((a, b) => b.rows - a.rows || (a.number < b.number ? -1 : 1)),
      ),
  }
}
