import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { App } from '@slack/bolt'
import { afterEach, describe, expect, it } from 'vitest'
import { createHttpServer } from '../../../src/slack/transport/http-server.ts'
import { createSocketReceiver, toSocketError } from '../../../src/slack/transport/socket-receiver.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

describe('a bot that cannot start', () => {
  let other: Server | undefined
  afterEach(() => other?.close())

  async function listen(answer: object = {}): Promise<number> {
    other = createServer((_, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answer))
    })
    other.listen(0)
    await once(other, 'listening')
    const address = other.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  it('names the port that another process has', async () => {
    const port = await listen()
    const health = async () => ({ ready: true, parts: {} })
    const server = createHttpServer({ port, health, slackListener: undefined, log: silent })

    await expect(server.start()).rejects.toMatchObject({
      code: 'port_unavailable',
      message: expect.stringContaining(`Port ${port} `),
      next: expect.stringContaining('PORT'),
    })
    await server.stop()
  })

  it('names the app token where Slack refuses that one, and says what Slack said', async () => {
    const port = await listen({ ok: false, error: 'invalid_auth' })
    const logger = { ...silent, setLevel() {}, setName() {}, getLevel: () => 'info' as never }
    const apiUrl = `http://127.0.0.1:${port}/api/`
    const { receiver } = createSocketReceiver({ appToken: 'xapp-1', apiUrl, logger, onReconnected() {} })

    new App({ receiver, authorize: async () => ({}), logger })
    const refused = await receiver.start().then(() => undefined, toSocketError)

    expect(refused).toMatchObject({ code: 'slack_refused' })
    expect(refused?.message).toContain('SLACK_APP_TOKEN: invalid_auth')
  })
})
