import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { writeList } from '../../src/lists/index.ts'
import { withTemporaryFile } from '../../src/private-files/with-temporary-file.ts'
import { contactRows, type ReadList, readList } from './read-list.ts'

const ROWS = 230

/** From one row on, there is a cell to the right of the header. */
async function readSheet(firstWide: number): Promise<ReadList> {
  return await withTemporaryFile(async (path) => {
    async function* rows() {
      yield ['Name', 'Mobile']
      for (let row = 1; row <= ROWS; row++) {
        const cells = ['Zoya', `98200${String(row).padStart(5, '0')}`]
        yield row < firstWide ? cells : [...cells, 'called back']
      }
    }
    await writeList(path, rows(), { format: 'xlsx' })
    return await readList(await readFile(path))
  })
}

it.each([1, 50, 100])(
  'reads rows with a cell without a heading, if most have one from row %d on',
  async (row) => {
    const read = contactRows(await readSheet(row))

    expect(read).toHaveLength(ROWS)
    expect(read).not.toContain('too_many_cells')
  },
)
