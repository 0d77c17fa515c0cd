/**
 * Starts programs in one process, each with one option, and prints what each printed as JSON. Loading the libraries is
 * the longest part of a start, and a program that only prints leaves nothing for the next. Arguments: the option,
 * then the paths of the programs.
 */
import { pathToFileURL } from 'node:url'

/** What a program did. */
export interface Printed {
  readonly program: string
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Ends a program where it calls `process.exit`. */
class Ended extends Error {
  readonly status: number

  constructor(status: number) {
    super(`The program ended with ${status}.`)
    this.status = status
  }
}

const [node = '', , option = '', ...programs] = process.argv

async function run(program: string): Promise<Printed> {
  const printed = { stdout: '', stderr: '' }
  const streams = ['stdout', 'stderr'] as const
  const writes = streams.map((name) => process[name].write)
  for (const name of streams)
    process[name].write = (chunk: string | Uint8Array) => {
      printed[name] += String(chunk)
      return true
    }
  process.argv = [node, program, option]
  process.exitCode = undefined
  const status = await start(program)
  for (const [at, name] of streams.entries()) process[name].write = writes[at] ?? process[name].write
  return { program, status, ...printed }
}

async function start(program: string): Promise<number> {
  try {
    // Another address for each option: a module runs once.
    await import(`${pathToFileURL(program).href}?${option}`)
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof Ended) return error.status
    throw error
  }
}

process.exit = (status) => {
  throw new Ended(Number(status ?? 0))
}
const all: Printed[] = []
for (const program of programs) all.push(await run(program))
process.exitCode = 0
process.stdout.write(JSON.stringify(all))
