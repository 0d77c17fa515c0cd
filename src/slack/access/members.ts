import type { UsersInfoResponse, WebClient } from '@slack/web-api'
import { AppError } from '../../errors.ts'
import type { MemberStore } from '../../stores/index.ts'
import { repeatCall } from '../transport/index.ts'

type Person = Pick<
  NonNullable<UsersInfoResponse['user']>,
  'deleted' | 'is_restricted' | 'is_ultra_restricted' | 'is_stranger' | 'team_id'
> & { readonly enterprise_user?: { readonly enterprise_id?: string } }

/** Where the bot is installed. */
export interface Home {
  readonly teamId: string | undefined
  /** Set where the team belongs to an Enterprise organisation. */
  readonly enterpriseId: string | undefined
}

export interface Members {
  /**
   * Whether a person is a full member of the bot's own team or organisation. Guests, and people of other organisations
   * in a shared channel, are not: being in the room is not enough for them.
   * @throws AppError slack_unavailable; slack_refused, also where the bot may not ask (users:read is missing): who
   *   cannot be told from a guest is treated as nobody; database_unavailable, database_failed
   */
  isMember(user: string): Promise<boolean>
  /** The same, with Slack asked anew: for what cannot be called back. */
  isColleagueNow(user: string): Promise<boolean>
  /**
   * Slack told of a change of a person (`user_change`): whatever it is about, they are asked about anew. Events come in
   * any order and more than once, so what stands in one decides nothing.
   * @returns whether it looks as if somebody who was a member is none any more
   * @throws AppError database_unavailable, database_failed
   */
  changed(user: string, person: Person): Promise<boolean>
}

// What a person is called whom the bot cannot see.
const UNSEEN: ReadonlySet<string> = new Set(['user_not_found', 'user_not_visible', 'users_not_found'])

interface MembersDeps {
  readonly client: WebClient
  readonly home: () => Home | undefined
  /** One for all processes: a change is told to one of them alone. */
  readonly store: MemberStore
}

export function createMembers({ client, home, store }: MembersDeps): Members {
  async function ask(user: string): Promise<boolean> {
    try {
      const answer = await repeatCall(() => client.users.info({ user }), { withinMs: 10_000 })
      const at = home()
      return answer.user !== undefined && at !== undefined && isOwnMember(answer.user, at)
    } catch (error) {
      if (error instanceof AppError && UNSEEN.has(String(error.details.reason))) return false
      throw error
    }
  }

  async function askAnew(user: string): Promise<boolean> {
    const keep = await store.beginAsking(user)
    const isMember = await ask(user)
    await keep(isMember)
    return isMember
  }

  return {
    isMember: async (user) => (await store.find(user)) ?? (await askAnew(user)),
    isColleagueNow: askAnew,
    async changed(user, person) {
      const wasMember = await store.distrust(user)
      const at = home()
      return wasMember === true && at !== undefined && !isOwnMember(person, at)
    },
  }
}

/**
 * What Slack says of a person, read strictly: `deleted` is somebody whose account was closed, `is_restricted` and
 * `is_ultra_restricted` are guests, `is_stranger` and another team are people of other organisations (https://docs.slack.dev/reference/objects/user-object).
 */
export function isOwnMember(person: Person, { teamId, enterpriseId }: Home): boolean {
  if (person.deleted || person.is_restricted || person.is_ultra_restricted || person.is_stranger) return false
  if (teamId !== undefined && person.team_id === teamId) return true
  return enterpriseId !== undefined && person.enterprise_user?.enterprise_id === enterpriseId
}
