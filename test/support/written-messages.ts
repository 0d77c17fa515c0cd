import type { Workspace } from '../../dev/workspace/workspace.ts'

/** Something the bot wrote for people, as Slack was given it. */
export interface Written {
  /** `chat.postMessage`, `views.publish`, `response_url`, … */
  readonly by: string
  /** What Slack reads as markup outside of blocks: the notification text, or what is said beside a file. */
  readonly text: string
  readonly blocks: readonly unknown[]
  /** Everything else that went along, by name. */
  readonly rest: Readonly<Record<string, unknown>>
}

const WRITES =
  /^\/api\/(chat\.(?:postMessage|update|postEphemeral|scheduleMessage)|views\.(?:open|publish|update)|files\.completeUploadExternal)\b/

/** Takes down all that the bot writes from now on. @returns the list, which grows */
export function collectWritten(workspace: Pick<Workspace, 'use'>): readonly Written[] {
  const written: Written[] = []
  workspace.use(async (call, next) => {
    const by = call.path.startsWith('/responses/') ? 'response_url' : WRITES.exec(call.path)?.[1]
    // The workspace itself posts in the bot's name what a response_url says for all to see, as JSON.
    const isTheBots = by === 'response_url' || call.headers.get('content-type')?.includes('form')
    if (by !== undefined && isTheBots) written.push(readWritten(by, call.body.toString()))
    return await next(call)
  })
  return written
}

function readWritten(by: string, body: string): Written {
  const fields: Record<string, unknown> = body.startsWith('{')
    ? JSON.parse(body)
    : Object.fromEntries([...new URLSearchParams(body)].map(([name, value]) => [name, readJson(value)]))
  const { text, initial_comment, blocks, view, ...rest } = fields
  const shown = view === undefined ? { blocks } : (view as { readonly blocks: unknown })
  return {
    by,
    text: String(text ?? initial_comment ?? ''),
    blocks: Array.isArray(shown.blocks) ? shown.blocks : [],
    rest: { ...rest, ...(view === undefined ? {} : { view: { ...(view as object), blocks: [] } }) },
  }
}

function readJson(value: string): unknown {
  try {
    return /^[[{]/.test(value) ? JSON.parse(value) : value
  } catch {
    return value
  }
}

/** What of a message Slack would make into something: `<@U1>`, `<!channel>`, `<https://…|…>`, a link of rich text, … */
export function listMarkup({ text, blocks }: Pick<Written, 'text' | 'blocks'>): string[] {
  const texts = [
    text,
    ...objectsIn(blocks)
      .filter(({ type }) => type === 'mrkdwn')
      .map(({ text: own }) => String(own)),
  ]
  const inBlocks = objectsIn(blocks).flatMap((element) => {
    if (element.type === 'user') return [`<@${element.user_id}>`]
    if (element.type === 'link') return [`<${element.url}>`]
    const isLive = [
      'channel',
      'usergroup',
      'broadcast',
      'team',
      'emoji',
      'image',
      'markdown',
      'section',
      'header',
    ]
    return isLive.includes(String(element.type)) ? [`<${JSON.stringify(element)}>`] : []
  })
  return [...texts.flatMap((one) => one.match(/<[^<>]*>?|>/g) ?? []), ...inBlocks]
}

/** An ampersand that is no escape: what stands there as `&lt;` would be shown as `<`. */
export function listLooseAmpersands({ text, blocks }: Pick<Written, 'text' | 'blocks'>): string[] {
  const texts = [
    text,
    ...objectsIn(blocks)
      .filter(({ type }) => type === 'mrkdwn')
      .map(({ text: own }) => String(own)),
  ]
  return texts.flatMap((one) => one.match(/&(?!amp;|lt;|gt;).{0,10}/g) ?? [])
}

/** Every string of a message that a person is to read. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(stringsIn)
}

function objectsIn(value: unknown): Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return []
  const inside = Object.values(value).flatMap(objectsIn)
  return Array.isArray(value) ? inside : [value as Record<string, unknown>, ...inside]
}
