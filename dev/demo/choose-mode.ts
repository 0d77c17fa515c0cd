import { createInterface } from 'node:readline'

/** The modes of the demo at a terminal. */
type DemoMode = 'watch' | 'browser' | 'type'

const MODES: readonly DemoMode[] = ['watch', 'browser', 'type']
const WAIT_MS = 10_000

interface ChooseOptions {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
  readonly waitMs?: number
  /** Called for Control-C, which a line-based terminal does not send itself. */
  readonly onInterrupt: () => void
}

/** Asks by number. Without an answer, the demo is watched. */
export async function chooseMode({
  input,
  output,
  waitMs = WAIT_MS,
  onInterrupt,
}: ChooseOptions): Promise<DemoMode> {
  const terminal = createInterface({ input, output })
  terminal.on('SIGINT', onInterrupt)
  const lines = [
    '',
    '  1  watch three days of a team',
    '  2  try your own file in the browser',
    '  3  type in this terminal',
    '',
  ]
  output.write(`${lines.join('\n')}\n`)
  try {
    return await new Promise<DemoMode>((resolve) => {
      const timer = setTimeout(() => {
        output.write('1\n')
        resolve('watch')
      }, waitMs)
      const ask = () => {
        terminal.setPrompt(`Which? (1 after ${Math.round(waitMs / 1000)} seconds) `)
        terminal.prompt()
      }
      terminal.on('line', (line) => {
        clearTimeout(timer)
        const mode = MODES[Number(line.trim() || '1') - 1]
        if (mode) resolve(mode)
        else {
          output.write('Type 1, 2 or 3.\n')
          ask()
        }
      })
      terminal.on('close', () => {
        clearTimeout(timer)
        resolve('watch')
      })
      ask()
    })
  } finally {
    terminal.close()
  }
}
