import type { UsersInfoResponse, WebClient } from '@slack/web-api'
import { AppError } from '../../errors.ts'
import type { MemberStore } from '../../stores/index.ts'
import { repeatCall } from '../transport/index.ts'

type Person = Pick<
  NonNullable<UsersInfoResponse['user']>,
  'deleted' | 'is_bot' | 'is_restricted' | 'is_ultra_restricted' | 'is_stranger' | 'team_id'
> & { readonly enterprise_user?: { readonly enterprise_id?: string } }

/** The workspace the bot is installed in. */
interface Home {
  readonly teamId: string | undefined
  /** Set if the team belongs to an Enterprise organisation. */
  readonly enterpriseId: string | undefined
}

export interface Members {
  /**
   * True for a full member of the bot's own team or organisation. Guests and people of other organisations
   * are not members, also in a shared channel.
   * @throws AppError slack_unavailable; slack_refused, also if the scope users:read is missing: a person who
   * may be a guest is not authorized; driver errors
   */
  isMember(user: string): Promise<boolean>
  /** The same without the cache, for actions that cannot be undone. */
  isMemberNow(user: string): Promise<boolean>
  /**
   * Who shared a file: a member, an app or workflow (`bot`, unless listed in BOT_SHARERS), or a guest.
   * @throws as `isMember`
   */
  sharerOf(user: string): Promise<'member' | 'bot' | 'guest'>
  /**
   * Handles `user_change`: the cached answer about the person is dropped. Events come in any order and
   * repeatedly, so their content decides nothing.
   * @returns true if a former member seems to have lost membership
   * @throws driver errors
   */
  changed(user: string, person: Person): Promise<boolean>
}

// Slack's errors for a person the bot cannot see.
const UNSEEN: ReadonlySet<string> = new Set(['user_not_found', 'user_not_visible', 'users_not_found'])

interface MembersDeps {
  readonly client: WebClient
  readonly home: () => Home | undefined
  /** Shared by all processes, because Slack reports a change to one of them. */
  readonly store: MemberStore
  /** Ids of apps whose files are imported like a member's: `U…`, `W…` or `B…`. */
  readonly botSharers?: ReadonlySet<string> | undefined
}

export function createMembers({ client, home, store, botSharers = new Set() }: MembersDeps): Members {
  async function fetchPerson(user: string): Promise<UsersInfoResponse['user'] | undefined> {
    try {
      const answer = await repeatCall(() => client.users.info({ user }), { withinMs: 10_000 })
      return answer.user
    } catch (error) {
      if (error instanceof AppError && UNSEEN.has(String(error.details.reason))) return undefined
      throw error
    }
  }

  async function refetch(user: string): Promise<boolean> {
    const keep = await store.beginAsking(user)
    const [person, at] = [await fetchPerson(user), home()]
    const isOne = person !== undefined && at !== undefined && isOwnMember(person, at)
    await keep(isOne)
    return isOne
  }

  const isMember = async (user: string) => (await store.find(user)) ?? (await refetch(user))

  return {
    isMember,
    isMemberNow: refetch,
    async sharerOf(user) {
      if (botSharers.has(user) || (await isMember(user))) return 'member'
      const person = await fetchPerson(user)
      if (!person?.is_bot) return 'guest'
      return botSharers.has(person.profile?.bot_id ?? '') ? 'member' : 'bot'
    },
    async changed(user, person) {
      const wasMember = await store.distrust(user)
      const at = home()
      return wasMember === true && at !== undefined && !isOwnMember(person, at)
    },
  }
}

/**
 * Reads Slack's user object strictly: `deleted` is a closed account, `is_restricted` and
 * `is_ultra_restricted` are guests, `is_bot` is an app or workflow. `is_stranger` or another team is a person
 * of another organisation (https://docs.slack.dev/reference/objects/user-object).
 */
function isOwnMember(person: Person, { teamId, enterpriseId }: Home): boolean {
  if (person.deleted || person.is_bot) return false
  if (person.is_restricted || person.is_ultra_restricted || person.is_stranger) return false
  if (teamId !== undefined && person.team_id === teamId) return true
  return enterpriseId !== undefined && person.enterprise_user?.enterprise_id === enterpriseId
}
