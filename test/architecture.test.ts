import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

interface Room {
  readonly name: string
  /** Files of the room, by the beginning of their path. The longest that fits decides. */
  readonly path: string
  readonly mayImport: readonly string[]
  /** Whose types it may know, and nothing that runs. */
  readonly mayKnow?: readonly string[]
  readonly packages: readonly string[]
}

const ERRORS = 'src/errors.ts'
const LOCALE = 'src/locale.ts'
const EVERYTHING = ['src/', 'commands/', 'models/']

/** Who may import whom. `node:` modules are open to all. A room may always import itself. */
const ROOMS: readonly Room[] = [
  { name: 'errors', path: ERRORS, mayImport: [], packages: [] },
  { name: 'locale', path: LOCALE, mayImport: [], packages: [] },
  { name: 'settings in force', path: 'src/settings-in-force.ts', mayImport: [], packages: ['zod'] },
  {
    name: 'settings',
    path: 'src/settings.ts',
    mayImport: [LOCALE, 'src/csv/'],
    packages: ['zod', 'libphonenumber-js'],
  },
  {
    name: 'config',
    path: 'src/config.ts',
    mayImport: [ERRORS, 'src/settings.ts', 'src/settings-in-force.ts'],
    packages: ['zod'],
  },
  { name: 'env file', path: 'src/env-file.ts', mayImport: [], packages: [] },
  { name: 'console message', path: 'src/console-message.ts', mayImport: [ERRORS], packages: [] },
  { name: 'log', path: 'src/log.ts', mayImport: [], packages: ['pino'] },
  { name: 'metrics', path: 'src/metrics.ts', mayImport: [], packages: ['prom-client'] },
  { name: 'csv', path: 'src/csv/', mayImport: [ERRORS, LOCALE], packages: ['csv-parse', 'iconv-lite'] },
  {
    name: 'customers',
    path: 'src/customers/',
    mayImport: [ERRORS],
    packages: ['zod', 'libphonenumber-js', 'yaml'],
  },
  {
    name: 'models',
    path: 'models/',
    mayImport: [ERRORS],
    mayKnow: ['src/customers/'],
    packages: ['mongoose'],
  },
  {
    name: 'database',
    path: 'src/database/',
    mayImport: [ERRORS],
    packages: ['mongoose', 'mongodb-memory-server', 'bson', 'pg'],
  },
  {
    name: 'uploads',
    path: 'src/uploads/',
    mayImport: ['src/csv/', 'src/customers/', 'models/', ERRORS, LOCALE],
    packages: ['mongoose', 'p-retry'],
  },
  {
    name: 'migrations',
    path: 'src/migrations/',
    mayImport: ['src/uploads/', 'models/', ERRORS],
    packages: [],
  },
  {
    name: 'commands',
    path: 'commands/',
    mayImport: ['src/uploads/', 'src/customers/', 'models/', ERRORS, LOCALE],
    packages: ['mongoose'],
  },
  {
    name: 'slack',
    path: 'src/slack/',
    mayImport: ['commands/', 'src/uploads/', ERRORS],
    mayKnow: ['models/'],
    packages: ['@slack/bolt', '@slack/web-api', '@slack/types'],
  },
  {
    name: 'jobs',
    path: 'src/jobs/',
    mayImport: ['src/uploads/', 'commands/', ERRORS],
    packages: ['node-cron', 'p-retry'],
  },
  {
    // An entry of its own, like main: it reads the settings and opens the database, too.
    name: 'cli',
    path: 'src/cli/',
    mayImport: EVERYTHING,
    packages: ['cli-progress', 'yaml'],
  },
  { name: 'app', path: 'src/app.ts', mayImport: EVERYTHING, packages: ['mongoose'] },
  { name: 'main', path: 'src/main.ts', mayImport: EVERYTHING, packages: [] },
]

interface Import {
  readonly from: string
  readonly to: string
  /** Types vanish when the program is built, so they cannot close a circle. */
  readonly isType: boolean
}

const files = ['src', 'commands', 'models'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`),
)
const imports = files.flatMap(importsOf)

function importsOf(from: string): Import[] {
  const text = readFileSync(join(ROOT, from), 'utf8')
  const found = text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[\w*{][\w\s{},*]*?\sfrom\s+)?'([^']+)'/gm)
  return [...found].map(([, type, specifier = '']) => ({
    from,
    to: specifier.startsWith('.')
      ? relative(ROOT, join(ROOT, dirname(from), specifier)).replaceAll('\\', '/')
      : specifier,
    isType: type !== undefined,
  }))
}

function roomOf(file: string): Room | undefined {
  return ROOMS.filter(({ path }) => file.startsWith(path)).sort((a, b) => b.path.length - a.path.length)[0]
}

function isAllowed({ from, to, isType }: Import): boolean {
  const room = roomOf(from)
  if (!room || to.startsWith('node:')) return room !== undefined
  const rooms = [room.path, ...room.mayImport, ...(isType ? (room.mayKnow ?? []) : [])]
  if (files.includes(to)) return rooms.some((path) => to.startsWith(path))
  return room.packages.some((name) => to === name || to.startsWith(`${name}/`))
}

function findCircle(): string[] | undefined {
  const real = imports.filter(({ isType, to }) => !isType && files.includes(to))
  const done = new Set<string>()
  function walk(file: string, path: string[]): string[] | undefined {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const { to } of real.filter(({ from }) => from === file)) {
      const circle = walk(to, [...path, file])
      if (circle) return circle
    }
    done.add(file)
    return undefined
  }
  for (const file of files) {
    const circle = walk(file, [])
    if (circle) return circle
  }
  return undefined
}

describe('the house', () => {
  it('has a room for every file', () => {
    expect(files.length).toBeGreaterThan(20)
    expect(files.filter((file) => !roomOf(file))).toEqual([])
  })

  it('lets a room import only what the design allows', () => {
    expect(imports.length).toBeGreaterThan(50)
    expect(imports.filter((one) => !isAllowed(one)).map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })

  it('lets no room do what it has no use for', () => {
    const unused = ROOMS.filter(({ mayImport }) => mayImport !== EVERYTHING).flatMap((room) => {
      const its = imports.filter(({ from }) => roomOf(from) === room).map(({ to }) => to)
      const permitted = [...room.mayImport, ...(room.mayKnow ?? []), ...room.packages]
      return permitted
        .filter((path) => !its.some((to) => to.startsWith(path)))
        .map((to) => `${room.name} → ${to}`)
    })

    expect(unused).toEqual([])
  })

  it('has no circles', () => {
    expect(findCircle()).toBeUndefined()
  })

  it('calls nothing utils or helpers', () => {
    expect(files.filter((file) => /util|helper/i.test(file))).toEqual([])
  })

  it('reads the environment in entries alone', () => {
    const readers = files.filter((file) => readFileSync(join(ROOT, file), 'utf8').includes('process.env'))
    const entries = readers.filter((file) => file === 'src/main.ts' || file.startsWith('src/cli/'))
    expect(readers).toEqual(entries)
  })
})
