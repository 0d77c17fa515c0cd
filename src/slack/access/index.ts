/**
 * Who may act where: members, channels, channel membership, and the authorization of every request. Asks
 * Slack and caches the answer; stores members through stores/.
 */
export { type AuthorizeDeps, authorize, describeNotForGuests, type Requester } from './authorize.ts'
export { createChannelMembership } from './channel-membership.ts'
export { type ChannelRule, createChannelRule } from './channel-rule.ts'
export { type Channels, createChannels } from './channels.ts'
export { type Identity, identify } from './identify.ts'
export { createMessageLinks, linkToMessage } from './link-to-message.ts'
export { eachConversation, listConversations } from './list-conversations.ts'
export { createMembers, type Members } from './members.ts'
export { describeInChannel, describeNoSharedChannel } from './view-refusals.ts'
