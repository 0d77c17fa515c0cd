import mongoose from 'mongoose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CommandDeps } from '../../../commands/index.ts'
import { startWorkspace, type Workspace } from '../../../dev/workspace/workspace.ts'
import { createModels } from '../../../models/index.ts'
import { AppError } from '../../../src/errors.ts'
import { createSlackApp, type SlackApp } from '../../../src/slack/slack-app.ts'
import type { QueuedShare, SlackShare } from '../../../src/uploads/worker/upload-queue.ts'
import { type SocketSlack, startSocketSlack } from '../support/socket-slack.ts'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

describe('the bot in Socket Mode', () => {
  let workspace: Workspace
  let socketSlack: SocketSlack
  let slack: SlackApp
  let shares: SlackShare[]
  let isAway: boolean
  let reconnected: number
  let port: number

  beforeEach(async () => {
    shares = []
    isAway = false
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
      // Never connected: shares are written down by the queue below.
      models: createModels(mongoose.createConnection()),
      queue: {
        queueSlackShare: async (share) => {
          if (isAway) throw new AppError('database_failed')
          shares.push(share)
          return { upload: { number: 1 }, isNew: true } as QueuedShare
        },
        learnName: async () => {},
        countAhead: async () => 0,
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
  })

  const shareEnvelope = (id: string) => ({
    type: 'events_api',
    envelope_id: id,
    accepts_response_payload: false,
    payload: {
      type: 'event_callback',
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
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(socketSlack.acknowledged).toEqual([])

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

    await expect.poll(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(503)
    await expect.poll(() => socketSlack.connections(), { timeout: 15_000 }).toBe(2)
    await expect.poll(() => reconnected).toBe(1)
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
    socketSlack.send(shareEnvelope('e1'))
    await expect.poll(() => socketSlack.acknowledged).toEqual(['e1'])
  }, 30_000)
})
