import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { chooseMode } from '../../../dev/demo/choose-mode.ts'

async function choose(typed: string, waitMs = 60_000) {
  const [input, output] = [new PassThrough(), new PassThrough()]
  input.write(typed)
  const mode = await chooseMode({ input, output, waitMs, onInterrupt: () => undefined })
  return { mode, shown: String(output.read()) }
}

it.each([
  ['1\n', 'watch'],
  ['2\n', 'browser'],
  [' 3 \n', 'type'],
  ['\n', 'watch'],
  ['7\nwhat\n2\n', 'browser'],
])('takes %j for %s', async (typed, mode) => {
  const chosen = await choose(typed)
  expect(chosen.mode).toBe(mode)
  expect(chosen.shown).toMatch(/1 {2}watch three days.*2 {2}try your own file in the browser.*3 {2}type/s)
})

it('is watched where nobody answers, and where the terminal closes', async () => {
  expect((await choose('', 50)).mode).toBe('watch')
  const input = new PassThrough()
  input.end()
  const closed = chooseMode({
    input,
    output: new PassThrough(),
    waitMs: 60_000,
    onInterrupt: () => undefined,
  })
  expect(await closed).toBe('watch')
})
