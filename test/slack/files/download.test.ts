import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { type DownloadOptions, isAllowedFileUrl, openDownload } from '../../../src/slack/files/download.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(listener: RequestListener): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    listener(request, response)
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `http://127.0.0.1:${address.port}`, requests }
}

async function download(
  url: string,
  more: Partial<DownloadOptions> = {},
  onChunk = async () => {},
): Promise<string> {
  const stream = await openDownload(`${url}/file.csv`, {
    token: 'xoxb-secret',
    apiUrl: `${url}/api/`,
    name: 'file.csv',
    maxBytes: 1_000_000,
    signal: new AbortController().signal,
    ...more,
  })
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) {
    chunks.push(chunk)
    await onChunk()
  }
  return Buffer.concat(chunks).toString()
}

describe('where the token may be sent', () => {
  it.each([
    'https://files.slack.com/files-pri/T1-F1/download/day-1.csv',
    'https://acme.slack.com/files-pri/T1-F1/day-1.csv',
    'https://acme.enterprise.slack.com/files-pri/x',
    'https://files.slack-edge.com/x',
    'https://slack-files.com/x',
    'https://files.slack-gov.com/files-pri/T1-F1/download/day-1.csv',
    'https://acme.enterprise.slack-gov.com/files-pri/x',
  ])('is %s', (url) => {
    expect(isAllowedFileUrl(new URL(url))).toBe(true)
  })

  it.each([
    'http://files.slack.com/x',
    'https://files.slack.com.evil.example/x',
    'https://evilslack.com/x',
    'https://slack.com@evil.example/x',
    'https://user:secret@files.slack.com/x',
    'https://files.slack.com:8443/x',
    'https://example.com/files.slack.com',
    'ftp://files.slack.com/x',
    'http://127.0.0.1:9999/x',
  ])('is not %s', (url) => {
    expect(isAllowedFileUrl(new URL(url))).toBe(false)
    expect(isAllowedFileUrl(new URL(url), 'http://127.0.0.1:1234/api/')).toBe(false)
  })
})

describe('a download', () => {
  it('hands over the bytes and shows the token to Slack alone', async () => {
    const { url, requests } = await serve((_, response) => response.end('phone\n1\n'))

    expect(await download(url, { bytes: 8 })).toBe('phone\n1\n')
    expect(requests[0]?.headers.authorization).toBe('Bearer xoxb-secret')
  })

  it('follows three redirects, the token with it', async () => {
    const { url, requests } = await serve((request, response) => {
      const hop = Number(new URL(request.url ?? '', 'http://x').searchParams.get('hop') ?? 0)
      if (hop < 3) response.writeHead(302, { location: `/file.csv?hop=${hop + 1}` }).end()
      else response.end('phone\n')
    })

    expect(await download(url)).toBe('phone\n')
    expect(requests).toHaveLength(4)
  })

  it('gives up after the third redirect', async () => {
    const { url } = await serve((_, response) => response.writeHead(302, { location: '/again' }).end())

    await expect(download(url)).rejects.toMatchObject({ code: 'file_unreachable' })
  })

  it('goes to no other host, and so shows it no token', async () => {
    const other = await serve((_, response) => response.end('phone\n'))
    const { url } = await serve((_, response) =>
      response.writeHead(302, { location: `${other.url}/x` }).end(),
    )

    await expect(download(url)).rejects.toMatchObject({ code: 'file_host_refused' })
    expect(other.requests).toHaveLength(0)
  })

  it.each<[string, RequestListener]>([
    [
      'says it is HTML',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('phone\n'),
    ],
    ['begins like HTML', (_, response) => response.end('\n <!DOCTYPE html><html><head>')],
  ])('refuses a login page that %s', async (_, listener) => {
    const { url } = await serve(listener)

    await expect(download(url)).rejects.toMatchObject({ code: 'file_is_html' })
  })

  it('hands over a list that is itself a web page: it has the size announced', async () => {
    const page = '<!DOCTYPE html><html><table><tr><td>Uma</td></tr></table></html>'
    const { url } = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(page),
    )

    expect(await download(url, { bytes: page.length })).toBe(page)
    await expect(download(url, { bytes: 5_000 })).rejects.toMatchObject({ code: 'file_is_html' })
  })

  it('notices that bytes are missing', async () => {
    const { url } = await serve((_, response) => response.end('phone'))

    await expect(download(url, { bytes: 10 })).rejects.toMatchObject({
      code: 'file_truncated',
      details: { got: '5', expected: '10' },
    })
  })

  it('notices a connection that is cut in the middle', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('phone\n')
      setTimeout(() => response.destroy(), 20)
    })

    await expect(download(url)).rejects.toMatchObject({ code: 'file_unreachable' })
  })

  it('gives up on a connection that falls silent', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200)
      response.write('phone\n')
    })

    await expect(download(url, { silenceMs: 100 })).rejects.toMatchObject({ code: 'file_unreachable' })
  })

  it('gives up on a connection that trickles', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200)
      const trickle = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(trickle))
    })

    await expect(download(url, { silenceMs: 300 })).rejects.toMatchObject({ code: 'file_unreachable' })
  })

  it('waits for whoever reads slowly as long as it takes', async () => {
    let end = () => {}
    const { url } = await serve((_, response) => {
      response.writeHead(200)
      response.write('phone\n')
      end = () => void response.end('1\n')
    })
    const onChunk = () => {
      end()
      end = () => {}
      return new Promise<void>((resolve) => setTimeout(resolve, 2_000))
    }

    expect(await download(url, { silenceMs: 1_500 }, onChunk)).toBe('phone\n1\n')
  })

  it('stops at the size limit although the size was not told', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200)
      response.write('x'.repeat(60))
      response.end('x'.repeat(60))
    })

    await expect(download(url, { maxBytes: 100 })).rejects.toMatchObject({ code: 'file_too_large' })
  })

  it.each([
    [404, 'file_deleted'],
    [403, 'file_unreachable'],
    [500, 'file_unreachable'],
  ])('takes status %i as %s', async (status, code) => {
    const { url } = await serve((_, response) => response.writeHead(status).end())

    await expect(download(url)).rejects.toMatchObject({ code })
  })

  it('ends with the reason it was told to stop for', async () => {
    const controller = new AbortController()
    const { url } = await serve((_, response) => {
      response.writeHead(200)
      response.write('phone\n')
      setTimeout(() => controller.abort(new Error('stopping')), 20)
    })

    await expect(download(url, { signal: controller.signal })).rejects.toThrow('stopping')
  })
})

describe('a download that begins like a web page', () => {
  it.each(['<!DOCTYPE html>', '\uFEFF\n<html lang="en">', '<?xml version="1.0"?><!DOCTYPE html>'])(
    'is rejected: %j',
    async (text) => {
      const { url } = await serve((_, response) => response.end(text))

      await expect(download(url)).rejects.toMatchObject({ code: 'file_is_html' })
    },
  )

  it.each(['phone,name\n', '<b>name</b>,phone', ''])('is a list: %j', async (text) => {
    const { url } = await serve((_, response) => response.end(text))

    expect(await download(url)).toBe(text)
  })
})
