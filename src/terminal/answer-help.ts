import { print } from './terminal-text.ts'
import { readVersion } from './version.ts'

/**
 * Answers `--help` and `--version` of a program and ends it.
 * @param usage begins with `Usage: npm …`; the lines of these two options are added
 */
export function answerHelp(usage: string): void {
  const args = process.argv.slice(2)
  const isHelp = args.includes('--help')
  if (!isHelp && !args.includes('--version')) return
  print(process.stdout, isHelp ? `${usage.trimEnd()}\n${OWN_LINES}` : readVersion())
  process.exit(0)
}

const OWN_LINES = `
  --help     print this help
  --version  print the version`
