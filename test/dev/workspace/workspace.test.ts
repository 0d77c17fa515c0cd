import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startWorkspace, type Workspace } from '../../../dev/workspace/workspace.ts'

interface Received {
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** A bot that records what it receives, and answers as the test needs. */
async function startListener(answer: (received: Received, count: number) => number) {
  const received: Received[] = []
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const one = { headers: request.headers, body: Buffer.concat(chunks).toString() }
    received.push(one)
    response.writeHead(answer(one, received.length)).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { received, url: `http://127.0.0.1:${address.port}/slack/events`, stop: () => server.close() }
}

const csv = { name: 'day-1.csv', bytes: new TextEncoder().encode('phone\n07417119014\n') }

describe('the emulated workspace', () => {
  let workspace: Workspace
  let listener: Awaited<ReturnType<typeof startListener>>
  let answer: (received: Received, count: number) => number

  beforeEach(async () => {
    answer = () => 200
    listener = await startListener((received, count) => answer(received, count))
    workspace = await startWorkspace({ eventRetryDelaysMs: [0, 20, 20] })
    workspace.connect(listener.url)
  })
  afterEach(async () => {
    await workspace.stop()
    listener.stop()
  })

  const callAsBot = async (method: string, args: Record<string, string>) => {
    const response = await fetch(workspace.apiUrl + method, {
      method: 'POST',
      headers: { authorization: `Bearer ${workspace.token}` },
      body: new URLSearchParams(args),
    })
    return JSON.parse(await response.text())
  }

  it('lists no share on a day of its own: its message is of today, and it would seem to be another one', async () => {
    const sharedAt = new Date('2026-03-02T04:30:00Z')
    const shown = await workspace.share('asha', 'customers', csv, { sharedAt })
    const missed = await workspace.share('asha', 'customers', csv, { sharedAt, announce: false })

    const { files } = await callAsBot('files.list', { channel: shown.channel })

    expect(files.map(({ id }: { id: string }) => id)).toEqual([missed.fileId])
  })

  it('tells of a shared file by an event signed as Slack signs', async () => {
    const sharedAt = new Date('2026-03-02T04:30:00Z')
    const share = await workspace.share('asha', 'customers', csv, { announce: false, sharedAt })

    const outcome = await workspace.announce(share)

    expect(outcome).toMatchObject({ status: 200, attempts: 1 })
    const [{ headers, body } = { headers: {}, body: '' }] = listener.received
    const hash = createHmac('sha256', workspace.signingSecret)
      .update(`v0:${headers['x-slack-request-timestamp']}:${body}`)
      .digest('hex')
    expect(headers['x-slack-signature']).toBe(`v0=${hash}`)
    expect(JSON.parse(body).event).toMatchObject({
      type: 'file_shared',
      file_id: share.fileId,
      user_id: workspace.userId('asha'),
      channel_id: workspace.channelId('customers'),
      event_ts: '1772425800.000000',
    })
  })

  it('sends an event again, numbered, until it is accepted', async () => {
    answer = (_, count) => (count < 3 ? 500 : 200)
    const share = await workspace.share('asha', 'customers', csv, { announce: false })

    const outcome = await workspace.announce(share)

    expect(outcome).toMatchObject({ status: 200, attempts: 3 })
    expect(listener.received.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([
      undefined,
      '1',
      '2',
    ])
    expect(listener.received[1]?.headers['x-slack-retry-reason']).toBe('http_error')
  })

  it('lets the bot download what was shared, and says who replied under it', async () => {
    const share = await workspace.share('asha', 'customers', csv, { announce: false })
    await callAsBot('chat.postMessage', { channel: share.channel, thread_ts: share.ts, text: 'hello' })

    // A share becomes visible late.
    const readFile = async () => (await callAsBot('files.info', { file: share.fileId })).file
    await expect.poll(async () => (await readFile()).shares.public?.[share.channel]).toBeDefined()
    const file = await readFile()

    expect(new URL(file.url_private_download).origin).toBe(workspace.url)
    const download = await fetch(file.url_private_download, {
      headers: { authorization: `Bearer ${workspace.token}` },
    })
    expect(await download.text()).toBe('phone\n07417119014\n')
    const [shared] = file.shares.public[share.channel]
    expect(shared).toMatchObject({ ts: share.ts, reply_users: [workspace.botUserId], reply_count: 1 })
    expect((await workspace.thread(share)).map(({ ts }) => ts)).toEqual([shared.latest_reply])
  })

  it('grants the bot the scopes of the manifest and no others', async () => {
    const channel = workspace.channelId('customers')

    expect(await callAsBot('conversations.history', { channel })).toMatchObject({
      error: 'missing_scope',
      needed: 'channels:history',
    })
    expect(await callAsBot('conversations.info', { channel })).toMatchObject({ channel: { is_member: true } })
    expect(await callAsBot('conversations.info', { channel: workspace.channelId('gossip') })).toMatchObject({
      channel: { is_member: false },
    })
  })

  it('shows what a command was answered, to the asker or to all', async () => {
    answer = ({ body }) => {
      const form = new URLSearchParams(body)
      const text = `about ${form.get('text')}`
      void fetch(form.get('response_url') ?? '', {
        method: 'POST',
        body: JSON.stringify({
          text,
          response_type: form.get('command') === '/tell' ? 'in_channel' : 'ephemeral',
        }),
      })
      return 200
    }

    const asked = await workspace.command('ravi', 'customers', '/customer 0741 7119014')
    const described = await workspace.command('ravi', 'customers', '/tell all')

    expect(asked).toEqual({ status: 200, answers: [{ visibility: 'asker', text: 'about 0741 7119014' }] })
    expect(described.answers).toEqual([{ visibility: 'channel', text: 'about all' }])
    expect((await workspace.messages('customers')).map(({ text }) => text)).toEqual(['about all'])
  })

  it('cuts a connection after the call was carried out when a layer says so', async () => {
    const share = await workspace.share('asha', 'customers', csv, { announce: false })
    const remove = workspace.use(async (call, next) => {
      await next(call)
      throw new Error('cut')
    })

    const args = { channel: share.channel, thread_ts: share.ts, text: 'hello' }
    await expect(callAsBot('chat.postMessage', args)).rejects.toThrow('fetch failed')
    remove()

    expect(await workspace.thread(share)).toHaveLength(1)
  })

  it('presses a button with a signed payload', async () => {
    const pressed = await workspace.act(
      'meera',
      'customers',
      { action: 'undo', value: '42', message: '1.2' },
      { timeoutMs: 0 },
    )

    expect(pressed.status).toBe(200)
    const payload = JSON.parse(new URLSearchParams(listener.received[0]?.body).get('payload') ?? '')
    expect(payload).toMatchObject({
      type: 'block_actions',
      user: { id: workspace.userId('meera') },
      actions: [{ action_id: 'undo', value: '42' }],
    })
  })
})
