import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { createModels, type RecordKind } from '../../models/index.ts'
import { checkFields, checkSettings, checkSlack } from '../../src/cli/doctor-checks.ts'
import { checkDatabase } from '../../src/cli/doctor-database.ts'
import type { Finding } from '../../src/cli/finding.ts'
import { describeChoices, describeSwitch } from '../../src/cli/record-kinds/describe-records.ts'
import { runRecords } from '../../src/cli/record-kinds/run-records.ts'
import { runImport } from '../../src/cli/run-import.ts'
import { createDummyPhones } from '../../src/customers/phones/index.ts'
import { AppError, formatError, toAppError } from '../../src/errors.ts'
import { loadCoreConfig } from '../../src/settings/config.ts'
import { builtProgram } from '../support/build-programs.ts'
import { openReplyTexts } from '../support/reply-texts.ts'
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts'

let database: TestDatabase
let folder: string

beforeAll(async () => {
  database = await openTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'cli-replies-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 20 })
  await database.drop()
})

/** A program's output to both streams, in order. */
function collect() {
  const chunks: string[] = []
  const open = () =>
    new Writable({
      write(chunk, _, done) {
        chunks.push(String(chunk))
        done()
      },
    }) as unknown as NodeJS.WriteStream
  const text = () =>
    chunks
      .join('')
      .replaceAll(folder, '/lists')
      .replaceAll(/in (?:less than )?[\d.]+ s\b/g, 'in 2.5 s')
      .replaceAll(/\d+ \w{3} \d{4}(?:, \d\d:\d\d)?/g, '15 Jan 2026')
      // A preview can be printed before its worker has cleaned up.
      .replaceAll(/^(?:stopping|lease_lost): .*\n|^.* Ctrl-C stops .*\n/gm, '')
  return { stdout: open(), stderr: open(), text }
}

type Ask = Partial<Pick<Parameters<typeof runImport>[0], 'dryRun' | 'anyway' | 'phoneColumn' | 'failedRows'>>

async function runFile(name: string, lines: readonly string[], ask: Ask = {}): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, lines.join('\n'))
  const { text, ...streams } = collect()
  try {
    await runImport({
      config: loadCoreConfig({ MONGODB_URI: database.uri, TIME_ZONE: 'Asia/Kolkata' }),
      cacheDir: folder,
      path,
      user: 'asha',
      json: false,
      ...ask,
      ...streams,
      signal: new AbortController().signal,
    })
  } catch (thrown) {
    streams.stderr.write(formatError(toAppError(thrown)))
  }
  return text()
}

async function records(ask: { to?: RecordKind; yes?: boolean; typed?: string } = {}): Promise<string> {
  const { text, ...streams } = collect()
  const { typed, ...rest } = ask
  const stdin = Object.assign(new PassThrough(), { isTTY: typed !== undefined })
  if (typed !== undefined) stdin.write(`${typed}\n`)
  await runRecords({
    config: loadCoreConfig({ MONGODB_URI: database.uri }),
    cacheDir: folder,
    user: 'asha',
    yes: false,
    json: false,
    ...rest,
    ...streams,
    stdin: stdin as unknown as NodeJS.ReadStream,
    signal: new AbortController().signal,
  })
  return text()
}

const PEOPLE = ['Kushal', 'Meenakshi', 'Imran', 'Lakshmi', 'Harpreet', 'Kavya']
const CITIES = ['Pune', 'Chennai', 'Surat', 'Kochi', 'Amritsar', 'Goa']
const list = (cells: readonly string[]) => [
  'Phone,Name',
  ...cells.map((cell, at) => `900000010${at},${cell}`),
]

