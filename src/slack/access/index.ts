/**
 * Who may act where: members, channels, channel membership, and the authorisation of every request.
 * Asks Slack and caches the answer; stores members through stores/.
 */
export { type AttendDeps, attend, describeNotForGuests, type Visitor } from './authorize.ts'
export { createChannelMembership } from './channel-membership.ts'
export { createRoomRule, type RoomRule } from './channel-rule.ts'
export { createRooms, type Rooms } from './channels.ts'
export { type Identity, identify } from './identify.ts'
export { eachConversation, listConversations } from './list-conversations.ts'
export { type Colleagues, createColleagues } from './members.ts'
export { describeInChannel, describeNoRoom, describeNotTheirRoom } from './view-refusals.ts'
