import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { loadConfig } from '../config.ts'
import { formatForConsole } from '../console-message.ts'
import { defaultCacheDir, openDatabase } from '../database/index.ts'
import { loadEnvFile } from '../env-file.ts'
import { toAppError } from '../errors.ts'
import { print } from '../terminal-text.ts'
import { checkFields, checkSettings, checkSlack } from './doctor-checks.ts'
import { checkDatabase } from './doctor-database.ts'
import type { Finding } from './finding.ts'

/**
 * `npm run doctor`: looks at everything the bot needs and says what to fix, one line each. Changes nothing in Slack, and
 * in the database nothing but what a start of it changes.
 *
 * Exit status: 0 all is well (a warning is), 1 something has to be fixed.
 */
const SIGNS = { ok: '✓', warn: '!', bad: '✗' } as const
const MANIFEST = 'manifest.yml'

function report({ state, what, says, fix }: Finding): void {
  print(process.stdout, `${SIGNS[state]} ${what.padEnd(10)} ${says}${fix === undefined ? '' : ` → ${fix}`}`)
}

/** What the bot is allowed to do, from the same file the app is made from. */
function readWantedScopes(): string[] {
  const manifest: { oauth_config: { scopes: { bot: string[] } } } = parse(readFileSync(MANIFEST, 'utf8'))
  return manifest.oauth_config.scopes.bot
}

async function* examine(): AsyncGenerator<Finding> {
  const settings = checkSettings(process.env)
  yield* settings
  // Without a token or with a broken address there is nobody to ask.
  if (settings.some(({ state }) => state === 'bad')) return
  const config = loadConfig(process.env)
  yield* checkFields(config.fieldsFile)
  yield* checkSlack(config.slack, readWantedScopes(), config.digest.channels, [...(config.channels ?? [])])
  yield* checkDatabase(() =>
    openDatabase({ ...config, cacheDir: defaultCacheDir(process.env) }, (line) =>
      print(process.stderr, line),
    ),
  )
}

try {
  loadEnvFile()
  let isWell = true
  let hasWarning = false
  for await (const finding of examine()) {
    report(finding)
    if (finding.state === 'bad') isWell = false
    if (finding.state === 'warn') hasWarning = true
  }
  const well = hasWarning ? 'The bot can run. Check the lines marked with !.' : 'All is well.'
  print(process.stdout, `${isWell ? well : 'Fix the lines marked with ✗, then run this again.'}`)
  process.exitCode = isWell ? 0 : 1
} catch (thrown) {
  print(process.stderr, formatForConsole(toAppError(thrown)))
  process.exitCode = 1
}
