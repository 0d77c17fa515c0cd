import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { CUSTOMER_INDEXES } from '../models/customer.ts'
import { SETTING_NAMES } from '../src/settings/settings.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'))
/** The files each stage of the Dockerfile copies and runs. */
const [build = '', image = ''] = read('Dockerfile')
  .split(/^FROM /m)
  .slice(1)
const copiedBy = (stage: string): string[] =>
  [...stage.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '))
const isIn = (copied: readonly string[]) => (path: string) =>
  copied.some((one) => path === one || path.startsWith(`${one}/`))

/** Every project file that these entries import, directly or indirectly. */
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

const programs = readdirSync(join(ROOT, 'src/cli')).filter((name) => name.endsWith('.ts'))
const entries = ['src/main.ts', ...programs.map((name) => `src/cli/${name}`)]

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

describe('the images', () => {
  it('are pinned by version and digest', () => {
    const images = [
      ...[...read('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, name]) => name),
      ...[...read('compose.yaml').matchAll(/^ +image: (\S+)/gm)].map(([, name]) => name),
    ]

    expect(images).toHaveLength(3)
    for (const image of images) expect(image).toMatch(/^\w+:\d+\.\d+\.\d+[\w-]*@sha256:[0-9a-f]{64}$/)
  })
})

describe('the actions of the workflows', () => {
  it.each(readdirSync(join(ROOT, '.github/workflows')))('are pinned by commit in %s', (workflow) => {
    const uses = [...read(`.github/workflows/${workflow}`).matchAll(/uses: (\S+)(.*)$/gm)]

    expect(uses.length).toBeGreaterThan(3)
    for (const [, action = '', comment = ''] of uses) {
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/)
      expect(comment).toMatch(/^ # v\d+\.\d+\.\d+$/)
    }
  })
})

interface Job {
  readonly needs?: string | readonly string[]
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> }
  readonly steps: readonly { readonly run?: string; readonly uses?: string }[]
}

describe.each(readdirSync(join(ROOT, '.github/workflows')))('the workflow %s', (name) => {
  const { jobs }: { jobs: Record<string, Job> } = parse(read(`.github/workflows/${name}`))
  const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))
  const allIn = (texts: readonly string[], pattern: RegExp) =>
    texts.flatMap((text) => [...text.matchAll(pattern)].map(([, found = '']) => found))

  it('has jobs whose parts are there', () => {
    for (const job of Object.values(jobs)) {
      const named = allIn([JSON.stringify(job)], /\bmatrix\.(\w+)/g)
      expect(Object.keys(job.strategy?.matrix ?? {})).toEqual(expect.arrayContaining(named))
      expect(Object.keys(jobs)).toEqual(expect.arrayContaining([job.needs ?? []].flat()))
      for (const step of job.steps)
        expect(Object.keys(step)).toSatisfy(
          (keys: string[]) => keys.includes('run') !== keys.includes('uses'),
        )
    }
  })

  it('runs commands a shell understands', () => {
    expect(commands.length).toBeGreaterThan(2)
    for (const command of commands) {
      const input = command.replace(/\$\{\{.*?\}\}/g, 'EXPRESSION')
      const { status, stderr } = spawnSync('bash', ['-n'], { input, encoding: 'utf8' })
      expect([command, status, stderr]).toEqual([command, 0, ''])
    }
  })

  it('runs scripts, files and tools that are there', () => {
    const texts = [...commands, ...allIn(commands, /\bbash (\.ci\/\S+)/g).map(read)]
    const programs = allIn(texts, /\bnpm run (?:-s |--silent )?([\w:]+)/g)
    const files = allIn(
      texts,
      /\b(?:bash|node|tsx|--config) ((?:--import tsx )?(?:\.ci|dev|src|test|vitest)[\w./-]+\.\w+)/g,
    )
    const tools = allIn(texts, /\bnpx ([\w-]+)/g)

    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(programs))
    expect(
      files.map((file) => file.replace('--import tsx ', '')).filter((file) => !existsSync(join(ROOT, file))),
    ).toEqual([])
    expect(tools.filter((tool) => !existsSync(join(ROOT, 'node_modules/.bin', tool)))).toEqual([])
  })
})

describe('the scripts of the checks', () => {
  const listScripts = (folder: string): string[] =>
    readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) return listScripts(path)
      return read(path).startsWith('#!/usr/bin/env bash') ? [path] : []
    })

  it.each(listScripts('.ci'))('%s is one a shell understands', (path) => {
    expect(spawnSync('bash', ['-n', join(ROOT, path)], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    })
  })
})

