import type { WebClient } from '@slack/web-api'
import { repeatCall } from '../transport/index.ts'

interface ConversationsOf {
  /** Slack's names: `public_channel,private_channel,mpim,im`. */
  readonly types: string
  /** The person; absent: the bot. For a person, only private channels that the bot is in are listed. */
  readonly user?: string
  /** Time limit per page in milliseconds. */
  readonly withinMs: number
}

const CHANNELS_A_PAGE = 200

/**
 * Lists the ids of a person's conversations.
 * @throws AppError slack_unavailable, slack_refused
 */
export async function listConversations(client: WebClient, which: ConversationsOf): Promise<string[]> {
  const ids: string[] = []
  for await (const { id } of eachConversation(client, which)) ids.push(id)
  return ids
}

/**
 * Streams a person's conversations, page by page.
 * @throws AppError slack_unavailable, slack_refused
 */
export async function* eachConversation(
  client: WebClient,
  { types, user, withinMs }: ConversationsOf,
): AsyncGenerator<{ readonly id: string; readonly name: string | undefined }> {
  let cursor: string | undefined
  do {
    const page = {
      types,
      exclude_archived: true,
      limit: CHANNELS_A_PAGE,
      ...(user !== undefined && { user }),
      ...(cursor && { cursor }),
    }
    const answer = await repeatCall(() => client.users.conversations(page), {
      withinMs,
      firstPauseMs: 1_000,
    })
    for (const { id, name } of answer.channels ?? []) if (id !== undefined) yield { id, name }
    cursor = answer.response_metadata?.next_cursor
  } while (cursor)
}
