import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { createBoltLogger } from '../../../src/slack/transport/bolt-logger.ts'
import { createWebClient, repeatCall } from '../../../src/slack/transport/slack-call.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const server = createServer()
afterEach(() => server.close())

/** A client of a server that gives these answers in turn, and the last one from then on. */
async function clientOf(...answers: readonly string[]) {
  let calls = 0
  server.removeAllListeners('request').on('request', (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(answers[Math.min(calls++, answers.length - 1)])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = createWebClient('xoxb-1', `http://127.0.0.1:${port}/api/`, createBoltLogger(silent))
  return { client, count: () => calls }
}

it.each([
  ['other JSON, as a proxy gives', '{"message":"API rate limit exceeded"}'],
  ['an error that is no text', '{"ok":false,"error":{"code":7}}'],
  ['no JSON', '<html>Bad gateway</html>'],
  ['nothing', ''],
])('repeats a call that was answered with %s', async (_, answer) => {
  const { client, count } = await clientOf(answer, '{"ok":true,"file":{"id":"F1"}}')

  const found = await repeatCall(() => client.files.info({ file: 'F1' }), { firstPauseMs: 1 })

  expect(found.file?.id).toBe('F1')
  expect(count()).toBe(2)
})

it('does not repeat a call that Slack refused', async () => {
  const { client, count } = await clientOf('{"ok":false,"error":"file_not_found"}')

  const asked = repeatCall(() => client.files.info({ file: 'F1' }), { firstPauseMs: 1 })

  await expect(asked).rejects.toMatchObject({ code: 'slack_refused', details: { reason: 'file_not_found' } })
  expect(count()).toBe(1)
})
