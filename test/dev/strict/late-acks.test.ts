import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWorkspace, type Workspace } from '../../../dev/workspace/workspace.ts'

let workspace: Workspace
beforeAll(async () => {
  workspace = await startWorkspace({ eventRetryDelaysMs: [] })
})
afterAll(() => workspace.stop())

async function connectTo(listener: RequestListener) {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  workspace.connect(`http://127.0.0.1:${address.port}/`)
  return () => {
    server.closeAllConnections()
    server.close()
  }
}

it.each<[string, () => Promise<unknown>, string]>([
  ['a command', () => workspace.command('asha', 'customers', '/uploads recent'), '/uploads recent'],
  ['a button', () => workspace.act('asha', 'customers', { action: 'a', value: '1' }), 'press 1'],
  ['an event', () => workspace.deliver({ type: 'event_callback' }), 'an event'],
  ['an opened Home', () => workspace.openHome('asha', { timeoutMs: 10 }), 'an event'],
])(
  'is a mistake of the bot where it acknowledges %s after more than three seconds',
  async (_, send, what) => {
    const before = workspace.mistakes.length
    const stop = await connectTo(() => undefined)

    await send()
    stop()

    expect(workspace.mistakes.slice(before)).toEqual([
      { method: 'acknowledgement', error: 'operation_timeout', messages: [what] },
    ])
  },
  15_000,
)

it.each<[string, RequestListener]>([
  ['in time', (_, response) => void setTimeout(() => response.end(), 300)],
  ['by a refusal', (_, response) => void response.writeHead(503).end()],
  ['by a connection that ends, as of a process that dies', (request) => void request.socket.destroy()],
])('is none where it answers %s', async (_, listener) => {
  const before = workspace.mistakes.length
  const stop = await connectTo(listener)

  await workspace.deliver({ type: 'event_callback' })
  stop()

  expect(workspace.mistakes.length).toBe(before)
})
