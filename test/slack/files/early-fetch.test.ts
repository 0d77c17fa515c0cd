import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { WebClient } from '@slack/web-api'
import { mongo } from 'mongoose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { FileUpload } from '../../../models/index.ts'
import { createSlackFileSource } from '../../../src/slack/files/slack-file-source.ts'

const MEBIBYTE = 1024 * 1024
const SHARED_AT = new Date(Date.UTC(2026, 0, 5, 9))
const TS = `${SHARED_AT.getTime() / 1_000}.000100`
const running = new AbortController().signal
const claim = async () => true

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function aSource(listener: RequestListener, size: number) {
  server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const url = `http://127.0.0.1:${address.port}`
  const file = {
    id: 'F1',
    name: 'list.csv',
    filetype: 'csv',
    mimetype: 'text/csv',
    mode: 'hosted',
    user: 'U1',
    size,
    url_private_download: `${url}/list.csv`,
    shares: { public: { C1: [{ ts: TS }] } },
  }
  const info = vi.fn(async () => ({ ok: true, file }))
  const checkShare = vi.fn(async (): Promise<'not_in_channel' | undefined> => undefined)
  const sharerOf = vi.fn(async (): Promise<'member' | 'guest'> => 'member')
  const source = createSlackFileSource({
    client: { files: { info } } as unknown as WebClient,
    token: 'xoxb-secret',
    apiUrl: `${url}/api/`,
    maxBytes: 200 * MEBIBYTE,
    botUserId: () => 'UBOT',
    members: { sharerOf },
    channelRule: { checkShare } as never,
  })
  return { source, info, checkShare, sharerOf }
}

function anUpload(): FileUpload {
  const source = { kind: 'slack', team: 'T1', channel: 'C1', user: 'U1', file_id: 'F1' }
  const file = { name: 'list.csv' }
  const upload = { _id: new mongo.ObjectId(), number: 1, kind: 'import', source, file }
  return { ...upload, shared_at: SHARED_AT, message: `C1 F1 ${TS}` } as unknown as FileUpload
}

const LIST = 'Phone\n9820012345\n'
const sendsList: RequestListener = (_, response) => {
  response.end(LIST)
}

describe('a file fetched before its run', () => {
  it('is read by its run without another call of Slack', async () => {
    const { source, info } = await aSource(sendsList, LIST.length)
    const upload = anUpload()
    const fetched = await source.fetch?.(upload, running)
    const opened = await source.open(upload, running, claim, fetched)

    if (opened === 'not_for_us') throw new Error('not opened')
    const chunks: Uint8Array[] = []
    for await (const chunk of opened.stream) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toBe(LIST)
    expect(info).toHaveBeenCalledTimes(1)
  })

  it('is left if the bot has left the channel since, and refused if its sharer is a guest since', async () => {
    const { source, checkShare, sharerOf } = await aSource(sendsList, LIST.length)
    const upload = anUpload()
    const fetched = await source.fetch?.(upload, running)
    expect(fetched).toEqual({ bytes: LIST.length })

    checkShare.mockResolvedValueOnce('not_in_channel')
    expect(await source.open(upload, running, claim, fetched)).toBe('not_for_us')
    sharerOf.mockResolvedValue('guest')
    await expect(source.open(upload, running, claim, fetched)).rejects.toMatchObject({
      code: 'shared_by_guest',
    })
  })

  it('is not held in memory beyond its size, although Slack sends more than it said', async () => {
    let sent = 0
    const chunk = Buffer.alloc(MEBIBYTE / 4, 'x')
    const { source } = await aSource((_, response) => {
      const write = () => {
        while (sent < 100 * MEBIBYTE && !response.destroyed) {
          sent += chunk.length
          if (!response.write(chunk)) {
            response.once('drain', write)
            return
          }
        }
        response.end()
      }
      write()
    }, 20)

    await expect(source.fetch?.(anUpload(), running)).rejects.toThrow()
    expect(sent).toBeLessThan(50 * MEBIBYTE)
  })
})
