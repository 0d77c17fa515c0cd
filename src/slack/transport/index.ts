/**
 * The connection to Slack: receiver, HTTP server, Web API calls with retries, the log adapter. Has no code
 * for uploads or replies.
 */
export { isBlockRefusal } from './block-refusal.ts'
export { createBoltApp } from './bolt-app.ts'
export { createBoltLogger } from './bolt-logger.ts'
export { createHttpServer, EVENTS_PATH, type HealthReport, type RenderMetrics } from './http-server.ts'
export { postIdentified } from './post-identity.ts'
export { type ProxySettings, useProxy } from './proxy.ts'
export {
  classifySlackFailure,
  createWebClient,
  isSlackFailure,
  type OnCallFailed,
  repeatCall,
  repeatIfLimited,
  toSlackError,
} from './slack-call.ts'
export { toSocketError } from './socket-receiver.ts'
