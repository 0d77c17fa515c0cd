/**
 * Block Kit as a browser shows it. Knows nothing of people, channels or addresses.
 */
export { findPressed } from './find-pressed.ts'
export { Html, html } from './html.ts'
export { emoji, showBlocks, showMrkdwn } from './show-block.ts'
