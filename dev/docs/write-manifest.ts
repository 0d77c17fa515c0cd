import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { writeHttpManifest } from './http-manifest.ts'

/** `npm run manifest`: prints manifest.yml, or with `-- --http https://…` the form of it for HTTP. */
const USAGE = 'Usage: npm run manifest [-- --http https://bot.example.com]'

try {
  const { values } = parseArgs({ options: { http: { type: 'string' } } })
  const manifest = await readFile(new URL('../../manifest.yml', import.meta.url), 'utf8')
  process.stdout.write(values.http === undefined ? manifest : writeHttpManifest(manifest, values.http))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`)
  process.exitCode = 2
}
