import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runEntry } from './run-entry.ts'
import { runImport } from './run-import.ts'

const USAGE = `Usage: npm run import -- <file> [options]

Imports a CSV file or an Excel workbook (.xlsx) into the customers and prints the receipt.

  --phone-column <name or number>  the column with the phone numbers, if the header does not name it;
                                   column numbers count from 1
  --map '<heading>=<field>'        what one column is for: a field, phone, "as is" or "leave out";
                                   may be given several times
  --rule '<heading>=<rule>'        what its values do to known customers: overwrite, fill-blanks or keep
                                   (written only for new customers); a field in place of the heading
                                   is every column of it; may be given several times
  --encoding <name>                the text encoding of the file, such as windows-1252, if the bot cannot tell
  --sheet <name or number>         the sheet of a workbook, if several could be the list;
                                   sheet numbers count from 1
  --failed-rows <path>             write rows that could not be imported to this file (.csv or .xlsx), with their problems;
                                   correct the rows and import the file again
  --dry-run                        show what the import would do, with examples; write nothing
  --anyway                         import the file even if it looks like the wrong file
  --json                           print only one JSON object on standard output
  --help                           print this help
  --version                        print the version

Exit status: 0 imported or shown, 1 refused, 2 wrong usage.
`

interface Arguments {
  readonly path: string
  readonly json: boolean
  readonly dryRun: boolean
  readonly anyway: boolean
  readonly phoneColumn?: string
  readonly map: readonly string[]
  readonly rule: readonly string[]
  readonly encoding?: string
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
      map: { type: 'string', multiple: true, default: [] },
      rule: { type: 'string', multiple: true, default: [] },
      encoding: { type: 'string' },
      sheet: { type: 'string' },
      'failed-rows': { type: 'string' },
    },
  })
  if (values.help) return 'help'
  const [path] = positionals
  if (path === undefined || positionals.length !== 1) return undefined
  const { json, anyway, sheet, encoding, 'dry-run': dryRun, 'phone-column': phoneColumn } = values
  const { 'failed-rows': failedRows, map, rule } = values
  if ([...map, ...rule].some((word) => !/^[^=].*=.*\S/s.test(word))) return undefined
  if ([phoneColumn, sheet, encoding].some((word) => word?.trim() === '') || failedRows === '')
    return undefined
  // Writing over the imported file would lose it.
  if (failedRows !== undefined && resolve(failedRows) === resolve(path)) return undefined
  return {
    path,
    json,
    dryRun,
    anyway,
    map,
    rule,
    ...(phoneColumn !== undefined && { phoneColumn }),
    ...(encoding !== undefined && { encoding }),
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
