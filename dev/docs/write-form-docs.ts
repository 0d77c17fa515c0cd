import { readFile, writeFile } from 'node:fs/promises'
import { answerHelp } from '../../src/terminal/index.ts'
import { replaceFormTables } from './describe-forms.ts'

/** `npm run docs:forms`: writes the tables of forms into docs/commands.md. */
answerHelp('Usage: npm run docs:forms\n\nWrites the tables of what can be typed into docs/commands.md.')
const path = new URL('../../docs/commands.md', import.meta.url)
const page = replaceFormTables(await readFile(path, 'utf8'))
if (page === null) throw new Error('docs/commands.md has lost the markers of its tables')
await writeFile(path, page)
