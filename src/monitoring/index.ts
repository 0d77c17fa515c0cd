/**
 * The log, the metrics of `/metrics`, and the check whether the process can recover by itself. The HTTP server
 * that shows them is in `src/slack/transport`.
 */
export { createLifeCheck } from './life-check.ts'
export { createLog } from './log.ts'
export { createMetrics } from './metrics.ts'
