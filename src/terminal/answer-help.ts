import { print } from './terminal-text.ts'
import { readVersion } from './version.ts'

/**
 * Answers `--help` and `--version` of a program and ends it; status 2 for an option that its usage does not name.
 * @param usage begins with `Usage: npm …`; the lines of these two options are added
 */
export function answerHelp(usage: string): void {
  const args = process.argv.slice(2)
  const help = `${usage.trimEnd()}\n${OWN_LINES}`
  if (args.includes('--help')) end(process.stdout, help, 0)
  if (args.includes('--version')) end(process.stdout, readVersion(), 0)
  const known = new Set<string>(usage.match(OPTION))
  const unknown = args.find((arg) => arg.startsWith('-') && !known.has(arg.replace(/=.*/s, '')))
  if (unknown !== undefined) end(process.stderr, `There is no option ${unknown}.\n\n${help}`, 2)
}

const OPTION = /(?<=[\s[])--[a-z][a-z-]*/g

function end(stream: NodeJS.WriteStream, text: string, status: number): never {
  print(stream, text)
  process.exit(status)
}

const OWN_LINES = `
  --help     print this help
  --version  print the version`
