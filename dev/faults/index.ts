/**
 * Faults for tests: lost events, cut connections, refusing Slack.
 */
export { startEventRelay } from './event-relay.ts'
export { createChance } from './random.ts'
