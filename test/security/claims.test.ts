import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const at = (path: string) => new URL(`../../${path}`, import.meta.url)
const page = readFileSync(at('docs/security.md'), 'utf8')
const claims = [...page.matchAll(/^\| (?!what |---)(.+) \| ([^|]+) \|$/gm)].map(
  ([, claim = '', tests = '']) => [claim, tests] as const,
)

/** Shorter test names match by chance. */
const SHORTEST = 12

/** `file`: *name*, *another*; `other file`: *name* → the test names of each file. */
function readTests(tests: string): { readonly path: string; readonly names: readonly string[] }[] {
  return tests.split('; ').map((one) => {
    const [, path = '', names = ''] = /^`(test\/[^`]+\.test\.ts)`: (.+)$/.exec(one) ?? []
    return { path, names: [...names.matchAll(/\*([^*]+)\*/g)].map(([, name = '']) => name) }
  })
}

const TEXT = String.raw`(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")`
/** A test or a group; the name after a table; the first cell of a table's row. */
const NAMES = [
  String.raw`\b(?:it|describe)(?:\.concurrent|\.sequential)*\(\s*${TEXT},`,
  String.raw`\b(?:it|describe)(?:\.concurrent|\.sequential)*\.each(?:<[^\n]*>)?\([^\n]*\)\(\s*${TEXT},`,
  String.raw`^\s*\](?: as const)?\)\(\s*${TEXT},`,
  String.raw`^\s*\[\s*${TEXT},`,
].map((pattern) => new RegExp(pattern, 'gm'))

/** The names of the tests in a source, without disabled ones. */
function listNames(source: string): string[] {
  return NAMES.flatMap((pattern) =>
    [...source.matchAll(pattern)].map(([, single, double]) =>
      (single ?? double ?? '').replaceAll("\\'", "'"),
    ),
  )
}

describe('docs/security.md', () => {
  it.each(claims)('names tests, by file and name, that exist for: %s', (_, tests) => {
    for (const { path, names } of readTests(tests)) {
      expect(path, tests).not.toBe('')
      expect(existsSync(at(path)), path).toBe(true)
      expect(names.length, path).toBeGreaterThan(0)
      const source = readFileSync(at(path), 'utf8')
      expect(source.match(/\b(?:it|describe)(?:\.\w+)*\.(?:skip|todo|only)\b/g), path).toBeNull()
      const there = listNames(source)
      expect(names.filter((name) => !there.some((one) => one.includes(name)))).toEqual([])
      expect(names.filter((name) => name.length < SHORTEST)).toEqual([])
    }
  })

  it('still makes its claims', () => {
    expect(claims.length).toBeGreaterThan(25)
  })

  it('speaks of every file of tests there is for security', () => {
    const files = readdirSync(at('test/security')).filter((file) => file !== 'claims.test.ts')

    expect(files.filter((file) => !page.includes(`test/security/${file}`))).toEqual([])
  })

  it('names no file of tests that is not there, wherever it does', () => {
    const named = [...page.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path)

    expect(named.filter((path) => !existsSync(at(path)))).toEqual([])
  })

  it('would notice a test that is renamed or switched off', () => {
    const source = [
      "it('stands here', async () => {})",
      `it("isn't gone", () => {})`,
      "it.each(TABLE)('each %s', (_) => {})",
      "it.each([\n  ['a row', 1],\n])('after a table', () => {})",
      `it.${'skip'}('is off', () => {})`,
      "// it was called 'otherwise', once",
      "expect(text).toContain('only said')",
    ].join('\n')

    expect(listNames(source)).toEqual(['stands here', "isn't gone", 'each %s', 'after a table', 'a row'])
  })
})
