import { randomUUID } from 'node:crypto'
import { describeEvent, type EmulatedSlack, withBody } from '../slack/index.ts'
import type { PersonRole } from './workspace-contract.ts'

type Fields = Readonly<Record<string, unknown>>

/** A person's role in Slack's user object (https://docs.slack.dev/reference/objects/user-object). */
const ROLES: Readonly<Record<PersonRole, Fields>> = {
  member: {},
  guest: { is_restricted: true },
  single_channel_guest: { is_restricted: true, is_ultra_restricted: true },
  deactivated: { deleted: true },
  stranger: { is_stranger: true },
  of_another_organisation: { team_id: 'TELSEWHERE' },
  bot: { is_bot: true, profile: { bot_id: 'BOTHER001', api_app_id: 'AOTHER001' } },
}

interface WorkspacePeople {
  setRole(user: string, role: PersonRole): void
  /** https://docs.slack.dev/reference/events/user_change: the person's whole current object. */
  describeChange(user: string): Promise<Record<string, unknown>>
}

/** The emulator has only one kind of people: roles are added in front of it. */
export function createPeople(slack: EmulatedSlack): WorkspacePeople {
  const roles = new Map<string, PersonRole>()
  const print = (user: string): Fields => ROLES[roles.get(user) ?? 'member']

  slack.front.use(async (call, next) => {
    const answer = await next(call)
    const [path = '', query] = call.path.split('?')
    if (path !== '/api/users.info') return answer
    const user = new URLSearchParams(query ?? call.body.toString()).get('user') ?? ''
    const info: { user?: Fields } = JSON.parse(await answer.text())
    return withBody(
      answer,
      JSON.stringify({ ...info, ...(info.user && { user: { ...info.user, ...print(user) } }) }),
    )
  })

  return {
    setRole(user, role) {
      roles.set(user, role)
    },
    async describeChange(user) {
      const info = await slack.callAs<{ user: Fields }>(slack.host, 'users.info', { user })
      const now = new Date()
      const event = {
        type: 'user_change',
        user: { ...info.user, ...print(user), updated: Math.floor(now.getTime() / 1000) },
        cache_ts: Math.floor(now.getTime() / 1000),
      }
      return describeEvent(slack, `Ev${randomUUID()}`, now, event)
    },
  }
}
