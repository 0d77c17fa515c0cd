/** Block Kit for a browser. Has no code for people, channels or addresses. */
export { findPressed } from './find-pressed.ts'
export { Html, html } from './html.ts'
export { readState } from './read-state.ts'
export { emoji, type PageOptions, showBlocks, showMrkdwn } from './show-block.ts'
