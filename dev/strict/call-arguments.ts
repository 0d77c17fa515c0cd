import type { FrontCall } from '../slack/index.ts'

export type Arguments = Readonly<Record<string, unknown>>

/** Arguments Slack takes as JSON in a form. */
const IN_JSON: ReadonlySet<string> = new Set(['attachments', 'blocks', 'files', 'metadata', 'view'])

/** Slack's name of the method that is called; undefined for what is no Web API call. */
export function methodOf({ path }: FrontCall): string | undefined {
  return /^\/api\/([a-z]+(?:\.[A-Za-z]+)+)(?:\?|$)/.exec(path)?.[1]
}

/** What a call says: as a form, in the address, or as JSON. An argument that is no JSON where Slack wants it stays text. */
export function argumentsOf({ path, headers, body }: FrontCall): Arguments {
  const query = new URLSearchParams(path.split('?')[1] ?? '')
  if (headers.get('content-type')?.includes('application/json')) {
    const text: unknown = body.length > 0 ? JSON.parse(body.toString()) : {}
    return { ...Object.fromEntries(query), ...(text as object) }
  }
  const form = new URLSearchParams(body.toString())
  return Object.fromEntries([...query, ...form].map(([name, value]) => [name, parseArgument(name, value)]))
}

function parseArgument(name: string, value: string): unknown {
  if (!IN_JSON.has(name)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