describe('what the programs in a terminal print', () => {
  const { expectText } = openReplyTexts('cli')

  it('how they are used', async () => {
    const run = (program: string, ...args: string[]) =>
      new Promise<string>((resolve) => {
        const node = [builtProgram(`src/cli/${program}.ts`), ...args]
        execFile(process.execPath, node, (_, stdout, stderr) => resolve(stdout + stderr))
      })
    const printed = await Promise.all([
      run('import', '--help'),
      run('records', '--help'),
      run('mongo', '--port', 'abc'),
    ])
    for (const [at, name] of ['import-help', 'records-help', 'mongo-wrong-usage'].entries())
      await expectText(name, printed[at] ?? '')
  })

  it('an import from beginning to end', async () => {
    await expectText('import-preview', await runFile('day-1.csv', list(PEOPLE), { dryRun: true }))
    await expectText('import', await runFile('day-1.csv', [...list(PEOPLE), '12,Broken']))
    await expectText('import-refused', await runFile('empty.csv', []))
    await expectText('import-held-back', await runFile('wrong.csv', list(CITIES)))
    await expectText('import-anyway', await runFile('wrong.csv', list(CITIES), { anyway: true }))
    await expectText(
      'import-preview-of-the-wrong-file',
      await runFile('p.csv', list(PEOPLE), { dryRun: true }),
    )
    await expectText(
      'import-by-column',
      await runFile('k.csv', ['K1,K2', 'A,07417119014'], { phoneColumn: '2' }),
    )
    await expectText('import-which-column', await runFile('k2.csv', ['K1,K2', 'A,07417119014']))
    await expectText(
      'import-which-column-headerless',
      await runFile('k3.csv', ['A,07417119014', 'B,98200 98200']),
    )
    await expectText('import-no-column-with-phones', await runFile('k4.csv', ['K1,K2', 'A,B']))
    await expectText('import-unknown-column', await runFile('k5.csv', ['K1,K2', 'A,B'], { phoneColumn: '7' }))
    const broken = [...list(PEOPLE), '12,Broken']
    await expectText(
      'import-failed-rows',
      await runFile('f.csv', broken, { anyway: true, failedRows: join(folder, 'f-out.csv') }),
    )
    await expectText(
      'import-failed-rows-unwritable',
      await runFile('g.csv', broken, { anyway: true, failedRows: join(folder, 'none', 'out.csv') }),
    )
  })

  it('a switch of what a record is', async () => {
    await expectText('records', await records())
    await expectText('records-already', await records({ to: 'one_per_phone' }))
    await expectText('records-asked-nobody', await records({ to: 'one_per_upload' }))
    await expectText('records-refused', await records({ to: 'one_per_upload', typed: 'n' }))
    await expectText('records-switched', await records({ to: 'one_per_upload', typed: 'y' }))
    await expectText('records-merged', await records({ to: 'one_per_phone' }))
    const state = { kind: 'one_per_phone' as const, records: 9, switching: 'as_written' as const }
    await expectText('records-under-way', describeChoices(state))
    const counts = { phones: 9, before: 9, after: 9, split: 0, merged: 0 }
    await expectText(
      'records-as-written',
      describeSwitch('one_per_phone', 'as_written', { counts, examples: [] }),
    )
  })
})

describe('what the doctor says', () => {
  const { expectText } = openReplyTexts('doctor')

  async function show(findings: AsyncIterable<Finding> | Iterable<Finding>): Promise<string> {
    const lines: string[] = []
    for await (const { state, what, text: statement, fix } of findings)
      lines.push(`${state} ${what}: ${statement}${fix === undefined ? '' : ` → ${fix}`}`)
    return lines
      .join('\n')
      .replaceAll(/\d+ \w{3} \d{4}, \d\d:\d\d/g, '15 Jan 2026, 10:00')
      .replaceAll(/database: \w+,/g, 'database: mongod,')
  }

  it('of settings and fields', async () => {
    const enough = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'a-signing-secret' }
    await expectText('settings', await show(checkSettings({ ...enough, TIME_ZONE: 'Asia/Kolkata' })))
    await expectText('settings-wrong', await show(checkSettings({ SLACK_BOT_TOKEN: 'xoxp-1', PORT: 'abc' })))
    await expectText('fields', await show(checkFields('examples/fields.yml')))
    await expectText('fields-missing', await show(checkFields('no-such.yml')))
  })

  it('of Slack that cannot be reached', async () => {
    const nowhere = { botToken: 'xoxb-1', appToken: undefined, apiUrl: 'http://127.0.0.1:9/api/' }
    await expectText('slack-away', await show(checkSlack(nowhere, [])))
  })

  it('of the database', async () => {
    const own = await openTestDatabase()
    const open = async () => ({
      connection: own.connection,
      engine: 'external' as const,
      close: async () => undefined,
    })
    const { customers } = createModels(own.connection)
    await expectText('database-new', await show(checkDatabase(open, createDummyPhones([], 'IN'))))
    await customers.collection.insertOne({ primary_phone: '+917417119014' } as never)
    await expectText('database-without-index', await show(checkDatabase(open, createDummyPhones([], 'IN'))))
    for (const code of ['database_unavailable', 'database_in_use'] as const) {
      const fail = () => Promise.reject(new AppError(code, { path: './data' }))
      await expectText(code, await show(checkDatabase(fail, createDummyPhones([], 'IN'))))
    }
    await own.drop()
  })
})
