import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { classifyFile } from '../../src/slack/files/index.ts'
import type { Workspace } from '../workspace/index.ts'
import { type ActionBody, createBrowserActions } from './browser-actions.ts'
import { createChangeFeed } from './change-feed.ts'
import { isAllowed, SECURITY_HEADERS } from './page-guard.ts'
import { APP_HOME, addressOf, type PagePlace, readPlace } from './page-place.ts'
import { createPageReader } from './read-page.ts'
import { readBody, receiveFile } from './receive-file.ts'
import { showPage, showWorkspace } from './show-page.ts'
import { readAppFeatures } from './slack-manifest.ts'

interface PageOptions {
  readonly workspace: Workspace
  readonly people: readonly string[]
  readonly channels: readonly string[]
}

export interface Page {
  /** Includes the token that every request needs. */
  readonly url: string
  stop(): Promise<void>
}

const IGNORED = 'Customer Uploads ignores files that are not lists, and says nothing.'
const MAX_BODY = 64 * 1024
const HOME_WITHIN_MS = 5_000

/** Serves the workspace to a local browser: anyone with the address can act as its people. */
export async function startPage({ workspace, people, channels }: PageOptions): Promise<Page> {
  const token = randomBytes(18).toString('base64url')
  const base = `/${token}`
  const features = await readAppFeatures()
  const reader = createPageReader({ workspace, people, channels, features, base })
  const actions = createBrowserActions({ workspace, reader, features })
  const feed = createChangeFeed(workspace)
  const assets = {
    'page.css': { type: 'text/css; charset=utf-8', body: await readAsset('page.css') },
    'page.js': { type: 'text/javascript; charset=utf-8', body: await readAsset('page.js') },
  }
  let port = 0

  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
    if (!isAllowed(request, port, token)) {
      send(response, 403, 'text/plain; charset=utf-8', 'Open the address that npm run demo printed.\n')
      return
    }
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else sendJson(response, 500, { notice: `The demo failed here: ${String(error)}` })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the page has no port')
  port = address.port

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', `http://127.0.0.1:${port}`)
    const [first = '', place = '', verb, name = ''] = pathname
      .slice(base.length + 1)
      .split('/')
      .map(decodePart)
    const asset = first === 'page.css' || first === 'page.js' ? assets[first] : undefined
    if (asset) return send(response, 200, asset.type, asset.body)
    if (first === 'events') return feed.follow(response)
    const at = readPlace(first, place, searchParams, { people, channels })
    if (!at) return redirectHome(response)
    if (request.method === 'POST') return await act(at, verb ?? '', request, response, searchParams)
    if (verb === 'files') return await sendFile(at, name, response)
    await show(at, request, response)
  }

  function redirectHome(response: ServerResponse): void {
    const [person = '', place = ''] = [people[0], channels[0]]
    response.writeHead(302, { location: addressOf(base, { person, place, hasText: false }) }).end()
  }

  async function show(at: PagePlace, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fragment = request.headers['x-fragment']
    if (at.place === APP_HOME && fragment !== 'refresh')
      await workspace.openHome(at.person, { timeoutMs: HOME_WITHIN_MS })
    const content = await reader.read(at, request.headers['x-hidden'] === undefined)
    const page = fragment === undefined ? showPage(content) : showWorkspace(content)
    send(response, 200, 'text/html; charset=utf-8', page.toString())
  }

  async function act(
    at: PagePlace,
    verb: string,
    request: IncomingMessage,
    response: ServerResponse,
    query: URLSearchParams,
  ): Promise<void> {
    if (verb === 'share' || verb === 'upload') {
      const { status, ...outcome } = await receiveFile(request, query, async (file, thread) => {
        if (verb === 'upload') return await workspace.upload(at.person, file)
        const channel = await reader.channelOf(at)
        const { fileId } = await workspace.share(
          at.person,
          channel,
          file,
          thread === undefined ? {} : { thread },
        )
        return fileId
      })
      feed.changed()
      const isIgnored = outcome.id !== undefined && !mayBeList(query.get('name') ?? '')
      return sendJson(response, status, isIgnored ? { ...outcome, notice: IGNORED } : outcome)
    }
    const action = Object.hasOwn(actions, verb) ? actions[verb] : undefined
    if (!action || !request.headers['content-type']?.startsWith('application/json'))
      return sendJson(response, 404, { notice: 'There is no such action.' })
    const body = await readBody(request, MAX_BODY)
    const parsed: unknown = body && JSON.parse(body.toString('utf8'))
    if (typeof parsed !== 'object' || parsed === null) return sendJson(response, 400, { notice: 'Too long.' })
    const outcome = await action(at, parsed as ActionBody)
    feed.changed()
    sendJson(response, 200, outcome)
  }

  async function sendFile(at: PagePlace, id: string, response: ServerResponse): Promise<void> {
    const name = await reader.findFile(at, id)
    const bytes = name === undefined ? undefined : await workspace.readBytes(id)
    if (name === undefined || bytes === undefined)
      return send(response, 404, 'text/plain; charset=utf-8', 'This file was deleted.\n')
    response.setHeader('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
    send(response, 200, 'application/octet-stream', bytes)
  }

  return {
    url: `http://127.0.0.1:${port}${base}/`,
    async stop() {
      feed.stop()
      server.close()
      server.closeAllConnections()
      if (server.listening) await once(server, 'close')
    },
  }
}

/** True if the bot would import a file of this name, or reply to it. */
function mayBeList(name: string): boolean {
  try {
    return classifyFile({ name, mode: 'hosted' }) !== 'not_for_us'
  } catch {
    return true
  }
}

const readAsset = (name: string): Promise<Buffer> => readFile(new URL(`./browser/${name}`, import.meta.url))

/** A part of an address; invalid UTF-8 names nothing. */
function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}

function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  response.writeHead(status, { 'content-type': type }).end(body)
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(body))
}
