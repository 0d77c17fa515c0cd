import { readFile, writeFile } from 'node:fs/promises'
import { DEFAULT_CATALOGUE, replaceFieldTable } from '../../src/customers/fields/index.ts'
import { answerHelp } from '../../src/terminal/index.ts'

/** `npm run docs:fields`: writes the table of fields and their headers into docs/csv-format.md. */
answerHelp(
  'Usage: npm run docs:fields\n\nWrites the table of fields and their headers into docs/csv-format.md.',
)
const path = new URL('../../docs/csv-format.md', import.meta.url)
const page = replaceFieldTable(await readFile(path, 'utf8'), DEFAULT_CATALOGUE)
if (page === null) throw new Error('docs/csv-format.md has lost the markers of its table')
await writeFile(path, page)
