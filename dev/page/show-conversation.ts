import { asFields, asList, showDate } from '../slack/index.ts'
import type { Aside, Message } from '../workspace/index.ts'
import { emoji, type Html, html, type PageOptions, showBlocks, showMrkdwn } from './blocks/index.ts'
import { rootOf, type Unread } from './notifications.ts'

/** The data for showing messages to one person. */
export interface ConversationView {
  readonly options: PageOptions
  readonly botUserId: string
  /** Slack id of the reader. */
  readonly user: string
  readonly unread: Unread
  /** Message shortcuts for a message with a file. */
  readonly menu: readonly { readonly name: string; readonly callbackId: string }[]
  readonly hasText: boolean
  threadAddress(ts: string): string
  fileAddress(id: string): string
}

/** An ephemeral reply, with the name that identifies its buttons. */
export interface KeptAside extends Aside {
  readonly id: string
}

interface StatedValue {
  readonly at: number
  readonly html: Html
}

/** A channel's messages and the person's ephemeral replies, oldest first. Threads are collapsed. */
export function showChannel(
  messages: readonly Message[],
  asides: readonly KeptAside[],
  view: ConversationView,
): Html {
  const roots = messages
    .filter((message) => rootOf(message) === undefined)
    .map((root): StatedValue => {
      const replies = messages.filter((one) => rootOf(one) === root.ts)
      const own = asides.filter(({ thread }) => thread === root.ts).length
      const link = replies.length + own > 0 && showThreadLink(root, replies, own, view)
      return { at: Number(root.ts), html: showMessage(root, view, link) }
    })
  const described = asides.filter(({ thread }) => thread === undefined).map((aside) => showAside(aside, view))
  const answer = inOrder([...roots, ...described])
  return answer.length === 0
    ? html`<p class="empty">Nothing here yet. Drop a CSV or Excel list here, or type a command.</p>`
    : html`${answer}`
}

/** A thread with its root message. */
export function showThread(
  root: string,
  messages: readonly Message[],
  asides: readonly KeptAside[],
  view: ConversationView,
): Html {
  const shown = messages
    .filter((message) => message.ts === root || rootOf(message) === root)
    .map((message): StatedValue => ({ at: Number(message.ts), html: showMessage(message, view) }))
  const reported = asides.filter(({ thread }) => thread === root).map((aside) => showAside(aside, view))
  return shown.length === 0
    ? html`<p class="empty">This thread is gone.</p>`
    : html`${inOrder([...shown, ...reported])}`
}

const inOrder = (output: readonly StatedValue[]): readonly Html[] =>
  output.toSorted((a, b) => a.at - b.at).map((one) => one.html)

function showThreadLink(
  { ts }: Message,
  replies: readonly Message[],
  asides: number,
  { threadAddress, unread, options }: ConversationView,
): Html {
  const count = replies.length + asides
  const news = unread.byThread.get(ts) ?? 0
  const last = replies.at(-1)
  return html`<p class="replies"><a href="${threadAddress(ts)}" data-go>${count === 1 ? '1 reply' : `${count} replies`}</a>${
    news > 0 && html` <span class="badge">${news} new</span>`
  }${last && html` <span class="note">Last reply ${showDate(Number(last.ts), '{date_short_pretty} at {time}', options.timeZone)}</span>`}</p>`
}

function showMessage(message: Message, view: ConversationView, below: Html | false = false): Html {
  const { nameOf } = view.options
  const files = message.files ?? []
  const reactions = asList(asFields(message).reactions)
  const isGone = files.length === 0 && message.text === '' && (message.blocks ?? []).length === 0
  return html`<article id="m-${message.ts}" data-in="message:${message.ts}">
${showHead(nameOf(message.user), message.user === view.botUserId, Number(message.ts), view)}
${files.length > 0 && message.user !== view.botUserId && showMenu(message, view)}
<div class="body">${renderMessage(message, view)}${isGone && html`<p class="note">This file was deleted.</p>`}
${files.map((file) => showFile(file, view))}
${reactions.length > 0 && html`<p class="reactions">${reactions.map(({ name, users }) => showReaction(String(name), users, view))}</p>`}
${below}</div></article>`
}

function showReaction(name: string, users: unknown, { options }: ConversationView): Html {
  const names = (Array.isArray(users) ? users : []).map((user) => options.nameOf(String(user)))
  return html`<span class="reaction" role="img" aria-label="${name.replaceAll('_', ' ')}, by ${names.join(', ')}" title="${names.join(', ')}: ${name}">${emoji(name)} ${names.length}</span>`
}

function showFile(
  { id, name, size }: NonNullable<Message['files']>[number] & { readonly size?: number },
  view: ConversationView,
): Html {
  const type = /\.(\w{1,5})$/.exec(name)?.[1]?.toUpperCase() ?? 'File'
  return html`<p class="file"><a href="${view.fileAddress(id)}" download="${name}"><span class="type">${type}</span><span>${name}</span></a>${
    size !== undefined && html` <span class="note">${showSize(size)}</span>`
  }</p>`
}

function showSize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

function showMenu({ ts, files = [] }: Message, { menu }: ConversationView): Html {
  return html`<details class="menu"><summary aria-label="More actions for ${files[0]?.name}" title="More actions">⋯</summary><div>${menu.map(
    ({ name, callbackId }) =>
      html`<button type="button" data-menu="${callbackId}" data-message="${ts}">${name}</button>`,
  )}<button type="button" data-delete="${ts}">Delete file</button></div></details>`
}

function showAside(aside: KeptAside, view: ConversationView): StatedValue {
  const asked = aside.asked !== undefined && html` · answers <code>${aside.asked}</code>`
  return {
    at: aside.at.getTime() / 1000,
    html: html`<article id="a-${aside.id}" class="aside" data-in="aside:${aside.id}"><p class="note">Only visible to you${asked}</p>
${showHead(view.options.nameOf(view.botUserId), true, aside.at.getTime() / 1000, view)}
<div class="body">${renderMessage(aside, view)}</div></article>`,
  }
}

function showHead(name: string, isApp: boolean, seconds: number, { options }: ConversationView): Html {
  const time = showDate(seconds, '{date_short_pretty} at {time}', options.timeZone)
  return html`<header><span class="avatar${isApp && ' app'}" aria-hidden="true">${isApp ? 'CU' : name.slice(0, 1).toUpperCase()}</span><b>${name}</b>${
    isApp && html` <span class="app-mark">App</span>`
  } <time>${time}</time></header>`
}

/** `hasText`: also shows the text for notifications and screen readers. */
function renderMessage(
  { text, blocks = [] }: Pick<Message, 'text' | 'blocks'>,
  { options, hasText }: ConversationView,
): Html {
  if (blocks.length === 0)
    return text === '' ? html`` : html`<div class="lines">${showMrkdwn(text, options)}</div>`
  return html`${showBlocks(blocks, options)}${hasText && text !== '' && html`<div class="said">${showMrkdwn(text, options)}</div>`}`
}
