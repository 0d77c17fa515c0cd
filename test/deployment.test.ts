import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'))
/** What each stage of the Dockerfile copies from the repository, and runs. */
const [build = '', image = ''] = read('Dockerfile')
  .split(/^FROM /m)
  .slice(1)
const copiedBy = (stage: string): string[] =>
  [...stage.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '))
const isIn = (copied: readonly string[]) => (path: string) =>
  copied.some((one) => path === one || path.startsWith(`${one}/`))

/** Every file of ours some entries come to, through what they import. */
function findImported(entries: readonly string[]): string[] {
  const found = new Set<string>()
  const open = [...entries]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue
    found.add(file)
    for (const [, specifier = ''] of read(file).matchAll(/(?:from|import) '(\.[^']+)'/g))
      open.push(relative(ROOT, join(ROOT, dirname(file), specifier)))
  }
  return [...found]
}

const entries = ['src/main.ts', ...readdirSync(join(ROOT, 'src/cli')).map((name) => `src/cli/${name}`)]

interface Service {
  readonly image?: string
  readonly cap_drop?: readonly string[]
  readonly cap_add?: readonly string[]
  readonly read_only?: boolean
  readonly security_opt?: readonly string[]
  readonly privileged?: boolean
}

describe('the containers of compose.yaml', () => {
  const { services }: { services: Record<string, Service> } = parse(read('compose.yaml'))

  it.each(Object.entries(services))(
    '%s has no right it does not need, and writes where it must alone',
    (_, service) => {
      expect(service.cap_drop).toEqual(['ALL'])
      expect(service.read_only).toBe(true)
      expect(service.security_opt).toContain('no-new-privileges:true')
      expect(service.privileged).toBeUndefined()
    },
  )

  it('give the bot no right at all', () => {
    expect(services.bot?.cap_add).toBeUndefined()
  })
})

describe('the actions of the checks', () => {
  it('are pinned by the commit they were read at', () => {
    const uses = [...read('.github/workflows/ci.yml').matchAll(/uses: (\S+)(.*)$/gm)]

    expect(uses.length).toBeGreaterThan(3)
    for (const [, action = '', comment = ''] of uses) {
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/)
      expect(comment).toMatch(/^ # v\d+\.\d+\.\d+$/)
    }
  })
})

describe('the container image', () => {
  it('is built from everything the bot and its command line are made of', () => {
    const imported = findImported(entries)

    expect(imported.length).toBeGreaterThan(150)
    expect(imported.filter((path) => !isIn(copiedBy(build))(path))).toEqual([])
  })

  it('copies only what is there, and what the compiler and npm read', () => {
    for (const path of [...copiedBy(build), ...copiedBy(image)])
      expect(existsSync(join(ROOT, path))).toBe(true)
    const compiler = JSON.parse(read('tsconfig.build.json'))
    const needed = ['package.json', 'package-lock.json', '.npmrc', 'tsconfig.build.json', compiler.extends]

    expect(
      needed.map((path) => path.replace('./', '')).filter((path) => !isIn(copiedBy(build))(path)),
    ).toEqual([])
  })

  it('leaves nothing out that .dockerignore would keep from it', () => {
    const ignored = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    const copied = [...copiedBy(build), ...copiedBy(image)]

    expect(copied.filter((path) => ignored.includes(path) || ignored.includes(`/${path}`))).toEqual([])
  })

  it('has the files that are read while it runs', () => {
    const readAtRuntime = entries.flatMap((file) =>
      [...read(file).matchAll(/'([\w-]+\.(?:yml|json))'/g)].map(([, name = '']) => name),
    )

    expect(readAtRuntime).toContain('manifest.yml')
    expect(readAtRuntime.filter((path) => !isIn(copiedBy(image))(path))).toEqual([])
  })

  it('starts what the build makes, as somebody without rights, and is asked for its health where it listens', () => {
    const [, command = '[]'] = /^CMD (.+)$/m.exec(image) ?? []
    const start = (JSON.parse(command) as string[]).join(' ')

    expect(start).toMatch(/^node .*dist\/src\/main\.js$/)
    expect(scripts.start).toContain(`exec ${start}`)
    // What is measured is measured as it runs.
    expect(scripts.bench).toContain(start.replace('src/main.js', 'bench/bench.js'))
    expect(image).toMatch(/^USER node$/m)
    expect(image).toContain('/healthz')
    const compose: { services: { bot: { environment: Record<string, string>; ports: string[] } } } = parse(
      read('compose.yaml'),
    )
    const { environment, ports } = compose.services.bot

    expect(environment.MONGODB_URI).toMatch(/^mongodb:\/\/mongo:27017\//)
    expect(ports).toEqual([`127.0.0.1:${environment.PORT}:${environment.PORT}`])
  })
})
