import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { writeList } from '../../src/lists/index.ts'
import { withTemporaryFile } from '../../src/private-files/with-temporary-file.ts'
import { contactRows, type ReadList, readList } from './read-list.ts'

async function readSheet(text: string): Promise<ReadList> {
  return await withTemporaryFile(async (path) => {
    async function* rows() {
      for (const line of text.split('\n')) yield line.split(',')
    }
    await writeList(path, rows(), { format: 'xlsx' })
    return await readList(await readFile(path))
  })
}

const FIRST = 'Name,City,Mobile\nZoya,Agra,9820098201\nOm,Bhuj,9820098202\n'
const TWO = ['+919820098201|Zoya|Agra', '+919820098202|Om|Bhuj']

it('reads the rows below a second header of a sheet in its order', async () => {
  const list = await readSheet(`${FIRST}Mobile No,Customer Name,City\n9820098203,Ira,Kota`)
  expect(contactRows(list)).toEqual([...TWO, '+919820098203|Ira|Kota'])
  expect(list).toMatchObject({ notes: [expect.stringMatching(/^Row 4 is a second header/u)] })
})

it('refuses the rows of another list on the same sheet', async () => {
  const list = await readSheet(`${FIRST}\nOur vendors\nVendor,Place,Phone\nZed,Kota,9820098203`)
  expect(contactRows(list)).toEqual([...TWO, expect.anything(), 'too_many_cells'])
})
