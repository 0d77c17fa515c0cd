import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runRestore } from './restore/index.ts'
import { runEntry } from './run-entry.ts'

const USAGE = `Usage: npm run restore -- <directory> [options]

Puts a backup that "npm run backup" made in the place of the embedded database. The bot must be stopped.
Says which requests to forget a person are to be repeated.

  --replace   replace the database that is there
  --help      print this help
  --version   print the version

Exit status: 0 restored, 1 nothing restored and nothing changed, 2 wrong usage.
`

interface Arguments {
  readonly source: string
  readonly replace: boolean
}

function parse(args: string[]): Arguments | 'help' | undefined {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      replace: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const [source] = positionals
  if (!source || positionals.length !== 1) return undefined
  return { source: resolve(source), replace: values.replace }
}

await runEntry<Arguments>({
  usage: USAGE,
  parse,
  run: (args, terminal) => runRestore({ ...terminal, ...args }),
})
