import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { builtProgram } from '../../support/build-programs.ts'
import { limitHere } from '../../support/machine-pace.ts'

const ROOT = new URL('../../..', import.meta.url)
const hasMongod = ['/usr/bin/mongod', '/usr/local/bin/mongod'].some((path) => existsSync(path))
/** The downloads of this machine and their sources. */
const DOWNLOADS: readonly (readonly [string, RegExp])[] = [
  ['MongoDB', /\/(?:linux|osx|windows)\/mongodb-/],
  ...(existsSync('/usr/bin/apt-get') ? [['DocumentDB', /\/debian\/dists\//] as const] : []),
]

/** Runs `npm run demo` like a person, with this on standard input; `null` for none. */
async function runDemo(script: string | null): Promise<{ status: number | null; output: string }> {
  const demo = spawn(process.execPath, [builtProgram('dev/demo/demo.ts')], {
    cwd: ROOT,
    stdio: [script === null ? 'ignore' : 'pipe', 'pipe', 'inherit'],
    // A demo that fails keeps its logs.
    env: { ...process.env, TMPDIR: await makeFolder() },
  })
  demo.stdin?.end(script)
  let output = ''
  demo.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const [status] = await once(demo, 'close')
  return { status, output }
}

const folders: string[] = []
/** A directory for a demo; removed also where its test fails. */
async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'demo-test-'))
  folders.push(folder)
  return folder
}
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 20 })
})

