import type { FrontCall } from '../slack/index.ts'

export type Arguments = Readonly<Record<string, unknown>>

/** Arguments that Slack expects as JSON in a form. */
const IN_JSON: ReadonlySet<string> = new Set(['attachments', 'blocks', 'files', 'metadata', 'view'])

/** The Web API method of a call; undefined for other requests. */
export function methodOf({ path }: FrontCall): string | undefined {
  return /^\/api\/([a-z]+(?:\.[A-Za-z]+)+)(?:\?|$)/.exec(path)?.[1]
}

/** Each layer reads the arguments of the same call. */
const read = new WeakMap<FrontCall, Arguments>()

/** The arguments of a call: from a form, the address, or JSON. Invalid JSON stays text. */
export function argumentsOf(call: FrontCall): Arguments {
  const known = read.get(call) ?? readArguments(call)
  read.set(call, known)
  return known
}

function readArguments({ path, headers, body }: FrontCall): Arguments {
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
