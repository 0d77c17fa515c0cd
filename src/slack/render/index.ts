/**
 * Renders a Reply as Block Kit within Slack's limits, with a plain form for workspaces without newer blocks.
 * Pure: makes no calls.
 */
export { BLOCK_LIMITS, type Surface } from './block-limits.ts'
export { AS_WRITTEN, escapeMrkdwn, UNPARSED } from './mrkdwn.ts'
export {
  ALL_NATIVE,
  type NativeBlock,
  NONE_NATIVE,
  nativeBlocksIn,
  type SlackBlock,
} from './native-blocks.ts'
export { type RenderedReply, renderBlocks, renderMessageText } from './render-blocks.ts'
export {
  FORM_MENU_PREFIX,
  FORM_ROW_PREFIX,
  plainText,
  renderButtons,
  renderChoice,
  renderFileField,
  renderFormRow,
  renderSearchField,
  SEARCH_BLOCK,
} from './render-controls.ts'
