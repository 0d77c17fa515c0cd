import { type Html, html } from './blocks/index.ts'
import type { Unread } from './notifications.ts'
import { APP_HOME, APP_MESSAGES, addressOf, type PagePlace } from './page-place.ts'

export interface PageContent {
  /** Path of the page with its token. */
  readonly base: string
  readonly at: PagePlace
  readonly people: readonly { readonly name: string; readonly badge: number }[]
  readonly places: readonly { readonly place: string; readonly unread: Unread }[]
  readonly main: Html
  readonly thread: Html | undefined
  readonly window: Html | undefined
  /** The slash commands. */
  readonly commands: readonly { readonly text: string; readonly hint: string }[]
  readonly shortcuts: readonly { readonly name: string; readonly callbackId: string }[]
}

const APP = 'Customer Uploads'

/** The whole page. Its script updates the part inside `#workspace`. */
export function showPage(content: PageContent): Html {
  const { base, at } = content
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${titleOf(at.place)} · ${at.person}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="${base}/page.css"></head>
<body>
<div id="workspace">${showWorkspace(content)}</div>
<div id="toast" role="status" aria-live="polite"></div>
<dialog id="confirm" aria-labelledby="confirm-title"><form method="dialog"><h2 id="confirm-title"></h2><p></p><footer><button value="no"></button><button value="yes"></button></footer></form></dialog>
<div id="drop" hidden><p></p></div>
<script src="${base}/page.js" type="module"></script>
</body></html>
`
}

/** The part that changes. */
export function showWorkspace(content: PageContent): Html {
  const { base, at, main, thread, window } = content
  const isConversation = at.place !== APP_HOME
  return html`<div id="frame" data-base="${base}" data-person="${at.person}" data-place="${at.place}" data-thread="${at.thread ?? ''}"${window && html` inert`} class="${thread && 'has-thread'}">
${showSide(content)}
<main id="main" aria-label="${titleOf(at.place)}"><header class="bar"><h2>${titleOf(at.place)}</h2>${showTabs(content)}</header>
<div class="scroll-area" id="scroll-main" tabindex="0" role="log" aria-label="Messages">${main}</div>
${isConversation && showComposer(content, undefined)}</main>
${thread && html`<aside id="thread" aria-label="Thread"><header class="bar"><h2>Thread</h2><a class="close" data-go href="${addressOf(base, without(at))}" aria-label="Close thread">×</a></header><div class="scroll-area" id="scroll-thread" tabindex="0" role="log" aria-label="Thread">${thread}</div>${showComposer(content, at.thread)}</aside>`}
</div>
${window}`
}

const without = ({ person, place, hasText }: PagePlace): PagePlace => ({ person, place, hasText })

function titleOf(place: string): string {
  return place === APP_HOME || place === APP_MESSAGES ? APP : `# ${place}`
}

function showSide({ base, at, people, places, shortcuts }: PageContent): Html {
  const link = (to: PagePlace, isHere: boolean, label: Html) =>
    html`<li><a data-go href="${addressOf(base, to)}"${isHere && html` aria-current="page"`}>${label}</a></li>`
  const badge = (count: number) =>
    count > 0 && html` <span class="badge">${count}<span class="unseen"> notifications</span></span>`
  const appUnread = places.find(({ place }) => place === APP_MESSAGES)?.unread
  const isApp = at.place === APP_HOME || at.place === APP_MESSAGES
  return html`<nav id="side" aria-label="Workspace"><h1>Sahara Loans</h1>
<h2>You are</h2><ul class="people">${people.map(({ name, badge: count }) =>
    link(
      { ...without(at), person: name },
      name === at.person,
      html`<span class="avatar" aria-hidden="true">${name.slice(0, 1).toUpperCase()}</span><span>${name}</span>${badge(count)}`,
    ),
  )}</ul>
<h2>Channels</h2><ul>${places
    .filter(({ place }) => place !== APP_MESSAGES)
    .map(({ place, unread }) =>
      link(
        { ...without(at), place },
        at.place === place,
        html`<span class="${unread.isNew && 'unread'}"># ${place}</span>${badge(unread.badge)}`,
      ),
    )}</ul>
<h2>Apps</h2><ul>${link({ ...without(at), place: appUnread?.badge ? APP_MESSAGES : APP_HOME }, isApp, html`<span class="${appUnread?.isNew && 'unread'}">${APP}</span>${badge(appUnread?.badge ?? 0)}`)}</ul>
<h2>Shortcuts</h2><ul>${shortcuts.map(({ name, callbackId }) => html`<li><button type="button" class="plain" data-shortcut="${callbackId}">${name}</button></li>`)}</ul>
<p class="note about">An emulated workspace on this machine. Its throw-away database holds the lists you share; all of it is deleted when the demo ends.
<a data-go href="${addressOf(base, { ...at, hasText: !at.hasText })}">${at.hasText ? 'Hide' : 'Show'} notification texts</a></p></nav>`
}

/** The app's two tabs. */
function showTabs({ base, at }: PageContent): Html {
  if (at.place !== APP_HOME && at.place !== APP_MESSAGES) return html``
  const tab = (place: string, name: string) =>
    html`<a data-go href="${addressOf(base, { ...without(at), place })}"${at.place === place && html` aria-current="page"`}>${name}</a>`
  return html`<span class="tabs">${tab(APP_HOME, 'Home')}${tab(APP_MESSAGES, 'Messages')}</span>`
}

function showComposer({ at, commands }: PageContent, thread: string | undefined): Html {
  const id = thread === undefined ? 'main' : 'thread'
  const where = thread === undefined ? titleOf(at.place).replace(/^# /, '#') : 'the thread'
  return html`<form class="composer" id="composer-${id}" data-thread="${thread ?? ''}" autocomplete="off">
<ul class="completions" id="completions-${id}" role="listbox" aria-label="Commands" hidden>${
    thread === undefined &&
    commands.map(
      ({ text, hint }, number) =>
        html`<li role="option" id="option-${number}" aria-selected="false" data-text="${text}"><b>${text}</b> <span>${hint}</span></li>`,
    )
  }</ul>
<textarea id="text-${id}" rows="1" aria-label="Message ${where}" placeholder="Message ${where}" aria-controls="completions-${id}" aria-autocomplete="list"></textarea>
<div class="composer-tools"><label class="upload"><input type="file" multiple aria-label="Upload a file to ${where}"><span aria-hidden="true">+ Upload a file</span></label><span class="note">Drop a CSV or Excel list, or type / for commands</span><button type="submit" class="primary">Send</button></div></form>`
}
