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

it('is a mistake of the bot where it acknowledges a command, a button, an event or an opened Home after more than three seconds', async () => {
  const stop = await connectTo(() => undefined)

  await Promise.all([
    workspace.command('asha', 'customers', '/uploads recent'),
    workspace.act('asha', 'customers', { action: 'a', value: '1' }),
    workspace.deliver({ type: 'event_callback' }),
    workspace.openHome('asha', { timeoutMs: 10 }),
  ])
  stop()

  const late = { method: 'acknowledgement', error: 'operation_timeout' }
  expect(workspace.mistakes.toSorted((a, b) => (String(a.messages) < String(b.messages) ? -1 : 1))).toEqual([
    { ...late, messages: ['/uploads recent'] },
    { ...late, messages: ['an event'] },
    { ...late, messages: ['an event'] },
    { ...late, messages: ['press 1'] },
  ])
})

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
