import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Chance } from './random.ts'

/** One address for Slack's events in front of several bots, like a load balancer. */
export interface EventRelay {
  readonly url: string
  /** The listening processes. */
  setTargets(urls: readonly string[]): void
  stop(): Promise<void>
}

/** Forwards each request to one of the processes; 502 if it is gone or does not answer. */
export async function startEventRelay(chance: Chance): Promise<EventRelay> {
  let targets: readonly string[] = []
  const server = createServer((request, response) => {
    relay(request, response).catch(() => response.destroy())
  })

  async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const target = targets[chance.between(0, Math.max(0, targets.length - 1))]
    if (target === undefined) {
      response.writeHead(502).end()
      return
    }
    try {
      const answer = await fetch(target, {
        method: 'POST',
        headers: headersOf(request),
        body: Buffer.concat(chunks),
      })
      response.writeHead(answer.status).end(await answer.text())
    } catch {
      response.writeHead(502).end()
    }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the relay has no port')
  return {
    url: `http://127.0.0.1:${address.port}/slack/events`,
    setTargets(urls) {
      targets = urls
    },
    async stop() {
      server.close()
      server.closeAllConnections()
      if (server.listening) await once(server, 'close')
    },
  }
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === 'string' && (name === 'content-type' || name.startsWith('x-slack-')))
      headers[name] = value
  return headers
}
