import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Customer, createModels, type Models, type RecordKind } from '../../models/index.ts'
import { runRecords } from '../../src/cli/record-kinds/run-records.ts'
import { runImport } from '../../src/cli/run-import.ts'
import { loadCoreConfig } from '../../src/settings/config.ts'
import { queueSwitch } from '../../src/uploads/record-kinds/switch-request.ts'
import { builtProgram } from '../support/build-programs.ts'
import { collectOutput } from '../support/collect-output.ts'
import { eventually } from '../support/eventually.ts'
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts'

let database: TestDatabase
let models: Models
let folder: string

beforeAll(async () => {
  database = await openTestDatabase()
  models = createModels(database.connection)
  folder = await mkdtemp(join(tmpdir(), 'records-test-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 20 })
  await database.drop()
})

interface Ask {
  readonly to?: RecordKind
  readonly yes?: boolean
  readonly json?: boolean
  /** Typed text; without it there is no terminal. */
  readonly typed?: string
}

async function records({ typed, ...ask }: Ask = {}) {
  const [stdout, stderr] = [collectOutput(), collectOutput()]
  const stdin = Object.assign(new PassThrough(), { isTTY: typed !== undefined })
  if (typed !== undefined) setTimeout(() => stdin.write(`${typed}\n`), 50)
  const status = await runRecords({
    config: loadCoreConfig({ MONGODB_URI: database.uri }),
    cacheDir: folder,
    user: 'asha',
    yes: false,
    json: false,
    ...ask,
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout.stream,
    stderr: stderr.stream,
    signal: new AbortController().signal,
  })
  return { status, stdout: stdout.text(), stderr: stderr.text() }
}

async function importFile(name: string, lines: readonly string[]) {
  const path = join(folder, name)
  await writeFile(path, lines.join('\n'))
  const stdout = collectOutput()
  await runImport({
    config: loadCoreConfig({ MONGODB_URI: database.uri }),
    cacheDir: folder,
    path,
    user: 'asha',
    json: true,
    stdout: stdout.stream,
    stderr: collectOutput().stream,
    signal: new AbortController().signal,
  })
  return JSON.parse(stdout.text())
}

const list = () => models.customers.collection.find<Customer>({}).sort({ updated_at: 1, _id: 1 }).toArray()

describe('npm run records', () => {
  it('tells what a record is and what it can be', async () => {
    const { status, stdout } = await records()

    expect(status).toBe(0)
    expect(stdout).toMatch(/^0 records: one record per phone\.\n/)
    expect(stdout).toMatch(/\* one-per-phone .*\n.*\n {2}one-per-upload .*\n.*\n {2}as-written/)
  })

  it('shows what a switch would do and changes nothing without a yes', async () => {
    await importFile('day-1.csv', ['Phone,City', '07417119014,Pune', '9820098200,Goa'])
    await importFile('day-2.csv', ['Phone,City', '+91 74171 19014,Mumbai'])

    const asked = await records({ to: 'one_per_upload' })
    const refused = await records({ to: 'one_per_upload', typed: '' })

    expect(asked.status).toBe(1)
    expect(asked.stdout).toMatch(/2 records .*2 phones .* 3\./)
    expect(asked.stdout).toContain('+91 74171 19014: 1 record → 2')
    expect(asked.stderr).toContain('--yes')
    expect(refused).toMatchObject({ status: 1 })
    expect(refused.stderr).toContain('Switch now? (y/N)')
    expect(await list()).toHaveLength(2)
  })

  it('switches after a yes, and the next import follows', async () => {
    const { status, stdout } = await records({ to: 'one_per_upload', typed: 'y' })

    expect(status).toBe(0)
    expect(stdout).toMatch(/one record per phone and upload.*Records before +2.*Records after +3/s)
    expect(await importFile('day-3.csv', ['Phone,City', '07417119014,Pune'])).toMatchObject({ created: 1 })
    expect((await list()).map(({ city }) => city).sort()).toEqual(['Goa', 'Mumbai', 'Pune', 'Pune'])
  })

  it('says what differs where records are merged', async () => {
    const { stdout } = await records({ to: 'one_per_phone' })

    expect(stdout).toMatch(/4 records .*2 phones .* 2\./)
    expect(stdout).toContain('+91 74171 19014: 3 records → 1\n    city: Pune, Mumbai → Pune')
  })

  it('keeps how a number is written once records are told apart by it', async () => {
    expect((await records({ to: 'one_per_phone', yes: true })).status).toBe(0)
    const { stdout } = await records({ to: 'as_written', yes: true, json: true })
    expect(JSON.parse(stdout)).toMatchObject({ switched: true, kind: 'as_written', before: 2, after: 3 })

    const imported = await importFile('day-4.csv', [
      'Phone,City',
      '07417119014,Pune',
      '+917417119014,Thane',
      ' 07417119014 ,Nashik',
      'Mob. 98200-98200 / 98200 98201,Goa',
    ])

    expect(imported).toMatchObject({ rows: 4, created: 2, updated: 0, unchanged: 1, duplicate: 1 })
    const writings = (await list()).map(({ primary_phone, written_phone, city }) => [
      primary_phone,
      written_phone,
      city,
    ])
    expect(writings).toEqual(
      expect.arrayContaining([
        ['+917417119014', undefined, 'Thane'],
        ['+917417119014', '07417119014', 'Nashik'],
        ['+919820098200', undefined, 'Goa'],
      ]),
    )
    expect(writings).toHaveLength(5)
  })

  it('does nothing where it is so already', async () => {
    const { status, stdout } = await records({ to: 'as_written' })

    expect(status).toBe(0)
    expect(stdout).toContain('one record per phone as written')
  })

  it('goes on where one was killed', async () => {
    const rows = Array.from({ length: 700 }, (_, at) => `98200${String(at).padStart(5, '0')},Pune`)
    for (const name of ['a.csv', 'b.csv']) await importFile(name, ['Phone,City', ...rows, name])
    const before = (await list()).length
    const args = [builtProgram('src/cli/records.ts'), 'one-per-upload', '--yes']
    const child = spawn(process.execPath, args, {
      env: { ...process.env, MONGODB_URI: database.uri },
      stdio: 'ignore',
    })
    await eventually(() => models.recordMoves.collection.findOne(), 'no phone has moved')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const open = await models.fileUploads.collection.findOne({ 'switch_of.open': true })
    expect(open).toMatchObject({ status: 'running' })
    // Otherwise its lease would expire in half a minute.
    await models.fileUploads.collection.updateOne(
      { 'switch_of.open': true },
      { $set: { 'lease.expires_at': new Date(0) } },
    )

    const { status, stderr } = await records({ to: 'one_per_upload' })

    expect(stderr).toContain(`#${open?.number}`)
    expect(status).toBe(0)
    expect((await list()).length).toBeGreaterThan(before + 600)
    expect(await models.recordMoves.countDocuments()).toBe(0)
  }, 120_000)

  it('finishes another one that is under way, and does not do what was asked then', async () => {
    await queueSwitch(models, 'one_per_phone', { user: 'ravi', name: 'switch', now: new Date() })

    const { status, stderr } = await records({ to: 'as_written', yes: true })

    expect(status).toBe(1)
    expect(stderr).toContain('one record per phone')
    const { stdout } = await records({ json: true })
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'one_per_phone' })
  })
})
