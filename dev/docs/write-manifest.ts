import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { answerHelp, print } from '../../src/terminal/index.ts'
import { writeHttpManifest } from './http-manifest.ts'

/** `npm run manifest`: prints manifest.yml, or with `-- --http https://…` its HTTP form. */
const USAGE = 'Usage: npm run manifest [-- --http https://bot.example.com]'

answerHelp(`${USAGE}

Prints the manifest of the Slack app: for Socket Mode, or with --http for the address of the bot.`)
try {
  const { values } = parseArgs({ options: { http: { type: 'string' } } })
  const manifest = await readFile(new URL('../../manifest.yml', import.meta.url), 'utf8')
  const text = values.http === undefined ? manifest : writeHttpManifest(manifest, values.http)
  print(process.stdout, text.trimEnd())
} catch (error) {
  print(process.stderr, `${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
  process.exitCode = 2
}
