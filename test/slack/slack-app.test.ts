import { createHmac } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CommandDefinition, CommandDeps } from '../../commands/index.ts'
import { deliverOnce } from '../../dev/slack/slack-delivery.ts'
import { startWorkspace, type Workspace } from '../../dev/workspace/workspace.ts'
import { createModels, ensureIndexes, type Models } from '../../models/index.ts'
import { createSlackApp, type SlackApp } from '../../src/slack/slack-app.ts'
import { createUploadQueue, type UploadQueue } from '../../src/uploads/worker/upload-queue.ts'
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts'

const csv = (name = 'day-1.csv') => ({ name, bytes: new TextEncoder().encode('phone\n07417119014\n') })

const driverError = (message = 'away') => Object.assign(new Error(message), { name: 'MongoNetworkError' })

const commands: CommandDefinition[] = [
  {
    name: '/customer',
    description: '',
    usageHint: '',
    run: async ({ text, user }) => {
      if (text === 'fail') throw driverError('secret +917417119014')
      if (text === 'slow') {
        await sleep(3_200) // longer than Slack waits
        return { visibility: 'asker', parts: [{ kind: 'text', text: 'at last' }] }
      }
      return { visibility: 'asker', parts: [{ kind: 'text', text: ['for ', { user }, ': ', text] }] }
    },
  },
]

