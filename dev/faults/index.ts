/** Faults for tests: lost events, cut connections, errors of Slack. */
export { startEventRelay } from './event-relay.ts'
export { createChance } from './random.ts'
