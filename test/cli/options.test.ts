import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const PROGRAMS = [
  'src/main.ts',
  ...['backup', 'doctor', 'import', 'mongo', 'records', 'restore'].map((name) => `src/cli/${name}.ts`),
]

/** Without settings, so that only the options can produce the output. */
const run = (program: string, option: string) =>
  promisify(execFile)(process.execPath, ['--import', 'tsx', join(ROOT, program), option], {
    cwd: ROOT,
    env: { PATH: process.env.PATH },
  })

describe.each(PROGRAMS)('%s', (program) => {
  it('prints how it is used, and its version, and does nothing else', async () => {
    const [help, shown] = await Promise.all([run(program, '--help'), run(program, '--version')])
    expect(help.stdout).toMatch(/^Usage: npm /)
    expect(help.stdout).toContain('--version')
    expect(help.stderr).toBe('')
    expect(shown).toEqual({ stdout: `${version}\n`, stderr: '' })
  })
})
