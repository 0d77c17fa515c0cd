import { parseArgs } from 'node:util'
import { RECORD_KIND_WORDS } from '../../commands/receipts/index.ts'
import { RECORD_KINDS, type RecordKind } from '../../models/index.ts'
import { runEntry } from './run-entry.ts'
import { runRecords } from './run-records.ts'

const CHOICES = RECORD_KINDS.map((kind) => RECORD_KIND_WORDS[kind].word)

const USAGE = `Usage: npm run records [-- ${CHOICES.join(' | ')}] [options]

Says what a record of the customers is, and what it can be; or switches to another choice: shows what
that would do and asks. Files that are shared meanwhile wait. A switch that is interrupted goes on with
the next bot, or when the same is typed again.

  --yes    do not ask
  --json   print one JSON object on standard output and nothing else there
  --help   print this
  --version  print the version

Exit status: 0 shown or switched, 1 not switched, 2 wrong usage.
`

interface Arguments {
  readonly to?: RecordKind
  readonly yes: boolean
  readonly json: boolean
}

function parse(args: string[]): Arguments | 'help' | undefined {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      yes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const { yes, json } = values
  const [word, ...rest] = positionals
  if (word === undefined) return { yes, json }
  const to = RECORD_KINDS.find((kind) => RECORD_KIND_WORDS[kind].word === word.toLowerCase())
  return to && rest.length === 0 ? { to, yes, json } : undefined
}

await runEntry<Arguments>({
  usage: USAGE,
  parse,
  run: (args, terminal) => runRecords({ ...terminal, ...args }),
})
