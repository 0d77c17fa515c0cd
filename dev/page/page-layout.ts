import { escapeHtml } from './html.ts'
import { STYLE } from './page-style.ts'

/** What is looked at, and through whose eyes. */
export interface PageView {
  readonly person: string
  /** The id of a channel, or `dm`, `home`, `windows`. */
  readonly place: string
  /** Also what a notification and a screen reader get. */
  readonly hasText: boolean
}

export interface PageContent {
  readonly view: PageView
  readonly people: readonly string[]
  readonly channels: readonly { readonly id: string; readonly name: string }[]
  /** HTML. */
  readonly body: string
}

const OTHER_PLACES = [
  { id: 'dm', name: 'Messages of the bot' },
  { id: 'home', name: 'Home tab of the bot' },
  { id: 'windows', name: 'Windows of the bot' },
]

/** Looks again every two seconds, and leaves the page alone where nothing is new. */
const KEEP_UP = `
setInterval(async () => {
  try {
    const text = await (await fetch(location.href)).text()
    const fresh = new DOMParser().parseFromString(text, 'text/html').querySelector('main')
    const shown = document.querySelector('main')
    if (fresh && fresh.innerHTML !== shown.innerHTML) shown.replaceWith(fresh)
  } catch {}
}, 2000)
`

export function layOutPage({ view, people, channels, body }: PageContent): string {
  const places = [...channels.map(({ id, name }) => ({ id, name: `# ${name}` })), ...OTHER_PLACES]
  const title = places.find(({ id }) => id === view.place)?.name ?? ''
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)} · ${escapeHtml(view.person)}</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body>
<nav aria-label="The workspace"><h1>Sahara Loans</h1>
<h2>Seen by</h2>
${people.map((person) => link({ ...view, person }, person, view.person === person)).join('\n')}
<h2>Places</h2>
${places.map(({ id, name }) => link({ ...view, place: id }, name, view.place === id)).join('\n')}
<h2>Also show</h2>
${link({ ...view, hasText: !view.hasText }, 'what a screen reader gets', view.hasText)}
<a href="/?tab=messages">the emulator’s own page</a>
</nav>
<main><h2>${escapeHtml(title)}</h2>
<p class="note">As ${escapeHtml(view.person)} sees it; times are those of India. Buttons are pressed in the terminal.</p>
${body}
</main>
<script>${KEEP_UP}</script>
</body></html>`
}

/** Where a view is to be found. */
function linkTo({ person, place, hasText }: PageView): string {
  return `/?${new URLSearchParams({ channel: place, as: person, ...(hasText && { text: '1' }) })}`
}

function link(to: PageView, label: string, isHere: boolean): string {
  return `<a href="${escapeHtml(linkTo(to))}"${isHere ? ' aria-current="true"' : ''}>${escapeHtml(label)}</a>`
}
