import type { Workspace } from '../../dev/workspace/workspace.ts'

/** A text of the bot for people, as sent to Slack. */
export interface Written {
  /** `chat.postMessage`, `views.publish`, `response_url`, … */
  readonly by: string
  /** Text that Slack reads as markup outside blocks: the notification text, or a file's comment. */
  readonly text: string
  readonly blocks: readonly unknown[]
  /** The other arguments, by name. */
  readonly rest: Readonly<Record<string, unknown>>
}

const WRITES =
  /^\/api\/(chat\.(?:postMessage|update|postEphemeral|scheduleMessage)|views\.(?:open|publish|update)|files\.completeUploadExternal)\b/

/** Records everything the bot writes from now on. @returns the list, which grows */
export function collectWritten(workspace: Pick<Workspace, 'use'>): readonly Written[] {
  const written: Written[] = []
  workspace.use(async (call, next) => {
    const by = call.path.startsWith('/responses/') ? 'response_url' : WRITES.exec(call.path)?.[1]
    // For a public reply to a response_url, the workspace itself posts in the bot's name, as JSON.
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

/**
 * The parts of a message that Slack interprets: `<@U1>`, `<!channel>`, `<https://…|…>`, a link in rich text,
 * …
 */
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

/** Unescaped ampersands: a literal `&lt;` would be shown as `<`. */
export function listLooseAmpersands({ text, blocks }: Pick<Written, 'text' | 'blocks'>): string[] {
  const texts = [
    text,
    ...objectsIn(blocks)
      .filter(({ type }) => type === 'mrkdwn')
      .map(({ text: own }) => String(own)),
  ]
  return texts.flatMap((one) => one.match(/&(?!amp;|lt;|gt;).{0,10}/g) ?? [])
}

/** Every string of a message that people read. */
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
