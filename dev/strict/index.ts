/**
 * Slack's rules, limits and delays in front of the emulated Slack: calls and blocks, rate limits, files. Sees
 * only the calls that pass.
 */
export { argumentsOf, methodOf } from './call-arguments.ts'
export { createGivenFiles } from './given-files.ts'
export { createLateFiles, type FileLateness, type LateFiles } from './late-files.ts'
export { createRateLimits } from './rate-limits.ts'
export { createRepeatedPosts } from './repeated-posts.ts'
export { createSpareTokens, listTokens } from './spare-tokens.ts'
export { createStrictCalls, type Mistake } from './strict-calls.ts'
export { createUnfurledFiles } from './unfurled-files.ts'
