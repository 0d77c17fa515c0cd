import type { UsersInfoResponse, WebClient } from '@slack/web-api'
import { AppError } from '../errors.ts'
import { repeatCall } from './slack-call.ts'

type Person = NonNullable<UsersInfoResponse['user']>

/** Where the bot is installed. */
export interface Home {
  readonly teamId: string | undefined
  /** Set where the team belongs to an Enterprise organisation. */
  readonly enterpriseId: string | undefined
}

export interface Colleagues {
  /**
   * Whether a person is a full member of the bot's own team or organisation. Guests, and people of other organisations
   * in a shared channel, are not: being in the room is not enough for them.
   * @throws AppError slack_unavailable; slack_refused, also where the bot may not ask (users:read is missing): who
   *   cannot be told from a guest is treated as nobody
   */
  isColleague(user: string): Promise<boolean>
}

/** Milliseconds an answer is trusted. */
const TRUST_MS = 5 * 60_000
const MOST_REMEMBERED = 10_000
// What a person is called whom the bot cannot see.
const UNSEEN: ReadonlySet<string> = new Set(['user_not_found', 'user_not_visible', 'users_not_found'])

export function createColleagues(client: WebClient, home: () => Home | undefined): Colleagues {
  const known = new Map<string, { readonly isColleague: boolean; readonly until: number }>()

  async function ask(user: string): Promise<boolean> {
    try {
      const answer = await repeatCall(() => client.users.info({ user }), { withinMs: 10_000 })
      const at = home()
      return answer.user !== undefined && at !== undefined && judgePerson(answer.user, at)
    } catch (error) {
      if (error instanceof AppError && UNSEEN.has(String(error.details.reason))) return false
      throw error
    }
  }

  return {
    async isColleague(user) {
      const entry = known.get(user)
      if (entry && entry.until > Date.now()) return entry.isColleague
      const isColleague = await ask(user)
      if (known.size >= MOST_REMEMBERED) known.clear()
      known.set(user, { isColleague, until: Date.now() + TRUST_MS })
      return isColleague
    },
  }
}

/**
 * What Slack says of a person, read strictly: `is_restricted` and `is_ultra_restricted` are guests, `is_stranger` and
 * another team are people of other organisations (https://docs.slack.dev/reference/objects/user-object).
 */
export function judgePerson(person: Person, { teamId, enterpriseId }: Home): boolean {
  if (person.is_restricted || person.is_ultra_restricted || person.is_stranger) return false
  if (teamId !== undefined && person.team_id === teamId) return true
  return enterpriseId !== undefined && person.enterprise_user?.enterprise_id === enterpriseId
}