describe('the recipe for a cluster in docs/operations.md', () => {
  const { stdout: recipe } = spawnSync(
    process.execPath,
    [join(ROOT, '.ci/print-commands.mjs'), join(ROOT, 'docs/operations.md'), 'sharded-cluster'],
    { encoding: 'utf8' },
  )

  /** Replaces the shell of a router and records all its commands in order. */
  function play(): unknown[][] {
    const calls: unknown[][] = []
    const note =
      (name: string) =>
      (...args: unknown[]) =>
        calls.push([name, ...args])
    const collection = (name: string) => ({ createIndex: note(`${name}.createIndex`) })
    runInNewContext(recipe, {
      sh: { enableSharding: note('enable'), shardCollection: note('shard'), splitAt: note('split') },
      db: { getSiblingDB: (name: string) => ({ upload_rows: collection(`${name}.upload_rows`) }) },
    })
    return JSON.parse(JSON.stringify(calls))
  }

  it('makes the index of the rows before it shards them, and not unique', () => {
    const calls = play()
    const index = calls.findIndex(([name]) => name === 'customer-uploads.upload_rows.createIndex')
    const sharding = calls.findIndex(
      ([name, of]) => name === 'shard' && of === 'customer-uploads.upload_rows',
    )

    expect(calls[index]).toEqual(['customer-uploads.upload_rows.createIndex', { upload: 1, line: 1 }])
    expect(calls[sharding]).toEqual(['shard', 'customer-uploads.upload_rows', { upload: 1, line: 1 }])
    expect(index).toBeLessThan(sharding)
    expect(calls[0]).toEqual(['enable', 'customer-uploads'])
  })

  it('shards customers by what the kind of record in force makes unique, and says what the others need', () => {
    expect(play()).toContainEqual(['shard', 'customer-uploads.customers', { primary_phone: 1 }, true])
    expect(recipe).toMatch(/For one-per-upload and as-written leave "true" out/)
    // The index is the shard key or begins with it: MongoDB allows no other unique index there.
    const keys = Object.values(CUSTOMER_INDEXES).map(({ key }) => Object.keys(key))
    expect(keys[0]).toEqual(['primary_phone'])
    for (const key of keys) expect(key[0]).toBe('primary_phone')
  })
})

describe('a release', () => {
  it('has a script for each program that needs no sources, and no other script', () => {
    const folder = mkdtempSync(join(tmpdir(), 'release-'))
    try {
      const path = join(folder, 'package.json')
      copyFileSync(join(ROOT, 'package.json'), path)
      execFileSync(process.execPath, [join(ROOT, '.ci/release/compiled-scripts.mjs'), path])
      const archived: Record<string, string> = JSON.parse(readFileSync(path, 'utf8')).scripts
      const programs = Object.keys(scripts).filter((name) => scripts[name]?.includes('src/cli/'))
      expect(Object.keys(archived).sort()).toEqual([...programs, 'start'].sort())
      for (const command of Object.values(archived)) expect(command).toMatch(/node .*dist\/src\/\S+\.js$/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  const { version } = JSON.parse(read('package.json'))
  const printNotes = (tag: string, changelog: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'release-'))
    try {
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ version }))
      writeFileSync(join(folder, 'CHANGELOG.md'), changelog)
      const script = join(ROOT, '.ci/release/print-notes.mjs')
      return spawnSync(process.execPath, [script, tag], { cwd: folder, encoding: 'utf8' })
    } finally {
      rmSync(folder, { recursive: true, maxRetries: 20 })
    }
  }

  it('has the notes of its version', () => {
    const { status, stdout } = printNotes(
      `v${version}`,
      `# Log\n\n## Unreleased\n\nLater.\n\n## ${version} - 2026-01-01\n\n- Now.\n\n## 0.0.1\n\nOld.\n`,
    )

    expect([status, stdout]).toEqual([0, '- Now.\n'])
  })

  it.each([
    ['a tag of another version', 'v9.9.9', `## ${version}\n\nNow.\n`],
    ['a version without notes', `v${version}`, '## Unreleased\n\nLater.\n'],
  ])('is refused for %s', (_, tag, changelog) => {
    expect(printNotes(tag, changelog).status).toBe(1)
  })
})