describe('the demo', () => {
  it('has no script that docs/tour.md does not tell of', async () => {
    const tour = await readFile(new URL('docs/tour.md', ROOT), 'utf8')

    for (const script of await readdir(new URL('dev/scripts/', ROOT)))
      expect(tour).toContain(`npm run demo < dev/scripts/${script}`)
  })

  it.concurrent('tells the story of three days when nobody types anything', async () => {
    const { status, output } = await runDemo(null)

    expect(status).toBe(0)
    expect(output).toMatch(/see it in a browser:\s+http:\/\/127\.0\.0\.1:\d+\/[\w-]{20,}\//)
    expect(output).toContain('#1 day-1.csv: 8 of 11 rows')
    expect(output).toContain('In 3 uploads.')
    expect(output).toContain(
      'In the database: 1 customer with +917417119014, 3 file_uploads, 3 upload_rows of that customer.',
    )
    expect(output).toContain('first_uploaded_at is still the first day: yes.')
  }, 120_000)

  it.concurrent('plays a script and fails when a line of it cannot be played', async () => {
    const script =
      '# An export comes in.\npress Undo\nas ravi\nyesterday share examples/hubspot-export.csv\n/customer +91 90000 00112\npress Nonsense\nshare no-such-file.csv\nmenu Preview this file\npress Import\n/uploads recent yesterday\n'
    const { status, output } = await runDemo(script)

    expect(status).toBe(1)
    expect(output).toContain('ravi shares hubspot-export.csv in #customers')
    expect(output).toContain('Sunita Rao')
    expect(output).toContain('There is no file no-such-file.csv to share.')
    expect(output).toContain('── An export comes in. ──')
    expect(output).toContain('Nothing that was said so far has a button.')
    expect(output).toMatch(/There is nothing called "Nonsense" to press\. There is: .*History/)
    expect(output).toMatch(/#1\s+hubspot-export\.csv\s+@ravi/)
    expect(output).toMatch(/#2 hubspot-export\.csv: .*preview/)
    expect(output).toMatch(/#2 hubspot-export\.csv: nothing changed\. \d of 5 rows/)
  }, 120_000)

  it.concurrent.each([
    ['while the database starts', /Starting a throw-away database/, null],
    ['while a file is imported', /shares 300000\.csv/, 300_000],
  ])(
    'ends within two seconds of Ctrl+C %s, and leaves no folder',
    async (_, moment, rows) => {
      const temporary = await makeFolder()
      const list = join(temporary, `${rows}.csv`)
      const phones = Array.from({ length: rows ?? 0 }, (_, at) => `${9_000_000_000 + at},Name ${at}`)
      await writeFile(list, `Phone,Name\n${phones.join('\n')}\n`)
      const inside = join(temporary, 'tmp')
      await mkdir(inside)
      const demo = spawn(process.execPath, [builtProgram('dev/demo/demo.ts')], {
        cwd: ROOT,
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { ...process.env, TMPDIR: inside },
      })
      const exited = once(demo, 'exit')
      demo.stdin.write(`share ${list}\n`)
      demo.stdin.end()
      let output = ''
      demo.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
      await expect.poll(() => output, { timeout: 200_000 }).toMatch(moment)
      const asked = Date.now()
      pressControlC(demo)
      const [status] = await exited
      const took = Date.now() - asked
      expect(status).toBe(130)
      expect(took).toBeLessThan(await limitHere(took, 2_000))
      const left = (await readdir(inside, { recursive: true })).filter((name) => !name.startsWith('tsx-'))
      expect(left.filter((name) => !/^customer-uploads-\w+$/.test(name))).toEqual([])
    },
    300_000,
  )

  it.skipIf(hasMongod).each(DOWNLOADS)(
    'ends within two seconds of Ctrl+C while %s is downloaded, and leaves a whole cache',
    async (engine, path) => {
      const temporary = await makeFolder()
      const mirror = await startSlowMirror()
      const cache = join(temporary, 'cache')
      const inside = join(temporary, 'tmp')
      await mkdir(join(cache, 'customer-uploads'), { recursive: true })
      await mkdir(inside)
      await writeFile(join(temporary, 'sources.list'), `deb ${mirror.url}/debian forky main\n`)
      await writeFile(
        join(temporary, 'apt.conf'),
        `Dir::Etc::sourcelist "${join(temporary, 'sources.list')}";\nDir::Etc::sourceparts "-";\nDir::State::Lists "${join(temporary, 'lists')}";\nAcquire::http::Proxy::127.0.0.1 "DIRECT";\n`,
      )
      if (engine === 'DocumentDB')
        await writeFile(
          join(cache, 'customer-uploads/mongod-unavailable.json'),
          JSON.stringify({ at: new Date().toISOString(), reason: 'said by a test' }),
        )
      const demo = spawn(process.execPath, [builtProgram('dev/demo/demo.ts')], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'inherit'],
        env: {
          ...process.env,
          HOME: temporary,
          XDG_CACHE_HOME: cache,
          TMPDIR: inside,
          APT_CONFIG: join(temporary, 'apt.conf'),
          MONGOMS_DOWNLOAD_MIRROR: mirror.url,
          MONGOMS_USE_HTTP: 'true',
        },
      })
      const exited = once(demo, 'exit')
      let output = ''
      demo.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
      await expect.poll(() => mirror.sent.some((one) => path.test(one)), { timeout: 120_000 }).toBe(true)

      const pressed = Date.now()
      pressControlC(demo)
      const [status] = await exited
      const took = Date.now() - pressed

      expect(status).toBe(130)
      expect(took).toBeLessThan(await limitHere(took, 2_000))
      expect(output).toMatch(
        engine === 'MongoDB' ? /downloads MongoDB into the cache: 78 MB\./ : /about 142 MB\./,
      )
      const left = (await readdir(inside, { recursive: true })).filter((name) => !name.startsWith('tsx-'))
      expect(left.filter((name) => !/^customer-uploads-\w+$/.test(name))).toEqual([])
      const kept = await readdir(cache, { recursive: true })
      expect(kept.filter((name) => /partial|engine|lock|mongod-(?!unavailable)/.test(name))).toEqual([])
      await mirror.stop()
    },
    150_000,
  )
})

/** The terminal, npm and tsx each send the signal. */
function pressControlC(demo: ChildProcess): void {
  for (const delayMs of [0, 5, 60]) setTimeout(() => demo.kill('SIGINT'), delayMs)
}

/** Serves every file, 77.7 MB each, one byte at a time. */
async function startSlowMirror() {
  const sent: string[] = []
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-length': 77_700_000 })
    if (request.method === 'HEAD') {
      response.end()
      return
    }
    sent.push(request.url ?? '')
    const timer = setInterval(() => response.write('.'), 50)
    response.once('close', () => clearInterval(timer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    sent,
    async stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}
