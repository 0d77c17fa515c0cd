import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { startWorkspace } from '../../dev/workspace/workspace.ts'
import { createModels, ensureIndexes } from '../../models/index.ts'
import { checkDisk, checkFields, checkSettings, checkSlack } from '../../src/cli/doctor-checks.ts'
import { checkDatabase } from '../../src/cli/doctor-database.ts'
import type { Finding } from '../../src/cli/finding.ts'
import { createDummyPhones } from '../../src/customers/phones/index.ts'
import { AppError } from '../../src/errors.ts'
import { describeServer } from '../../src/server-facts.ts'
import { openTestDatabase } from '../support/test-database.ts'

const ENOUGH = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'a-signing-secret' }

async function listFindings(findings: AsyncIterable<Finding>): Promise<Finding[]> {
  const list: Finding[] = []
  for await (const finding of findings) list.push(finding)
  return list
}

const about = (findings: readonly Finding[], what: string) => findings.find((one) => one.what === what)

describe('the doctor, of the settings', () => {
  it('says what region and time zone mean', () => {
    const findings = checkSettings({
      ...ENOUGH,
      ADMINS: 'U0ASHA',
      DEFAULT_REGION: 'de',
      TIME_ZONE: 'Europe/Berlin',
    })

    expect(findings.every(({ state }) => state === 'ok')).toBe(true)
    expect(about(findings, 'region')?.text).toContain('Germany (DE)')
  })

  it('says where nobody is an admin, and how long values are kept', () => {
    const findings = checkSettings({ ...ENOUGH, RETENTION_DAYS: '90' })

    expect(about(findings, 'admins')).toMatchObject({ state: 'warn', fix: expect.stringContaining('ADMINS') })
    expect(about(findings, 'retention')?.text).toContain('after 90 days')
    expect(about(checkSettings(ENOUGH), 'retention')?.text).toContain('RETENTION_DAYS is empty')
  })

  it('says how much room the disk of the embedded data has, and where there is no data yet', async () => {
    expect((await checkDisk('.')).text).toMatch(/^[\d.]+ GB free for DATA_DIR/)
    expect(await checkDisk('./there-is-no-such-data')).toMatchObject({ state: 'ok' })
  })

  it('names every problem on a line of its own, and no token', () => {
    const findings = checkSettings({ SLACK_BOT_TOKEN: 'xoxp-very-secret', PORT: 'abc' })

    expect(findings.length).toBeGreaterThan(2)
    expect(findings.every(({ state, fix }) => state === 'bad' && fix !== undefined)).toBe(true)
    expect(JSON.stringify(findings)).not.toContain('very-secret')
  })
})

describe('the doctor, of a field catalogue of the team', () => {
  it('says nothing where there is none, and what is wrong where the bot would not start with it', async () => {
    expect(await listFindings(checkFields(undefined))).toEqual([])
    expect(await listFindings(checkFields('examples/fields.yml'))).toMatchObject([{ state: 'ok' }])
    expect(await listFindings(checkFields('README.md'))).toMatchObject([
      { state: 'bad', what: 'fields', text: expect.stringContaining('README.md') },
    ])
    expect(await listFindings(checkFields('no-such.yml'))).toMatchObject([{ state: 'bad', what: 'fields' }])
  })
})

