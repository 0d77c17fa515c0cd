import { type FrontLayer, withBody } from './slack-front.ts'

/** Lines stay lines, and columns stand below each other. */
const STYLE = '<style>td{white-space:pre-wrap;font-family:monospace;vertical-align:top}</style>'

/**
 * The page that shows the channel in a browser prints what messages are made of: ids of people, moments as numbers, and
 * everything on one line. Through this it is read as in Slack.
 */
export function showReadably(nameOf: (userId: string) => string | undefined): FrontLayer {
  return async (call, next) => {
    const answer = await next(call)
    if (!answer.headers.get('content-type')?.includes('text/html')) return answer
    const page = (await answer.text())
      .replace(/&lt;@(\w+)(?:\|[^&]*)?&gt;/g, (mention, id: string) => `@${nameOf(id) ?? mention}`)
      .replace(/&lt;!date\^.*?\|(.*?)&gt;/g, '$1')
      .replace('</head>', `${STYLE}</head>`)
    return withBody(answer, page)
  }
}
