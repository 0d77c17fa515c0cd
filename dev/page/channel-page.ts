import { type EmulatedSlack, type FrontLayer, type ShowOptions, showDate } from '../slack/index.ts'
import type { Aside, Message, ShownView, Workspace } from '../workspace/index.ts'
import { escapeHtml } from './html.ts'
import { layOutPage, type PageView } from './page-layout.ts'
import { showBlocks, showMrkdwn } from './show-block.ts'

interface ChannelPageDeps {
  /** Names of those who play here: the emulator has others of its own. */
  readonly people: readonly string[]
  readonly channels: readonly string[]
  readonly slack: EmulatedSlack
  readonly workspace: Workspace
  /** What one person alone was told, in the order it was said. */
  readonly asides: readonly Aside[]
}

const TIME_ZONE = 'Asia/Kolkata'
const FILE = /^\/page\/files\/(\w+)$/

/**
 * The workspace in a browser, as one of its people sees it: the channels with their threads and what was said to that
 * person alone, the conversation with the bot, the Home tab, and the windows that were open.
 */
export function createChannelPage(deps: ChannelPageDeps): FrontLayer {
  const { slack, workspace, asides, people } = deps
  const channels = deps.channels.map((name) => ({ name, id: workspace.channelId(name) }))
  const nameOf = (id: string): string =>
    id === slack.botUserId ? 'Customer Uploads' : workspace.personName(id)
  const options: ShowOptions = { nameOf, timeZone: TIME_ZONE }

  async function showPage(view: PageView): Promise<string> {
    if (view.place === 'home') return showHome(workspace.home(view.person))
    if (view.place === 'windows') return showWindows(workspace.windows(view.person))
    return await showConversation(view)
  }

  async function showConversation({ place, person, hasText }: PageView): Promise<string> {
    const channel = place === 'dm' ? await workspace.openDirectMessage(person) : place
    const all = await workspace.messages(channel)
    const isReply = ({ ts, thread_ts }: Message) => thread_ts !== undefined && thread_ts !== ts
    const threads = all
      .filter((message) => !isReply(message))
      .map((root) => ({
        at: Number(root.ts),
        html: showMessage(
          root,
          hasText,
          all.filter((one) => isReply(one) && one.thread_ts === root.ts),
        ),
      }))
    const told = asides
      .filter((aside) => aside.channel === channel && aside.user === workspace.userId(person))
      .map((aside) => ({ at: aside.at.getTime() / 1000, html: showAside(aside, hasText) }))
    const said = [...threads, ...told].sort((a, b) => a.at - b.at)
    return said.length === 0
      ? '<p class="empty">Nothing was said here yet.</p>'
      : said.map(({ html }) => html).join('\n')
  }

  function showMessage(message: Message, hasText: boolean, replies: readonly Message[] = []): string {
    const files = (message.files ?? []).map(
      ({ id, name }) => `<p class="file"><a href="/page/files/${escapeHtml(id)}">${escapeHtml(name)}</a></p>`,
    )
    return `<article><header>${escapeHtml(nameOf(message.user))}${showTime(Number(message.ts))}</header>
${showSaid(message, hasText)}${files.join('') || (message.text === '' ? '<p class="note">(its file was deleted)</p>' : '')}
${replies.map((reply) => showMessage(reply, hasText)).join('\n')}</article>`
  }

  function showAside(aside: Aside, hasText: boolean): string {
    const asked = aside.asked === undefined ? '' : ` · answers <code>${escapeHtml(aside.asked)}</code>`
    return `<article class="aside"><p class="note">Only visible to ${escapeHtml(nameOf(aside.user))}${asked}</p>
<header>Customer Uploads${showTime(aside.at.getTime() / 1000)}</header>
${showSaid(aside, hasText)}</article>`
  }

  /** @param hasText also what a notification and a screen reader get */
  function showSaid({ text, blocks }: Pick<Message, 'text' | 'blocks'>, hasText: boolean): string {
    const plain = text === '' ? '' : `<div class="lines">${showMrkdwn(text, options)}</div>`
    if (blocks === undefined || blocks.length === 0) return plain
    return `${showBlocks(blocks, options)}${hasText ? `<div class="said">${showMrkdwn(text, options)}</div>` : ''}`
  }

  const showTime = (seconds: number): string =>
    `<time>${escapeHtml(showDate(seconds, '{date_short_pretty} at {time}', TIME_ZONE))}</time>`

  const showHome = (home: ShownView | undefined): string =>
    home
      ? `<article class="view">${showBlocks(home.blocks, options)}</article>`
      : '<p class="empty">The Home tab was not opened yet: type home in the terminal.</p>'

  const showWindows = (windows: readonly ShownView[]): string =>
    windows.length === 0
      ? '<p class="empty">No window was opened yet: type lookup sharma in the terminal.</p>'
      : windows
          .map(
            ({ title = '', blocks }) =>
              `<article class="view"><header>${escapeHtml(title)}</header>${showBlocks(blocks, options)}</article>`,
          )
          .join('\n')

  async function sendFile(id: string): Promise<Response> {
    const about = await fetch(`${slack.front.url}/api/files.info?file=${id}`, { headers: asBot() })
    const { file }: { file?: { name: string; url_private_download: string } } = JSON.parse(await about.text())
    if (!file) return new Response('There is no such file.', { status: 404 })
    const { body } = await fetch(file.url_private_download, { headers: asBot() })
    const name = encodeURIComponent(file.name)
    return new Response(body, {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename*=UTF-8''${name}`,
      },
    })
  }

  const asBot = () => ({ authorization: `Bearer ${slack.botToken}` })

  return async (call, next) => {
    const { pathname, searchParams } = new URL(call.path, slack.front.url)
    const [, fileId] = FILE.exec(pathname) ?? []
    if (call.method !== 'GET') return await next(call)
    if (fileId !== undefined) return await sendFile(fileId)
    if (pathname !== '/' || searchParams.has('tab')) return await next(call)
    const person = searchParams.get('as') ?? slack.host
    if (!people.includes(person)) return Response.redirect(slack.front.url, 302)
    const place = searchParams.get('channel') ?? channels[0]?.id ?? 'home'
    const isPlace = ['dm', 'home', 'windows', ...channels.map(({ id }) => id)].includes(place)
    const view: PageView = {
      person,
      place: isPlace ? place : 'home',
      hasText: searchParams.has('text'),
    }
    const page = layOutPage({ view, people, channels, body: await showPage(view) })
    return new Response(page, { headers: { 'content-type': 'text/html; charset=utf-8' } })
  }
}
