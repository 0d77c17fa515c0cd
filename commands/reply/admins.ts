import type { AuditDeed } from '../../models/index.ts'
import type { CommandDeps } from './command.ts'
import { toAsker, traced } from './page.ts'
import type { Reply } from './reply.ts'

/** True if the person is listed in ADMINS. */
export function isAdmin(user: string, { admins }: Pick<CommandDeps, 'admins'>): boolean {
  return admins?.has(user) === true
}

/**
 * Refuses an irreversible action to everybody except current members listed in ADMINS, because an admin may
 * just have become a guest.
 * @param what completes "Only an admin of the bot can …"
 * @returns undefined if the person may do it
 * @throws AppError slack_unavailable
 */
export async function refuseUnlessAdminNow(
  user: string,
  what: string,
  did: AuditDeed,
  deps: Pick<CommandDeps, 'admins' | 'isMemberNow'>,
): Promise<Reply | undefined> {
  if (!isAdmin(user, deps)) return refuseNonAdmin(what, did, deps)
  if (deps.isMemberNow === undefined || (await deps.isMemberNow(user))) return undefined
  const reply = toAsker({ kind: 'headline', text: `Only a member of this workspace can ${what}.` })
  return traced(reply, did, { isRefused: true })
}

/** The refusal for a person who is no admin. @param what completes "Only an admin of the bot can …" */
export function refuseNonAdmin(what: string, did: AuditDeed, deps: Pick<CommandDeps, 'admins'>): Reply {
  const admins = [...(deps.admins ?? [])]
  const reply = toAsker(
    { kind: 'headline', text: `Only an admin of the bot can ${what}.` },
    {
      kind: 'text',
      text:
        admins.length === 0
          ? 'There is no admin yet. The person who runs the bot names admins in the setting ADMINS.'
          : ['Ask ', ...admins.flatMap((user, at) => [at > 0 ? ' or ' : '', { user }]), '.'],
    },
  )
  return traced(reply, did, { isRefused: true })
}
