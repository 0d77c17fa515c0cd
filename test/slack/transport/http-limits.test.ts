import net from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { signRequest } from '../../../dev/slack/slack-signature.ts'
import {
  createHttpServer,
  type HttpLimits,
  type HttpServer,
} from '../../../src/slack/transport/http-server.ts'

const SECRET = 'a secret of tests'
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const HEALTHY = async () => ({ ready: true, parts: {} })

let server: HttpServer | undefined
const sockets: net.Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await server?.stop()
})

/** A server whose listener answers at once, and counts its requests. */
async function start(limits: Partial<HttpLimits> = {}) {
  const asked: string[] = []
  server = createHttpServer({
    port: 0,
    health: HEALTHY,
    slackListener(request, response) {
      asked.push(String(request.headers['x-slack-signature']))
      request.resume().on('end', () => response.end())
    },
    log: silent,
    limits,
  })
  return { port: await server.start(), asked }
}

/**
 * Sends lines, and nothing after them. @returns everything received until the server closes the connection
 */
async function send(port: number, lines: readonly string[]): Promise<string> {
  const socket = net.connect({ port, host: '127.0.0.1' })
  sockets.push(socket)
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  socket.write(lines.join('\r\n'))
  return await new Promise((resolve) => {
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(text))
  })
}

const signed = (body: string, over: Record<string, string | undefined> = {}) =>
  Object.entries({
    host: 'bot',
    ...signRequest(SECRET, body),
    'content-length': String(body.length),
    ...over,
  })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}`)
const inSeconds = (seconds: number) => String(Math.floor(Date.now() / 1000) + seconds)

describe('the web server', () => {
  it.each([
    ['without a signature', { 'x-slack-signature': undefined }, 401],
    ['without a time', { 'x-slack-request-timestamp': undefined }, 401],
    ['with a signature that is none', { 'x-slack-signature': 'v0=abc' }, 401],
    ['with a time that is none', { 'x-slack-request-timestamp': 'now' }, 401],
    ['of six minutes ago', { 'x-slack-request-timestamp': inSeconds(-360) }, 401],
    ['of six minutes ahead', { 'x-slack-request-timestamp': inSeconds(360) }, 401],
    ['of megabytes', { 'content-length': '3000000' }, 413],
  ])('refuses a request %s before its body has come', async (_, over, status) => {
    const { port, asked } = await start()

    // The body never comes: an answer shows that the server did not wait for it.
    const answer = await send(port, [
      'POST /slack/events HTTP/1.1',
      ...signed('{}', { 'content-length': '500', ...over }),
      '',
      '',
    ])

    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(asked).toEqual([])
  })

  it('hands on what is signed and new', async () => {
    const { port, asked } = await start()
    const body = '{"type":"event_callback"}'

    const response = await fetch(`http://127.0.0.1:${port}/slack/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signRequest(SECRET, body) },
      body,
    })

    expect(response.status).toBe(200)
    expect(asked).toHaveLength(1)
  })

  it('waits for no headers that do not come', async () => {
    const { port } = await start({ headersMs: 300 })

    expect(await send(port, ['POST /slack/events HTTP/1.1', 'host: bot', ''])).toMatch(/^(HTTP\/1.1 408 |$)/)
  })

  it('waits for no body that does not come', async () => {
    const { port } = await start({ headersMs: 300, requestMs: 400 })
    const lines = ['POST /slack/events HTTP/1.1', ...signed('{}', { 'content-length': '50' }), '', '{"type"']

    expect(await send(port, lines)).toMatch(/^(HTTP\/1.1 408 |$)/)
  })

  it('takes so many connections and no more', async () => {
    const { port } = await start({ connections: 2 })
    for (let at = 0; at < 2; at += 1) {
      const socket = net.connect({ port, host: '127.0.0.1' })
      sockets.push(socket)
      await new Promise((resolve) => socket.once('connect', resolve))
    }
    await new Promise((resolve) => setImmediate(resolve))

    expect(await send(port, ['GET /healthz HTTP/1.1', 'host: bot', '', ''])).toBe('')
    sockets[0]?.destroy()
    await expect
      .poll(() => send(port, ['GET /healthz HTTP/1.1', 'host: bot', 'connection: close', '', '']))
      .toContain('200 OK')
  })
})