describe('the doctor, of Slack', () => {
  let server: Server | undefined
  afterEach(() => server?.close())

  interface Answers {
    readonly scopes?: string
    readonly clockOffS?: number
    readonly refused?: Readonly<Record<string, string>>
    readonly channels?: readonly string[]
    /** For the bot. */
    readonly app?: string
  }

  async function examine(answers: Answers, appToken?: string): Promise<Finding[]> {
    server = createServer((request, response) => {
      const method = (request.url ?? '').replace(/^\/api\/|\?.*$/g, '')
      response.setHeader('date', new Date(Date.now() + (answers.clockOffS ?? 0) * 1000).toUTCString())
      response.setHeader('content-type', 'application/json')
      response.setHeader('x-oauth-scopes', answers.scopes ?? 'commands,chat:write,reactions:write')
      const error = answers.refused?.[method]
      const channels = (answers.channels ?? ['customers']).map((name) => ({ id: `C-${name}`, name }))
      const bot = { bot_id: 'B1', bot: { app_id: answers.app ?? 'A1' } }
      response.end(
        JSON.stringify(
          error ? { ok: false, error } : { ok: true, user: 'uploads', team: 'Sahara', channels, ...bot },
        ),
      )
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const apiUrl = `http://127.0.0.1:${port}/api/`
    return await listFindings(
      checkSlack({ botToken: 'xoxb-1', appToken, apiUrl }, ['commands', 'chat:write', 'reactions:write']),
    )
  }

  it('finds everything well', async () => {
    const findings = await examine({}, 'xapp-1')

    expect(findings.map(({ state, what }) => `${state} ${what}`)).toEqual([
      'ok clock',
      'ok bot token',
      'ok scopes',
      'ok app token',
      'ok channels',
    ])
    expect(about(findings, 'bot token')?.text).toBe('uploads in Sahara')
    expect(about(findings, 'channels')?.text).toBe('in #customers')
  })

  it.each<[string, Answers, Partial<Finding>]>([
    ['a clock far off', { clockOffS: 600 }, { state: 'bad', what: 'clock' }],
    ['a clock a little off', { clockOffS: -100 }, { state: 'warn', what: 'clock' }],
    [
      'a token Slack does not know',
      { refused: { 'auth.test': 'invalid_auth' } },
      { state: 'bad', what: 'bot token', text: expect.stringContaining('invalid_auth') },
    ],
    [
      'a scope too few',
      { scopes: 'commands' },
      { state: 'bad', what: 'scopes', text: expect.stringContaining('chat:write') },
    ],
    [
      'a scope for reactions too few, which nothing else needs',
      { scopes: 'commands,chat:write' },
      { state: 'warn', what: 'scopes', text: expect.stringMatching(/reactions:write.*no reactions/) },
    ],
    [
      'an app token without the right',
      { refused: { 'apps.connections.open': 'not_allowed_token_type' } },
      { state: 'bad', what: 'app token' },
    ],
    ['no channel yet', { channels: [] }, { state: 'warn', what: 'channels' }],
  ])('says what to do about %s', async (_, answers, expected) => {
    const findings = await examine(answers, 'xapp-1')

    const finding = findings.find(({ state }) => state !== 'ok')
    expect(finding).toMatchObject(expected)
    expect(finding?.fix).toMatch(/\w/)
  })

  it.each([
    ['xapp-1-A1-2-x', 'ok'],
    ['xapp-1-A2-2-x', 'bad'],
  ])('compares the app of the token %s with that of the bot: %s', async (appToken, state) => {
    const findings = await examine({ app: 'A1' }, appToken)

    expect(about(findings, 'app token')?.state).toBe(state)
    if (state === 'bad') expect(about(findings, 'app token')?.text).toContain('another app (A2)')
  })

  it('looks at all channels, however many pages Slack needs for them', async () => {
    const workspace = await startWorkspace()
    workspace.use(async (call, next) => {
      if (!call.path.startsWith('/api/users.conversations')) return await next(call)
      const isSecond = String(call.body).includes('page-2')
      return Response.json({
        ok: true,
        channels: [isSecond ? { id: 'C0SECOND', name: 'second' } : { id: 'C0FIRST', name: 'first' }],
        response_metadata: { next_cursor: isSecond ? '' : 'page-2' },
      })
    })
    const { token: botToken, apiUrl } = workspace
    const slack = { botToken, appToken: undefined, apiUrl }
    const findings = await listFindings(checkSlack(slack, [], ['C0FIRST', 'C0SECOND']))
    await workspace.stop()

    expect(about(findings, 'channels')?.text).toBe('in #first, #second')
    expect(about(findings, 'summaries')).toBeUndefined()
  })

  it('names the channels of DIGEST_CHANNELS, and of CHANNELS, the bot is not in', async () => {
    const workspace = await startWorkspace()
    const { token: botToken, apiUrl } = workspace
    const [mine, other] = ['customers', 'gossip'].map((name) => workspace.channelId(name))
    const slack = { botToken, appToken: undefined, apiUrl }
    const findings = await listFindings(
      checkSlack(slack, ['chat:write'], [mine ?? '', other ?? ''], [other ?? '']),
    )
    await workspace.stop()

    expect(about(findings, 'bot token')).toMatchObject({ state: 'ok' })
    expect(about(findings, 'summaries')).toMatchObject({
      state: 'warn',
      text: expect.stringContaining(other ?? ''),
    })
    expect(about(findings, 'chosen channels')).toMatchObject({
      state: 'warn',
      text: expect.stringContaining(other ?? ''),
    })
  })

  it('names the ids in ADMINS that Slack does not know', async () => {
    const workspace = await startWorkspace()
    const { token: botToken, apiUrl } = workspace
    const slack = { botToken, appToken: undefined, apiUrl }
    const findings = await listFindings(checkSlack(slack, [], [], [], new Set(['U0NOBODY'])))
    await workspace.stop()

    expect(about(findings, 'admins')).toMatchObject({
      state: 'warn',
      text: expect.stringContaining('U0NOBODY'),
    })
  })

  it('says when Slack cannot be reached, once', async () => {
    const nowhere = { botToken: 'xoxb-1', appToken: undefined, apiUrl: 'http://127.0.0.1:9/api/' }

    expect(await listFindings(checkSlack(nowhere, []))).toMatchObject([{ state: 'bad', what: 'Slack' }])
  })
})

const DUMMIES = createDummyPhones([], 'IN')

describe('the doctor, of the database', () => {
  it('asks for the rule "one phone, one customer" as soon as there are customers', async () => {
    const database = await openTestDatabase()
    const models = createModels(database.connection)
    const open = async () => ({
      connection: database.connection,
      engine: 'external' as const,
      close: async () => undefined,
    })
    const indexNow = async () => about(await listFindings(checkDatabase(open, DUMMIES)), 'index')

    expect(await indexNow()).toMatchObject({ state: 'ok', text: expect.stringContaining('first start') })
    const { engine, version, topology } = await describeServer(database.connection)
    const line = about(await listFindings(checkDatabase(open, createDummyPhones([], 'IN'))), 'database')?.text
    expect(line).toContain(engine === 'mongodb' ? 'MongoDB' : 'DocumentDB')
    expect(line).toContain(`${version}, ${topology}`)
    await models.customers.collection.insertOne({ primary_phone: '+917417119014' } as never)
    expect(await indexNow()).toMatchObject({ state: 'bad' })
    await ensureIndexes(models)
    expect(await indexNow()).toMatchObject({ state: 'ok', text: expect.stringContaining('unique') })
    // The same index under another name.
    await models.customers.collection.dropIndex('primary_phone')
    await models.customers.collection.createIndex({ primary_phone: 1 }, { unique: true, name: 'by_hand' })
    expect(await indexNow()).toMatchObject({ state: 'ok', text: expect.stringContaining('unique') })
    await database.drop()
  })

  it('lists customers who are stored under a dummy number, and nobody else', async () => {
    const database = await openTestDatabase()
    const { customers } = createModels(database.connection)
    const open = async () => ({
      connection: database.connection,
      engine: 'external' as const,
      close: async () => undefined,
    })
    const dummies = createDummyPhones(['9876500000', '-8888888888'], 'IN')
    const dummiesNow = async () => about(await listFindings(checkDatabase(open, dummies)), 'dummies')
    const real = ['+917417119014', '+919899999998', '+918888888888']
    await customers.collection.insertMany(real.map((primary_phone) => ({ primary_phone })))

    expect(await dummiesNow()).toMatchObject({ state: 'ok' })
    const stored = ['+919999999999', '+911234567890', '+919876500000', '+447777777777']
    await customers.collection.insertMany(stored.map((primary_phone) => ({ primary_phone })))
    const { text: statement, state } = (await dummiesNow()) ?? {}
    expect(state).toBe('warn')
    expect(statement).toMatch(/^4 stored under a dummy number/)
    for (const phone of stored) expect(statement).toContain(phone)
    for (const phone of real) expect(statement).not.toContain(phone)
    await database.drop()
  })

  it('says that the bot would refuse data of a newer version, and that older data is brought up to date', async () => {
    const database = await openTestDatabase()
    const { schemaState } = createModels(database.connection)
    const open = async () => ({
      connection: database.connection,
      engine: 'external' as const,
      close: async () => undefined,
    })
    const formNow = async () => about(await listFindings(checkDatabase(open, DUMMIES)), 'form')

    expect(await formNow()).toMatchObject({ state: 'ok', text: expect.stringContaining('next start') })
    expect(await schemaState.collection.countDocuments()).toBe(0)
    await schemaState.collection.insertOne({ _id: 'schema', version: 999, steps: [] } as never)
    expect(await formNow()).toMatchObject({ state: 'bad', text: expect.stringContaining('newer version') })
    await database.drop()
  })

  it.each([
    ['bad', 'database_unavailable'],
    ['bad', 'database_refused'],
    ['warn', 'database_in_use'],
  ] as const)('is a line marked %s when it is %s', async (state, code) => {
    const findings = await listFindings(checkDatabase(() => Promise.reject(new AppError(code)), DUMMIES))

    expect(findings).toMatchObject([{ state, what: 'database' }])
  })
})
