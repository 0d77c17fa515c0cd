import type { ChannelMembership } from './channel-membership.ts'
import type { Channels } from './channels.ts'

/** Why somebody may not act at a place. */
export type ChannelRefusal = 'not_in_channel' | 'no_room'

export interface ChannelRule {
  /**
   * Being in the room is the permission: in a channel the bot has to be a member. Anybody can start a conversation with
   * the bot alone, so there, as in the App Home, the person has to share a channel with it.
   * @returns undefined where the person may
   * @throws AppError slack_unavailable, slack_refused
   */
  judge(user: string, channel: string): Promise<ChannelRefusal | undefined>
}

export function createChannelRule(membership: ChannelMembership, rooms: Channels): ChannelRule {
  return {
    async judge(user, channel) {
      const standing = await membership.standingIn(channel)
      if (standing === 'outside') return 'not_in_channel'
      if (standing === 'member') return undefined
      return (await rooms.sharedWith(user)).size > 0 ? undefined : 'no_room'
    },
  }
}
