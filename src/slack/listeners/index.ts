/**
 * What Slack sends: events, commands, buttons, shortcuts and modals, and the handler of each. access/ checks
 * rights; commands/ has the wording.
 */
export { createBackgroundWork } from './background-work.ts'
export { type ChannelDeps, registerChannel } from './register-channel.ts'
export { registerHome } from './register-home.ts'
export { createShareIntake } from './share-intake.ts'
