import mongoose from 'mongoose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CommandDeps } from '../../../commands/index.ts'
import { startWorkspace, type Workspace } from '../../../dev/workspace/workspace.ts'
import { createModels } from '../../../models/index.ts'
import { createSlackApp, type SlackApp } from '../../../src/slack/slack-app.ts'
import type { QueuedShare, SlackShare } from '../../../src/uploads/worker/upload-queue.ts'
import { type SocketSlack, startSocketSlack } from '../support/socket-slack.ts'

const LONG = { timeout: 45_000 }
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

describe('the bot in Socket Mode', () => {
  let workspace: Workspace
  let socketSlack: SocketSlack
  let slack: SlackApp
  let shares: SlackShare[]
  let isAway: boolean
  let refused: number
  let held: Promise<void>
  let reconnected: number
  let port: number

  beforeEach(async () => {
    shares = []
    isAway = false
    refused = 0
    held = Promise.resolve()
    reconnected = 0
    workspace = await startWorkspace()
    socketSlack = await startSocketSlack(workspace.url)
    slack = createSlackApp({
      config: {
        botToken: workspace.token,
        appToken: 'xapp-emulated',
        signingSecret: undefined,
        port: 0,
        apiUrl: socketSlack.apiUrl,
      },
      limits: { maxBytes: 1_000 },
      log: silent,
      // Never connected: the queue below receives the shares.
      models: createModels(mongoose.createConnection()),
      queue: {
        queueSlackShare: async (share) => {
          await held
          if (isAway) {
            refused += 1
            throw Object.assign(new Error('broken'), { name: 'MongoServerError', code: 1 })
          }
          shares.push(share)
          return { upload: { number: 1 }, isNew: true } as QueuedShare
        },
        learnShare: async () => {},
        countAheadOfNew: async () => 0,
      },
      commands: [],
      actions: [],
      commandDeps: {} as CommandDeps,
      onShareQueued: () => {},
      isDatabaseReady: () => true,
      onReconnected: () => {
        reconnected += 1
      },
    })
    port = await slack.start()
  })
  afterEach(async () => {
    await slack.stop()
    await socketSlack.stop()
    await workspace.stop()
    expect(socketSlack.late).toEqual([])
  })

  const shareEnvelope = (id: string, eventId = `Ev-${id}`) => ({
    type: 'events_api',
    envelope_id: id,
    accepts_response_payload: false,
    payload: {
      type: 'event_callback',
      event_id: eventId,
      team_id: 'T1',
      event: {
        type: 'file_shared',
        file_id: 'F1',
        user_id: 'U1',
        channel_id: 'C1',
        event_ts: '1772425800.000100',
      },
    },
  })

  it('acknowledges a share once it is written down', async () => {
    socketSlack.send(shareEnvelope('e1'))

    await expect.poll(() => socketSlack.acknowledged).toEqual(['e1'])
    expect(shares).toMatchObject([{ fileId: 'F1', channel: 'C1', sharedAt: new Date(1_772_425_800_000) }])
  })

  it('leaves a share unacknowledged that could not be written down, so that Slack sends it again', async () => {
    isAway = true
    socketSlack.send(shareEnvelope('e1'))
    await expect.poll(() => refused).toBe(1)

    isAway = false
    socketSlack.send(shareEnvelope('e2'))

    await expect.poll(() => socketSlack.acknowledged).toEqual(['e2'])
  })

  it('survives being told that it is rate limited', async () => {
    socketSlack.send({ type: 'events_api', envelope_id: 'r', payload: { type: 'app_rate_limited' } })
    socketSlack.send(shareEnvelope('e1'))

    await expect.poll(() => socketSlack.acknowledged).toContain('e1')
  })

  it('connects again when the connection is lost, and says that something may have been missed', async () => {
    socketSlack.cut()

    await expect.poll(() => socketSlack.connections(), { timeout: 45_000 }).toBe(2)
    await expect.poll(() => reconnected).toBe(1)
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
    socketSlack.send(shareEnvelope('e1'))
    await expect.poll(() => socketSlack.acknowledged).toEqual(['e1'])
  }, 120_000)

  const receive = (id: string) => expect.poll(() => socketSlack.acknowledged, LONG).toContain(id)

  it.each(['warning', 'refresh_requested'] as const)(
    'has the next connection before Slack ends the old one (%s)',
    async (reason) => {
      socketSlack.announceEnd(reason)

      await expect.poll(() => socketSlack.openCounts, LONG).toEqual([1, 2, 1])
      socketSlack.send(shareEnvelope('e1'))
      await receive('e1')
      expect(reconnected).toBe(0)
      expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
    },
  )

  it('opens one connection for a warning and the request that follows it', async () => {
    socketSlack.announceEnd('warning')
    socketSlack.announceEnd('refresh_requested')

    await expect.poll(() => socketSlack.openCounts, LONG).toEqual([1, 2, 1])
    socketSlack.send(shareEnvelope('e1'))
    await receive('e1')
    expect(socketSlack.connections()).toBe(2)
  })

  it('answers what came over the old connection there, before that is left', async () => {
    let goOn = () => {}
    held = new Promise((resolve) => {
      goOn = resolve
    })
    socketSlack.send(shareEnvelope('e1'))
    socketSlack.announceEnd('warning')
    await expect.poll(() => socketSlack.openCounts, LONG).toEqual([1, 2])

    goOn()

    await receive('e1')
    await expect.poll(() => socketSlack.openCounts, LONG).toEqual([1, 2, 1])
  })

  it('acts once on what Slack sends again because its acknowledgement was lost, and acknowledges both', async () => {
    let goOn = () => {}
    held = new Promise((resolve) => {
      goOn = resolve
    })
    socketSlack.send(shareEnvelope('e1', 'Ev1'))
    socketSlack.end()
    await expect.poll(() => socketSlack.connections(), LONG).toBe(2)
    socketSlack.send({ ...shareEnvelope('e2', 'Ev1'), retry_attempt: 1, retry_reason: 'timeout' })
    goOn()

    await receive('e2')
    expect(shares).toHaveLength(1)
  })

  it('keeps the old connection as long as Slack gives no other', async () => {
    socketSlack.refuseAddress(2, 'internal_error')
    socketSlack.announceEnd('warning')
    socketSlack.send(shareEnvelope('e1'), 0)
    await receive('e1')

    await expect.poll(() => socketSlack.openCounts, LONG).toEqual([1, 2, 1])
    expect(reconnected).toBe(0)
  }, 120_000)

  it('is connected again at once where Slack ends the connection without a word', async () => {
    let quickest = Number.POSITIVE_INFINITY
    let ends = 0
    for (; ends < 5 && quickest > 3_000; ends += 1) {
      const since = Date.now()
      socketSlack.end()
      await expect.poll(() => socketSlack.connections(), LONG).toBe(ends + 2)
      quickest = Math.min(quickest, Date.now() - since)
    }

    expect(quickest).toBeLessThan(3_000)
    await expect.poll(() => reconnected).toBe(ends)
  })
})
