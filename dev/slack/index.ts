/** The emulated Slack API: Web API in front of the emulator, payloads, signatures, scheduled messages. */
export { asFields, asList, asLists, type Fields, optionsOf, textOf } from './block-fields.ts'
export { type EmulatedSlack, startEmulatedSlack } from './emulated-slack.ts'
export { collectViews, type EmulatedViews } from './emulated-views.ts'
export { leaveOut } from './leave-out.ts'
export { refuseNativeBlocks } from './refuse-native-blocks.ts'
export { type ShowOptions, showDate, showMessage } from './show-message.ts'
export {
  type Delivery,
  type DeliveryOutcome,
  deliverEvent,
  deliverOnce,
  isAccepted,
  SLACK_RETRY_DELAYS_MS,
} from './slack-delivery.ts'
export { type Forward, type FrontCall, type FrontLayer, type SlackFront, withBody } from './slack-front.ts'
export {
  describeAction,
  describeEvent,
  describeFileShared,
  describeMessageShortcut,
  describeText,
  formOf,
} from './slack-payloads.ts'
export {
  describeGlobalShortcut,
  describeHomeOpened,
  describeMemberJoined,
  describeMemberLeft,
  describeSubmission,
  describeViewAction,
  fillFileFields,
} from './view-payloads.ts'
