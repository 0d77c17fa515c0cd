import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { builtProgram } from '../support/build-programs.ts'
import type { Printed } from './support/print-options.ts'

const ROOT = join(import.meta.dirname, '../..')
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const { scripts }: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
)
/** They catch every error, so that only the end of their own process ends them. */
const ALONE = ['src/main.ts', 'dev/demo/demo.ts']
/** All other programs of this repository that npm starts; other tools have their own help. */
const TOGETHER = Object.values(scripts).flatMap((script) => {
  const [, source, compiled] =
    /^tsx (\S+\.ts)|(?:^|&& )(?:exec )?node .*dist\/((?:bench|src\/cli)\/\S+)\.js/.exec(script) ?? []
  const program = source ?? (compiled === undefined ? [] : `${compiled}.ts`)
  return ALONE.includes(String(program)) ? [] : program
})

/** Without settings, so that only the options can produce the output. */
const start = (...args: string[]) =>
  promisify(execFile)(process.execPath, args, {
    cwd: ROOT,
    env: { PATH: process.env.PATH },
    timeout: 100_000,
  })

describe.each(['--help', '--version'])('%s', (option) => {
  let printed: readonly Printed[]
  beforeAll(async () => {
    const { stdout } = await start(
      builtProgram('test/cli/support/print-options.ts'),
      option,
      ...TOGETHER.map(builtProgram),
    )
    printed = JSON.parse(stdout)
  })

  function expectPrinted({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): void {
    if (option === '--version') expect(stdout).toBe(`${version}\n`)
    else {
      expect(stdout).toMatch(/^Usage: npm (start|run [\w:]+)/)
      expect(stdout).toContain('--version')
    }
    expect(stderr).toBe('')
  }

  it.each(TOGETHER)('of %s prints that alone, and does nothing else', (program) => {
    const found = printed.find((one) => one.program === builtProgram(program))

    expect(found?.status).toBe(0)
    expectPrinted(found ?? { stdout: '', stderr: 'not started' })
  })

  it.each([...ALONE, 'src/cli/records.ts'])('of %s ends its own process, too', async (program) =>
    expectPrinted(await start(builtProgram(program), option)),
  )
})

describe('an option that nothing knows', () => {
  let printed: readonly Printed[]
  beforeAll(async () => {
    const { stdout } = await start(
      builtProgram('test/cli/support/print-options.ts'),
      '--hlep',
      ...TOGETHER.map(builtProgram),
    )
    printed = JSON.parse(stdout)
  })

  it.each(TOGETHER)('ends %s with the usage before it does anything', (program) => {
    const { status, stdout, stderr } = printed.find((one) => one.program === builtProgram(program)) ?? {}

    expect(stderr).toContain('Usage: npm ')
    expect(stdout).toBe('')
    expect(status).toBe(2)
  })

  it.each(ALONE)('ends %s by its name and the usage', async (program) => {
    await expect(start(builtProgram(program), '--hlep=1')).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^There is no option --hlep=1\.\n\nUsage: npm /),
    })
  })
})

it('looks at every command of package.json', () => {
  const started = Object.values(scripts).filter((script) => /^tsx (?!watch)|&& (?:exec )?node /.test(script))

  expect(started.length).toBeGreaterThan(18)
  expect(TOGETHER.length + ALONE.length).toBe(started.length)
  expect(TOGETHER).toContain('src/cli/compact.ts')
  expect(TOGETHER).toContain('src/cli/import.ts')
})
