import type { ShowOptions } from '../slack/index.ts'
import { Html, html, showBlocks, showMrkdwn } from './blocks/index.ts'

/** One reply in one state, as sent to Slack. */
export interface Story {
  /** Folder of `test/replies`, and the reply's name there. */
  readonly group: string
  readonly name: string
  readonly text: string
  readonly blocks: readonly unknown[]
  /** The same for a workspace without tables and charts. */
  readonly plain: readonly unknown[]
}

/** Every reply on one page, drawn like the workspace. @param style the page's style sheet */
export function showStories(stories: readonly Story[], options: ShowOptions, style: string): Html {
  const groups = [...new Set(stories.map(({ group }) => group))].sort()
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>Every reply</title>
<style>${new Html(style)}</style></head>
<body class="stories"><header><h1>Every reply, in every state</h1><p class="note">${stories.length} replies, from the fixtures of test/replies.</p>
<nav aria-label="Groups">${groups.map((group) => html`<a href="#${group}">${group}</a> `)}</nav></header>
<main>${groups.map((group) => showGroup(group, stories, options))}</main></body></html>
`
}

function showGroup(group: string, stories: readonly Story[], options: ShowOptions): Html {
  const own = stories.filter((story) => story.group === group).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return html`<section id="${group}"><h2>${group}</h2>${own.map((story) => showStory(story, options))}</section>`
}

function showStory({ group, name, text, blocks, plain }: Story, options: ShowOptions): Html {
  const isOther = JSON.stringify(blocks) !== JSON.stringify(plain)
  return html`<article id="${group}-${name}"><h3>${name}</h3><div class="body">${showBlocks(blocks, options)}</div>
${isOther && html`<details><summary>without tables and charts</summary><div class="body">${showBlocks(plain, options)}</div></details>`}
<details><summary>as a notification</summary><div class="said">${showMrkdwn(text, options)}</div></details></article>`
}
