import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import mongoose from 'mongoose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { commandLine, isAlive, processSpace } from '../../src/database/process/process-facts.ts'
import { defaultCacheDir, startDatabaseServer } from '../../src/database/start-server.ts'
import { listPrivateFolders, makePrivateFolder } from '../../src/private-files/private-folder.ts'
import { builtProgram } from '../support/build-programs.ts'
import { copyPreparedData } from '../support/prepared-data.ts'
import { openDocumentDb } from './documentdb/documentdb-server.ts'

// Starts several whole servers per test, which is slow on a busy machine.
vi.setConfig({ testTimeout: 180_000 })

const cacheDir = defaultCacheDir(process.env)
const CLI = builtProgram('src/cli/mongo.ts')

let dataDir: string
let children: ChildProcess[]

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'server-test-'))
  children = []
})

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 })
})

/** Runs `npm run mongo` without npm in between, so that a signal reaches it. */
function runMongo(args: readonly string[]) {
  const child = spawn(process.execPath, [CLI, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  const lines: string[] = []
  let errors = ''
  let seen: (() => void) | undefined
  const ended = new Promise<number | null>((resolve) => child.once('close', (status) => resolve(status)))
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    seen?.()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  return {
    child,
    lines,
    ended,
    errors: () => errors,
    async uri(): Promise<string> {
      while (lines.length === 0) {
        await Promise.race([new Promise<void>((resolve) => (seen = resolve)), ended])
        if (lines.length === 0 && child.exitCode !== null) throw new Error(`It ended: ${errors}`)
      }
      return lines[0] ?? ''
    },
  }
}

async function withDatabase<T>(uri: string, work: (database: mongoose.mongo.Db) => Promise<T>): Promise<T> {
  const client = new mongoose.mongo.MongoClient(uri, { serverSelectionTimeoutMS: 5000 })
  try {
    return await work(client.db('kept'))
  } finally {
    await client.close()
  }
}

describe('startDatabaseServer', () => {
  it('takes the server it is given and starts nothing', async () => {
    const server = await startDatabaseServer({ dataDir, uri: 'mongodb://db.example/x', log: () => undefined })
    expect(server).toMatchObject({ uri: 'mongodb://db.example/x', engine: 'external', version: null })
    await server.stop()
    expect(await readdir(dataDir)).toEqual([])
  })

  it('keeps its data over a restart, and says who has it meanwhile', async () => {
    const start = () => startDatabaseServer({ dataDir, cacheDir, log: () => undefined })
    const first = await start()
    await withDatabase(first.uri, async (database) => {
      await database.collection('things').insertOne({ a: 1 })
      await database.collection('things').createIndex({ a: 1 }, { unique: true })
    })
    await expect(start()).rejects.toMatchObject({ code: 'database_in_use', details: { path: dataDir } })
    await first.stop()
    const second = await start()
    const kept = await withDatabase(second.uri, async (database) => ({
      documents: await database.collection('things').find().project({ _id: 0 }).toArray(),
      duplicate: await database
        .collection('things')
        .insertOne({ a: 1 })
        .catch((error) => error.code),
    }))
    await second.stop()
    expect(kept).toEqual({ documents: [{ a: 1 }], duplicate: 11000 })
  })

  it('takes a throw-away server’s data away, and that of one that was killed', async () => {
    const start = () => startDatabaseServer({ dataDir: null, cacheDir, log: () => undefined })
    const abandoned = await makePrivateFolder('db')
    const killed = { token: 'x', pid: 2 ** 22 + 1, startMark: '1', space: processSpace() }
    await writeFile(join(abandoned, 'in-use.lock'), JSON.stringify(killed))
    const server = await start()
    const made = await throwAwayOfThisProcess()
    expect(made).toHaveLength(1)
    await server.stop()
    expect(await throwAwayOfThisProcess()).toEqual([])
    expect(existsSync(abandoned)).toBe(false)
  })

  it('deletes nothing by a link or a folder that another account put where throw-away data lies', async () => {
    vi.stubEnv('TMPDIR', dataDir)
    try {
      const precious = join(dataDir, 'precious')
      await mkdir(precious)
      const killed = { token: 'x', pid: 2 ** 22 + 1, startMark: '1', space: processSpace() }
      await writeFile(join(precious, 'in-use.lock'), JSON.stringify(killed))
      for (const name of [
        'customer-uploads-db-a1B2c3',
        'db-a1B2c3',
        `customer-uploads-${process.getuid?.()}`,
      ])
        await symlink(precious, join(dataDir, name))

      const server = await startDatabaseServer({ dataDir: null, cacheDir, log: () => undefined })
      await server.stop()

      expect(await readdir(precious)).toEqual(['in-use.lock'])
    } finally {
      vi.unstubAllEnvs()
    }
  })

  describe('with a mongod installed', () => {
    let fake: string
    let data: string

    /** Prints like a mongod and stores its arguments; enough for a start and a stop. */
    beforeEach(async () => {
      fake = join(dataDir, 'mongod')
      data = join(dataDir, 'data')
      const script = [
        '#!/bin/sh',
        '[ "$1" = --version ] && echo "db version v9.9.9" && exit 0',
        'echo "$@" > "$0.args"',
        'echo "Waiting for connections"',
        'trap "exit 0" INT TERM',
        'while :; do sleep 0.1; done',
      ]
      await writeFile(fake, `${script.join('\n')}\n`, { mode: 0o755 })
    })

    const start = (over: Partial<Parameters<typeof startDatabaseServer>[0]> = {}) =>
      startDatabaseServer({ dataDir: data, cacheDir, mongodPaths: [fake], log: () => undefined, ...over })

    it('takes it before DocumentDB, with its data in a folder of its own', async () => {
      const server = await start()
      const args = await readFile(`${fake}.args`, 'utf8')
      await server.stop()
      await server.stop()
      expect(server).toMatchObject({ engine: 'mongodb', version: '9.9.9' })
      expect(args).toContain(`--dbpath ${join(data, 'mongod')}`)
      expect(args).toContain('--storageEngine wiredTiger')
      expect(server.uri).toContain(/--port (\d+)/.exec(args)?.[1])
    })

    it('closes its data to other accounts, also data of an earlier version', async () => {
      const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)
      const server = await start()
      expect(await mode(join(data, 'in-use.lock'))).toBe('600')
      await server.stop()
      for (const path of [data, join(data, 'mongod')]) await chmod(path, 0o755)

      await (await start()).stop()

      expect([await mode(data), await mode(join(data, 'mongod'))]).toEqual(['700', '700'])
    })

    it('does not close a directory that holds other things, and says what to do', async () => {
      await mkdir(data)
      await writeFile(join(data, 'notes.txt'), '')
      await chmod(data, 0o755)
      const lines: string[] = []

      await (await start({ log: (line) => lines.push(line) })).stop()

      expect((await stat(data)).mode & 0o777).toBe(0o755)
      expect((await stat(join(data, 'mongod'))).mode & 0o777).toBe(0o700)
      expect(lines.join('\n')).toContain(`Other accounts can list ${data}`)
    })

    async function writeProgram(name: string, lines: readonly string[]): Promise<string> {
      const path = join(dataDir, name)
      await writeFile(path, `#!/bin/sh\n${lines.join('\n')}\n`, { mode: 0o755 })
      return path
    }
    const asVersion = (version: string) => `[ "$1" = --version ] && echo "db version v${version}" && exit 0`

    it('passes over those that cannot run here, says why, and takes the first that works', async () => {
      const lines: string[] = []
      const broken = await writeProgram('broken', [
        'echo "mongod: error while loading shared libraries: libcurl.so.4: cannot open shared object file" >&2',
        'exit 127',
      ])
      const illegal = await writeProgram('illegal', ['kill -ILL $$'])
      const old = await writeProgram('old', [asVersion('4.4.29')])
      const silent = await writeProgram('silent', ['exit 0'])
      const unwilling = await writeProgram('unwilling', [asVersion('8.0.4'), 'echo "Wrong FCV"', 'exit 62'])

      const server = await start({
        mongodPaths: [broken, illegal, old, silent, unwilling, fake],
        log: (line) => lines.push(line),
      })
      await server.stop()

      expect(server).toMatchObject({ engine: 'mongodb', version: '9.9.9' })
      expect(lines).toEqual([
        expect.stringMatching(/broken is left out: .*libcurl/),
        expect.stringMatching(/illegal is left out: .*AVX/),
        expect.stringMatching(/old is left out: it is 4\.4\.29, and 5\.0 is the oldest/),
        expect.stringMatching(/silent is left out: it does not say which version/),
        expect.stringMatching(
          /unwilling \(8\.0\.4\) does not start: the data was written by another version/,
        ),
      ])
    })

    it('notes which version wrote the data', async () => {
      await (await start()).stop()
      expect(await readFile(join(data, 'engine'), 'utf8')).toBe('mongodb 9.9.9\n')
      await writeFile(join(data, 'engine'), 'mongodb\n')
      await (await start()).stop()
      expect(await readFile(join(data, 'engine'), 'utf8')).toBe('mongodb 9.9.9\n')
    })

    it('names the version that wrote the data where none starts with it', async () => {
      await (await start()).stop()
      const unwilling = await writeProgram('unwilling', [asVersion('9.9.8'), 'exit 62'])
      const cache = join(dataDir, 'cache')
      await mkdir(cache)
      await writeFile(
        join(cache, 'mongod-unavailable.json'),
        JSON.stringify({ at: new Date().toISOString() }),
      )

      const refusal = start({ mongodPaths: [unwilling], cacheDir: cache }).then(
        (server) => server.stop().then(() => server.engine),
        (error) => error.message,
      )

      // If mongodb-memory-server has one in its cache, that one is used.
      expect(await refusal).toMatch(/belongs to a mongod, version 9\.9\.9, but|^mongodb$/)
    })

    it('takes the port it was given, and no other', async () => {
      const server = await start({ port: 42_017 })
      const args = await readFile(`${fake}.args`, 'utf8')
      await server.stop()
      expect(args).toContain('--port 42017')
      expect(args).toContain('--slowOpSampleRate 0')
      expect(server.uri).toContain(':42017/')
    })

    it('ends kept data by the shutdown command, and waits until it is written', async () => {
      const script = builtProgram('test/support/fake-mongod.ts')
      const speaking = await writeProgram('speaking', [
        asVersion('8.0.4'),
        `exec "${process.execPath}" "${script}" "$@"`,
      ])
      const server = await start({ mongodPaths: [speaking] })
      expect(await readdir(join(data, 'mongod'))).not.toContain('ending')

      await server.stop()

      expect(await readFile(join(data, 'mongod', 'ending'), 'utf8')).toBe('by command')
    })

    it('stays with DocumentDB where that has the data', async (context) => {
      const probe = await openDocumentDb()
      if (typeof probe === 'string') return context.skip(probe)
      await probe.stop()
      await copyPreparedData(data)
      await writeFile(join(data, 'engine'), 'documentdb\n')
      const server = await start()
      await server.stop()
      expect(server.engine).toBe('documentdb')
    })

    it('does not begin anew beside the data of a mongod that is gone', async () => {
      await (await start()).stop()
      const cache = join(dataDir, 'cache')
      await mkdir(cache)
      await writeFile(
        join(cache, 'mongod-unavailable.json'),
        JSON.stringify({ at: new Date().toISOString() }),
      )
      const refusal = start({ mongodPaths: [], cacheDir: cache }).then(
        (server) => server.stop().then(() => server.engine),
        (error) => error.message,
      )
      // If mongodb-memory-server has one in its cache, that one is used.
      expect(await refusal).toMatch(/belongs to a mongod|^mongodb$/)
    })
  })

  it('remembers that no mongod can be had, for an hour', async () => {
    const cache = join(dataDir, 'cache')
    await mkdir(cache)
    const known = JSON.stringify({ at: new Date().toISOString() })
    await writeFile(join(cache, 'mongod-unavailable.json'), known)
    const lines: string[] = []
    const refusal = startDatabaseServer({
      dataDir,
      cacheDir: cache,
      engine: 'mongodb',
      log: (line) => lines.push(line),
    })
    // An installed mongod is used without a download, and no failure is stored.
    const result = await refusal.then(
      (server) => server.stop().then(() => 'started'),
      (error) => error.code,
    )
    expect(['started', 'database_not_installable']).toContain(result)
    expect(lines).toEqual([])
    expect(await readFile(join(cache, 'mongod-unavailable.json'), 'utf8')).toBe(known)
  })
})

describe('npm run mongo', () => {
  it.each([
    ['an option nobody knows', ['--dat', 'x']],
    ['a port that is none', ['--port', 'seven']],
    ['an empty directory', ['--data', '']],
    ['words', ['start']],
  ])('ends with 2 on %s', async (_name, args) => {
    const run = runMongo(args)
    expect(await run.ended).toBe(2)
    expect(run.errors()).toContain('Usage: npm run mongo')
    expect(run.lines).toEqual([])
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'prints its URI alone, serves, and ends with 0 on %s',
    async (signal) => {
      await copyPreparedData(dataDir)
      const run = runMongo(['--data', dataDir])
      const uri = await run.uri()
      expect(uri).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\/customer_uploads\?directConnection=true$/)
      expect(await withDatabase(uri, (database) => database.command({ ping: 1 }))).toMatchObject({ ok: 1 })
      run.child.kill(signal)
      expect(await run.ended).toBe(0)
      expect(run.lines).toEqual([uri])
    },
  )

  it('tells a second one about the first, with 1 and the code', async () => {
    await copyPreparedData(dataDir)
    const first = runMongo(['--data', dataDir])
    await first.uri()
    const second = runMongo(['--data', dataDir])
    expect(await second.ended).toBe(1)
    expect(second.errors()).toContain('database_in_use')
    first.child.kill('SIGTERM')
    await first.ended
  })

  it('ends with 1 and the reason where the data cannot be kept', async () => {
    const file = join(dataDir, 'file')
    await writeFile(file, '')
    const run = runMongo(['--data', join(file, 'data')])
    expect(await run.ended).toBe(1)
    expect(run.errors()).toMatch(/database_not_installable: .*cannot be written \(ENOTDIR\)/)
    expect(run.lines).toEqual([])
  })

  it('leaves no server behind when it is killed, and the next one has all that was written', async () => {
    const first = runMongo(['--data', dataDir])
    await withDatabase(await first.uri(), (database) =>
      database.collection('things').insertMany(Array.from({ length: 1000 }, (_, n) => ({ n }))),
    )
    first.child.kill('SIGKILL')
    await first.ended
    const second = runMongo(['--data', dataDir])
    expect(
      await withDatabase(await second.uri(), (database) => database.collection('things').countDocuments()),
    ).toBe(1000)
    second.child.kill('SIGTERM')
    expect(await second.ended).toBe(0)
    await expect.poll(() => processesOn(dataDir), { timeout: 45_000 }).toEqual([])
  })
})

describe('DocumentDB', () => {
  it('is refused with the reason where its programs cannot be kept', async () => {
    const file = join(dataDir, 'file')
    await writeFile(file, '')
    const options = { dataDir: null, cacheDir: file, engine: 'documentdb', log: () => undefined } as const
    await expect(startDatabaseServer(options)).rejects.toMatchObject({ code: 'database_not_installable' })
  })

  it('ends its database server when its own process is killed, and recovers', async (context) => {
    const probe = await openDocumentDb()
    if (typeof probe === 'string') return context.skip(probe)
    await probe.stop()
    await copyPreparedData(dataDir)
    const options = { dataDir, cacheDir, engine: 'documentdb', log: () => undefined } as const
    const first = await startDatabaseServer(options)
    await withDatabase(first.uri, (database) => database.collection('things').insertOne({ a: 1 }))
    const postmaster = Number(
      (await readFile(join(dataDir, 'documentdb/pgdata/postmaster.pid'), 'utf8')).split('\n')[0],
    )
    const parent = Number(/^PPid:\s+(\d+)/m.exec(await readFile(`/proc/${postmaster}/status`, 'utf8'))?.[1])
    process.kill(parent, 'SIGKILL')
    await expect.poll(() => isAlive(postmaster), { timeout: 45_000 }).toBe(false)
    await first.stop()
    const second = await startDatabaseServer(options)
    expect(await withDatabase(second.uri, (database) => database.collection('things').countDocuments())).toBe(
      1,
    )
    await second.stop()
  })
})

/** Other runs on this machine use the same folder. */
async function throwAwayOfThisProcess(): Promise<string[]> {
  const own: string[] = []
  for (const { kind, pid, path } of await listPrivateFolders())
    if (kind === 'db' && pid === process.pid) own.push(path)
  return own
}

/** Processes with the directory in their command line. */
async function processesOn(directory: string): Promise<number[]> {
  if (!existsSync('/proc/self')) return []
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid)
  return pids.filter((pid) => commandLine(pid)?.includes(directory))
}
