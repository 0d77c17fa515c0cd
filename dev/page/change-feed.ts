import type { ServerResponse } from 'node:http'
import type { Workspace } from '../workspace/index.ts'

/** Notifies open pages of changes, so that they refresh. */
interface ChangeFeed {
  changed(): void
  follow(response: ServerResponse): void
  stop(): void
}

/** Pause between notifications: an import with progress needs the processor. */
const QUIET_MS = 400
const PING_MS = 20_000
const POSTS =
  /^\/(?:responses\/|api\/(?:chat|views|reactions|files\.complete|conversations\.(?:invite|join)))/

export function createChangeFeed(workspace: Pick<Workspace, 'use'>): ChangeFeed {
  const followers = new Set<ServerResponse>()
  let timer: NodeJS.Timeout | undefined
  const post = (line: string) => {
    for (const follower of followers) follower.write(line)
  }
  const changed = () => {
    timer ??= setTimeout(() => {
      timer = undefined
      post('data: changed\n\n')
    }, QUIET_MS)
  }
  // Changes from other sources are seen at the next ping.
  const ping = setInterval(() => post('data: ping\n\n'), PING_MS).unref()
  const leave = workspace.use(async (call, next) => {
    const answer = await next(call)
    if (POSTS.test(call.path)) changed()
    return answer
  })

  return {
    changed,
    follow(response) {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('retry: 1000\n\n')
      followers.add(response)
      response.on('close', () => followers.delete(response))
    },
    stop() {
      clearTimeout(timer)
      clearInterval(ping)
      leave()
      for (const follower of followers) follower.end()
    },
  }
}
