import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FOLDERS = ['src', 'commands', 'models', 'dev', 'bench', 'test']
/** The tests drive the emulated workspace in `dev`, so an export for them is an export for its user. */
const PRODUCT = /^(?:src|commands|models)\//
/** Names that tests walk, so that a new command, page, shortcut or error code cannot miss its test. */
const COMPLETE_LISTS = ['ERROR_CODES', 'GLOBAL_SHORTCUTS', 'SUBCOMMAND_NAMES', 'PAGE_NAMES']

const DECLARED = /^export (?:async )?(?:abstract )?(const|let|function\*?|class|interface|type|enum) (\w+)/gm
const NAMED = /(?:^|\n)(import|export)\s+(?:type\s+)?(?:\w+,\s*)?\{([^}]*)\}\s*from\s*'([^']+)'/g
const WHOLE = /import\(\s*'([^']+)'\s*\)|import\s+(?:type\s+)?\*\s+as\s+\w+\s+from\s*'([^']+)'/g

interface Export {
  readonly file: string
  readonly name: string
  readonly isType: boolean
}

type Sources = ReadonlyMap<string, string>

function readSources(): Sources {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.m?ts$/.test(path))
      .map((path) => `${folder}/${path.replaceAll('\\', '/')}`),
  )
  return new Map(files.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]))
}

const namesOf = (list: string): readonly { readonly name: string; readonly isType: boolean }[] =>
  list.split(',').flatMap((item) => {
    const [, type, name] = /^(type\s+)?(\w+)/.exec(item.trim()) ?? []
    return name === undefined ? [] : [{ name, isType: type !== undefined }]
  })

/** Which files import which names, by `file#name`. An import through an index counts for both files. */
function findUsers(sources: Sources): (one: Export) => readonly string[] {
  const importers = new Map<string, { readonly file: string; readonly isPassedOn: boolean }[]>()
  const add = (file: string, specifier: string, name: string, isPassedOn: boolean) => {
    if (!specifier.startsWith('.')) return
    const key = `${posix.join(dirname(file), specifier)}#${name}`
    importers.set(key, [...(importers.get(key) ?? []), { file, isPassedOn }])
  }
  for (const [file, text] of sources) {
    for (const [, kind, list = '', specifier = ''] of text.matchAll(NAMED))
      for (const { name } of namesOf(list)) add(file, specifier, name, kind === 'export')
    for (const [, lazy, whole] of text.matchAll(WHOLE)) add(file, lazy ?? whole ?? '', '*', false)
  }
  const usersOf = (file: string, name: string): readonly string[] =>
    [...(importers.get(`${file}#${name}`) ?? []), ...(importers.get(`${file}#*`) ?? [])].flatMap((one) =>
      one.isPassedOn ? usersOf(one.file, name) : [one.file],
    )
  return ({ file, name }) => usersOf(file, name)
}

function listExports(sources: Sources): readonly Export[] {
  return [...sources].flatMap(([file, text]) => [
    ...[...text.matchAll(DECLARED)].map(([, kind, name = '']) => ({
      file,
      name,
      isType: kind === 'interface' || kind === 'type',
    })),
    ...[...text.matchAll(NAMED)].flatMap(([statement, kind, list = '']) =>
      kind === 'export'
        ? namesOf(list).map(({ name, isType }) => ({
            file,
            name,
            isType: isType || /^\s*export type/.test(statement),
          }))
        : [],
    ),
  ])
}

function findUnused(sources: Sources): readonly string[] {
  const usersOf = findUsers(sources)
  return listExports(sources)
    .filter((one) => !one.file.startsWith('test/') && usersOf(one).length === 0)
    .map(({ file, name }) => `${file}: ${name}`)
}

/** A type may be exported for tests, which name the values they build. */
function findForTests(sources: Sources): readonly string[] {
  const usersOf = findUsers(sources)
  return listExports(sources)
    .filter(
      (one) =>
        PRODUCT.test(one.file) && !one.isType && usersOf(one).every((user) => user.startsWith('test/')),
    )
    .map(({ name }) => name)
}

describe('exports', () => {
  const planted: Sources = new Map([
    ['src/a/index.ts', "export { used, tested } from './b.ts'\nexport type { Unused } from './b.ts'\n"],
    ['src/a/b.ts', 'export const used = 1\nexport function tested() {}\nexport interface Unused {}\n'],
    ['src/c.ts', "import { used } from './a/index.ts'\nexport class Alone {}\n"],
    ['test/a.test.ts', "import { tested } from '../src/a/index.ts'\n"],
  ])

  it('of a planted tree are found where no file or only a test imports them', () => {
    expect(findUnused(planted)).toEqual(['src/a/index.ts: Unused', 'src/a/b.ts: Unused', 'src/c.ts: Alone'])
    expect(findForTests(planted)).toEqual(['tested', 'tested', 'Alone'])
  })

  const sources = readSources()

  it('are imported by another file', () => {
    expect(sources.size).toBeGreaterThan(500)
    expect(findUnused(sources)).toEqual([])
  })

  it('of the product are not for tests alone', () => {
    expect(findForTests(sources).filter((name) => !COMPLETE_LISTS.includes(name))).toEqual([])
  })
})
