import type { UsersInfoResponse, WebClient } from '@slack/web-api'
import { LRUCache } from 'lru-cache'
import type { Reply } from '../../../commands/reply/index.ts'
import { AppError } from '../../errors.ts'
import { repeatCall } from '../transport/index.ts'

const QUERY_TIMEOUT_MS = 10_000

/**
 * Replaces mentions in a reply by names: a summary would notify everybody in it. Names are not stored. A
 * person unknown to Slack is shown by id.
 * @throws AppError slack_unavailable
 */
export async function namePeople(client: WebClient, reply: Reply): Promise<Reply> {
  const names = new Map<string, string>()
  for (const user of new Set(listUsers(reply))) names.set(user, await fetchName(client, user))
  return replaceUsers(reply, names)
}

/** How long names are cached. */
const NAMES_TTL_MS = 10 * 60_000
const MAX_NAMES = 10_000
/** People on the command line are shown by their user name on that machine. */
const SLACK_ID = /^[UW][A-Z0-9]+$/

/**
 * Fetches people's names by id, cached for ten minutes. A person unknown to Slack has none.
 * @throws AppError slack_unavailable
 */
export function createPeopleNames(
  client: WebClient,
): (users: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>> {
  const known = new LRUCache<string, readonly string[]>({
    max: MAX_NAMES,
    ttl: NAMES_TTL_MS,
    ttlResolution: 0,
    perf: Date,
  })
  return async (users) => {
    const found = new Map<string, readonly string[]>()
    for (const user of users) {
      const names = known.get(user) ?? (await fetchNames(client, user))
      if (!known.has(user)) known.set(user, names)
      found.set(user, names)
    }
    return found
  }
}

async function fetchNames(client: WebClient, user: string): Promise<string[]> {
  const person = await fetchPerson(client, user)
  const names = [person?.profile?.display_name, person?.real_name, person?.profile?.real_name, person?.name]
  return [...new Set(names.filter((name) => name !== undefined && name !== ''))].map(String)
}

async function fetchName(client: WebClient, user: string): Promise<string> {
  const person = await fetchPerson(client, user)
  return person?.profile?.display_name || person?.real_name || person?.name || user
}

async function fetchPerson(client: WebClient, user: string): Promise<UsersInfoResponse['user']> {
  if (!SLACK_ID.test(user)) return undefined
  try {
    return (await repeatCall(() => client.users.info({ user }), { withinMs: QUERY_TIMEOUT_MS })).user
  } catch (error) {
    if (error instanceof AppError && error.code === 'slack_refused') return undefined
    throw error
  }
}

function listUsers(value: unknown): string[] {
  const mention = readMention(value)
  if (mention !== undefined) return [mention]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(listUsers)
}

function replaceUsers<T>(value: T, names: ReadonlyMap<string, string>): T
function replaceUsers(value: unknown, names: ReadonlyMap<string, string>): unknown {
  const mention = readMention(value)
  if (mention !== undefined) return names.get(mention) ?? mention
  if (Array.isArray(value)) return value.map((one) => replaceUsers(one, names))
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaceUsers(inner, names)]))
}

/** A part of a sentence that is exactly one mention. */
function readMention(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== 'user') return undefined
  const user: unknown = Reflect.get(value, 'user')
  return typeof user === 'string' ? user : undefined
}
