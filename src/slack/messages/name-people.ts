import type { WebClient } from '@slack/web-api'
import type { Reply } from '../../../commands/reply/index.ts'
import { AppError } from '../../errors.ts'
import { repeatCall } from '../transport/index.ts'

const ASK_WITHIN_MS = 10_000

/**
 * The same reply with the names of people in place of mentions: a summary would notify everybody who is in it. Names are
 * asked for each time and not kept. Whoever Slack tells nothing of is called by their id.
 * @throws AppError slack_unavailable
 */
export async function namePeople(client: WebClient, reply: Reply): Promise<Reply> {
  const names = new Map<string, string>()
  for (const user of new Set(listUsers(reply))) names.set(user, await fetchName(client, user))
  return replaceUsers(reply, names)
}

/** Milliseconds for which a name is taken for the same. */
const NAMES_KEPT_MS = 10 * 60_000

/**
 * All names of people, by their ids, asked of Slack and kept for ten minutes. Whoever Slack tells nothing of has none.
 * @throws AppError slack_unavailable
 */
export function createPeopleNames(
  client: WebClient,
): (users: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>> {
  const known = new Map<string, { readonly names: readonly string[]; readonly until: number }>()
  return async (users) => {
    const found = new Map<string, readonly string[]>()
    for (const user of users) {
      const kept = known.get(user)
      const names = kept && kept.until > Date.now() ? kept.names : await fetchNames(client, user)
      if (names !== kept?.names) known.set(user, { names, until: Date.now() + NAMES_KEPT_MS })
      found.set(user, names)
    }
    return found
  }
}

async function fetchNames(client: WebClient, user: string): Promise<string[]> {
  try {
    const { user: person } = await repeatCall(() => client.users.info({ user }), { withinMs: ASK_WITHIN_MS })
    const names = [person?.profile?.display_name, person?.real_name, person?.profile?.real_name, person?.name]
    return [...new Set(names.filter((name) => name !== undefined && name !== ''))].map(String)
  } catch (error) {
    if (error instanceof AppError && error.code === 'slack_refused') return []
    throw error
  }
}

async function fetchName(client: WebClient, user: string): Promise<string> {
  try {
    const { user: person } = await repeatCall(() => client.users.info({ user }), { withinMs: ASK_WITHIN_MS })
    return person?.profile?.display_name || person?.real_name || person?.name || user
  } catch (error) {
    if (error instanceof AppError && error.code === 'slack_refused') return user
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

/** A piece of a sentence that is a person and nothing else. */
function readMention(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== 'user') return undefined
  const user: unknown = Reflect.get(value, 'user')
  return typeof user === 'string' ? user : undefined
}