describe('the bot in Slack, over HTTP', () => {
  let database: TestDatabase
  let models: Models
  let workspace: Workspace
  let slack: SlackApp
  let address: string
  let queue: UploadQueue
  let isDatabaseReady: boolean
  let woken: number
  let invitations: unknown[]
  const logged: string[] = []
  const write = (fields: object, message: string) => {
    logged.push(`${JSON.stringify(fields)} ${message}`)
  }
  const log = { debug: write, info: write, warn: write, error: write }

  beforeAll(async () => {
    database = await openTestDatabase()
    models = createModels(database.connection)
    await ensureIndexes(models)
  })
  afterAll(() => database.drop())

  beforeEach(async () => {
    logged.length = 0
    woken = 0
    invitations = []
    isDatabaseReady = true
    await models.fileUploads.collection.deleteMany({})
    queue = createUploadQueue({ models })
    workspace = await startWorkspace({ eventRetryDelaysMs: [0, 50, 50] })
    slack = createSlackApp({
      config: {
        botToken: workspace.token,
        signingSecret: workspace.signingSecret,
        appToken: undefined,
        port: 0,
        apiUrl: workspace.apiUrl,
      },
      limits: { maxBytes: 1_000 },
      log,
      models,
      queue: {
        queueSlackShare: (share) => queue.queueSlackShare(share),
        learnShare: (...share) => queue.learnShare(...share),
        countAheadOfNew: (upload) => queue.countAheadOfNew(upload),
      },
      commands,
      actions: [],
      commandDeps: { models } as CommandDeps,
      onShareQueued: () => {
        woken += 1
      },
      isDatabaseReady: () => isDatabaseReady,
      onInvited: async (channel, at) => {
        invitations.push([channel, at])
      },
    })
    address = `http://127.0.0.1:${await slack.start()}`
    workspace.connect(`${address}/slack/events`)
  })
  afterEach(async () => {
    await slack.stop()
    await workspace.stop()
  })

  const countUploads = () => models.fileUploads.collection.countDocuments()

  describe('an invitation to a channel', () => {
    it('is heard of with its time, and of other people coming nothing is', async () => {
      const invite = (user: string) =>
        deliverOnce({
          url: `${address}/slack/events`,
          signingSecret: workspace.signingSecret,
          contentType: 'application/json',
          body: JSON.stringify({
            type: 'event_callback',
            team_id: workspace.teamId,
            event: { type: 'member_joined_channel', user, channel: 'C1', event_ts: '1772425800.123000' },
          }),
        })

      expect(await invite(workspace.userId('asha'))).toMatchObject({ status: 200 })
      expect(await invite(workspace.botUserId)).toMatchObject({ status: 200 })

      expect(invitations).toEqual([['C1', new Date('2026-03-02T04:30:00.123Z')]])
    })
  })

  describe('a shared file', () => {
    it('is written down, with its time, before Slack hears that it arrived', async () => {
      const sharedAt = new Date('2026-03-02T04:30:00.123Z')
      const share = await workspace.share('asha', 'customers', csv(), { announce: false, sharedAt })

      expect(await workspace.announce(share)).toMatchObject({ status: 200 })

      expect(await models.fileUploads.collection.findOne()).toMatchObject({
        status: 'queued',
        shared_at: sharedAt,
        source: { kind: 'slack', channel: share.channel, user: share.user, file_id: share.fileId },
      })
      expect(woken).toBe(1)
    })

    it('is written down once however often it is delivered', async () => {
      const share = await workspace.share('asha', 'customers', csv(), { announce: false })

      const outcomes = await Promise.all([1, 2, 3, 1, 2].map((retry) => workspace.announce(share, retry)))

      expect(outcomes.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
      expect(await countUploads()).toBe(1)
      expect(woken).toBe(1)
    })

    it('is delivered again when it could not be written down', async () => {
      const { queueSlackShare } = queue
      let tries = 0
      queue = {
        ...queue,
        queueSlackShare: async (share) => {
          tries += 1
          if (tries < 2) throw driverError()
          return await queueSlackShare(share)
        },
      }
      const share = await workspace.share('asha', 'customers', csv(), { announce: false })

      expect(await workspace.announce(share)).toMatchObject({ status: 200, attempts: 2 })
      expect(await countUploads()).toBe(1)
    })

    it('is written down later, without Slack, when Slack has given up', async () => {
      const { queueSlackShare } = queue
      let isAway = true
      queue = {
        ...queue,
        queueSlackShare: async (share) => {
          if (isAway) throw driverError()
          return await queueSlackShare(share)
        },
      }
      const share = await workspace.share('asha', 'customers', csv(), { announce: false })
      expect(await workspace.announce(share, 3)).toMatchObject({ status: 500 })

      isAway = false

      await expect.poll(countUploads, { timeout: 45_000 }).toBe(1)
    })

    it("is none of the bot's business when the bot shared it", async () => {
      const share = await workspace.share('asha', 'customers', csv(), { announce: false })

      const outcome = await workspace.announce({ ...share, user: workspace.botUserId })

      expect(outcome.status).toBe(200)
      expect(await countUploads()).toBe(0)
    })

    it('says its place when others are before it', async () => {
      const first = await workspace.share('asha', 'customers', csv('a.csv'), { announce: false })
      await workspace.announce(first)
      const second = await workspace.share('ravi', 'customers', csv('b.csv'), { announce: false })
      await workspace.announce(second)
      const picture = await workspace.share('ravi', 'customers', csv('b.png'), { announce: false })
      await workspace.announce(picture)

      await expect.poll(async () => (await workspace.thread(second)).length, { timeout: 45_000 }).toBe(1)
      const [place] = await workspace.thread(second)
      expect(place?.text).toMatch(/\b1\b/)
      // Waits for background work: a place posted to the other two would be there by then.
      await slack.stop()
      expect(await workspace.thread(first)).toEqual([])
      expect(await workspace.thread(picture)).toEqual([])
    })
  })

  describe('a file', () => {
    const openShared = async (name: string, bytes: Uint8Array, person = 'asha', claim = async () => true) => {
      const share = await workspace.share(person, 'customers', { name, bytes }, { announce: false })
      await workspace.announce(share)
      const upload = await models.fileUploads.collection.findOne({ 'source.file_id': share.fileId })
      if (!upload) throw new Error('not queued')
      const opened = await slack.source.open(
        upload as unknown as Parameters<typeof slack.source.open>[0],
        new AbortController().signal,
        claim,
      )
      return { share, opened }
    }

    it('is opened with its name, size and thread', async () => {
      const { share, opened } = await openShared('day-1.csv', csv().bytes)

      if (opened === 'not_for_us') throw new Error('not ours')
      expect(opened).toMatchObject({ name: 'day-1.csv', bytes: 18, thread: share.ts })
      const chunks: Uint8Array[] = []
      for await (const chunk of opened.stream) chunks.push(chunk)
      expect(Buffer.concat(chunks).toString()).toBe('phone\n07417119014\n')
    })

    it('is left alone, whatever is in it, where another upload is of its message', async () => {
      const { opened } = await openShared('list.xlsx', csv().bytes, 'asha', async () => false)

      expect(opened).toBe('not_for_us')
    })

    it.each([
      ['list.xls', new Uint8Array([208, 207, 17, 224]), 'workbook_xls'],
      ['big.csv', new Uint8Array(1_001), 'file_too_large'],
    ])('%s is refused as it should be', async (name, bytes, code) => {
      await expect(openShared(name, bytes)).rejects.toMatchObject({ code })
    })

    it.each([
      ['a picture', 'photo.jpg', new Uint8Array([255, 216])],
      ['a note', 'todo.txt', new TextEncoder().encode('Call the plumber\nBuy milk\n')],
    ])('%s is left alone', async (_, name, bytes) => {
      expect((await openShared(name, bytes)).opened).toBe('not_for_us')
    })
  })

  describe('a command', () => {
    it('is answered to the asker alone', async () => {
      const { status, answers } = await workspace.command('asha', 'customers', '/customer 07417119014')

      expect(status).toBe(200)
      expect(answers).toMatchObject([
        { visibility: 'asker', text: `for <@${workspace.userId('asha')}>: 07417119014` },
      ])
    })

    it('is acknowledged at once, however long its answer takes', async () => {
      const { status, answers } = await workspace.command('asha', 'customers', '/customer slow')

      expect(status).toBe(200)
      expect(answers).toMatchObject([{ text: 'at last' }])
    })

    it('that fails is answered in words, with a reference that is in the log', async () => {
      const { answers } = await workspace.command('asha', 'customers', '/customer fail')

      const reference = /database_unavailable ([0-9a-f]{6})/.exec(answers[0]?.text ?? '')?.[1]
      expect(answers[0]?.text).toContain('cannot be reached')
      expect(logged.some((line) => line.includes(`"reference":"${reference}"`))).toBe(true)
    })

    it('is not answered in a channel the bot was not invited to', async () => {
      const { answers } = await workspace.command('asha', 'gossip', '/customer 07417119014')

      expect(answers[0]?.text).toContain('/invite')
    })

    it('is answered in the conversation with the bot', async () => {
      const conversation = await workspace.openDirectMessage('ravi')

      const { answers } = await workspace.command('ravi', conversation, '/customer 1')

      expect(answers[0]?.text).toContain(': 1')
    })

    it('leaves neither its text nor a token in the log', async () => {
      await workspace.command('asha', 'customers', '/customer 07417119014')
      await workspace.command('asha', 'customers', '/customer fail')

      expect(logged.join('\n')).not.toMatch(/7417119014|xoxb-/)
    })
  })

  describe('a request', () => {
    const body = JSON.stringify({ type: 'event_callback', event: { type: 'file_shared' } })
    const post = (secret: string, secondsAgo: number, more: Record<string, string> = {}) => {
      const timestamp = String(Math.floor(Date.now() / 1000) - secondsAgo)
      const hash = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')
      return fetch(`${address}/slack/events`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': `v0=${hash}`,
          ...more,
        },
        body,
      })
    }

    it.each([
      ['signed with another secret', () => post('another secret', 0)],
      ['signed six minutes ago', () => post(workspace.signingSecret, 360)],
      ['from six minutes ahead', () => post(workspace.signingSecret, -360)],
      ['without a signature', () => post(workspace.signingSecret, 0, { 'x-slack-signature': '' })],
      ['with no time', () => post(workspace.signingSecret, 0, { 'x-slack-request-timestamp': 'now' })],
    ])('%s is refused', async (_, send) => {
      expect((await send()).status).toBe(401)
      expect(await countUploads()).toBe(0)
    })

    it('to any other path finds nothing', async () => {
      expect((await fetch(`${address}/slack/other`)).status).toBe(404)
      expect((await fetch(`${address}/slack/events`)).status).toBe(404)
    })
  })

  it('tells whether it is alive and whether it is ready', async () => {
    expect((await fetch(`${address}/healthz`)).status).toBe(200)
    expect(await (await fetch(`${address}/readyz`)).json()).toEqual({
      ready: true,
      database: true,
      slack: true,
      queue: true,
    })

    isDatabaseReady = false

    const response = await fetch(`${address}/readyz`)
    expect(response.status).toBe(503)
    expect(await response.json()).toEqual({
      ready: false,
      database: false,
      slack: true,
      queue: true,
    })
  })
})