describe('the Grafana dashboard', () => {
  it('asks for metrics that exist', () => {
    const board = read('examples/grafana-dashboard.json')
    const asked = [...board.matchAll(/customer_uploads_\w+/g)].map(([name]) => name.replace(/_bucket$/, ''))
    const known = [...read('src/monitoring/metrics.ts').matchAll(/name: '(customer_uploads_\w+)'/g)].map(
      ([, name]) => name,
    )

    expect(asked.length).toBeGreaterThan(6)
    expect(asked.filter((name) => !known.includes(name))).toEqual([])
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
    // Benchmarks run with the same options as the bot.
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

describe('the checks on real servers', () => {
  const workflow = read('.github/workflows/mongodb.yml')
  const scripts = readdirSync(join(ROOT, '.ci/mongodb')).map((name) => read(`.ci/mongodb/${name}`))
  const texts = [workflow, ...scripts]

  it('run scripts and files that are there', () => {
    const named = texts.flatMap((text) =>
      [...text.matchAll(/(?:\.ci|test|docs|examples)\/[\w./-]+\.\w+/g)].map(([path]) => path),
    )

    expect(new Set(named).size).toBeGreaterThan(6)
    expect([...new Set(named)].filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })

  it('run every block of commands of docs/operations.md that has a name, and no other', () => {
    const blocks = [...read('docs/operations.md').matchAll(/^```\w+ ([\w-]+)$/gm)].map(([, name]) => name)
    const called = texts.flatMap((text) => [
      ...[...text.matchAll(/print-commands\.mjs docs\/operations\.md ([a-z][\w-]+)/g)].map(
        ([, name]) => name,
      ),
      ...[...text.matchAll(/\$\(block ([\w-]+)\)/g)].map(([, name]) => name),
    ])

    expect(blocks.length).toBeGreaterThan(3)
    expect([...new Set(called)].sort()).toEqual(blocks.sort())
  })

  it('leave no command of docs/operations.md without a name', () => {
    expect(read('docs/operations.md').match(/^```(?:sh|js)$/gm)).toBeNull()
  })

  it('say which engine they expect wherever they run tests', () => {
    const { jobs }: { jobs: Record<string, unknown> } = parse(workflow)
    const silent = Object.entries(jobs).filter(([, job]) => {
      const text = JSON.stringify(job)
      return /npm test|test:chaos/.test(text) && !text.includes('EXPECT_ENGINE')
    })

    expect(silent).toEqual([])
    expect(read('.ci/run')).toContain('test/support/print-engine.ts')
  })
})

describe('a database beside the bot', () => {
  it('shares the machine with a field catalogue of the team, if there is one', () => {
    const compose: { services: { bot: { environment: Record<string, string>; volumes: string[] } } } = parse(
      read('compose.yaml'),
    )
    const { environment, volumes } = compose.services.bot

    expect(environment.FIELDS_FILE).toMatch(/^\$\{FIELDS_FILE:\+\/app\/fields\.yml\}$/)
    expect(volumes.join()).toMatch(/:\/app\/fields\.yml:ro$/)
    expect(existsSync(join(ROOT, 'examples/fields.yml'))).toBe(true)
  })

  it('writes no customer into its log', () => {
    const compose: { services: { mongo: { command: string[] } } } = parse(read('compose.yaml'))

    expect(compose.services.mongo.command.join(' ')).toBe('mongod --slowOpSampleRate 0')
  })

  it('can be run in the image itself: with its libraries, and a place for the program that is kept', () => {
    expect(image).toMatch(/apt-get install .*\blibcurl4\b/)
    expect(image).toMatch(/MONGOMS_DOWNLOAD_DIR=\/data\//)
    expect(image).toMatch(/XDG_CACHE_HOME=\/data\//)
  })
})

describe('the examples of how the bot is run', () => {
  const [, start = ''] = /exec (node .+)$/.exec(scripts.start ?? '') ?? []

  it('start it as npm start does, as the image does, and leave it time to stop', () => {
    const unit = read('examples/customer-uploads.service')
    const stopSeconds = Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])

    expect(unit).toContain(`ExecStart=/usr/bin/${start}\n`)
    expect(image).toContain(`CMD ${JSON.stringify(start.split(' ')).replaceAll(',', ', ')}\n`)
    expect(unit).toMatch(/^Restart=on-failure$/m)
    expect(stopSeconds).toBeGreaterThan(16)
  })

  it('set nothing that is no setting, and ask for its health where it answers', () => {
    const [config, deployment] = parseAllDocuments(read('examples/kubernetes.yml')).map((one) => one.toJS())
    const [container] = deployment.spec.template.spec.containers

    expect(Object.keys(config.data).filter((name) => !SETTING_NAMES.includes(name))).toEqual([])
    expect(container.livenessProbe.httpGet.path).toBe('/healthz')
    expect(container.readinessProbe.httpGet.path).toBe('/readyz')
    expect(deployment.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(16)
  })
})
