import type { ChannelMembership } from './channel-membership.ts'
import type { Channels } from './channels.ts'

/** Why somebody may not act at a place. */
export type ChannelRefusal =
  /** The bot is not in the channel. */
  | 'not_in_channel'
  /** The bot is, the person is not: Slack shows the buttons of a public channel to whoever looks at it. */
  | 'person_not_in_channel'
  /** A conversation with the bot alone, and the person is in no channel with it. */
  | 'no_room'
  /** Whoever runs the bot chose other channels for it. */
  | 'not_chosen'

/** A person who may act at a place, with the channels whose uploads they may see. */
export type ChannelEntry = { readonly channels: ReadonlySet<string> } | { readonly refusal: ChannelRefusal }

export interface ChannelRule {
  /**
   * Being in the room is the permission: in a channel both the bot and the person have to be members. Anybody can start a
   * conversation with the bot alone, so there the person has to share a channel with it.
   * @param channel null: the App Home or a window, where whoever shares no channel with the bot has an empty set
   * @throws AppError slack_unavailable, slack_refused
   */
  enter(user: string, channel: string | null): Promise<ChannelEntry>
  /**
   * Whether a file that was shared at a place is imported. Slack told of the share, so that the person could share it
   * there is known; that the bot is in the channel is not, because Slack tells of every file the bot could see
   * (https://docs.slack.dev/reference/events/file_shared).
   * @throws AppError slack_unavailable, slack_refused
   */
  checkShare(user: string, channel: string): Promise<'not_in_channel' | 'no_room' | 'not_chosen' | undefined>
}

/** @param chosen the channels the bot works in at all; all where undefined */
export function createChannelRule(
  membership: ChannelMembership,
  memberChannels: Channels,
  chosen?: ReadonlySet<string>,
): ChannelRule {
  const isChosen = (channel: string) => chosen === undefined || chosen.has(channel)

  return {
    async enter(user, channel) {
      if (channel === null) return { channels: await memberChannels.sharedWith(user) }
      const standing = await membership.standingIn(channel)
      if (standing === 'outside') return { refusal: 'not_in_channel' }
      if (standing === 'alone') {
        const channels = await memberChannels.sharedWith(user)
        return channels.size > 0 ? { channels: new Set([...channels, channel]) } : { refusal: 'no_room' }
      }
      if (!isChosen(channel)) return { refusal: 'not_chosen' }
      const channels = await memberChannels.sharedWith(user, channel)
      return channels.has(channel) ? { channels } : { refusal: 'person_not_in_channel' }
    },
    async checkShare(user, channel) {
      const standing = await membership.standingIn(channel)
      if (standing === 'alone')
        return (await memberChannels.sharedWith(user)).size > 0 ? undefined : 'no_room'
      if (standing === 'outside') return 'not_in_channel'
      return isChosen(channel) ? undefined : 'not_chosen'
    },
  }
}
