import type { ChannelMembership } from './channel-membership.ts'
import type { Channels } from './channels.ts'

/** Why a person may not act in a place. */
export type ChannelRefusal =
  /** The bot is not in the channel. */
  | 'not_in_channel'
  /**
   * The bot is in the channel, the person is not: Slack shows the buttons of a public channel to every
   * reader.
   */
  | 'person_not_in_channel'
  /** Direct messages with the bot, and the person shares no channel with it. */
  | 'no_room'
  /** The operator allows other channels only. */
  | 'not_chosen'

/** A person who may act in a place, with the channels whose uploads they may see. */
export type ChannelEntry = { readonly channels: ReadonlySet<string> } | { readonly refusal: ChannelRefusal }

export interface ChannelRule {
  /**
   * Being in the channel is the permission: both the bot and the person must be members. Anybody can open
   * direct messages with the bot, so there the person must share a channel with it.
   * @param channel null: the App Home or a modal. A person who shares no channel with the bot gets an empty
   * set
   * @throws AppError slack_unavailable, slack_refused
   */
  enter(user: string, channel: string | null): Promise<ChannelEntry>
  /**
   * Checks whether a share in a place is imported. Slack reported the share, so the person could post there.
   * The bot may still be outside: Slack reports every file the bot could see
   * (https://docs.slack.dev/reference/events/file_shared).
   * @throws AppError slack_unavailable, slack_refused
   */
  checkShare(user: string, channel: string): Promise<'not_in_channel' | 'no_room' | 'not_chosen' | undefined>
}

/** @param chosen the only channels the bot works in; undefined: all */
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
