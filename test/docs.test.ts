import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../', import.meta.url)
const list = (folder: string) =>
  readdirSync(new URL(folder, ROOT))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => folder + name)

const decisions = list('docs/adr/')
const pages = [...list('./'), ...list('docs/'), ...decisions].map((path) => ({
  path,
  text: readFileSync(new URL(path, ROOT), 'utf8'),
}))

/** As GitHub derives it from a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-')
}

function leadsSomewhere(from: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = new URL(path, new URL(from, ROOT))
  if (path !== '' && !existsSync(target)) return false
  if (anchor === undefined) return true
  const text = readFileSync(path === '' ? new URL(from, ROOT) : target, 'utf8')
  return [...text.matchAll(/^#+ (.+)$/gm)].some(([, heading = '']) => anchorOf(heading) === anchor)
}

/** The files that put the parts together; the walk does not name them. */
const WIRING = ['src/app.ts', 'src/slack/slack-app.ts', 'src/slack/upload-replies.ts']

interface Import {
  readonly names: readonly string[]
  readonly from: string
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(new URL(file, ROOT), 'utf8')
  return [...text.matchAll(/(?:import|export) \{([^}]*)\} from '(\.[^']+)'/g)].map(
    ([, list = '', path = '']) => ({
      names: list.split(',').map((name) => name.trim()),
      from: join(dirname(file), path),
    }),
  )
}

/** The files whose functions a file imports, behind each `index.ts`. */
function importedBy(file: string): readonly string[] {
  const definedIn = (from: string, name: string): string => {
    if (!from.endsWith('/index.ts')) return from
    const passed = importsOf(from).find(({ names }) => names.includes(name))
    return passed ? definedIn(passed.from, name) : from
  }
  return importsOf(file).flatMap(({ names, from }) => names.map((name) => definedIn(from, name)))
}

describe('the pages', () => {
  it('link to what is there', () => {
    const links = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => ({ path, link })),
    )

    expect(links.length).toBeGreaterThan(30)
    expect(links.filter(({ path, link }) => !leadsSomewhere(path, link))).toEqual([])
  })

  it('call a decision by the number it has', () => {
    const named = pages.flatMap(({ text }) => [...text.matchAll(/\[ADR (\d+)\]\([^)]*?(\d{4})-[^)]*\)/g)])

    expect(named.length).toBeGreaterThan(5)
    expect(named.filter(([, answer, file]) => Number(answer) !== Number(file)).map(([link]) => link)).toEqual(
      [],
    )
  })
})

describe('the decisions', () => {
  it('are numbered once each, in order, in their names and their titles', () => {
    const numbers = decisions.map((path) => Number(/(\d{4})-/.exec(path)?.[1]))
    const titles = pages.flatMap(({ path, text }) =>
      decisions.includes(path) ? [Number(/^# (\d+)\. /.exec(text)?.[1])] : [],
    )

    expect(numbers).toEqual(decisions.map((_, index) => index + 1))
    expect(titles).toEqual(numbers)
  })
})

describe('docs/architecture.md', () => {
  const page = readFileSync(new URL('docs/architecture.md', ROOT), 'utf8')

  it('names files that are there', () => {
    const paths = [...page.matchAll(/`((?:src|commands|models|test|dev|bench)\/[\w./-]+)`/g)].map(
      ([, path = '']) => path,
    )

    expect(paths.length).toBeGreaterThan(50)
    expect(paths.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([])
  })

  it('walks with a row through at most 25 files', () => {
    const walk = page.slice(page.indexOf('## The walk of a row'), page.indexOf('## Kinds of upload'))
    const steps = [...walk.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, path = '']) => path)

    expect(steps.length).toBeGreaterThan(20)
    expect(steps.length).toBeLessThanOrEqual(25)
    expect(steps).toEqual([...new Set(steps)])
  })

  it('walks only to files that an earlier one, or a file beside it, imports', () => {
    const walk = page.slice(page.indexOf('## The walk of a row'), page.indexOf('## Kinds of upload'))
    const steps = [...walk.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, path = '']) => path)
    const folders = new Set(steps.map(dirname))
    const reached = new Set(WIRING)
    const follow = (file: string): void => {
      for (const imported of importedBy(file)) {
        if (reached.has(imported) || !folders.has(dirname(imported))) continue
        reached.add(imported)
        follow(imported)
      }
    }
    for (const file of WIRING) follow(file)

    expect(steps.filter((file) => !reached.has(file))).toEqual([])
  })

  it('has every folder of the tree that the import rules know', () => {
    const tree = page.slice(page.indexOf('```'), page.lastIndexOf('```'))
    const folders = readdirSync(new URL('src/uploads', ROOT))

    expect(folders.length).toBeGreaterThan(10)
    expect(folders.filter((name) => !tree.includes(`${name}/`))).toEqual([])
  })
})

describe('docs/glossary.md', () => {
  it('has at most 40 words, each once and in order', () => {
    const page = readFileSync(new URL('docs/glossary.md', ROOT), 'utf8')
    const words = [...page.matchAll(/^\| ([a-z][\w -]*) \|/gm)].map(([, word = '']) => word).slice(1)

    expect(words.length).toBeGreaterThan(30)
    expect(words.length).toBeLessThanOrEqual(40)
    expect(words).toEqual([...new Set(words)].sort())
  })
})

describe('docs/tour.md', () => {
  const pictures = readdirSync(new URL('docs/tour', ROOT)).filter((name) => name.endsWith('.webp'))

  it('shows every picture that is there, and they take less than 400 kB together', () => {
    const page = readFileSync(new URL('docs/tour.md', ROOT), 'utf8')
    const bytes = pictures.map((name) => readFileSync(new URL(`docs/tour/${name}`, ROOT)).byteLength)

    expect(pictures.length).toBeGreaterThan(4)
    expect(pictures.filter((name) => !page.includes(`](tour/${name})`))).toEqual([])
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(400_000)
  })

  it('knows what the bot says on each picture, to tell what changed since', () => {
    const output: object = JSON.parse(readFileSync(new URL('docs/tour/replies.json', ROOT), 'utf8'))

    expect(
      Object.keys(output)
        .map((name) => `${name}.webp`)
        .sort(),
    ).toEqual(pictures.sort())
  })
})
