import { parseArgs } from 'node:util'
import { RECORD_KIND_WORDS } from '../../commands/receipts/index.ts'
import { RECORD_KINDS, type RecordKind } from '../../models/index.ts'
import { runRecords } from './record-kinds/index.ts'
import { runEntry } from './run-entry.ts'

const CHOICES = RECORD_KINDS.map((kind) => RECORD_KIND_WORDS[kind].word)

const USAGE = `Usage: npm run records [-- ${CHOICES.join(' | ')}] [options]

Without a choice: shows the current record kind and the possible ones. With a choice: shows what the
switch would do, asks, and switches. New files wait during the switch. An interrupted switch continues
when the bot starts, or when you run the same command again.

  --yes      switch without asking
  --json     print only one JSON object on standard output
  --help     print this help
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
