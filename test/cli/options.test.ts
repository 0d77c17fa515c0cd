import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { builtProgram } from '../support/build-programs.ts'

const ROOT = join(import.meta.dirname, '../..')
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const { scripts }: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
)
/** All programs of this repository that npm starts; other tools have their own help. */
const PROGRAMS = [
  'src/main.ts',
  ...Object.values(scripts).flatMap((script) => {
    const [, source, compiled] = /^tsx (\S+\.ts)|(?:^|&& )node .*dist\/(bench\/\S+)\.js/.exec(script) ?? []
    return source ?? (compiled === undefined ? [] : `${compiled}.ts`)
  }),
]

/** Without settings, so that only the options can produce the output. */
const run = (program: string, option: string) =>
  promisify(execFile)(process.execPath, [builtProgram(program), option], {
    cwd: ROOT,
    env: { PATH: process.env.PATH },
    timeout: 50_000,
  })

it.each(PROGRAMS)('%s prints how it is used, and does nothing else', async (program) => {
  const { stdout, stderr } = await run(program, '--help')

  expect(stdout).toMatch(/^Usage: npm (start|run [\w:]+)/)
  expect(stdout).toContain('--version')
  expect(stderr).toBe('')
})

// Starting a process takes a second, and the developers' programs share one implementation.
it.each([...PROGRAMS.filter((program) => program.startsWith('src/')), 'dev/demo/demo.ts'])(
  '%s prints its version, and does nothing else',
  async (program) => {
    expect(await run(program, '--version')).toEqual({ stdout: `${version}\n`, stderr: '' })
  },
)

it('looks at every command of package.json', () => {
  expect(PROGRAMS.length).toBeGreaterThan(18)
  expect(PROGRAMS).toContain('src/cli/compact.ts')
})
