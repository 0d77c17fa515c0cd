import { once } from 'node:events'
import { statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { getGlobalDispatcher, setGlobalDispatcher } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startWorkspace, type Workspace } from '../../../dev/workspace/workspace.ts'
import { loadConfig } from '../../../src/settings/config.ts'
import { openDownload } from '../../../src/slack/files/download.ts'
import { reserveFile, uploadBytes } from '../../../src/slack/files/upload-bytes.ts'
import { useProxy } from '../../../src/slack/transport/proxy.ts'
import { createRespondFetch } from '../../../src/slack/transport/respond-fetch.ts'
import { createWebClient } from '../../../src/slack/transport/slack-call.ts'
import { createSocketReceiver } from '../../../src/slack/transport/socket-receiver.ts'
import { type SocketSlack, startSocketSlack } from '../support/socket-slack.ts'

/** A proxy that only opens tunnels, and counts them by target. */
async function startProxy() {
  const tunnels: string[] = []
  const sockets = new Set<Socket>()
  const server: Server = createServer((_, response) => response.writeHead(405).end())
  server.on('connect', (request, client: Socket) => {
    const place = String(request.url)
    tunnels.push(place)
    const [host, port] = place.split(':')
    const target = connect({ host: host ?? '', port: Number(port) }, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      target.pipe(client).pipe(target)
    })
    for (const socket of [client, target]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    tunnels,
    stop() {
      for (const socket of sockets) socket.destroy()
      server.closeAllConnections()
      server.close()
    },
  }
}

const before = getGlobalDispatcher()
let workspace: Workspace
let socketSlack: SocketSlack
let proxy: Awaited<ReturnType<typeof startProxy>>
beforeEach(async () => {
  workspace = await startWorkspace()
  socketSlack = await startSocketSlack(workspace.url)
  proxy = await startProxy()
})
afterEach(async () => {
  setGlobalDispatcher(before)
  proxy.stop()
  await socketSlack.stop()
  await workspace.stop()
})

const hostOf = (address: string) => new URL(address).host
const csv = { name: 'list.csv', bytes: new TextEncoder().encode('phone\n07417119014\n') }

async function readText(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

describe('where HTTPS_PROXY is set', () => {
  it('calls, downloads, uploads and answers go through it', async () => {
    useProxy({ proxy: proxy.url })
    const { apiUrl, token } = workspace
    const share = await workspace.share('asha', 'customers', csv, { announce: false })
    const client = createWebClient(token, apiUrl, undefined)
    proxy.tunnels.length = 0

    await expect
      .poll(async () => (await client.files.info({ file: share.fileId }).catch(() => {}))?.ok)
      .toBe(true)
    const { file } = await client.files.info({ file: share.fileId })
    const address = String(file?.url_private_download)
    const limits = { maxBytes: 1_000, signal: new AbortController().signal }
    const fetchFile = async () =>
      await readText(await openDownload(address, { token, apiUrl, name: 'a', ...limits }))
    const place = await reserveFile(client, 'LICENSE', statSync('LICENSE').size)
    const sendFile = () => uploadBytes(place.address, 'LICENSE', statSync('LICENSE').size, apiUrl)
    const respond = () => createRespondFetch()(`${workspace.url}/responses/1`, { method: 'POST', body: '{}' })

    expect(await fetchFile()).toBe('phone\n07417119014\n')
    await sendFile()
    await respond()
    expect(proxy.tunnels).toContain(hostOf(workspace.url))

    // There is no other way out.
    proxy.stop()
    for (const call of [() => client.auth.test(), fetchFile, sendFile, respond])
      await expect(call()).rejects.toThrow()
  })

  it('the web socket goes through it, too', async () => {
    const dispatcher = useProxy({ proxy: proxy.url })
    const logger = {
      debug() {},
      info() {},
      warn() {},
      error() {},
      setLevel() {},
      setName() {},
      getLevel: () => 'info' as never,
    }
    const { receiver, isConnected } = createSocketReceiver({
      appToken: 'xapp-1',
      apiUrl: socketSlack.apiUrl,
      logger,
      dispatcher,
      onReconnected() {},
    })
    receiver.init({ processEvent: async () => {} } as never)

    await receiver.start()

    expect(isConnected()).toBe(true)
    expect(socketSlack.connections()).toBe(1)
    // One tunnel for the call that returns the address, one for the socket.
    expect(proxy.tunnels).toEqual([hostOf(socketSlack.apiUrl), hostOf(socketSlack.apiUrl)])
    await receiver.stop()
  })

  it.each(['127.0.0.1', 'example.com,127.0.0.1'])(
    'hosts in NO_PROXY (%s) are reached without it',
    async (noProxy) => {
      useProxy({ proxy: proxy.url, noProxy })

      await createWebClient(workspace.token, workspace.apiUrl, undefined).auth.test()

      expect(proxy.tunnels).toEqual([])
    },
  )
})

describe('the settings of the proxy', () => {
  const ENOUGH = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'a-signing-secret' }

  it.each([
    [
      { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'mongo' },
      { proxy: 'http://proxy:3128', noProxy: 'mongo' },
    ],
    [
      { https_proxy: 'http://proxy:3128', no_proxy: 'mongo' },
      { proxy: 'http://proxy:3128', noProxy: 'mongo' },
    ],
    [{ HTTPS_PROXY: 'http://proxy:3128' }, { proxy: 'http://proxy:3128', noProxy: undefined }],
    [{ NO_PROXY: 'mongo' }, undefined],
  ])('%j', (env, expected) => {
    expect(loadConfig({ ...ENOUGH, ...env }).slack.proxy).toEqual(expected)
  })

  it('shows nobody the password in it', () => {
    const { inForce } = loadConfig({ ...ENOUGH, HTTPS_PROXY: 'http://bot:secret-word@proxy:3128' })

    expect(JSON.stringify(inForce)).not.toContain('secret-word')
  })

  it.each(['https://slack-gov.com/api/', 'https://slack-gov.com/api'])('GovSlack is %s', (url) => {
    expect(loadConfig({ ...ENOUGH, SLACK_API_URL: url }).slack.apiUrl).toBe('https://slack-gov.com/api/')
  })
})
