import type { Aside, Message, ShownView, Workspace } from '../workspace/index.ts'
import { type Html, html, type PageOptions, showBlocks } from './blocks/index.ts'
import { createNotifications, type Unread } from './notifications.ts'
import { APP_HOME, APP_MESSAGES, addressOf, type PagePlace } from './page-place.ts'
import { type ConversationView, type KeptAside, showChannel, showThread } from './show-conversation.ts'
import type { PageContent } from './show-page.ts'
import { showWindow } from './show-window.ts'
import type { AppFeatures } from './slack-manifest.ts'

interface PageReaderDeps {
  readonly workspace: Workspace
  readonly people: readonly string[]
  readonly channels: readonly string[]
  readonly features: AppFeatures
  readonly base: string
}

/** What one person sees and may press. */
export interface PageReader {
  /** @param isSeen true if a person sees the page, so that its messages count as read */
  read(at: PagePlace, isSeen: boolean): Promise<PageContent>
  /** Blocks of a message, an ephemeral reply, a modal or the Home tab, if this person sees it. */
  findBlocks(at: PagePlace, container: string): Promise<readonly unknown[] | undefined>
  findMessage(at: PagePlace, ts: string): Promise<Message | undefined>
  /** The name of a file shown there. */
  findFile(at: PagePlace, id: string): Promise<string | undefined>
  findPage(at: PagePlace, id: string): ShownView | undefined
  /** The channel, or the direct messages with the bot. */
  channelOf(at: PagePlace): Promise<string>
}

const TIME_ZONE = 'Asia/Kolkata'
const APP = 'Customer Uploads'
/** https://docs.slack.dev/reference/methods/chat.getPermalink */
const PERMALINK = /\/archives\/(\w+)\/p(\d{10})(\d{6})/
const NOTHING: Unread = { isNew: false, badge: 0, byThread: new Map() }

export function createPageReader(deps: PageReaderDeps): PageReader {
  const { workspace, people, channels, features, base } = deps
  const notifications = createNotifications()
  const names = new WeakMap<Aside, string>()
  const directs = new Map<string, Promise<string>>()
  let lastAside = 0

  const optionsOf = (at: PagePlace): PageOptions => ({
    nameOf: (id) => (id === workspace.botUserId ? APP : workspace.personName(id)),
    timeZone: TIME_ZONE,
    addressOf(link) {
      const [, channel, seconds, rest] = PERMALINK.exec(link) ?? []
      const place = channels.find((name) => workspace.channelId(name) === channel)
      if (place === undefined) return undefined
      const root = new URL(link).searchParams.get('thread_ts') ?? `${seconds}.${rest}`
      return addressOf(base, { person: at.person, place, thread: root, hasText: at.hasText })
    },
  })

  function directOf(person: string): Promise<string> {
    const known = directs.get(person) ?? workspace.openDirectMessage(person)
    directs.set(person, known)
    return known
  }

  async function channelOf({ person, place }: PagePlace): Promise<string> {
    return place === APP_MESSAGES || place === APP_HOME ? await directOf(person) : workspace.channelId(place)
  }

  function nameAside(aside: Aside): KeptAside {
    let id = names.get(aside)
    if (id === undefined) {
      lastAside += 1
      id = String(lastAside)
      names.set(aside, id)
    }
    return { ...aside, id }
  }

  const asidesOf = (person: string, channel: string): readonly KeptAside[] =>
    workspace.asides
      .filter((aside) => aside.channel === channel && aside.user === workspace.userId(person))
      .map(nameAside)

  async function readMessages(): Promise<ReadonlyMap<string, readonly Message[]>> {
    const ids = [
      ...channels.map((name) => workspace.channelId(name)),
      ...(await Promise.all(people.map(directOf))),
    ]
    const read = ids.map(async (id) => [id, await workspace.messages(id)] as const)
    return new Map(await Promise.all(read))
  }

  async function countFor(person: string, messages: ReadonlyMap<string, readonly Message[]>) {
    const user = workspace.userId(person)
    const direct = await directOf(person)
    const count = (id: string) => notifications.countUnread(user, id, messages.get(id) ?? [], id === direct)
    return [
      ...channels.map((place) => ({ place, unread: count(workspace.channelId(place)) })),
      { place: APP_MESSAGES, unread: count(direct) },
    ]
  }

  function showHome(person: string, options: PageOptions): Html {
    const home = workspace.home(person)
    return home
      ? html`<article class="home" data-in="view:${home.id}">${showBlocks(home.blocks, options)}</article>`
      : html`<p class="empty">The Home tab has not come yet.</p>`
  }

  function findPage({ person }: PagePlace, id: string): ShownView | undefined {
    const home = workspace.home(person)
    return home?.id === id ? home : workspace.windows(person).find((view) => view.id === id)
  }

  async function findMessage(at: PagePlace, ts: string): Promise<Message | undefined> {
    return (await workspace.messages(await channelOf(at))).find((message) => message.ts === ts)
  }

  return {
    channelOf,
    findPage,
    findMessage,

    async read(at, isSeen) {
      const user = workspace.userId(at.person)
      const options = optionsOf(at)
      const channel = await channelOf(at)
      const all = await readMessages()
      const messages = all.get(channel) ?? []
      if (isSeen && at.place !== APP_HOME) {
        notifications.markRead(user, channel, undefined, messages)
        if (at.thread !== undefined) notifications.markRead(user, channel, at.thread, messages)
      }
      const counted = await Promise.all(people.map((person) => countFor(person, all)))
      const places = counted[people.indexOf(at.person)] ?? []
      const view: ConversationView = {
        options,
        botUserId: workspace.botUserId,
        user,
        unread: places.find(({ place }) => place === at.place)?.unread ?? NOTHING,
        menu: features.messageShortcuts,
        hasText: at.hasText,
        threadAddress: (ts) => addressOf(base, { ...at, thread: ts }),
        fileAddress: (id) => `${base}/${at.person}/${at.place}/files/${id}`,
      }
      const asides = asidesOf(at.person, channel)
      const window = at.window === undefined ? undefined : findPage(at, at.window)
      const { window: _, ...closed } = at
      return {
        base,
        at,
        people: people.map((name, index) => ({
          name,
          badge: (counted[index] ?? []).reduce((sum, { unread }) => sum + unread.badge, 0),
        })),
        places,
        main: at.place === APP_HOME ? showHome(at.person, options) : showChannel(messages, asides, view),
        thread: at.thread === undefined ? undefined : showThread(at.thread, messages, asides, view),
        window: window?.type === 'modal' ? showWindow(window, options, addressOf(base, closed)) : undefined,
        commands: features.completions,
        shortcuts: features.globalShortcuts,
      }
    },

    async findBlocks(at, container) {
      const [kind, id = ''] = container.split(':')
      if (kind === 'view') return findPage(at, id)?.blocks
      if (kind === 'aside')
        return asidesOf(at.person, await channelOf(at)).find((aside) => aside.id === id)?.blocks
      return kind === 'message' ? (await findMessage(at, id))?.blocks : undefined
    },

    async findFile(at, id) {
      const messages = await workspace.messages(await channelOf(at))
      return messages.flatMap(({ files = [] }) => files).find((file) => file.id === id)?.name
    },
  }
}
