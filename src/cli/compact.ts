import { parseArgs } from 'node:util'
import { compactDatabase } from '../database/index.ts'
import { AppError } from '../errors.ts'
import { formatNumber } from '../locale.ts'
import { print } from '../terminal/index.ts'
import { runEntry } from './run-entry.ts'

const USAGE = `Usage: npm run compact [-- options]

Writes the embedded database anew, without the bytes of what was deleted, such as a person who was
forgotten. The bot must be stopped. The disk needs room for the largest collection once more.

  --help     print this help
  --version  print the version

Exit status: 0 compacted, 1 not compacted, 2 wrong usage.
`

const MEBIBYTE = 1024 * 1024

function parse(args: string[]): object | 'help' {
  const { values } = parseArgs({ args, options: { help: { type: 'boolean', default: false } } })
  return values.help ? 'help' : {}
}

await runEntry<object>({
  usage: USAGE,
  parse,
  async run(_, { config, cacheDir, stdout, stderr }) {
    if (config.mongodbUri !== undefined)
      throw new AppError('compact_refused', {
        reason: 'MONGODB_URI is set: run the compact command of that server',
      })
    const log = (line: string) => print(stderr, line)
    const { before, after } = await compactDatabase({ dataDir: config.dataDir, cacheDir, log })
    const [from, to] = [before, after].map((bytes) => formatNumber(Math.ceil(bytes / MEBIBYTE)))
    print(stdout, `The database was written anew. It took ${from} MB on the disk and takes ${to} MB now.`)
    return 0
  },
})
