import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'

const WORK = 'async function work(): Promise<number[]> {\n  return []\n}\n'
const BRANCH = "  if (n > 1) for (const one of 'ab') if (one === 'a' && n > 2) n -= 1\n"

/** Rules of biome.json that need more than one line to show their effect. */
const PLANTED: readonly [string, string, string | null][] = [
  ['a promise nobody waits for', `${WORK}export function plant() {\n  work()\n}\n`, 'noFloatingPromises'],
  [
    'one whose failure nobody hears',
    `${WORK}export const plant = () => {\n  work().then(() => {})\n}\n`,
    'noFloatingPromises',
  ],
  ['a promise as a condition', `${WORK}export const plant = () => (work() ? 1 : 2)\n`, 'noMisusedPromises'],
  ['a promise spread', `${WORK}export const plant = () => ({ ...work() })\n`, 'noMisusedPromises'],
  [
    'an async predicate',
    `${WORK}export const plant = () => [1].filter(async () => await work())\n`,
    'noMisusedPromises',
  ],
  ['a promise that is awaited', `${WORK}export async function plant() {\n  await work()\n}\n`, null],
  [
    'a function with too many branches',
    `export function plant(n: number) {\n${BRANCH.repeat(4)}  return n\n}\n`,
    'noExcessiveCognitiveComplexity',
  ],
]

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'customer-uploads-lint-'))
  const { linter } = JSON.parse(await readFile('biome.json', 'utf8'))
  await writeFile(join(folder, 'biome.json'), JSON.stringify({ linter }))
})
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }))

it.each(PLANTED)('the linter judges %s', async (_, code, rule) => {
  const file = join(folder, 'planted.ts')
  await writeFile(file, code)
  const biome = join('node_modules', '.bin', 'biome')
  const args = ['lint', `--config-path=${folder}`, '--reporter=json', file]
  const { stdout } = await promisify(execFile)(biome, args).catch((error: { stdout: string }) => error)
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { category: string }[] }

  const rules = diagnostics.map(({ category }) => category.split('/').at(-1))
  expect(rules).toEqual(rule === null ? [] : [rule])
})
