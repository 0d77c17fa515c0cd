import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runEntry } from './run-entry.ts'
import { runImport } from './run-import.ts'

const USAGE = `Usage: npm run import -- <file> [options]

Imports a CSV file or an Excel workbook (.xlsx) into the customers, as if it had been shared in Slack, and prints the receipt.

  --phone-column <name or number>  the column with the phone numbers, where the header does not tell;
                                   numbers count from 1
  --sheet <name or number>         the sheet of a workbook, where several could be the list; numbers count
                                   from 1
  --failed-rows <path>             write the rows that could not be used there (.csv or .xlsx), with what
                                   is wrong, to be corrected and imported again
  --dry-run                        show what the import would do, with examples, and write nothing
  --anyway                         import also a file that looks like the wrong one
  --json                           print one JSON object on standard output and nothing else there
  --help                           print this

Exit status: 0 imported or shown, 1 refused, 2 wrong usage.
`

interface Arguments {
  readonly path: string
  readonly json: boolean
  readonly dryRun: boolean
  readonly anyway: boolean
  readonly phoneColumn?: string
  readonly sheet?: string
  readonly failedRows?: string
}

function parse(args: string[]): Arguments | 'help' | undefined {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      anyway: { type: 'boolean', default: false },
      'phone-column': { type: 'string' },
      sheet: { type: 'string' },
      'failed-rows': { type: 'string' },
    },
  })
  if (values.help) return 'help'
  const [path] = positionals
  if (path === undefined || positionals.length !== 1) return undefined
  const { json, anyway, sheet, 'dry-run': dryRun, 'phone-column': phoneColumn } = values
  const { 'failed-rows': failedRows } = values
  if (phoneColumn?.trim() === '' || sheet?.trim() === '' || failedRows === '') return undefined
  // Written over, the file would be gone before its rows are corrected.
  if (failedRows !== undefined && resolve(failedRows) === resolve(path)) return undefined
  return {
    path,
    json,
    dryRun,
    anyway,
    ...(phoneColumn !== undefined && { phoneColumn }),
    ...(sheet !== undefined && { sheet }),
    ...(failedRows !== undefined && { failedRows }),
  }
}

await runEntry<Arguments>({
  usage: USAGE,
  parse,
  run: ({ path, failedRows, ...args }, terminal) =>
    runImport({
      ...terminal,
      ...args,
      path: resolve(path),
      ...(failedRows !== undefined && { failedRows: resolve(failedRows) }),
    }),
})
