import { readFile, writeFile } from 'node:fs/promises'
import { answerHelp } from '../../src/terminal/index.ts'
import { describeEnvironment, replaceSettingsTable } from './describe-settings.ts'

/** `npm run docs:settings`: writes .env.example and the table of settings into docs/operations.md. */
answerHelp(
  'Usage: npm run docs:settings\n\nWrites .env.example and the table of settings in docs/operations.md.',
)
const path = new URL('../../docs/operations.md', import.meta.url)
const page = replaceSettingsTable(await readFile(path, 'utf8'))
if (page === null) throw new Error('docs/operations.md has lost the markers of its table')
await writeFile(path, page)
await writeFile(new URL('../../.env.example', import.meta.url), describeEnvironment())
